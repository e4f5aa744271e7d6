package uitest

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// Fills checks that a view has h lines of w cells.
func Fills(t testing.TB, view string, w, h int) {
	t.Helper()
	lines := strings.Split(view, "\n")
	if len(lines) != h {
		t.Fatalf("%dx%d: %d lines", w, h, len(lines))
	}
	for _, l := range lines {
		if got := ansi.StringWidth(l); got != w {
			t.Fatalf("%dx%d: a line has %d cells", w, h, got)
		}
	}
}
