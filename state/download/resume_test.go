package download

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// TestAnswersToRange plays every answer that a server can give to a request for
// the rest of a clip. The clip on the server differs from the one whose part is
// here, so resuming on a wrong answer would make a broken file.
func TestAnswersToRange(t *testing.T) {
	t.Parallel()
	const have, total = 400, 1024
	old, other := film(1, total-24), film(2, total-24)
	span := func(from, to, of int) string { return fmt.Sprintf("bytes %d-%d/%d", from, to, of) }
	for _, c := range []struct {
		name, span, etag string
		body             []byte
		status           int
	}{
		{"wrong start", span(300, total-1, total), `"v1"`, other[300:], 206},
		{"wrong total", span(have, total, total+1), `"v1"`, append(other[have:total:total], 0), 206},
		{"other ETag", span(have, total-1, total), `"v2"`, other[have:], 206},
		{"no ETag", span(have, total-1, total), "", other[have:], 206},
		{"no span", "", `"v1"`, other[have:], 206},
		{"unknown total", "bytes 400-1023/*", `"v1"`, other[have:], 206},
		{"too much", span(have, total-1, total), `"v1"`, append(other[have:total:total], 1, 2, 3), 206},
		{"all of it", "", `"v2"`, other, 200},
		{"past the end", "bytes */1024", `"v1"`, nil, 416},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			asked := 0
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Range") == "" {
					whole(other, `"v2"`)(w, r)
					return
				}
				asked++
				if c.etag != "" {
					w.Header().Set("ETag", c.etag)
				}
				if c.span != "" {
					w.Header().Set("Content-Range", c.span)
				}
				w.Header().Set("Content-Length", strconv.Itoa(len(c.body)))
				w.WriteHeader(c.status)
				_, _ = w.Write(c.body)
			})
			dir := t.TempDir()
			begun(t, dir, old[:have], meta{URL: s.URL + "/c", ETag: `"v1"`, Total: total})
			r, err := newDownloader(t, Options{}).Get(t.Context(), Order{URL: s.URL + "/c", Dir: dir, Name: "n", JobID: "j"})
			if err != nil || asked != 1 {
				t.Fatalf("asked for the rest %d times: %v", asked, err)
			}
			want(t, r.Path, other)
		})
	}
}

// TestShorterClip: nothing of a longer clip remains after a shorter one.
func TestShorterClip(t *testing.T) {
	t.Parallel()
	short := film(2, 300)
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(short) })
	dir := t.TempDir()
	begun(t, dir, film(1, 2000)[:900], meta{URL: s.URL + "/c", ETag: `"v1"`, Total: 2024})
	r, err := newDownloader(t, Options{}).Get(t.Context(), Order{URL: s.URL + "/c", Dir: dir, Name: "n", JobID: "j"})
	if err != nil {
		t.Fatal(err)
	}
	want(t, r.Path, short)
}

// TestNameTakenMeanwhile: a file that appears between the check and the link is
// as safe as one that existed before.
func TestNameTakenMeanwhile(t *testing.T) {
	t.Parallel()
	clip := film(2, 300)
	for name, link := range map[string]func(*os.Root, string, string) error{
		"hard links":    (*os.Root).Link,
		"no hard links": func(*os.Root, string, string) error { return errors.ErrUnsupported },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, whole(clip, ""))
			d, dir := newDownloader(t, Options{}), t.TempDir()
			d.link = link
			r, err := d.Get(t.Context(), Order{URL: s.URL, Dir: dir, Name: "n", JobID: "j", Claim: func(p, _ string) error {
				if filepath.Base(p) == "n.mp4" {
					return os.WriteFile(p, []byte("mine"), 0o600)
				}
				return nil
			}})
			if err != nil || filepath.Base(r.Path) != "n-2.mp4" {
				t.Fatalf("%q %v", r.Path, err)
			}
			want(t, r.Path, clip)
			want(t, filepath.Join(dir, "n.mp4"), []byte("mine"))
		})
	}
}

// begun leaves a part of a clip as a broken transfer does.
func begun(t *testing.T, dir string, bytes []byte, m meta) {
	t.Helper()
	p, err := openPart(dir, "j")
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	if _, err := p.f.Write(bytes); err != nil {
		t.Fatal(err)
	}
	p.meta = m
	if err := p.save(); err != nil {
		t.Fatal(err)
	}
}
