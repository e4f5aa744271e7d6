// Package address is the single rule for where a link may lead that another
// party follows or supplied: to the public network, and not to this machine, a
// private network, or a cloud's own services.
package address

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// ErrPrivate is wrapped by every refusal of an address that is not public.
var ErrPrivate = errors.New("the link leads to an address inside a private network")

// ErrLoopback is ErrPrivate for this machine itself.
var ErrLoopback = fmt.Errorf("the link leads to this machine itself: %w", ErrPrivate)

var (
	// sharedSpace holds the metadata service of one large cloud, beside
	// carriers' inner networks (RFC 6598). 198.18.0.0/15 is not refused: local
	// proxies hand it out in place of real addresses.
	sharedSpace = netip.MustParsePrefix("100.64.0.0/10")
	// protocols holds the metadata service of another (RFC 6890).
	protocols = netip.MustParsePrefix("192.0.0.0/24")
	// siteLocal was for private networks before RFC 4193.
	siteLocal = netip.MustParsePrefix("fec0::/10")
	// The next prefixes wrap an IPv4 address: in the last four bytes (RFC
	// 6052, RFC 4291) and after the first two (RFC 3056).
	nat64      = netip.MustParsePrefix("64:ff9b::/96")
	compatible = netip.MustParsePrefix("::/96")
	sixToFour  = netip.MustParsePrefix("2002::/16")
)

// inner returns the IPv4 address wrapped in an IPv6 one, else ip itself.
func inner(ip netip.Addr) netip.Addr {
	ip = ip.Unmap().WithZone("")
	if ip.Is4() || ip.IsLoopback() || ip.IsUnspecified() {
		return ip
	}
	b := ip.As16()
	switch {
	case nat64.Contains(ip), compatible.Contains(ip):
		return netip.AddrFrom4([4]byte(b[12:]))
	case sixToFour.Contains(ip):
		return netip.AddrFrom4([4]byte(b[2:6]))
	}
	return ip
}

// Loopback reports whether an address is this machine's own.
func Loopback(ip netip.Addr) bool { return inner(ip).IsLoopback() }

// Private reports whether an address is not public; this machine's own
// addresses count as private.
func Private(ip netip.Addr) bool {
	ip = inner(ip)
	if ip.Is4() {
		if first := ip.As4()[0]; first == 0 || first >= 240 {
			return true
		}
	}
	return !ip.IsValid() || ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast() || ip.IsMulticast() || ip.IsUnspecified() ||
		sharedSpace.Contains(ip) || protocols.Contains(ip) || siteLocal.Contains(ip)
}

// insideNames are name suffixes that only a private network resolves: RFC
// 6761, 6762, 8375, and those that routers and clouds use.
var insideNames = []string{"local", "internal", "intranet", "lan", "home", "corp", "home.arpa", "localdomain"}

// LoopbackHost reports whether a host is this machine by its name or address.
func LoopbackHost(host string) bool {
	host = clean(host)
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && Loopback(ip)
}

// CheckHost refuses a host that is not public, as far as that shows without
// resolving it. The address behind a name is checked when it is dialled.
func CheckHost(host string) error {
	host = clean(host)
	if LoopbackHost(host) {
		return ErrLoopback
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		if Private(ip) {
			return ErrPrivate
		}
		return nil
	}
	last := host[strings.LastIndexByte(host, '.')+1:]
	switch {
	case host == "":
		return errors.New("the link names no host")
	case last != "" && strings.Trim(last, "0123456789") == "", strings.HasPrefix(last, "0x"):
		// Other address parsers accept numbers in other notations.
		return fmt.Errorf("the link's host is an address in an unusual notation: %w", ErrPrivate)
	case !strings.Contains(host, "."):
		return fmt.Errorf("the link's host has a name that only your own network knows: %w", ErrPrivate)
	case slices.ContainsFunc(insideNames, func(s string) bool { return strings.HasSuffix(host, "."+s) }):
		return fmt.Errorf("the link's host has a name that only a network inside knows: %w", ErrPrivate)
	}
	return nil
}

// clean folds what resolvers fold: letter case, wide forms, the final dot.
func clean(host string) string {
	return strings.TrimSuffix(strings.ToLower(norm.NFKC.String(host)), ".")
}

// Parse parses a link and checks its shape: a host, no user name, http or
// https. Errors do not quote the link, as links are signed.
func Parse(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, errors.New("the link is no URL")
	}
	return u, Shape(u)
}

// Shape returns what is wrong with a link, wherever it leads.
func Shape(u *url.URL) error {
	switch {
	case u.Hostname() == "":
		return errors.New("the link names no host")
	case u.User != nil:
		return errors.New("the link holds a user name")
	case u.Scheme != "https" && u.Scheme != "http":
		return fmt.Errorf("the scheme of the link is %.20q, want https", u.Scheme)
	}
	return nil
}

// Check returns what is wrong with a link: it must be https and lead to a
// public host, or lead to this machine where loopback is allowed because the
// service itself runs here. Names and bare addresses are judged at once,
// because a proxy would not check them; Refused checks the address behind a
// name, between resolving and connecting.
func Check(u *url.URL, loopback bool) error {
	if err := Shape(u); err != nil {
		return err
	}
	here := loopback && LoopbackHost(u.Hostname())
	if u.Scheme == "http" && !here {
		if err := CheckHost(u.Hostname()); err != nil {
			return err
		}
		return errors.New("the link is not https")
	}
	if here {
		return nil
	}
	return CheckHost(u.Hostname())
}

// Refused reports whether a link may not lead to an address: loopback, unless
// allowed, and everything that is not public.
func Refused(ip netip.Addr, loopback bool) bool {
	if Loopback(ip) {
		return !loopback
	}
	return Private(ip)
}
