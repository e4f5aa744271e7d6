package aimlapi

import (
	"io"
	"net/http"
	"runtime"
	"sync/atomic"
	"testing"

	"seedreel/client"
	"seedreel/client/catalogue"
)

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// TestPicturesAreInMemoryOnce checks that five large pictures that travel in
// requests take the memory of their base64 text, and not a multiple of it.
func TestPicturesAreInMemoryOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("measures memory")
	}
	const size, pictures = 29 << 20, 5
	var got atomic.Int64
	p := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		if err != nil || n != r.ContentLength {
			t.Errorf("the body has %d bytes, said %d, %v", n, r.ContentLength, err)
		}
		got.Add(n)
		_, _ = io.WriteString(w, `{"id":"a","status":"queued"}`)
	})
	m := known(t, "bytedance/seedance-1-0-lite-i2v")
	f := client.File{Name: "a.png", MIME: "image/png", Size: size, Open: func() (io.ReadCloser, error) {
		return io.NopCloser(io.LimitReader(zeros{}, size)), nil
	}}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	uris := make([]string, pictures)
	for i := range uris {
		var err error
		if uris[i], err = p.HandOver(t.Context(), f, nil); err != nil {
			t.Fatal(err)
		}
		v := m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text("a cat"), catalogue.RoleFirstFrame: catalogue.Media(uris[i])})
		if _, err := p.Submit(t.Context(), client.Request{Model: m, Values: v, Token: "t"}); err != nil {
			t.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	const text = pictures * (size / 3 * 4)
	if took := after.TotalAlloc - before.TotalAlloc; took > text*11/10 {
		t.Errorf("%d MB were allocated for %d MB of text", took>>20, text>>20)
	}
	if got.Load() < text {
		t.Errorf("%d bytes arrived, want %d at least", got.Load(), text)
	}
	runtime.KeepAlive(uris)
}
