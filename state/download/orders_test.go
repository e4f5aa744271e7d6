package download

import (
	"context"
	"net"
	"strings"
	"testing"
)

func TestBusy(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p, err := openPart(dir, "j")
	if err != nil {
		t.Fatal(err)
	}
	o := Order{URL: "http://localhost:1", Dir: dir, Name: "n", JobID: "j"}
	d := newDownloader(t, Options{})
	if _, err := d.Get(t.Context(), o); KindOf(err) != Busy {
		t.Errorf("got %v", err)
	}
	p.close()
	if _, err := d.Get(t.Context(), o); KindOf(err) != Network {
		t.Errorf("after the other let go: %v", err)
	}
}

func TestBadOrders(t *testing.T) {
	t.Parallel()
	d, dir := newDownloader(t, Options{}), t.TempDir()
	for _, o := range []Order{
		{Dir: dir, Name: "n", JobID: "../j"},
		{Dir: dir, Name: "n", JobID: ""},
		{Dir: dir, Name: "../n", JobID: "j"},
		{Dir: dir, Name: ".n", JobID: "j"},
		{Dir: dir, Name: "", JobID: "j"},
		{Dir: dir, Name: strings.Repeat("n", 200), JobID: "j"},
		{Dir: "", Name: "n", JobID: "j"},
	} {
		o.URL = "http://localhost:1"
		if _, err := d.Get(t.Context(), o); KindOf(err) != Refused {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if got := files(t, dir); got != "" {
		t.Errorf("left over: %s", got)
	}
}

// TestDialHosts reaches a host that only exists in this process.
func TestDialHosts(t *testing.T) {
	t.Parallel()
	clip := film(1, 1000)
	s := serve(t, whole(clip, `"v"`))
	dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, s.Listener.Addr().String())
	}
	d := New(Options{DialHosts: map[string]DialFunc{"CDN.simulator.invalid": dial}})
	t.Cleanup(d.Close)
	r, err := d.Get(t.Context(), Order{URL: "http://cdn.simulator.invalid/x", Dir: t.TempDir(), Name: "n", JobID: "j"})
	if err != nil {
		t.Fatal(err)
	}
	want(t, r.Path, clip)
}
