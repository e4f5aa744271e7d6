package rest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"seedreel/client"
	"seedreel/client/address"
	"seedreel/client/secret"
)

// The limits of one exchange. They concern this machine's patience and memory,
// not what a service allows.
const (
	// MaxBody bounds an answer's body in bytes.
	MaxBody = 4 << 20
	// maxHeader bounds the headers of an answer, in bytes.
	maxHeader = 64 << 10

	dialPatience      = 15 * time.Second
	handshakePatience = 10 * time.Second
	// getPatience bounds a whole GET: its answers are small.
	getPatience = 10 * time.Second
	// sendPatience is how long a POST or an upload may make no progress. It
	// does not bound the total: ten megabytes over a slow line take minutes.
	sendPatience = 60 * time.Second
)

// Config holds the address of a service and how to reach it.
type Config struct {
	// Base is the service's root, a path prefix allowed. It must be https, or
	// http on loopback, because the key travels with every request to it.
	Base string
	// Key is sent as a bearer token to Base's scheme and host only.
	Key secret.Secret
	// Dial opens connections; nil uses the network. A service in the same
	// process passes one end of a pipe, for every address.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// UserAgent is the User-Agent header; "" means "seedreel/" and Version.
	// Some hosts reset connections that send none.
	UserAgent string
	// Version is the program's version.
	Version string
	// Now is the clock for Retry-After dates and expiries; nil means time.Now.
	Now func() time.Time
	// Observe is called after every request, with the status, 0 when no answer
	// came, and how long it took. It must look at neither header nor body: the
	// key is in one of them. May be nil.
	Observe func(r *http.Request, status int, took time.Duration, err error)
}

// Fault is the content of a service's error body.
type Fault struct {
	// Kind refines the meaning of the HTTP status, such as "no funds" under a
	// 400. KindUnknown leaves it to the status.
	Kind client.Kind
	// Code and Message are the service's own, untrusted.
	Code    string
	Message string
}

// Client talks to one service. It is safe for concurrent use.
type Client struct {
	name      string
	base      *url.URL
	loopback  bool
	key       secret.Secret
	agent     string
	now       func() time.Time
	fault     func(*Answer) Fault
	observe   func(*http.Request, int, time.Duration, error)
	keepAlive *http.Transport
	oneShot   *http.Transport

	getPatience, sendPatience time.Duration

	clock clock
}

// New checks the configuration of the service called name. The fault function
// decodes the service's error bodies; it gets every answer that is not a good
// one, also garbled ones.
func New(name string, c Config, fault func(*Answer) Fault) (*Client, error) {
	base, loopback, err := checkBase(c.Base)
	if err != nil {
		return nil, fmt.Errorf("checking the address of %s: %w", name, err)
	}
	if err := checkKey(c.Key); err != nil {
		return nil, fmt.Errorf("checking the key of %s: %w", name, err)
	}
	cl := &Client{
		name: name, base: base, loopback: loopback, key: c.Key, agent: c.UserAgent,
		now: c.Now, fault: fault, observe: c.Observe, getPatience: getPatience, sendPatience: sendPatience,
	}
	if cl.agent == "" {
		cl.agent = strings.TrimSuffix("seedreel/"+c.Version, "/")
	}
	if cl.now == nil {
		cl.now = time.Now
	}
	if cl.observe == nil {
		cl.observe = func(*http.Request, int, time.Duration, error) {}
	}
	cl.keepAlive = cl.transport(c.Dial)
	cl.oneShot = cl.transport(c.Dial)
	cl.oneShot.DisableKeepAlives = true
	return cl, nil
}

// Now returns the time, in UTC.
func (c *Client) Now() time.Time { return c.now().UTC() }

// CloseIdle closes the connections kept for the next GET.
func (c *Client) CloseIdle() { c.keepAlive.CloseIdleConnections() }

// transport returns a transport limited to HTTP/1.1: HTTP/2 has silent retry
// paths (GOAWAY, REFUSED_STREAM), and a POST that is sent twice is paid twice.
func (c *Client) transport(dial func(context.Context, string, string) (net.Conn, error)) *http.Transport {
	only1 := new(http.Protocols)
	only1.SetHTTP1(true)
	t := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            withPatience(dial),
		TLSHandshakeTimeout:    handshakePatience,
		MaxResponseHeaderBytes: maxHeader,
		MaxIdleConnsPerHost:    8, // as many as are polled at a time
		IdleConnTimeout:        90 * time.Second,
		Protocols:              only1,
	}
	if c.loopback || dial != nil {
		// A remote proxy has another loopback than ours.
		t.Proxy = nil
	}
	if dial == nil {
		t.DialContext = c.dialNet
	}
	return t
}

// withPatience bounds a dialer that may have no timeout of its own.
func withPatience(dial func(context.Context, string, string) (net.Conn, error)) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, dialPatience)
		defer cancel()
		return dial(ctx, network, addr)
	}
}

func checkBase(raw string) (base *url.URL, loopback bool, err error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, false, bare(err)
	}
	switch {
	case u.Hostname() == "":
		return nil, false, errors.New("it names no host")
	case u.User != nil:
		return nil, false, errors.New("it holds a user name; the key belongs in the credentials")
	case u.RawQuery != "" || u.Fragment != "":
		return nil, false, errors.New("it must end with the path")
	}
	loopback = address.LoopbackHost(u.Hostname())
	if u.Scheme == "https" || (u.Scheme == "http" && loopback) {
		return u, loopback, nil
	}
	return nil, false, fmt.Errorf("%q is not safe for a key: use https, or http on this machine", u.Scheme)
}

// checkKey rejects keys that cannot go into a header, once and at the start:
// later it would look like a request that was not sent, and be retried.
func checkKey(key secret.Secret) error {
	for _, r := range key.Reveal() {
		if r <= ' ' || r >= 0x7f {
			return errors.New("it holds a character that keys do not have; copy it again")
		}
	}
	return nil
}
