package rest

import (
	"errors"
	"io"
	"strings"
	"testing"

	"seedreel/client"
	"seedreel/client/secret"
)

func TestBaseMustBeSafe(t *testing.T) {
	t.Parallel()
	for base, safe := range map[string]bool{
		"https://api.wavespeed.ai":       true,
		"https://10.0.0.1/x":             true,
		"http://127.0.0.1:8080":          true,
		"http://127.9.8.7":               true,
		"http://[::1]:80/":               true,
		"http://localhost:1":             true,
		"http://LOCALHOST":               true,
		"http://wavespeed.localhost":     true,
		"http://api.wavespeed.ai":        false,
		"http://10.0.0.1":                false,
		"http://localhost.evil.net":      false,
		"http://notlocalhost":            false,
		"http://128.0.0.1":               false,
		"ftp://localhost":                false,
		"file:///etc/passwd":             false,
		"//localhost":                    false,
		"localhost:80":                   false,
		"":                               false,
		"https://":                       false,
		"https://user:pw@host":           false,
		"https://host?x=1":               false,
		"https://host#x":                 false,
		"https://host/%zz?token=secret1": false,
	} {
		_, err := New("svc", Config{Base: base}, testFault)
		if (err == nil) != safe {
			t.Errorf("New(%q) = %v, want safe %v", base, err, safe)
		}
		if err != nil && (strings.Contains(err.Error(), "secret1") || strings.Contains(err.Error(), "pw")) {
			t.Errorf("New(%q) repeats what may be secret: %v", base, err)
		}
	}
}

func TestKeysThatCannotBeSentAreRefusedAtOnce(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"a b", "a\nb", "käse", "a\x7f"} {
		_, err := New("svc", Config{Base: "https://host", Key: secret.New(key)}, testFault)
		if err == nil || strings.Contains(err.Error(), key) {
			t.Errorf("New with key %q = %v, want a refusal without the key", key, err)
		}
	}
}

func TestTransports(t *testing.T) {
	t.Parallel()
	away := newClient(t, Config{Base: "https://api.example.com"})
	here := newClient(t, Config{Base: "http://svc.localhost"})
	piped := newClient(t, Config{Base: "https://api.example.com", Dial: fails(io.EOF)})
	if away.oneShot.Proxy == nil || here.oneShot.Proxy != nil || piped.oneShot.Proxy != nil {
		t.Error("a proxy is for the net only: it would carry a loopback key elsewhere")
	}
	for _, c := range []*Client{away, here, piped} {
		if p := c.oneShot.Protocols; p == nil || !p.HTTP1() || p.HTTP2() || p.UnencryptedHTTP2() {
			t.Errorf("POSTs may go over %v, want HTTP/1 only", p)
		}
	}
}

func TestLinksOfAService(t *testing.T) {
	t.Parallel()
	away := newClient(t, Config{Base: "https://api.example.com"})
	here := newClient(t, Config{Base: "http://127.0.0.1:1"})
	for _, tc := range []struct {
		link       string
		away, here bool
	}{
		{"https://bucket.s3.amazonaws.com/x?sig=1", true, true},
		{"http://bucket.s3.amazonaws.com/x", false, false},
		{"http://127.0.0.1:9/x", false, true},
		{"https://localhost/x", false, true},
		{"https://user@host/x", false, false},
		{"ftp://127.0.0.1/x", false, false},
		{"https://10.0.0.1/x", false, false}, // also with a proxy, which would not look
		{"https://169.254.169.254/x", false, false},
		{"https://[fd00::1]/x", false, false},
		{"/x", false, false},
		{"://", false, false},
	} {
		if _, err := away.checkLink(tc.link); (err == nil) != tc.away {
			t.Errorf("from away: %q: %v, want ok %v", tc.link, err, tc.away)
		}
		if _, err := here.checkLink(tc.link); (err == nil) != tc.here {
			t.Errorf("from here: %q: %v, want ok %v", tc.link, err, tc.here)
		}
	}
	closed := &closing{}
	err := away.Upload(t.Context(), Call{Method: "PUT", Link: "http://evil/?sig=hush", Body: closed}, nil)
	if client.KindOf(err) != client.KindInvalid || strings.Contains(err.Error(), "hush") || !closed.done {
		t.Errorf("Upload to plain http = %v (body closed: %v)", err, closed.done)
	}
}

type closing struct{ done bool }

func (c *closing) Read([]byte) (int, error) { return 0, io.EOF }

func (c *closing) Close() error {
	if c.done {
		return errors.New("closed twice")
	}
	c.done = true
	return nil
}
