package download

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"time"

	"seedreel/client/address"
)

const (
	maxURL       = 8 << 10
	maxRedirects = 5
	dialTimeout  = 15 * time.Second
	tlsTimeout   = 15 * time.Second
	maxHeaders   = 64 << 10
)

// errRefusedAddress is below every refusal to dial.
var errRefusedAddress = address.ErrPrivate

// guard decides where a download may lead: it sees each link, each redirect
// and, after names were resolved, each address.
type guard struct {
	allowLoopback bool
	hosts         map[string]DialFunc
	pick          func(*http.Request) (*url.URL, error)

	mu      sync.Mutex
	proxies map[string]bool // host:port of proxies that were picked
}

func newGuard(opt *Options) *guard {
	g := &guard{allowLoopback: opt.AllowLoopback, pick: opt.Proxy, hosts: map[string]DialFunc{}, proxies: map[string]bool{}}
	for h, dial := range opt.DialHosts {
		g.hosts[strings.ToLower(h)] = dial
	}
	return g
}

// client has no cookies and no credentials, and asks for bytes as they are:
// offsets into a compressed body would mean nothing.
func (g *guard) client(opt *Options) *http.Client {
	return &http.Client{
		CheckRedirect: g.redirect,
		Transport: &observed{Transport: &http.Transport{
			Proxy:                  g.proxy,
			DialContext:            g.dial,
			ForceAttemptHTTP2:      true,
			DisableCompression:     true,
			TLSHandshakeTimeout:    tlsTimeout,
			MaxResponseHeaderBytes: maxHeaders,
			MaxIdleConns:           4,
			IdleConnTimeout:        30 * time.Second,
		}, opt: opt},
	}
}

// observed is a transport that tells of its requests.
type observed struct {
	*http.Transport
	opt *Options
}

// RoundTrip passes on and tells.
func (o *observed) RoundTrip(r *http.Request) (*http.Response, error) {
	if o.opt.Observe == nil {
		return o.Transport.RoundTrip(r)
	}
	began := o.opt.Now()
	resp, err := o.Transport.RoundTrip(r)
	status := 0
	if resp != nil {
		status = resp.StatusCode
	}
	o.opt.Observe(r, status, o.opt.Now().Sub(began), err)
	return resp, err
}

func (g *guard) parse(raw string) (*url.URL, error) {
	const op = "reading the link"
	if len(raw) > maxURL {
		return nil, fail(Refused, op, fmt.Errorf("it has %d bytes", len(raw)))
	}
	u, err := url.Parse(raw)
	if err != nil {
		// The parser's own text quotes the link.
		return nil, fail(Refused, op, errors.New("it is no URL"))
	}
	return u, g.check(u)
}

func (g *guard) check(u *url.URL) error {
	const op = "checking the link"
	host := strings.ToLower(u.Hostname())
	switch {
	case host == "":
		return fail(Refused, op, errors.New("it names no host"))
	case u.User != nil:
		return fail(Refused, op, errors.New("it holds a user name"))
	case u.Scheme != "https" && u.Scheme != "http":
		return fail(Refused, op, fmt.Errorf("its scheme is %q, want https", u.Scheme))
	}
	if g.hosts[host] != nil {
		return nil
	}
	if u.Scheme == "http" && (!g.allowLoopback || !address.LoopbackHost(host)) {
		return fail(Refused, op, errors.New("it is not https"))
	}
	if g.allowLoopback && address.LoopbackHost(host) {
		return nil
	}
	// With a proxy the proxy resolves names, but what is told by the name alone
	// can be judged.
	if err := address.CheckHost(host); err != nil {
		return fail(Refused, op, err)
	}
	return nil
}

func (g *guard) redirect(req *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return fail(Refused, "following a redirect", fmt.Errorf("more than %d in a row", maxRedirects))
	}
	// The link before is signed; the next host has no need to know it.
	req.Header.Del("Referer")
	return g.check(req.URL)
}

func (g *guard) proxy(req *http.Request) (*url.URL, error) {
	if g.pick == nil || g.hosts[strings.ToLower(req.URL.Hostname())] != nil {
		return nil, nil //nolint:nilnil // the transport's way to say "no proxy"
	}
	p, err := g.pick(req)
	if p != nil {
		port := p.Port()
		if port == "" {
			port = map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}[p.Scheme]
		}
		g.mu.Lock()
		g.proxies[net.JoinHostPort(p.Hostname(), port)] = true
		g.mu.Unlock()
	}
	return p, err
}

func (g *guard) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("dialling: %w", err)
	}
	if dial := g.hosts[strings.ToLower(host)]; dial != nil {
		return dial(ctx, network, addr)
	}
	d := net.Dialer{Timeout: dialTimeout, KeepAlive: dialTimeout, Control: g.control}
	g.mu.Lock()
	if g.proxies[addr] {
		d.Control = nil // the user chose it, and chose it where it stands
	}
	g.mu.Unlock()
	return d.DialContext(ctx, network, addr)
}

// control sees the address that a name resolved to, just before connecting,
// so a name that changes its mind between check and use gains nothing.
func (g *guard) control(_, addr string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(addr)
	if err != nil || g.refuses(ap.Addr()) {
		return errRefusedAddress
	}
	return nil
}

func (g *guard) refuses(ip netip.Addr) bool {
	if address.Loopback(ip) {
		return !g.allowLoopback
	}
	return address.Private(ip)
}
