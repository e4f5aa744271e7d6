package rest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"seedreel/client/secret"
)

// The service's time is read off any answer, also a refusal, and off none that
// cannot show it.
func TestAheadFollowsTheDateOfAnswers(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		header http.Header
		status int
		slow   time.Duration
		ahead  time.Duration
		known  bool
	}{
		"in step":       {http.Header{"Date": {now.Format(http.TimeFormat)}}, 200, 0, 0, true},
		"ahead":         {http.Header{"Date": {now.Add(20 * time.Minute).Format(http.TimeFormat)}}, 200, 0, 20 * time.Minute, true},
		"behind, a 502": {http.Header{"Date": {now.Add(-20 * time.Minute).Format(http.TimeFormat)}}, 502, 0, -20 * time.Minute, true},
		"no date":       {http.Header{"Date": nil}, 200, 0, 0, false},
		"rubbish":       {http.Header{"Date": {"yesterday"}}, 200, 0, 0, false},
		"from a cache":  {http.Header{"Date": {now.Format(http.TimeFormat)}, "Age": {"600"}}, 200, 0, 0, false},
		"a slow answer": {http.Header{"Date": {now.Format(http.TimeFormat)}}, 200, 10 * time.Second, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := now
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				for k, v := range c.header {
					w.Header()[k] = v
				}
				at = at.Add(c.slow)
				w.WriteHeader(c.status)
			}))
			defer srv.Close()
			cl, err := New("x", Config{Base: srv.URL, Key: secret.New("k"), Now: func() time.Time { return at }}, func(*Answer) Fault { return Fault{} })
			if err != nil {
				t.Fatal(err)
			}
			defer cl.CloseIdle()
			if _, known := cl.Ahead(now); known {
				t.Error("known before any answer")
			}
			_ = cl.Get(context.Background(), Call{Op: "asking", Path: "/"}, func(*Answer) bool { return true })
			ahead, known := cl.Ahead(now)
			if known != c.known || (ahead-c.ahead).Abs() > time.Second {
				t.Errorf("Ahead = %v, %t; want %v, %t", ahead, known, c.ahead, c.known)
			}
		})
	}
}

// Time that passes by the steady clock and the wall's alike is no step, and a
// time without the former, as from a disk, is measured by the latter.
func TestAheadHoldsWhileBothClocksAgree(t *testing.T) {
	t.Parallel()
	var c clock
	at := time.Now()
	c.see(http.Header{"Date": {at.UTC().Format(http.TimeFormat)}}, at, at)
	for name, x := range map[string]time.Time{"an hour later": at.Add(time.Hour), "from a disk": at.Round(0).Add(20 * time.Minute)} {
		if d, known := c.ahead(x); !known || d.Abs() > time.Second {
			t.Errorf("%s: %v, %t", name, d, known)
		}
	}
}
