package app

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"seedreel/state/store"
)

// Only an amount of money is called open in the header.
func TestTheHeaderSaysHowMuchIsOpen(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		day  store.Committed
		want string
	}{
		"nothing":       {store.Committed{Total: 4_200_000}, ""},
		"a part":        {store.Committed{Total: 4_200_000, Open: 1_200_000, Jobs: 3}, ", $1.20 of it still open"},
		"all":           {store.Committed{Total: 80_000, Open: 80_000, Jobs: 1}, ", $0.08 of it still open"},
		"nothing open":  {store.Committed{Total: 80_000, Jobs: 2}, ""},
		"without price": {store.Committed{Total: 80_000, Jobs: 1, Unpriced: 1, OpenUnpriced: 1}, ", ? of it still open"},
		"some priced":   {store.Committed{Total: 80_000, Open: 80_000, Jobs: 2, Unpriced: 1, OpenUnpriced: 1}, ", $0.08+? of it still open"},
	} {
		if got := stillOpen(tt.day); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

// The header names the open reel from 100 columns on, and leaves no page out for it.
func TestTheHeaderNamesTheOpenReel(t *testing.T) {
	t.Parallel()
	for _, w := range []int{80, 99, 100, 120, 160, 200} {
		m := built(t, w, 24)
		m.s.Reel = "Harbour trailer"
		line, _ := m.header(w)
		cells := ansi.Strip(line)
		if named := strings.Contains(cells, "Harbour tra"); named != (w >= 100) {
			t.Errorf("%d cells: %q", w, cells)
		}
		if !strings.Contains(cells, "5 Costs") || !strings.Contains(cells, "PRACTICE") {
			t.Errorf("%d cells: %q", w, cells)
		}
	}
}

// The header names the profile at every width.
func TestTheHeaderNamesTheProfile(t *testing.T) {
	t.Parallel()
	for _, w := range []int{60, 80, 100, 120, 200} {
		m := built(t, w, 24)
		m.s.Paths.Profile = "client-a"
		line, _ := m.header(w)
		if cells := ansi.Strip(line); !strings.Contains(cells, "seedreel client-a ") || ansi.StringWidth(line) > w {
			t.Errorf("%d cells: %q", w, cells)
		}
	}
}
