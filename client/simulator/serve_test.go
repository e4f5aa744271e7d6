package simulator_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"seedreel/client/simulator"
)

func TestPipe(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	base, dial, stop := b.s.Pipe()
	web := http.Client{Transport: &http.Transport{DialContext: dial}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/api/v3/"+liteT2V, strings.NewReader(`{"prompt":"a","duration":2}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer k")
	res, err := web.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err := errors.Join(err, res.Body.Close()); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("status %d: %s (%v)", res.StatusCode, body, err)
	}
	if !strings.Contains(string(body), base+"/api/v3/predictions/") {
		t.Errorf("links do not lead back into the pipe: %s", body)
	}
	stop()
	stop()
	if _, err := dial(t.Context(), "tcp", "x:80"); !errors.Is(err, net.ErrClosed) {
		t.Errorf("dialling after the end: %v", err)
	}
	web.CloseIdleConnections()
}

func TestPipeKeepsDeadlines(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		_, dial, stop := b.s.Pipe()
		conn, err := dial(t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.SetReadDeadline(time.Now().Add(time.Second)); err != nil {
			t.Fatal(err)
		}
		var late net.Error
		if _, err := conn.Read(make([]byte, 1)); !errors.As(err, &late) || !late.Timeout() {
			t.Errorf("reading past the deadline: %v", err)
		}
		stop()
		if _, err := conn.Read(make([]byte, 1)); err == nil {
			t.Error("the connection lives on after the end")
		}
	})
}

func TestServe(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- simulator.Serve(ctx, ln, b.s) }()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+ln.Addr().String()+"/v2/x", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	web := http.Client{Transport: &http.Transport{}}
	res, err := web.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusUnauthorized {
		t.Errorf("status %d (%v)", res.StatusCode, err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("ending: %v", err)
	}
	web.CloseIdleConnections()
	if err := simulator.Serve(t.Context(), ln, b.s); err == nil {
		t.Error("serving on a closed listener is no error")
	}
}

// A page that has its own name lead to this machine is refused: only names and
// addresses of this machine are served.
func TestServeChecksTheHost(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ln, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- simulator.Serve(ctx, ln, b.s) }()
	for host, want := range map[string]int{
		"127.0.0.1:80": http.StatusOK, "127.0.0.1": http.StatusOK, "localhost:9": http.StatusOK, "[::1]:80": http.StatusOK, "[::1]": http.StatusOK, "LOCALHOST.": http.StatusOK,
		"evil.example": http.StatusMisdirectedRequest, "127.0.0.1.evil.example": http.StatusMisdirectedRequest, "10.0.0.1": http.StatusMisdirectedRequest,
		"localhost.evil.example:80": http.StatusMisdirectedRequest, "0.0.0.0": http.StatusMisdirectedRequest,
	} {
		for _, path := range []string{"/api/v3/balance", simulator.ControlPath + "tasks"} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+ln.Addr().String()+path, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			req.Host = host
			req.Header.Set("Authorization", "Bearer k")
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatalf("%s: %v", host, err)
			}
			if err := res.Body.Close(); err != nil {
				t.Error(err)
			}
			if refused := res.StatusCode == http.StatusMisdirectedRequest; refused != (want == http.StatusMisdirectedRequest) {
				t.Errorf("%s for %s: status %d, want %d", path, host, res.StatusCode, want)
			}
		}
	}
	http.DefaultClient.CloseIdleConnections()
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// A body that is announced as too large is refused before any of it is sent.
func TestALargeBodyIsRefusedUnread(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	body := &counted{}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v3/"+liteT2V, body)
	r.ContentLength = 74 << 20
	r.Header.Set("Authorization", "Bearer k")
	w := httptest.NewRecorder()
	b.s.ServeHTTP(w, r)
	if w.Code != http.StatusRequestEntityTooLarge || body.n > 0 {
		t.Errorf("status %d after %d bytes", w.Code, body.n)
	}
}

// counted is a body without an end.
type counted struct{ n int }

func (c *counted) Read(b []byte) (int, error) {
	c.n += len(b)
	return len(b), nil
}
