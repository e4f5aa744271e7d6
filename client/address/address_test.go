package address_test

import (
	"errors"
	"net/netip"
	"testing"

	"seedreel/client/address"
)

func check(link string) error {
	u, err := address.Parse(link)
	if err != nil {
		return err
	}
	return address.Check(u, false)
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for link, public := range map[string]bool{
		"https://example.com/a.png": true, "https://93.184.216.34/a.png": true, "https://[2606:2800:220:1:248:1893:25c8:1946]/a": true,
		"https://198.18.0.7/a": true, "https://a.home.example/x": true, "https://localhost.example.com/x": true, "https://9gag.com/x": true,
		"http://example.com/a.png": false, "ftp://example.com/a": false, "file:///etc/passwd": false, "javascript:alert(1)": false, "/x/y.png": false, "": false,
		"https:///x": false, "https://user@example.com/": false, "https://example.com:x/": false,
		"https://localhost/a": false, "https://LOCALHOST./a": false, "https://a.localhost/": false, "https://127.0.0.1/": false, "https://127.8.9.1:99/": false,
		"https://[::1]/": false, "https://[::ffff:127.0.0.1]/": false, "https://[::127.0.0.1]/": false, "https://0/": false, "https://0.0.0.0/": false,
		"https://[::]/": false, "https://10.1.2.3/": false, "https://172.16.0.1/": false, "https://192.168.1.1/": false, "https://169.254.169.254/latest/meta-data": false,
		"https://[fe80::1%25eth0]/": false, "https://[fd00::1]/": false, "https://[fec0::1]/": false, "https://100.100.100.200/": false, "https://192.0.0.192/": false,
		"https://224.0.0.1/": false, "https://255.255.255.255/": false, "https://[64:ff9b::a00:1]/": false, "https://[2002:a00:1::]/": false,
		"https://2130706433/": false, "https://0x7f000001/": false, "https://127.1/": false, "https://0x7f.0x1/": false, "https://0177.0.0.1/": false,
		"https://１２７.0.0.1/": false, "https://nas/a.png": false, "https://printer.local/": false, "https://metadata.google.internal/": false, "https://fritz.home.arpa/": false,
	} {
		if err := check(link); (err == nil) != public {
			t.Errorf("%s: %v, want public %v", link, err, public)
		}
	}
	if err := check("https://127.0.0.1/"); !errors.Is(err, address.ErrLoopback) || !errors.Is(err, address.ErrPrivate) {
		t.Errorf("this machine: %v", err)
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for ip, want := range map[string][2]bool{ // private, loopback
		"127.0.0.1": {true, true}, "::1": {true, true}, "::ffff:127.0.0.1": {true, true}, "::127.0.0.1": {true, true}, "64:ff9b::7f00:1": {true, true},
		"::": {true, false}, "10.0.0.1": {true, false}, "8.8.8.8": {false, false}, "::ffff:8.8.8.8": {false, false}, "64:ff9b::808:808": {false, false},
		"2002:808:808::1": {false, false}, "2001:4860:4860::8888": {false, false},
	} {
		a := netip.MustParseAddr(ip)
		if address.Private(a) != want[0] || address.Loopback(a) != want[1] {
			t.Errorf("%s: private %v, loopback %v, want %v", ip, address.Private(a), address.Loopback(a), want)
		}
	}
}
