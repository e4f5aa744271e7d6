package story_test

import (
	"strings"
	"testing"

	"seedreel/state/job"
	"seedreel/views/story"
)

// The history opens with the newest entry selected, and a search with the first
// result; only an entry that was chosen is selected again.
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
		s.Press("alt+4")
		s.Settle()
		if got := marked(); !strings.Contains(got, "A paper boat") {
			t.Errorf("the history opens at %q:\n%s", got, s.Screen())
		}
		s.Press("down", "down")
		s.Settle()
		chosen := marked()
		s.Press("alt+5", "alt+4")
		s.Settle()
		if got := marked(); got != chosen {
			t.Errorf("%q was chosen, and on coming back it is %q", chosen, got)
		}
		s.Press("/")
		s.Type("a")
		s.Settle()
		first := strings.SplitN(strings.Split(s.Screen(), "\n")[5], "│", 2)[0]
		if got := marked(); got == "" || got != first {
			t.Errorf("the search selects %q, not its first find %q", got, first)
		}
	})
}

// Once the day's limit is reached, the first line shows a badge as long as it
// lasts; practice does not count.
func TestTheLimitOfTheDayIsABadge(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		spent, practice bool
		want            bool
	}{"spent": {true, false, true}, "practised": {true, true, false}, "nothing yet": {false, false, false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story.Bubble(t, func(t *testing.T, w *story.World) {
				w.Setenv("WAVESPEED_API_KEY", "sk-a-key")
				w.Settings("daily_limit_usd = 0.08\n[services.wavespeed]\nbase_url = \"http://127.0.0.1:9\"\n")
				if tt.spent {
					insert(t, w, func(add func(*job.Job)) {
						j := shelved(w, 5, job.Failed)
						j.State, j.Reason, j.Practice, j.Charge = job.Saved, "", tt.practice, j.Estimate
						j.CreatedAt = w.Now()
						add(j)
					})
				}
				for _, width := range []int{60, 80, wide} {
					s := w.Start(width, 24)
					s.Settle()
					if head := strings.SplitN(s.Screen(), "\n", 2)[0]; strings.Contains(head, "? limit reached") != tt.want {
						t.Errorf("at %d cells the first line is %q", width, head)
					}
					s.End()
				}
			})
		})
	}
}
