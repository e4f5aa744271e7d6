package simulator_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
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
