//go:build unix

package story_test

import (
	"path/filepath"
	"syscall"
	"testing"

	"seedreel/views/story"
)

// A pipe would be waited for forever; it is refused without being opened.
func TestFIFOIsRefused(t *testing.T) {
	t.Parallel()
	w := story.New(t)
	pipe := filepath.Join(w.Home(), "pipe.png")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, said := plain(t, w, "submit", "--model", modelI2V, "-i", pipe, "--prompt", "x")
	checkRefusal(t, "a pipe", code, out, said, []string{"pipe.png"})
	if n := len(w.Tasks()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}
