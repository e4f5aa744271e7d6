package story_test

import (
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/job"
	"seedreel/views/story"
)

// Over a remote line animations update at most five times a second while jobs
// run, and not at all while nobody is looking. With reduced motion only the
// figures of a clock change.
func TestMotionIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("counts bytes")
	}
	t.Parallel()
	for _, reduced := range []bool{false, true} {
		story.Bubble(t, func(t *testing.T, w *story.World) {
			w.Setenv("SSH_TTY", "/dev/pts/1")
			if reduced {
				w.Settings("reduced_motion = true\n[simulator]\nspeed = 1000\n")
			}
			insert(t, w, func(add func(*job.Job)) {
				for i := range 3 {
					j := shelved(w, i, job.Running)
					j.SubmittedAt = w.Now().Add(-time.Duration(i+1) * time.Minute)
					j.NextAt = w.Now().Add(time.Hour) // nothing comes of it meanwhile
					add(j)
				}
			})
			s := w.Start(wide, high)
			s.Press("alt+2")
			s.Settle()
			frames := 0
			for range 60 {
				before := s.Screen()
				s.Mark()
				time.Sleep(time.Second)
				n := len(s.Frames())
				if frames += n; n > 5 {
					t.Errorf("%d frames in a second", n)
				}
				if reduced && unfigured(before) != unfigured(s.Screen()) {
					t.Errorf("more than a clock moved, from\n%s\nto\n%s", before, s.Screen())
				}
			}
			if frames == 0 {
				t.Error("no time is counted: this test tests nothing")
			}
			s.Press("alt+5")
			s.Settle()
			if n, _ := every(s, 60); n > 0 {
				t.Errorf("%d bytes for jobs that are not seen: %q", n, s.Tape())
			}
			s.Press("alt+2")
			s.Send(tea.BlurMsg{})
			s.Settle()
			s.Mark()
			time.Sleep(time.Minute)
			if n := len(s.Frames()); n > 12 {
				t.Errorf("%d frames in a minute in which nobody looked", n)
			}
		})
	}
}

// seconds matches how an age goes on between two minutes.
var seconds = regexp.MustCompile(`min \d+ s`)

// unfigured returns a screen without its figures.
func unfigured(screen string) string {
	screen = strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return -1
		}
		return r
	}, seconds.ReplaceAllString(screen, "min"))
	return strings.Join(strings.Fields(screen), " ")
}
