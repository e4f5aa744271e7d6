package rest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
)

// foreign is the context key under which a request to a host that a service
// named carries that host's address.
type foreign struct{}

var errPrivate = errors.New("the service points at an address that is not public")

// dialNet opens a connection to the net. What a service names for an upload
// must be public, so that a wrong answer cannot make this machine talk to its
// own network; and a name under localhost must lead to loopback, because the
// key goes there unencrypted.
func (c *Client) dialNet(ctx context.Context, network, addr string) (net.Conn, error) {
	d := net.Dialer{Timeout: dialPatience, ControlContext: c.guard(ctx, addr)}
	return d.DialContext(ctx, network, addr)
}

// guard gives the check of the addresses that addr resolves to, nil for none.
func (c *Client) guard(ctx context.Context, addr string) control {
	if c.loopback {
		if host, _, err := net.SplitHostPort(addr); err == nil && isLoopback(host) {
			return allowing(netip.Addr.IsLoopback)
		}
		return nil
	}
	if target, ok := ctx.Value(foreign{}).(string); ok && target == addr { // else it is the user's own proxy
		return allowing(isPublic)
	}
	return nil
}

// control is net.Dialer's hook between resolving and connecting.
type control = func(ctx context.Context, network, addr string, _ syscall.RawConn) error

func allowing(ok func(netip.Addr) bool) control {
	return func(_ context.Context, _, addr string, _ syscall.RawConn) error {
		ap, err := netip.ParseAddrPort(addr)
		if err != nil {
			return fmt.Errorf("checking an address: %w", err)
		}
		if !ok(ap.Addr().Unmap()) {
			return errPrivate
		}
		return nil
	}
}

func isPublic(ip netip.Addr) bool { return ip.IsGlobalUnicast() && !ip.IsPrivate() }

// checkLink takes an upload link that a service gave: https anywhere, http only
// to this machine and only when the service itself runs here.
func (c *Client) checkLink(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, bare(err)
	}
	here := isLoopback(u.Hostname())
	switch {
	case u.Hostname() == "" || u.User != nil:
		return nil, errors.New("the service's link names no host")
	case here && !c.loopback:
		return nil, errPrivate
	case u.Scheme == "https", u.Scheme == "http" && here:
		return u, nil
	}
	return nil, fmt.Errorf("the service's link is not https but %q", u.Scheme)
}

// dialAddr is the address that the transport will dial for a link.
func dialAddr(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = "443"
		if u.Scheme == "http" {
			port = "80"
		}
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// sameOrigin tells whether a request goes to where the key belongs.
func (c *Client) sameOrigin(u *url.URL) bool {
	return u.Scheme == c.base.Scheme && strings.EqualFold(dialAddr(u), dialAddr(c.base))
}
