package frames

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestPruneTakesTheOldestOfOurs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for i, name := range []string{"c" + suffix, "a" + suffix, "b" + suffix, "other.jpg"} {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, make([]byte, 100), 0o600); err != nil {
			t.Fatal(err)
		}
		at := time.Unix(int64(1000+i), 0)
		if err := os.Chtimes(p, at, at); err != nil {
			t.Fatal(err)
		}
	}
	prune(dir, 150)
	for name, want := range map[string]bool{"c" + suffix: false, "a" + suffix: false, "b" + suffix: true, "other.jpg": true} {
		if _, err := os.Stat(filepath.Join(dir, name)); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWithin(t *testing.T) {
	t.Parallel()
	for _, tt := range [][4]int{{1920, 1080, 640, 360}, {480, 864, 355, 640}, {320, 240, 320, 240}, {9000, 1, 640, 1}} {
		if w, h := within(tt[0], tt[1], 640); w != tt[2] || h != tt[3] {
			t.Errorf("%v is %dx%d", tt, w, h)
		}
	}
}
