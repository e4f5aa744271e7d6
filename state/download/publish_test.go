//go:build !windows

package download

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"seedreel/assets"
)

// crashed leaves a folder as after a Get that was killed at some point of
// publishing, with the complete clip in it.
func crashed(t *testing.T, dir string, clip []byte, m meta) {
	t.Helper()
	m.Total = int64(len(clip))
	begun(t, dir, clip, m)
}

// offline returns the address of a server that must not be contacted, as the
// clip is complete.
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
				Claim: func(p, _ string) error { claimed = p; return nil },
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

// TestBrokenLeftovers: a part without a readable sidecar, or with that of
// another clip, is never resumed.
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

// TestClaimRefused: a claim that the caller could not record stops the
// publishing.
func TestClaimRefused(t *testing.T) {
	t.Parallel()
	clip := film(2, 5000)
	s := serve(t, whole(clip, `"v"`))
	d, dir, no := newDownloader(t, Options{}), t.TempDir(), errors.New("the store is full")
	o := Order{URL: s.URL, Dir: dir, Name: "n", JobID: "j", Claim: func(string, string) error { return no }}
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

// TestPlanted puts other people's files where ours would be. Theirs are not
// changed, nothing is made elsewhere, and the clip is fetched all the same.
func TestPlanted(t *testing.T) {
	t.Parallel()
	clip := film(1, 5000)
	precious := []byte("precious")
	for what, plant := range map[string]func(target, at string) error{
		"a link":          os.Symlink,
		"a dangling link": func(target, at string) error { return os.Symlink(target+"-none", at) },
		"a hard link":     os.Link,
		"a file":          func(_, at string) error { return os.WriteFile(at, precious, 0o600) },
		"a folder":        func(_, at string) error { return os.Mkdir(at, 0o700) },
		"a pipe":          func(_, at string) error { return syscall.Mkfifo(at, 0o600) },
	} {
		for _, at := range []string{".j.part", ".j.part.json", "n.mp4"} {
			t.Run(what+" at "+at, func(t *testing.T) {
				t.Parallel()
				dir, away := t.TempDir(), t.TempDir()
				target := filepath.Join(away, "precious")
				if err := os.WriteFile(target, precious, 0o600); err != nil {
					t.Fatal(err)
				}
				if err := plant(target, filepath.Join(dir, at)); err != nil {
					t.Fatal(err)
				}
				before, err := os.Lstat(filepath.Join(dir, at))
				if err != nil {
					t.Fatal(err)
				}
				s := serve(t, whole(clip, `"v"`))
				d := newDownloader(t, Options{})
				r, err := d.Get(t.Context(), Order{URL: s.URL, Dir: dir, Name: "n", JobID: "j"})
				if err != nil {
					t.Fatal(err)
				}
				want(t, r.Path, clip)
				if err := d.Discard(dir, "j"); err != nil {
					t.Error(err)
				}
				want(t, target, precious)
				if got := files(t, away); got != "precious" {
					t.Errorf("elsewhere: %s", got)
				}
				after, err := os.Lstat(filepath.Join(dir, at))
				if err != nil || !os.SameFile(before, after) {
					t.Fatalf("what was there is gone: %v", err)
				}
				if what == "a file" {
					want(t, filepath.Join(dir, at), precious)
				}
				if got, most := files(t, dir), len(strings.Fields(at+" n.mp4")); at != "n.mp4" && len(strings.Fields(got)) != most {
					t.Errorf("left over: %s", got)
				}
			})
		}
	}
}

// TestDamaged: a clip is checked even if the server calls it complete, and a
// damaged one gets no name.
func TestDamaged(t *testing.T) {
	t.Parallel()
	b, _ := assets.Clip("416x960")
	at := bytes.Index(b, []byte("mdat")) + 4
	blank := slices.Clone(b)
	clear(blank[at:])
	holed := slices.Clone(b)
	clear(holed[len(b)/2 : len(b)/2+4096])
	for name, sent := range map[string][]byte{
		"cut, with the length of the cut": b[:len(b)/2], "without its last byte": b[:len(b)-1], "zeros in boxes": blank,
		"a hole": holed, "a head": []byte("\x00\x00\x00\x10ftypisom\x00\x00\x02\x00"),
		"blank boxes": []byte("\x00\x00\x00\x10ftypisom\x00\x00\x02\x00\x00\x00\x00\x10mdat\x00\x00\x00\x00\x00\x00\x00\x00"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, whole(sent, `"v"`))
			dir := t.TempDir()
			_, err := newDownloader(t, Options{}).Get(t.Context(), Order{
				URL: s.URL, Dir: dir, Name: "n", JobID: "j",
				Claim: func(string, string) error { t.Error("a name was claimed"); return nil },
			})
			if KindOf(err) != Damaged {
				t.Errorf("the error is %v", err)
			}
			if got := files(t, dir); got != ".j.part .j.part.json" {
				t.Errorf("in the folder: %s", got)
			}
			path := filepath.Join(dir, "x.mp4")
			if err := os.WriteFile(path, sent, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := Verify(path); KindOf(err) != Damaged {
				t.Errorf("Verify: %v", err)
			}
		})
	}
}

// TestLook: an error from Look keeps a clip from its name.
func TestLook(t *testing.T) {
	t.Parallel()
	clip := film(3, 5000)
	s := serve(t, whole(clip, `"v"`))
	dir, bad := t.TempDir(), errors.New("no pictures in it")
	var seen string
	o := Order{URL: s.URL, Dir: dir, Name: "n", JobID: "j"}
	d := newDownloader(t, Options{Look: func(_ context.Context, path string) error {
		want(t, path, clip)
		seen = path
		return bad
	}})
	if _, err := d.Get(t.Context(), o); KindOf(err) != Damaged || !errors.Is(err, bad) || seen != filepath.Join(dir, ".j.part") {
		t.Fatalf("after a look at %q: %v", seen, err)
	}
	bad = nil
	if r, err := d.Get(t.Context(), o); err != nil {
		t.Error(err)
	} else {
		want(t, r.Path, clip)
	}
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
