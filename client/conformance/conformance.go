// Package conformance holds the tests that every service has to pass: its
// provider against its own practice twin. A service's tests call Test with its
// descriptor; what only that service does stays in its own tests.
package conformance

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"seedreel/assets"
	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/rest"
	"seedreel/client/secret"
	"seedreel/client/service"
	"seedreel/client/simulator"
	"seedreel/client/usd"
)

// canary is the key in use: no error may repeat it.
const canary = "canary-key-4711"

// longEnough exceeds the time any clip takes.
const longEnough = 40 * time.Minute

// Test runs all tests against a service's provider and twin, with the models
// of the catalogue.
func Test(t *testing.T, d service.Descriptor) {
	t.Helper()
	for _, c := range []struct {
		name string
		run  func(*bench)
	}{
		{"SubmitsOnce", submitsOnce},
		{"AnswersThatDoNotArrive", answersThatDoNotArrive},
		{"RefusedSubmits", refusedSubmits},
		{"AsksToWait", asksToWait},
		{"KeysStayInside", keysStayInside},
		{"EmptyAccount", emptyAccount},
		{"FetchesToTheEnd", fetchesToTheEnd},
		{"Failures", failures},
		{"UnknownID", unknownID},
		{"EveryModel", everyModel},
		{"Money", money},
		{"Records", records},
		{"LostAnswers", lostAnswers},
		{"UnknownClocks", unknownClocks},
		{"Seedless", seedless},
		{"Models", models},
		{"Rewrites", rewrites},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { c.run(start(t, d, simulator.DefaultBalance)) })
		})
	}
}

// bench is a provider and its twin, on a clock of their own.
type bench struct {
	*testing.T
	d     service.Descriptor
	cat   *catalogue.Catalogue
	sim   *simulator.Simulator
	p     client.Provider
	dial  func(ctx context.Context, network, addr string) (net.Conn, error)
	posts atomic.Int32
}

func start(t *testing.T, d service.Descriptor, balance usd.Micro) *bench {
	t.Helper()
	return startAt(t, d, balance, 0)
}

// startAt is like start for a service whose clock is off.
func startAt(t *testing.T, d service.Descriptor, balance usd.Micro, skew time.Duration) *bench {
	t.Helper()
	b := &bench{T: t, d: d}
	var err error
	if b.cat, err = catalogue.Load(assets.Models()); err != nil {
		t.Fatal(err)
	}
	b.sim, err = simulator.New(simulator.Options{
		Catalogue: catalogue.NewShelf(b.cat), Now: func() time.Time { return time.Now().Add(skew) }, Dialects: []simulator.NewDialect{d.Simulate}, Balance: &balance,
	})
	if err != nil {
		t.Fatal(err)
	}
	base, dial, stop := b.sim.Pipe()
	b.dial = dial
	t.Cleanup(stop)
	b.p, err = d.New(rest.Config{
		Base: base, Dial: dial, Key: secret.New(canary), Now: time.Now,
		Observe: func(r *http.Request, _ int, _ time.Duration, _ error) {
			if r.Method == http.MethodPost {
				b.posts.Add(1)
			}
		},
	}, d.Defaults())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if c, ok := b.p.(interface{ CloseIdle() }); ok {
			c.CloseIdle()
		}
	})
	return b
}

// clip returns a request for a clip from text, with a seed and a known price.
func (b *bench) clip(prompt string) client.Request {
	b.Helper()
	for _, m := range b.cat.All() {
		if m.Provider != b.d.ID || !m.MakesVideo() || m.Field(catalogue.RoleSeed) == nil {
			continue
		}
		v := m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text(prompt), catalogue.RoleSeed: catalogue.Int(42)})
		if len(catalogue.Validate(m, v, nil)) == 0 && catalogue.EstimatePrice(m, v, 0).Known {
			return client.Request{Model: m, Values: v, Token: "job-4711"}
		}
	}
	b.Fatalf("the catalogue has no clip of %s to try this with", b.d.ID)
	return client.Request{}
}

func (b *bench) script(f simulator.Fault) {
	b.Helper()
	if err := b.sim.Script(f); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) submit(r client.Request) client.Prediction {
	b.Helper()
	made, err := b.p.Submit(b.Context(), r)
	if err != nil {
		b.Fatal(err)
	}
	return made
}

// end polls until the clip has ended.
func (b *bench) end(m *catalogue.Model, id string) client.Prediction {
	b.Helper()
	last := client.StatusOther
	for begun := time.Now(); time.Since(begun) < longEnough; time.Sleep(5 * time.Second) {
		got, err := b.p.Fetch(b.Context(), m, id)
		if err != nil {
			b.Fatal(err)
		}
		if got.Status < last {
			b.Errorf("from status %d back to %d", last, got.Status)
		}
		if last = got.Status; last.Ended() {
			return got
		}
	}
	b.Fatalf("no end, at last status %d", last)
	return client.Prediction{}
}

func (b *bench) download(link string) []byte {
	b.Helper()
	if !strings.HasPrefix(link, simulator.BasePipe) {
		b.Fatalf("link %s", link)
	}
	way := &http.Transport{DialContext: b.dial}
	defer way.CloseIdleConnections()
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, link, http.NoBody)
	if err != nil {
		b.Fatal(err)
	}
	res, err := way.RoundTrip(req)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }() // only read from
	data, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		b.Fatalf("status %d, %v", res.StatusCode, err)
	}
	return data
}

// file returns a local picture.
func file(b *bench) client.File {
	b.Helper()
	data, ok := assets.SampleImage("lake.jpg")
	if !ok {
		b.Fatal("the picture is gone")
	}
	return client.File{
		Name: "lake.jpg", MIME: "image/jpeg", Size: int64(len(data)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil },
	}
}
