package story_test

import (
	"os"
	"path/filepath"
	"testing"

	"seedreel/state/job"
	"seedreel/views/story"
)

// hand presses keys and counts them; typed text is not counted.
type hand struct {
	*story.Session
	n int
}

func (h *hand) press(keys ...string) {
	h.n += len(keys)
	h.Press(keys...)
}

// mostKeys is how many key presses lead from an idea to a film, beyond text.
const mostKeys = 24

// From an idea to its keeper, the next shot, a film and an export: four takes,
// all watched, two compared, one picked, the same seed with other words, on
// from the last frame, joined and exported.
func TestFromAnIdeaToAKeeper(t *testing.T) {
	needFrames(t)
	w := story.New(t)
	w.Settings("[simulator]\nspeed = 1000\n[services.wavespeed]\nsubmits_per_minute = 600\n")
	before := w.Start(wide, high) // yesterday
	before.Press("ctrl+x")
	before.Until("Emptied.")
	before.End()

	s := &hand{Session: w.Start(wide, high)}
	s.Until("What happens in the clip?")
	s.Type(boat)
	s.press("shift+tab", "shift+tab")
	s.Type("4")
	s.Until("$0.32")
	s.press("ctrl+g")
	s.Until("In line: 4 clips.")
	s.press("alt+3")
	s.Until("4 takes", "no pick yet")
	s.UntilScreen(func(string) bool { return saved(t, s.Session) == 4 })
	s.press("v")
	s.Until("take 4 of 4")
	for _, at := range []string{"take 3 of 4", "take 2 of 4", "take 1 of 4"} {
		s.press("p")
		s.Until(at)
	}
	s.press("c")
	s.Until("enter compare") // the player's own hint for c is there before the list
	s.press("enter")
	s.Until("Two clips in step")
	s.press("P")
	s.UntilScreen(func(string) bool { return theReel(t, s.Session).Picked() == 1 })

	s.press("a", "w")
	s.Until("The same seed: change the words.")
	s.Type(" at dusk")
	s.Until("at dusk")
	s.press("ctrl+g")
	s.Until("In line: 1 clip.")

	s.press("alt+3")
	s.Until("1 picked")
	s.press("a", "g")
	s.Until("goes on from 1")
	s.Type(" and lands")
	s.Until("and lands")
	s.press("ctrl+g")
	s.Until("shot 2, 1 take")
	s.UntilScreen(func(string) bool { return saved(t, s.Session) == 6 })

	s.press("alt+3")
	s.Until("continues 1", "no pick yet") // the store knows of the clip before the screen does
	s.press("p")
	s.Until("2 picked")
	s.press("W")
	s.Until("Join the picks into", "reel-1.mp4")
	s.press("enter")
	s.Until("Film of ")
	s.press("E")
	s.Until("Export the reel into")
	s.press("enter")
	s.Until("Exported 6 clips")

	r := theReel(t, s.Session)
	if len(r.Shots) != 2 || len(r.Shots[0].Takes) != 5 || r.Shots[1].Continues != r.Shots[0].ID {
		t.Errorf("the reel is %+v", r.Shots)
	}
	dusk := r.Shots[0].Takes[4]
	if pick := r.Shots[0].Pick(); dusk.Seed != pick.Seed || dusk.Origin != job.OriginWords || r.Shots[1].Takes[0].Parent != pick.ID {
		t.Errorf("the pick is %+v, with other words it is %+v", pick, dusk)
	}
	film, err := story.ReadClip(filepath.Join(w.Home(), "data", "clips", "reel-1.mp4"))
	if want := 2*121 - 1; err != nil || film.Frames != want {
		t.Errorf("the film has %d pictures, want %d without the doubled one: %v", film.Frames, want, err)
	}
	if _, err := os.Stat(filepath.Join(w.Home(), "data", "clips", "reel-1", "index.html")); err != nil {
		t.Error(err)
	}
	if s.n > mostKeys {
		t.Errorf("it took %d key presses, %d are the most", s.n, mostKeys)
	}
	t.Logf("%d key presses", s.n)
}

// saved returns the number of saved takes of the open reel.
func saved(t *testing.T, s *story.Session) (n int) {
	t.Helper()
	for _, x := range theReel(t, s).Shots {
		for _, j := range x.Takes {
			if j.State == job.Saved {
				n++
			}
		}
	}
	return n
}
