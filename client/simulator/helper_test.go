package simulator_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"seedreel/assets"
	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/client/simulator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	liteRef  = "bytedance/seedance-v1-lite/reference-to-video"
	liteT2V  = "bytedance/seedance-v1-lite-t2v-480p"
	liteI2V  = "bytedance/seedance-v1-lite-i2v-480p"
	aimlLite = "bytedance/seedance-1-0-lite-i2v"
	aimlOld  = "/v2/generate/video/bytedance/generation"
	aimlNew  = "/v2/video/generations"
)

func newClock() *clienttest.Clock {
	return clienttest.NewClock(time.Date(2026, 11, 21, 10, 0, 0, 123, time.UTC))
}

// bench is a simulator with a clock of its own, and a way to query it.
type bench struct {
	tb testing.TB
	s  *simulator.Simulator
	c  *clienttest.Clock
}

func newBench(tb testing.TB, change ...func(*simulator.Options)) *bench {
	tb.Helper()
	b := &bench{tb: tb, c: newClock()}
	o := simulator.Options{Catalogue: catalogue.NewShelf(clienttest.Catalogue(tb)), Dialects: all.Dialects(), Now: b.c.Now}
	for _, f := range change {
		f(&o)
	}
	s, err := simulator.New(o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	b.s = s
	return b
}

// do sends one request with a key and returns the recorded answer.
func (b *bench) do(method, target, body string, header ...string) *httptest.ResponseRecorder {
	b.tb.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Host = "sim.test"
	r.Header.Set("Authorization", "Bearer anything")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i+1] == "" {
			r.Header.Del(header[i])
		}
	}
	w := httptest.NewRecorder()
	b.s.ServeHTTP(w, r)
	return w
}

// fetch gets a link from the simulator, without a key.
func (b *bench) fetch(link string, header ...string) *httptest.ResponseRecorder {
	b.tb.Helper()
	path, ok := strings.CutPrefix(link, "http://sim.test")
	if !ok {
		b.tb.Fatalf("link %q does not start with the host of the request", link)
	}
	return b.do(http.MethodGet, path, "", append(header, "Authorization", "")...)
}

// tree is a JSON answer.
type tree map[string]any

func parse(tb testing.TB, w *httptest.ResponseRecorder) tree {
	tb.Helper()
	var t tree
	if err := json.Unmarshal(w.Body.Bytes(), &t); err != nil {
		tb.Fatalf("status %d, body %q: %v", w.Code, w.Body.String(), err)
	}
	return t
}

func (t tree) at(tb testing.TB, keys ...string) any {
	tb.Helper()
	var x any = map[string]any(t)
	for _, k := range keys {
		m, ok := x.(map[string]any)
		if !ok {
			tb.Fatalf("%v: no object at %q in %v", keys, k, t)
		}
		x = m[k]
	}
	return x
}

// submit sends a valid body and returns the id.
func (b *bench) submit(path, body string) string {
	b.tb.Helper()
	w := b.do(http.MethodPost, path, body)
	if w.Code != http.StatusOK {
		b.tb.Fatalf("submit to %s: status %d, %s", path, w.Code, w.Body)
	}
	t := parse(b.tb, w)
	if strings.HasPrefix(path, "/api/v3/") {
		return t.at(b.tb, "data", "id").(string)
	}
	return t.at(b.tb, "id").(string)
}

// wavespeed and aimlapi poll a task.
func (b *bench) wavespeed(id string) tree {
	b.tb.Helper()
	w := b.do(http.MethodGet, "/api/v3/predictions/"+id+"/result", "")
	if w.Code != http.StatusOK {
		b.tb.Fatalf("status %d: %s", w.Code, w.Body)
	}
	return tree(parse(b.tb, w).at(b.tb, "data").(map[string]any))
}

func (b *bench) aimlapi(id string) tree {
	b.tb.Helper()
	w := b.do(http.MethodGet, aimlNew+"?generation_id="+id, "")
	if w.Code != http.StatusOK {
		b.tb.Fatalf("status %d: %s", w.Code, w.Body)
	}
	return parse(b.tb, w)
}

// picture returns a sample as a data URI.
func sample(tb testing.TB, name, kind string) string {
	tb.Helper()
	b, ok := assets.SampleImage(name)
	if !ok {
		tb.Fatalf("no sample %q", name)
	}
	return "data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(b)
}
