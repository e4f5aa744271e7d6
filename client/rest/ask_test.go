package rest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"seedreel/client"
)

func TestAsk(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" || r.Header.Get("Authorization") == "" {
			t.Errorf("asked %s with %v", r.Method, r.Header)
		}
		switch r.URL.Path {
		case "/echo":
			_, _ = w.Write(body)
		case "/long":
			_, _ = io.WriteString(w, strings.Repeat("x", MaxBody+10))
		case "/slow":
			<-r.Context().Done()
		default:
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	t.Cleanup(s.Close)
	c := newClient(t, Config{Base: s.URL})
	var got string
	take := func(a *Answer) bool { got = string(a.Body); return a.Cut == nil }
	for _, tc := range []struct {
		call Call
		want client.Kind
		size int
	}{
		{Call{Path: "/echo"}, client.KindUnknown, 7},
		{Call{Path: "/long"}, client.KindUnavailable, 0},
		{Call{Path: "/long", Most: 2 * MaxBody}, client.KindUnknown, MaxBody + 10},
		{Call{Path: "/slow", Patience: 20 * time.Millisecond}, client.KindUnavailable, 0},
		// A query answered with 5xx may be repeated; it is not uncertain.
		{Call{Path: "/broken"}, client.KindUnavailable, 0},
	} {
		got = ""
		err := c.Ask(t.Context(), tc.call, []byte(`{"a":1}`), take)
		if client.KindOf(err) != tc.want || len(got) != tc.size {
			t.Errorf("Ask %s = %v with %d bytes, want %q with %d", tc.call.Path, err, len(got), tc.want, tc.size)
		}
	}
}

func TestPublicPathsGoWithoutTheKey(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			t.Error("the key went along")
		}
	}))
	t.Cleanup(s.Close)
	all := func(*Answer) bool { return true }
	bare, err := New("test", Config{Base: s.URL}, func(*Answer) Fault { return Fault{} })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(bare.CloseIdle)
	for _, c := range []*Client{bare, newClient(t, Config{Base: s.URL})} {
		if err := c.Get(t.Context(), Call{Path: "/models", Public: true}, all); err != nil {
			t.Errorf("Get = %v", err)
		}
	}
	if err := bare.Get(t.Context(), Call{Path: "/balance"}, all); client.KindOf(err) != client.KindUnauthorized {
		t.Errorf("Get without a key = %v, want unauthorized", err)
	}
}
