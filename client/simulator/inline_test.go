package simulator_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"testing"

	"seedreel/assets"
	"seedreel/client/simulator"
)

// A body with files in it takes little memory, however large, and leaves
// nothing in the folder. It runs alone, as it counts what is allocated.
func TestLargeBodiesTakeLittleMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("measures memory")
	}
	dir := t.TempDir()
	for name, path := range map[string]string{"one file": "/api/v3/" + liteI2V, "a list of files": "/api/v3/" + liteRef, "another service": aimlOld} {
		for _, scripted := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, with a script %v", name, scripted), func(t *testing.T) {
				b := newBench(t, func(o *simulator.Options) { o.UploadDir, o.Control = dir, true })
				if scripted {
					b.do(http.MethodPost, simulator.ControlPath+"faults", `{"kind":"lost","match":{"op":"submit","contains":"never there"}}`)
				}
				field, files, size := "image", 1, 9<<20
				if path == "/api/v3/"+liteRef {
					field, files, size = "reference_images", 4, 36<<20
				}
				head, tail := `{"prompt":"a \"dog\"","`+field+`":`, `}`
				if files > 1 {
					head, tail = head+"[", "]"+tail
				}
				if path == aimlOld {
					head = strings.Replace(head, `{`, `{"model":"`+aimlLite+`","resolution":"480p",`, 1)
					head = strings.Replace(head, `"image"`, `"image_url"`, 1)
				}
				parts := []io.Reader{strings.NewReader(head)}
				for i := range files {
					if i > 0 {
						parts = append(parts, strings.NewReader(","))
					}
					parts = append(parts, strings.NewReader(`"`), padded(t, size/files), strings.NewReader(`"`))
				}
				r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, io.MultiReader(append(parts, strings.NewReader(tail))...))
				r.Header.Set("Authorization", "Bearer k")
				w := httptest.NewRecorder()
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				b.s.ServeHTTP(w, r)
				runtime.ReadMemStats(&after)
				if w.Code != http.StatusOK {
					t.Fatalf("status %d: %s", w.Code, w.Body)
				}
				if got := after.TotalAlloc - before.TotalAlloc; got > 4<<20 {
					t.Errorf("%d MB were allocated", got>>20)
				}
				if task := b.s.Tasks()[0]; path != "/api/v3/"+liteRef && (task.Width != 544 || task.Height != 736) {
					t.Errorf("the frame does not follow the picture: %dx%d", task.Width, task.Height)
				}
				if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
					t.Errorf("left behind: %v (%v)", left, err)
				}
			})
		}
	}
}

// padded is a picture of about so many bytes as a data URI.
func padded(tb testing.TB, size int) io.Reader {
	tb.Helper()
	data, ok := assets.SampleImage("morning.png")
	if !ok {
		tb.Fatal("no sample")
	}
	data = data[:len(data)/3*3]
	rest := (size - len(data)) / 3
	return io.MultiReader(
		strings.NewReader("data:image/png;base64,"), strings.NewReader(base64.StdEncoding.EncodeToString(data)),
		io.LimitReader(letters{}, int64(rest)*4),
	)
}

// letters is base64 without an end.
type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'A'
	}
	return len(p), nil
}

// What is read in pieces is what would be read at once: escapes, what is no
// base64, a body that is cut, and names that only look like a file's.
func TestLongFilesInABodyAreReadAsShortOnes(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("A", 1<<17)
	good := sample(t, "lake.jpg", "image/jpeg")
	head, payload, _ := strings.Cut(good, ",")
	many := payload[:len(payload)/4*4-4] + strings.Repeat("AAAA", 1<<15)
	u := func(data string) string { return head + "," + data }
	for _, test := range []struct {
		name, image, want string
	}{
		{"long", u(many), ""},
		{"slashes escaped", strings.ReplaceAll(u(many), "/", `\/`), ""},
		{"letters escaped", strings.ReplaceAll(u(many), "+", `\u002b`), ""},
		{"lines", u(many[:4000] + `\r\n` + many[4000:]), ""},
		{"no base64 at its end", u(many + "!"), "base64"},
		{"no base64 at its start", u("!" + many), "base64"},
		{"not of four letters", u(many + "AA"), "base64"},
		{"an end in the middle", u(many[:8000] + "=" + many[8000:]), "base64"},
		{"another alphabet", u(many + "--__"), "base64"},
		{"foreign letters", u(many + `\u00e9AAA`), "base64"},
		{"no picture", u(long), "not an image"},
		{"a name of a file", u("@0123456789abcdef0123456789abcdef"), "base64"},
		{"no base64 announced", strings.Replace(u(many), ";base64", "", 1), "data URI"},
		{"text of that length", long, "data URI"},
	} {
		for _, dir := range []string{"", t.TempDir()} {
			b := newBench(t, func(o *simulator.Options) { o.UploadDir = dir })
			w := b.do(http.MethodPost, "/api/v3/"+liteI2V, `{"prompt":"a \\\"\\ b","image":"`+test.image+`","seed":7}`)
			switch {
			case test.want == "" && w.Code != http.StatusOK:
				t.Errorf("%s: status %d: %.200s", test.name, w.Code, w.Body)
			case test.want == "":
				task := b.s.Tasks()[0]
				if task.Width != 736 || task.Seed != 7 || !strings.Contains(fmt.Sprint(task.Values), "sha256=") {
					t.Errorf("%s: %+v", test.name, task)
				}
			case w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), test.want):
				t.Errorf("%s: status %d: %.200s, want %q", test.name, w.Code, w.Body, test.want)
			}
		}
	}
}

// A body that ends too early, or holds too much beside its files, is refused.
func TestBodiesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("reads large bodies in one goroutine")
	}
	b := newBench(t, func(o *simulator.Options) { o.UploadDir = t.TempDir() })
	file := `{"image":"data:image/png;base64,` + strings.Repeat("A", 1<<17)
	for name, test := range map[string]struct {
		body io.Reader
		want int
	}{
		"cut in a file":          {strings.NewReader(file), http.StatusBadRequest},
		"cut behind a file":      {strings.NewReader(file + `"`), http.StatusBadRequest},
		"cut in an escape":       {strings.NewReader(file + `\u00`), http.StatusBadRequest},
		"a prompt without limit": {strings.NewReader(`{"prompt":"` + strings.Repeat("a", 5<<20) + `"}`), http.StatusRequestEntityTooLarge},
		"no JSON, and long":      {bytes.NewReader(make([]byte, 5<<20)), http.StatusRequestEntityTooLarge},
		"a file without end":     {io.MultiReader(strings.NewReader(file), letters{}), http.StatusRequestEntityTooLarge},
		"backslashes":            {strings.NewReader(`{"prompt":"` + strings.Repeat(`\\`, 1<<17) + `"}`), http.StatusBadRequest},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v3/"+liteI2V, test.body)
		r.Header.Set("Authorization", "Bearer k")
		w := httptest.NewRecorder()
		b.s.ServeHTTP(w, r)
		if w.Code != test.want {
			t.Errorf("%s: status %d, want %d: %.200s", name, w.Code, test.want, w.Body)
		}
	}
}
