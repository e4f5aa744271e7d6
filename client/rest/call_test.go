package rest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"seedreel/client"
	"seedreel/client/address"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestDyingConnectionsNeverRepeatAPost uses real sockets: a reset is not the
// same as an end of file, and only the kernel makes one.
func TestDyingConnectionsNeverRepeatAPost(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		at   func(r *bufio.Reader, conn net.Conn) // what happens before the reset
		want client.Kind
	}{
		{"after the header", func(r *bufio.Reader, _ net.Conn) { _, _ = http.ReadRequest(r) }, client.KindUncertain},
		{"after the request", func(r *bufio.Reader, _ net.Conn) { drain(r) }, client.KindUncertain},
		{"in the answer", func(r *bufio.Reader, conn net.Conn) {
			drain(r)
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
		}, client.KindUncertain},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var lc net.ListenConfig
			l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			var conns atomic.Int32
			done := make(chan struct{})
			go func() {
				defer close(done)
				for {
					conn, err := l.Accept()
					if err != nil {
						return
					}
					conns.Add(1)
					tc.at(bufio.NewReader(conn), conn)
					if tcp, ok := conn.(*net.TCPConn); ok {
						_ = tcp.SetLinger(0) // close with a reset
					}
					_ = conn.Close()
				}
			}()
			c := newClient(t, Config{Base: "http://" + l.Addr().String()})
			// Both headers make net/http repeat a POST by itself.
			h := http.Header{"Idempotency-Key": {"k"}, "X-Idempotency-Key": {"k"}}
			for range 5 {
				body := bytes.Repeat([]byte("x"), 1<<20)
				err := c.Post(t.Context(), Call{Op: "submitting", Path: "/order", Header: h}, body, hasID)
				if client.KindOf(err) != tc.want {
					t.Errorf("Post = %v, want kind %q", err, tc.want)
				}
			}
			_ = l.Close()
			<-done
			if got := conns.Load(); got != 5 {
				t.Errorf("5 POSTs became %d at the service", got)
			}
		})
	}
}

func drain(r *bufio.Reader) {
	if req, err := http.ReadRequest(r); err == nil {
		_, _ = io.Copy(io.Discard, req.Body)
	}
}

func TestPostsTakeFreshConnections(t *testing.T) {
	t.Parallel()
	var fresh, posts atomic.Int32
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		posts.Add(1)
		if r.Header.Get("Idempotency-Key") != "" || r.Header.Get("X-Idempotency-Key") != "" || r.ProtoMajor != 1 || r.ContentLength != 2 {
			t.Errorf("odd request: %v %v, %d bytes", r.Proto, r.Header, r.ContentLength)
		}
		_, _ = io.WriteString(w, `{"id":"a"}`)
	}))
	s.Config.ConnState = func(_ net.Conn, st http.ConnState) {
		if st == http.StateNew {
			fresh.Add(1)
		}
	}
	s.Start()
	defer s.Close()
	c := newClient(t, Config{Base: s.URL})
	for range 3 {
		h := http.Header{"Idempotency-Key": {"k"}, "X-Idempotency-Key": {"k"}}
		if err := c.Post(t.Context(), Call{Op: "submitting", Path: "/", Header: h}, []byte("{}"), hasID); err != nil {
			t.Error(err)
		}
	}
	if fresh.Load() != 3 || posts.Load() != 3 {
		t.Errorf("3 POSTs took %d connections and arrived %d times", fresh.Load(), posts.Load())
	}
}

func TestKindsOfAGet(t *testing.T) {
	t.Parallel()
	rows := []row{
		{name: "200", serve: status("200 OK", "", `{"id":"a"}`)},
		{name: "refused", dial: fails(&net.OpError{Op: "dial", Err: errors.New("refused")}), want: client.KindNotSent},
		{name: "reset", serve: func(w *world, conn net.Conn) { w.take(conn) }, want: client.KindUnavailable},
		{name: "hang", serve: hangs, want: client.KindUnavailable, is: os.ErrDeadlineExceeded},
		{name: "cut", serve: answers("HTTP/1.1 200 OK\nContent-Length: 99\n\n{"), want: client.KindUnavailable},
		{name: "HTML", serve: status("200 OK", "", "<html>"), want: client.KindUnavailable},
		{name: "endless", serve: status("200 OK", "", strings.Repeat("[", MaxBody+1)), want: client.KindUnavailable, is: errTooLong},
		{name: "302", serve: status("302 Found", "Location: /x\n", ""), want: client.KindUnavailable},
		{name: "400", serve: status("400 Bad", "", ""), want: client.KindInvalid},
		{name: "401", serve: status("401 No", "", ""), want: client.KindUnauthorized},
		{name: "403", serve: status("403 No", "", ""), want: client.KindUnauthorized},
		{name: "403 funds", serve: status("403 No", "", `{"kind":"funds"}`), want: client.KindNoFunds},
		{name: "404", serve: status("404 None", "", ""), want: client.KindNotFound},
		{name: "408", serve: status("408 Slow", "", ""), want: client.KindUnavailable},
		{name: "429", serve: status("429 Many", "", ""), want: client.KindRateLimited},
		{name: "429 with seconds", serve: status("429 Many", "Retry-After: 3\n", ""), want: client.KindRateLimited, wait: 3 * time.Second},
		{name: "500", serve: status("500 Oops", "", ""), want: client.KindUnavailable},
		{name: "503", serve: status("503 Later", "Retry-After: 9\n", ""), want: client.KindUnavailable, wait: 9 * time.Second},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := &world{serve: r.serve}
				if r.dial == nil {
					r.dial = w.dial
				}
				c := newClient(t, Config{Base: "http://svc.localhost", Dial: r.dial})
				defer c.CloseIdle()
				start := time.Now()
				err := c.Get(t.Context(), Call{Op: "fetching", Path: "/x"}, hasID)
				if client.KindOf(err) != r.want || (err == nil) != (r.want == client.KindUnknown) {
					t.Errorf("Get = %v, want kind %q", err, r.want)
				}
				if r.is != nil && !errors.Is(err, r.is) {
					t.Errorf("Get = %v, want %v in its chain", err, r.is)
				}
				if e, ok := errors.AsType[*client.Error](err); ok && e.RetryAfter != r.wait {
					t.Errorf("wait = %v, want %v", e.RetryAfter, r.wait)
				}
				if took := time.Since(start); took > getPatience {
					t.Errorf("took %v", took)
				}
			})
		})
	}
}

func TestTheKeyGoesToItsHostOnly(t *testing.T) {
	t.Parallel()
	var seen []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Method+" "+r.URL.Path+" "+r.Header.Get("Authorization")+" "+r.UserAgent())
		_, _ = io.WriteString(w, `{"id":"a"}`)
	}))
	defer s.Close()
	c := newClient(t, Config{Base: s.URL + "/root", Version: "1.2"})
	defer c.CloseIdle()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	ok(c.Post(t.Context(), Call{Path: "/a/b"}, nil, hasID))
	ok(c.Get(t.Context(), Call{Path: "/c"}, hasID))
	ok(c.Upload(t.Context(), Call{
		Method: http.MethodPut, Link: s.URL + "/d?sig=1", Header: http.Header{"Authorization": {"Bearer other"}},
		Body: io.NopCloser(strings.NewReader("hi")), Size: 2,
	}, nil))
	want := []string{
		"POST /root/a/b Bearer " + canary + " seedreel/1.2",
		"GET /root/c Bearer " + canary + " seedreel/1.2",
		"PUT /d  seedreel/1.2",
	}
	if strings.Join(seen, "\n") != strings.Join(want, "\n") {
		t.Errorf("the service saw\n%s\nwant\n%s", strings.Join(seen, "\n"), strings.Join(want, "\n"))
	}
}

func TestSameOrigin(t *testing.T) {
	t.Parallel()
	c := newClient(t, Config{Base: "https://API.example.com/v1"})
	for raw, want := range map[string]bool{
		"https://api.example.com/other": true, "https://api.example.com:443/": true,
		"http://api.example.com/": false, "https://api.example.com:8443/": false,
		"https://api.example.com.evil.net/": false, "https://example.com/": false,
	} {
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.sameOrigin(u); got != want {
			t.Errorf("sameOrigin(%s) = %v", raw, got)
		}
	}
}

func TestAMissingKeySendsNothing(t *testing.T) {
	t.Parallel()
	c, err := New("svc", Config{Base: "https://api.example.com", Dial: fails(errors.New("dialed"))}, testFault)
	if err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"Post": c.Post(t.Context(), Call{}, nil, hasID),
		"Get":  c.Get(t.Context(), Call{}, hasID),
	} {
		if client.KindOf(err) != client.KindUnauthorized || !errors.Is(err, errNoKey) {
			t.Errorf("%s = %v, want that no key is set", name, err)
		}
	}
}

func TestAnEchoedKeyIsRedacted(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"message":"bad key `+canary+`","code":"`+canary+`"}`)
	}))
	defer s.Close()
	c := newClient(t, Config{Base: s.URL})
	err := c.Post(t.Context(), Call{Op: "submitting"}, nil, hasID)
	if err == nil || strings.Contains(err.Error(), canary) || !strings.Contains(err.Error(), "bad key [redacted]") {
		t.Errorf("error = %v, want the key redacted", err)
	}
}

// slowly gives one byte a step and waits in between.
type slowly struct {
	left int
	wait time.Duration
}

func (s *slowly) Read(p []byte) (int, error) {
	if s.left == 0 {
		return 0, io.EOF
	}
	time.Sleep(s.wait) // in a bubble: no time passes outside
	s.left--
	p[0] = 'x'
	return 1, nil
}

func TestUploadsMayTakeLongButNotStandStill(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		wait time.Duration
		want client.Kind
	}{
		{"slow", sendPatience / 2, client.KindUnknown},
		{"dead", sendPatience * 2, client.KindUnavailable},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := &world{serve: status("200 OK", "", "")}
				c := newClient(t, Config{Base: "http://svc.localhost", Dial: w.dial})
				err := c.Upload(t.Context(), Call{
					Op: "uploading", Method: http.MethodPut, Link: "http://svc.localhost/up?sig=hush",
					Body: io.NopCloser(&slowly{left: 20, wait: tc.wait}), Size: 20,
				}, nil)
				if client.KindOf(err) != tc.want || (err == nil) != (tc.want == client.KindUnknown) {
					t.Errorf("Upload = %v, want kind %q", err, tc.want)
				}
				if err != nil && strings.Contains(err.Error(), "hush") {
					t.Errorf("the error holds the signature: %v", err)
				}
			})
		})
	}
}

func TestDialingIsGuarded(t *testing.T) {
	t.Parallel()
	away := newClient(t, Config{Base: "https://api.example.com"})
	here := newClient(t, Config{Base: "http://svc.localhost"})
	for _, tc := range []struct {
		name     string
		c        *Client
		foreign  string // what the service named
		addr, ip string // what is dialed, and where that leads
		ok       bool
	}{
		{"named, public", away, "up.example.net:443", "up.example.net:443", "93.184.216.34:443", true},
		{"named, loopback", away, "up.example.net:443", "up.example.net:443", "127.0.0.1:443", false},
		{"named, loopback in disguise", away, "up.example.net:443", "up.example.net:443", "[::ffff:127.0.0.1]:443", false},
		{"named, private", away, "up.example.net:443", "up.example.net:443", "192.168.1.1:443", false},
		{"named, link-local", away, "up.example.net:443", "up.example.net:443", "169.254.169.254:443", false},
		{"the user's proxy on the way to it", away, "up.example.net:443", "proxy:3128", "10.0.0.1:3128", true},
		{"the service itself", away, "", "api.example.com:443", "10.0.0.1:443", true},
		{"ours", here, "", "svc.localhost:80", "127.0.0.1:80", true},
		{"ours, led elsewhere by a name server", here, "", "svc.localhost:80", "203.0.113.9:80", false},
		{"named from here, private", here, "up.example.net:443", "up.example.net:443", "192.168.1.1:443", false},
		{"named from here, link-local", here, "up.example.net:443", "up.example.net:443", "169.254.169.254:443", false},
		{"named from here, shared space", here, "up.example.net:443", "up.example.net:443", "100.100.100.200:443", false},
		{"named from here, public", here, "up.example.net:443", "up.example.net:443", "93.184.216.34:443", true},
		{"named, carriers' inner network", away, "up.example.net:443", "up.example.net:443", "100.100.100.200:443", false},
		{"named, wrapped", away, "up.example.net:443", "up.example.net:443", "[64:ff9b::a00:1]:443", false},
		{"named, this network", away, "up.example.net:443", "up.example.net:443", "0.1.2.3:443", false},
		{"named, reserved", away, "up.example.net:443", "up.example.net:443", "240.0.0.1:443", false},
	} {
		ctx := t.Context()
		if tc.foreign != "" {
			ctx = context.WithValue(ctx, foreign{}, tc.foreign)
		}
		check := tc.c.guard(ctx, tc.addr)
		ok := check == nil || !errors.Is(check(ctx, "tcp", tc.ip, nil), address.ErrPrivate)
		if ok != tc.ok {
			t.Errorf("%s: allowed %v, want %v", tc.name, ok, tc.ok)
		}
	}
	ctx := context.WithValue(t.Context(), foreign{}, "127.0.0.1:9")
	if _, err := away.dialNet(ctx, "tcp", "127.0.0.1:9"); !errors.Is(err, address.ErrPrivate) {
		t.Errorf("dialing a loopback address that a service named: %v, want %v", err, address.ErrPrivate)
	}
}

func TestBodiesAreReadOnce(t *testing.T) {
	t.Parallel()
	c := newClient(t, Config{Base: "https://api.example.com"})
	call := Call{Method: http.MethodPost, Path: "/", Body: io.NopCloser(bytes.NewReader([]byte("{}"))), Size: 2}
	req, err := c.request(t.Context(), &call)
	if err != nil {
		t.Fatal(err)
	}
	if req.GetBody != nil {
		t.Error("GetBody lets net/http send the body again")
	}
}
