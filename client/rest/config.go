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

// The bounds of one exchange. They are about this machine's patience and
// memory, not about what a service allows.
const (
	// MaxBody is how much of an answer is read, in bytes.
	MaxBody = 4 << 20
	// maxHeader bounds the headers of an answer, in bytes.
	maxHeader = 64 << 10

	dialPatience      = 15 * time.Second
	handshakePatience = 10 * time.Second
	// getPatience is for a whole GET: its answers are small.
	getPatience = 10 * time.Second
	// sendPatience is how long a POST or an upload may stand still. It is no
	// total: ten megabytes over a slow line take their minutes.
	sendPatience = 60 * time.Second
)

// Config says where a service is and how to get there.
type Config struct {
	// Base is the service's root, a path prefix allowed. It must be https, or
	// http on loopback, because the key travels with every request to it.
	Base string
	// Key is sent as a bearer token to Base's scheme and host only.
	Key secret.Secret
	// Dial opens connections; nil is the net. A service in the same process
	// passes one end of a pipe, for every address.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// UserAgent names the program; "" is "seedreel/" and Version. Some hosts
	// reset connections that send none.
	UserAgent string
	// Version is the program's own.
	Version string
	// Now is the clock that Retry-After dates and expiries are measured
	// against; nil is time.Now.
	Now func() time.Time
	// Observe is told every request when it has ended, with the status, 0 when
	// no answer came, and how long it took. It must look at neither header nor
	// body: the key is in one of them. May be nil.
	Observe func(r *http.Request, status int, took time.Duration, err error)
}

// Fault is what a service's error body says.
type Fault struct {
	// Kind refines what the HTTP status alone would mean, such as "no funds"
	// under a 400. KindUnknown leaves it to the status.
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
}

// New checks the configuration of the service called name. The fault function
// takes the service's error bodies apart; it gets every answer that is none of
// the good ones, garbled ones too.
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

// CloseIdle closes the connections that wait for the next GET.
func (c *Client) CloseIdle() { c.keepAlive.CloseIdleConnections() }

// transport makes one that speaks HTTP/1.1 only: HTTP/2 has silent retry paths
// (GOAWAY, REFUSED_STREAM), and a POST that is sent twice is paid twice.
func (c *Client) transport(dial func(context.Context, string, string) (net.Conn, error)) *http.Transport {
	only1 := new(http.Protocols)
	only1.SetHTTP1(true)
	t := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            withPatience(dial),
		TLSHandshakeTimeout:    handshakePatience,
		MaxResponseHeaderBytes: maxHeader,
		MaxIdleConnsPerHost:    4,
		IdleConnTimeout:        90 * time.Second,
		Protocols:              only1,
	}
	if c.loopback || dial != nil {
		// A proxy elsewhere knows another loopback than ours.
		t.Proxy = nil
	}
	if dial == nil {
		t.DialContext = c.dialNet
	}
	return t
}

// withPatience bounds a dialer that may know no bound of its own.
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

// checkKey refuses what cannot stand in a header, once and at the start: later
// it would look like a request that was not sent, and be tried again.
func checkKey(key secret.Secret) error {
	for _, r := range key.Reveal() {
		if r <= ' ' || r >= 0x7f {
			return errors.New("it holds a character that keys do not have; copy it again")
		}
	}
	return nil
}
