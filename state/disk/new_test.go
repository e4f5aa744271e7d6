package disk

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestNew(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "film.mp4")
	begin := func() *New {
		n, err := Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := n.Write([]byte("film")); err != nil {
			t.Fatal(err)
		}
		return n
	}
	names := func() (out []string) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			out = append(out, e.Name())
		}
		return out
	}
	n := begin()
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it has its name before it is complete: %v", err)
	}
	n.Discard()
	if got := names(); len(got) != 0 {
		t.Errorf("a discarded file left %v", got)
	}
	// The name is taken while the file is written.
	n = begin()
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := n.Keep(); !errors.Is(err, fs.ErrExist) {
		t.Errorf("the name is taken: %v", err)
	}
	n.Discard()
	if b, err := os.ReadFile(path); err != nil || string(b) != "mine" {
		t.Errorf("another file was replaced by %q, %v", b, err)
	}
	if _, err := Create(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("begun under a taken name: %v", err)
	}
	// A link that leads nowhere is something, too.
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "nowhere"), path); err == nil {
		if _, err := Create(path); !errors.Is(err, fs.ErrExist) {
			t.Errorf("begun under the name of a link: %v", err)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	n = begin()
	if err := n.Keep(); err != nil {
		t.Fatal(err)
	}
	n.Discard()
	if b, err := os.ReadFile(path); err != nil || string(b) != "film" || len(names()) != 1 {
		t.Errorf("kept %q, %v, beside %v", b, err, names())
	}
	if _, err := Create(filepath.Join(dir, "none", "x")); err == nil {
		t.Error("a file was begun in no folder")
	}
}
