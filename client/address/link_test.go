package address_test

import (
	"errors"
	"net/netip"
	"testing"

	"seedreel/client/address"
)

func TestRefused(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "0.0.0.0", "0.1.2.3", "224.0.0.1", "255.255.255.255",
		"240.0.0.1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::a00:1",
		"2002:a00:1::1", "2002:a9fe:a9fe::",
	} {
		for _, loopback := range []bool{false, true} {
			if !address.Refused(netip.MustParseAddr(s), loopback) {
				t.Errorf("%s passes, loopback %v", s, loopback)
			}
		}
	}
	for _, s := range []string{"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"} {
		ip := netip.MustParseAddr(s)
		if !address.Refused(ip, false) || address.Refused(ip, true) {
			t.Errorf("%s is not taken for loopback", s)
		}
	}
	for _, s := range []string{"1.1.1.1", "198.18.0.7", "2606:4700::1111", "64:ff9b::101:101", "172.32.0.1", "100.128.0.1"} {
		if address.Refused(netip.MustParseAddr(s), false) {
			t.Errorf("%s is refused", s)
		}
	}
	if !address.Refused(netip.Addr{}, true) {
		t.Error("no address passes")
	}
}

func TestCheckWhereTheServiceRuns(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		link         string
		away, inside bool // passes with a service elsewhere, with one on this machine
		private      bool
	}{
		{"https://cdn.example/a?sig=1", true, true, false},
		{"http://cdn.example/a", false, false, false},
		{"https://user:pw@cdn.example/a", false, false, false},
		{"https:///a", false, false, false},
		{"ftp://cdn.example/a", false, false, false},
		{"file:///etc/passwd", false, false, false},
		{"http://127.0.0.1:80/a", false, true, true},
		{"https://LOCALHOST/a", false, true, true},
		{"https://sub.localhost./a", false, true, true},
		{"https://[::1]/a", false, true, true},
		{"https://10.0.0.1/a", false, false, true},
		{"https://169.254.169.254/latest", false, false, true},
		{"https://[fd00:ec2::254]/a", false, false, true},
		{"https://[::ffff:192.168.0.1]/a", false, false, true},
	} {
		u, err := address.Parse(tt.link)
		for loopback, want := range map[bool]bool{false: tt.away, true: tt.inside} {
			got := err
			if got == nil {
				got = address.Check(u, loopback)
			}
			if (got == nil) != want {
				t.Errorf("%s, loopback %v: %v", tt.link, loopback, got)
			}
			if tt.private && !loopback && !errors.Is(got, address.ErrPrivate) {
				t.Errorf("%s: %v", tt.link, got)
			}
		}
	}
}
