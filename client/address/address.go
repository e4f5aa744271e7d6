// Package address decides where a link that a service gave may lead. The same
// rule holds for fetching a clip and for handing a file over: a wrong or
// hostile answer must not make this machine talk to its own network.
package address

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// ErrPrivate is below every refusal of an address.
var ErrPrivate = errors.New("the link leads to an address inside a private network")

// Parse reads a link and checks its shape: a host, no user name, http or
// https. Errors do not quote the link, as links are signed.
func Parse(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, errors.New("the link is no URL")
	}
	return u, Shape(u)
}

// Shape returns what is wrong with a link wherever it leads.
func Shape(u *url.URL) error {
	switch {
	case u.Hostname() == "":
		return errors.New("the link names no host")
	case u.User != nil:
		return errors.New("the link holds a user name")
	case u.Scheme != "https" && u.Scheme != "http":
		return fmt.Errorf("the scheme of the link is %q, want https", u.Scheme)
	}
	return nil
}

// Check returns what is wrong with a link: it must be https, or lead to this
// machine where loopback is allowed because the service itself runs here. A
// bare address is judged at once, as a proxy would not; what a name leads to
// is for Refused, between resolving and connecting.
func Check(u *url.URL, loopback bool) error {
	if err := Shape(u); err != nil {
		return err
	}
	here := Loopback(u.Hostname())
	if here && !loopback {
		return ErrPrivate
	}
	if u.Scheme == "http" && !here {
		return errors.New("the link is not https")
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && Refused(ip, loopback) {
		return ErrPrivate
	}
	return nil
}

// Loopback reports whether a host is this machine by its name or number.
func Loopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && plain(ip).IsLoopback()
}

// sharedSpace holds the metadata service of one large cloud, beside carriers'
// inner networks (RFC 6598). 198.18.0.0/15 is not refused: local proxies give
// it out in place of real addresses.
var sharedSpace = netip.MustParsePrefix("100.64.0.0/10")

// nat64 and sixToFour wrap an IPv4 address: in the last four bytes (RFC 6052),
// and behind the first two (RFC 3056).
var (
	nat64     = netip.MustParsePrefix("64:ff9b::/96")
	sixToFour = netip.MustParsePrefix("2002::/16")
)

// plain takes an IPv4 address out of its wrapping.
func plain(ip netip.Addr) netip.Addr {
	ip = ip.Unmap().WithZone("")
	switch b := ip.As16(); {
	case nat64.Contains(ip):
		return netip.AddrFrom4([4]byte(b[12:]))
	case sixToFour.Contains(ip):
		return netip.AddrFrom4([4]byte(b[2:6]))
	}
	return ip
}

// Refused reports whether an address is none that a link may lead to:
// loopback, unless that is allowed, and everything that is not public.
func Refused(ip netip.Addr, loopback bool) bool {
	ip = plain(ip)
	if ip.IsLoopback() {
		return !loopback
	}
	first := byte(0)
	if ip.Is4() {
		first = ip.As4()[0]
	}
	return !ip.IsValid() || ip.IsPrivate() || ip.IsLinkLocalUnicast() || ip.IsMulticast() || ip.IsUnspecified() ||
		sharedSpace.Contains(ip) || ip.Is4() && (first == 0 || first >= 240)
}
