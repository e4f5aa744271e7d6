package download

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestLinks(t *testing.T) {
	t.Parallel()
	strict, loose := New(Options{}).guard, New(Options{AllowLoopback: true}).guard
	for _, c := range []struct {
		link        string
		strict, any bool // whether it is followed, without and with AllowLoopback
	}{
		{"https://cdn.example.com/a.mp4?x=1", true, true},
		{"https://93.184.216.34/a.mp4", true, true},
		{"http://cdn.example.com/a.mp4", false, false},
		{"ftp://cdn.example.com/a.mp4", false, false},
		{"file:///etc/passwd", false, false},
		{"https://user:pass@cdn.example.com/", false, false},
		{"https:///a", false, false},
		{"https://%zz", false, false},
		{"/a.mp4", false, false},
		{"", false, false},
		{"http://localhost:8080/a", false, true},
		{"http://cdn.localhost/a", false, true},
		{"http://127.0.0.9/a", false, true},
		{"http://[::1]:80/a", false, true},
		{"https://127.0.0.1/a", false, true},
		{"https://[::ffff:127.0.0.1]/a", false, true},
		{"https://169.254.169.254/latest/meta-data", false, false},
		{"https://10.0.0.1/", false, false},
		{"https://[fd00::1]/", false, false},
		{"https://0.0.0.0/", false, false},
		{"http://localhost.example.com/", false, false},
		{"https://" + strings.Repeat("a", maxURL), false, false},
	} {
		for _, g := range []struct {
			*guard
			ok bool
		}{{strict, c.strict}, {loose, c.any}} {
			if _, err := g.parse(c.link); (err == nil) != g.ok || err != nil && KindOf(err) != Refused {
				t.Errorf("%.60s (loopback allowed: %v): %v", c.link, g.allowLoopback, err)
			}
		}
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	g := New(Options{}).guard
	for _, a := range []string{
		"127.0.0.1:443", "10.1.2.3:443", "172.16.0.1:443", "192.168.1.1:443", "169.254.169.254:80", "100.100.100.200:80",
		"0.0.0.0:80", "0.1.2.3:80", "224.0.0.1:80", "255.255.255.255:80", "240.0.0.1:80", "[::1]:443", "[::]:443",
		"[fe80::1%eth0]:443", "[fc00::1]:443", "[ff02::1]:443", "[::ffff:10.0.0.1]:443", "[64:ff9b::a00:1]:443", "nonsense",
	} {
		if g.control("tcp", a, nil) == nil {
			t.Errorf("%s is dialled", a)
		}
	}
	for _, a := range []string{"93.184.216.34:443", "198.18.0.5:443", "[2606:2800:220:1::1]:443", "[64:ff9b::5db8:d822]:443"} {
		if err := g.control("tcp", a, nil); err != nil {
			t.Errorf("%s: %v", a, err)
		}
	}
	if New(Options{AllowLoopback: true}).guard.control("tcp", "127.0.0.1:80", nil) != nil {
		t.Error("loopback is refused where it is allowed")
	}
}

// TestNameToPrivateAddress: a name that looks public and resolves to a private
// address is detected when dialling.
func TestNameToPrivateAddress(t *testing.T) {
	t.Parallel()
	d := New(Options{})
	t.Cleanup(d.Close)
	_, err := d.Get(t.Context(), Order{URL: "https://localhost:1/a", Dir: t.TempDir(), Name: "n", JobID: "j"})
	if KindOf(err) != Refused {
		t.Errorf("got %v", err)
	}
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	clip := film(1, 1000)
	var referer string
	mux := http.NewServeMux()
	mux.HandleFunc("/clip", func(w http.ResponseWriter, r *http.Request) {
		referer = r.Referer()
		whole(clip, "")(w, r)
	})
	hop := func(from, to string) { mux.Handle(from, http.RedirectHandler(to, http.StatusFound)) }
	hop("/1", "/2")
	hop("/2", "/3")
	hop("/3", "/4")
	hop("/4", "/5")
	hop("/5", "/clip")
	hop("/0", "/1")
	hop("/plain", "http://cdn.example.com/a")
	hop("/meta", "https://169.254.169.254/a")
	hop("/loop", "/loop")
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	d := newDownloader(t, Options{})
	get := func(path string) error {
		_, err := d.Get(t.Context(), Order{URL: s.URL + path, Dir: t.TempDir(), Name: "n", JobID: "j"})
		return err
	}
	if err := get("/1?signature"); err != nil || referer != "" {
		t.Errorf("five redirects: %v, referer %q", err, referer)
	}
	for _, p := range []string{"/0", "/plain", "/meta", "/loop"} {
		if err := get(p); KindOf(err) != Refused {
			t.Errorf("%s: %v", p, err)
		}
	}
}

// TestProxy: a proxy may have a private address, as the user chose it; it is
// the only such address.
func TestProxy(t *testing.T) {
	t.Parallel()
	asked := ""
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r.Method + " " + r.Host
		http.Error(w, "no", http.StatusForbidden)
	})
	p, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	d := New(Options{Proxy: http.ProxyURL(p)})
	t.Cleanup(d.Close)
	_, err = d.Get(t.Context(), Order{URL: "https://cdn.example.com/a", Dir: t.TempDir(), Name: "n", JobID: "j"})
	if KindOf(err) != Network || asked != "CONNECT cdn.example.com:443" {
		t.Errorf("asked %q: %v", asked, err)
	}
	asked = ""
	_, err = d.Get(t.Context(), Order{URL: "https://10.0.0.1/a", Dir: t.TempDir(), Name: "n", JobID: "j"})
	if KindOf(err) != Refused || asked != "" {
		t.Errorf("asked %q: %v", asked, err)
	}
}
