package rest

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"syscall"

	"seedreel/client"
	"seedreel/client/address"
)

// foreign is the context key for the address of a host that a service named,
// set on requests to that host.
type foreign struct{}

// dialNet opens a network connection. A host that a service names for an
// upload must be public, so that a wrong answer cannot make this machine talk
// to its own network; and a name under localhost must lead to loopback,
// because the key goes there unencrypted.
func (c *Client) dialNet(ctx context.Context, network, addr string) (net.Conn, error) {
	d := net.Dialer{Timeout: dialPatience, ControlContext: c.guard(ctx, addr)}
	return d.DialContext(ctx, network, addr)
}

// guard returns the check of the addresses that addr resolves to, nil for
// none.
func (c *Client) guard(ctx context.Context, addr string) control {
	if c.loopback {
		if host, _, err := net.SplitHostPort(addr); err == nil && address.LoopbackHost(host) {
			return allowing(netip.Addr.IsLoopback)
		}
		return allowing(isPublic) // there is no proxy on the way to this machine
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
		if !ok(ap.Addr().Unmap().WithZone("")) {
			return address.ErrPrivate
		}
		return nil
	}
}

func isPublic(ip netip.Addr) bool { return !address.Refused(ip, false) }

// checkLink checks a link from a service, by the rule for links to clips.
func (c *Client) checkLink(raw string) (*url.URL, error) {
	u, err := address.Parse(raw)
	if err != nil {
		return nil, err
	}
	return u, address.Check(u, c.loopback)
}

// CheckLink returns an *Error for a link of an upload that the service named and
// that must not be part of a request: it would be paid for, and kept. The rule
// is that for links to clips.
func (c *Client) CheckLink(op, raw string) error {
	if _, err := c.checkLink(raw); err != nil {
		return &client.Error{
			Kind: client.KindUnavailable, Provider: c.name, Op: op, Message: c.key.Redact("the link it gave cannot be used: " + err.Error()), Err: err,
		}
	}
	return nil
}

// dialAddr returns the address that the transport will dial for a link.
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

// sameOrigin reports whether a request goes to where the key belongs.
func (c *Client) sameOrigin(u *url.URL) bool {
	return u.Scheme == c.base.Scheme && strings.EqualFold(dialAddr(u), dialAddr(c.base))
}
