package disk

import (
	"os"
	"path/filepath"
	"testing"
)

func TestWriteFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "a.json")
	for _, text := range []string{"first", "second, and longer", ""} {
		if err := WriteFile(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(path)
		if err != nil || string(b) != text {
			t.Errorf("read %q (%v), want %q", b, err, text)
		}
	}
	st, err := os.Stat(path)
	if err != nil || st.Mode().Perm()&0o077 != 0 {
		t.Errorf("others may read it: %v (%v)", st.Mode(), err)
	}
	// A folder in its place: the new file must not be left behind.
	if err := os.Mkdir(filepath.Join(dir, "taken"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(filepath.Join(dir, "taken"), []byte("x")); err == nil {
		t.Error("a folder was replaced by a file")
	}
	if err := WriteFile(filepath.Join(dir, "none", "x"), []byte("x")); err == nil {
		t.Error("a file was written into no folder")
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("left behind: %v (%v)", entries, err)
	}
}

func TestFree(t *testing.T) {
	t.Parallel()
	if n, ok := Free(t.TempDir()); ok && n <= 0 {
		t.Errorf("%d bytes are free", n)
	}
	if n, ok := Free(filepath.Join(t.TempDir(), "none")); ok {
		t.Errorf("a folder that is not there has %d bytes free", n)
	}
}

func TestLockOpen(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a")
	open := func() *os.File {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Close() })
		return f
	}
	a, b := open(), open()
	if ok, err := LockOpen(a); err != nil || !ok {
		t.Fatalf("the first gets %v (%v)", ok, err)
	}
	if ok, err := LockOpen(b); err != nil || ok {
		t.Errorf("the second gets %v (%v)", ok, err)
	}
	// Unlock before closing the handle: a copy of it may still be open.
	if err := Unlock(a); err != nil {
		t.Fatal(err)
	}
	if ok, err := LockOpen(b); err != nil || !ok {
		t.Errorf("after the first let go the second gets %v (%v)", ok, err)
	}
}
