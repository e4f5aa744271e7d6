package download

import (
	"context"
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

// guard decides where a download may lead. It checks each link, each redirect
// and each resolved address.
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

// client returns a client without cookies or credentials that asks for
// uncompressed bytes: offsets into a compressed body would mean nothing.
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

// observed is a transport that reports its requests.
type observed struct {
	*http.Transport
	opt *Options
}

// RoundTrip makes the request and reports it.
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
	u, err := address.Parse(raw)
	if err != nil {
		return nil, fail(Refused, op, err)
	}
	return u, g.check(u)
}

func (g *guard) check(u *url.URL) error {
	check := func() error { return address.Check(u, g.allowLoopback) }
	if g.hosts[strings.ToLower(u.Hostname())] != nil {
		check = func() error { return address.Shape(u) }
	}
	if err := check(); err != nil {
		return fail(Refused, "checking the link", err)
	}
	return nil
}

func (g *guard) redirect(req *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return fail(Refused, "following a redirect", fmt.Errorf("more than %d in a row", maxRedirects))
	}
	// The previous link is signed and must not reach the next host.
	req.Header.Del("Referer")
	return g.check(req.URL)
}

func (g *guard) proxy(req *http.Request) (*url.URL, error) {
	if g.pick == nil || g.hosts[strings.ToLower(req.URL.Hostname())] != nil {
		return nil, nil //nolint:nilnil // means "no proxy" to the transport
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
		d.Control = nil // the user chose it and its address
	}
	g.mu.Unlock()
	return d.DialContext(ctx, network, addr)
}

// control checks the address that a name resolved to just before connecting, so
// a name that resolves differently after the check gains nothing.
func (g *guard) control(_, addr string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(addr)
	if err != nil || address.Refused(ap.Addr(), g.allowLoopback) {
		return address.ErrPrivate
	}
	return nil
}
