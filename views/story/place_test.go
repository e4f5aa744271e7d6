package story_test

import (
	"strings"
	"testing"

	"seedreel/views/story"
)

// Whoever comes to the history finds the newest entry selected, and whoever
// searches the first of what is found; only who chose an entry finds it again.
func TestTheHistoryOpensAtItsNewest(t *testing.T) {
	t.Parallel()
	story.Bubble(t, func(t *testing.T, w *story.World) {
		shelf(t, w)
		s := w.Start(wide, high)
		s.Settle()
		marked := func() string {
			for _, l := range strings.Split(s.Screen(), "\n")[4:] {
				if strings.HasPrefix(l, "▸") {
					return strings.SplitN(l, "│", 2)[0]
				}
			}
			return ""
		}
		write(s, boat)
		submit(s)
		s.Press("alt+3")
		s.Settle()
		if got := marked(); !strings.Contains(got, "A paper boat") {
			t.Errorf("the history opens at %q:\n%s", got, s.Screen())
		}
		s.Press("down", "down")
		s.Settle()
		chosen := marked()
		s.Press("alt+4", "alt+3")
		s.Settle()
		if got := marked(); got != chosen {
			t.Errorf("%q was chosen, and on coming back it is %q", chosen, got)
		}
		s.Press("/")
		s.Type("a")
		s.Settle()
		first := strings.SplitN(strings.Split(s.Screen(), "\n")[4], "│", 2)[0]
		if got := marked(); got == "" || got != first {
			t.Errorf("the search selects %q, not its first find %q", got, first)
		}
	})
}
