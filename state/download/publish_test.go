//go:build !windows

package download

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// crashed leaves a folder as a Get does that was killed at some point of
// publishing, with the clip all there.
func crashed(t *testing.T, dir string, clip []byte, m meta) {
	t.Helper()
	m.Total = int64(len(clip))
	begun(t, dir, clip, m)
}

// offline is a server that must not be asked: the clip is here already.
func offline(t *testing.T) string {
	t.Helper()
	return serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the clip was fetched again") }).URL
}

func TestCrashWhilePublishing(t *testing.T) {
	t.Parallel()
	clip := film(9, 5000)
	full := meta{Done: true, Final: "n.mp4", SHA256: hash(clip), ETag: `"v"`}
	for _, c := range []struct {
		name string
		set  func(t *testing.T, dir string)
		want string
	}{
		{"before the claim", func(t *testing.T, dir string) {
			t.Helper()
			crashed(t, dir, clip, meta{Done: true})
		}, "n.mp4"},
		{"before the link", func(t *testing.T, dir string) {
			t.Helper()
			crashed(t, dir, clip, full)
		}, "n.mp4"},
		{"after the link", func(t *testing.T, dir string) {
			t.Helper()
			crashed(t, dir, clip, full)
			if err := os.Link(filepath.Join(dir, ".j.part"), filepath.Join(dir, "n.mp4")); err != nil {
				t.Fatal(err)
			}
		}, "n.mp4"},
		{"after the part was taken away", func(t *testing.T, dir string) {
			t.Helper()
			crashed(t, dir, clip, full)
			if err := os.Rename(filepath.Join(dir, ".j.part"), filepath.Join(dir, "n.mp4")); err != nil {
				t.Fatal(err)
			}
		}, "n.mp4"},
		{"after the placeholder", func(t *testing.T, dir string) {
			t.Helper()
			crashed(t, dir, clip, full)
			if err := os.WriteFile(filepath.Join(dir, "n.mp4"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}, "n.mp4"},
		{"an empty file of another", func(t *testing.T, dir string) {
			t.Helper()
			crashed(t, dir, clip, meta{Done: true})
			if err := os.WriteFile(filepath.Join(dir, "n.mp4"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}, "n-2.mp4 n.mp4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir, claimed := t.TempDir(), ""
			c.set(t, dir)
			r, err := newDownloader(t, Options{}).Get(t.Context(), Order{
				URL: offline(t), Dir: dir, Name: "n", JobID: "j",
				Claim: func(p string) error { claimed = p; return nil },
			})
			if err != nil {
				t.Fatal(err)
			}
			want(t, r.Path, clip)
			if claimed != r.Path {
				t.Errorf("claimed %q, result %q", claimed, r.Path)
			}
			if got := files(t, dir); got != c.want {
				t.Errorf("in the folder: %s", got)
			}
		})
	}
}

// TestBrokenLeftovers: a part without a readable sidecar, or with one of
// another clip, is never gone on with.
func TestBrokenLeftovers(t *testing.T) {
	t.Parallel()
	clip := film(4, 5000)
	for _, side := range []string{"", "{", `{"done":true,"total":7}`, `{"etag":"\"v\"","total":5024,"url":"https://other.example/c"}`} {
		dir := t.TempDir()
		if err := errors.Join(
			os.WriteFile(filepath.Join(dir, ".j.part"), film(5, 100), 0o600),
			os.WriteFile(filepath.Join(dir, ".j.part.json"), []byte(side), 0o600),
		); err != nil {
			t.Fatal(err)
		}
		s := serve(t, whole(clip, `"v"`))
		r, err := newDownloader(t, Options{}).Get(t.Context(), Order{URL: s.URL + "/c", Dir: dir, Name: "n", JobID: "j"})
		if err != nil {
			t.Fatalf("%q: %v", side, err)
		}
		want(t, r.Path, clip)
	}
}

func TestNoHardLinks(t *testing.T) {
	t.Parallel()
	clip := film(2, 5000)
	s := serve(t, whole(clip, `"v"`))
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "n.mp4"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := newDownloader(t, Options{})
	d.link = func(_ *os.Root, part, name string) error {
		return &os.LinkError{Op: "link", Old: part, New: name, Err: syscall.EPERM}
	}
	r, err := d.Get(t.Context(), Order{URL: s.URL, Dir: dir, Name: "n", JobID: "j"})
	if err != nil {
		t.Fatal(err)
	}
	want(t, r.Path, clip)
	want(t, filepath.Join(dir, "n.mp4"), []byte("mine"))
	if got := files(t, dir); got != "n-2.mp4 n.mp4" {
		t.Errorf("in the folder: %s", got)
	}
}

// TestClaimRefused: what the caller could not write down does not happen.
func TestClaimRefused(t *testing.T) {
	t.Parallel()
	clip := film(2, 5000)
	s := serve(t, whole(clip, `"v"`))
	d, dir, no := newDownloader(t, Options{}), t.TempDir(), errors.New("the store is full")
	o := Order{URL: s.URL, Dir: dir, Name: "n", JobID: "j", Claim: func(string) error { return no }}
	if _, err := d.Get(t.Context(), o); !errors.Is(err, no) {
		t.Fatalf("got %v", err)
	}
	if got := files(t, dir); got != ".j.part .j.part.json" {
		t.Errorf("in the folder: %s", got)
	}
	o.Claim, o.URL = nil, offline(t)
	if _, err := d.Get(t.Context(), o); err != nil {
		t.Errorf("the next time: %v", err)
	}
}

func TestTraps(t *testing.T) {
	t.Parallel()
	dir, away := t.TempDir(), t.TempDir()
	target := filepath.Join(away, "precious")
	if err := os.WriteFile(target, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, filepath.Join(dir, ".j.part")); err != nil {
		t.Fatal(err)
	}
	s := serve(t, whole(film(1, 100), ""))
	if _, err := newDownloader(t, Options{}).Get(t.Context(), Order{URL: s.URL, Dir: dir, Name: "n", JobID: "j"}); KindOf(err) != Disk {
		t.Errorf("through a link: %v", err)
	}
	want(t, target, []byte("precious"))
}

func TestVerify(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pipe, page, short := filepath.Join(dir, "pipe"), filepath.Join(dir, "page"), filepath.Join(dir, "short")
	if err := errors.Join(
		syscall.Mkfifo(pipe, 0o600),
		os.WriteFile(page, []byte("<html>a page, not a clip"), 0o600),
		os.WriteFile(short, []byte("abc"), 0o600),
	); err != nil {
		t.Fatal(err)
	}
	for path, k := range map[string]Kind{pipe: NotVideo, page: NotVideo, short: NotVideo, dir: NotVideo, filepath.Join(dir, "none"): Disk} {
		if _, err := Verify(path); KindOf(err) != k {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestMagic(t *testing.T) {
	t.Parallel()
	clip := film(1, 100)
	mov := append([]byte(nil), clip...)
	copy(mov[8:], "qt  ")
	dir := t.TempDir()
	s := serve(t, whole(mov, ""))
	r, err := newDownloader(t, Options{}).Get(t.Context(), Order{URL: s.URL + "/c.mp4", Dir: dir, Name: "n", JobID: "j"})
	if err != nil || filepath.Base(r.Path) != "n.mov" {
		t.Errorf("a mov is saved as %q (%v)", r.Path, err)
	}
}
