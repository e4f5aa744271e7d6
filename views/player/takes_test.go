package player_test

import (
	"strings"
	"testing"

	"seedreel/ui/picture"
	"seedreel/views/player"
	"seedreel/views/studio"
)

func TestTwoClipsInStep(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "864x480", "640x640")
	s := stripShown(t, w)
	s.Press("c")
	screen := s.WaitText("Compare with")
	if strings.Contains(screen, "take 1") {
		t.Errorf("a clip can be compared with itself:\n%s", screen)
	}
	s.WaitText("▸ take 2 of the lake")
	s.Press("enter")
	s.WaitText("Two clips in step")
	screen = s.WaitText("paused, 2.0 s of 2.0 s")
	for _, want := range []string{"take 1 of the lake", "take 2 of the lake", "864x480", "640x640", "frame 48 of 48"} {
		if !strings.Contains(screen, want) {
			t.Errorf("the playing clips are not told apart, %q is missing:\n%s", want, screen)
		}
	}
	left, right := false, false
	for _, l := range strings.Split(screen, "\n") {
		rs := []rune(l)
		left = left || len(rs) > 20 && drawn(string(rs[:min(55, len(rs))]))
		right = right || len(rs) > 70 && drawn(string(rs[65:]))
	}
	if !left || !right {
		t.Errorf("left %v, right %v:\n%s", left, right, screen)
	}
	s.Press("esc")
	s.WaitText("take 2 of the lake") // stills of both, side by side
	s.Press("esc")
	s.WaitText("864x480") // one alone
}

// Three clips are compared in step; one is kept.
func TestSeveralClipsInStep(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "864x480", "640x640", "864x480", "480x864")
	s := stripShown(t, w)
	s.Press("c")
	s.WaitText("Compare with")
	s.Press("space", "down", "space", "down", "enter")
	s.WaitText("Four clips in step")
	screen := s.WaitText("paused, 2.0 s of 2.0 s")
	for _, want := range []string{"take 1 of", "take 2 of", "take 3 of", "take 4 of", "▸ take 1", "enter keep only this"} {
		if !strings.Contains(screen, want) {
			t.Errorf("%q is missing:\n%s", want, screen)
		}
	}
	s.Press("tab")
	s.WaitFor(func(x string) bool { return !strings.Contains(x, "▸ take 1") && strings.Contains(x, "▸ take") })
	s.Press("esc")
	s.WaitFor(func(x string) bool { return !strings.Contains(x, "paused") })
	s.Press("esc")
	s.WaitFor(func(x string) bool { return strings.Contains(x, "1.8 s") && !strings.Contains(x, "in step") })
}

// The keys go to the exact first and last frame and move by one.
func TestFramesAreExact(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "864x480")
	s := stripShown(t, w)
	for _, step := range []struct{ key, want string }{
		{"G", "frame 48 of 48"},
		{"[", "frame 47 of 48"},
		{"[", "frame 46 of 48"},
		{"]", "frame 47 of 48"},
		{"]", "frame 48 of 48"},
		{"]", "frame 48 of 48"},
		{"g", "frame 1 of 48"},
		{"[", "frame 1 of 48"},
		{"]", "frame 2 of 48"},
	} {
		s.Press(step.key)
		s.WaitText(step.want)
	}
	s.Press("R")
	s.WaitText("repeats")
	s.Press("G", "space")
	s.WaitFor(func(x string) bool { return strings.Contains(x, "▶ 0.") || strings.Contains(x, "▶ 1.") })
}

// The takes of a shot are turned without leaving, and marked.
func TestTakesAreTurned(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "864x480", "864x480")
	_, s := start(t, w, player.Deps{Tool: ffmpeg(t)}, picture.WantMosaic, 80, 24)
	screen := s.WaitText("take 1 of 2")
	for _, want := range []string{"n p take", "P pick", "+ - rate", "X reject", "N note"} {
		if !strings.Contains(screen, want) {
			t.Errorf("%q is missing:\n%s", want, screen)
		}
	}
	s.Press("n")
	s.WaitText("take 2 of 2")
	s.Press("n")
	s.WaitText("This is the last take of the shot.")
	s.Press("+")
	s.WaitText("★")
	s.Press("+", "P")
	s.WaitText("★★ pick")
	s.Press("X")
	s.WaitText("★★ rejected")
	s.Press("p")
	s.WaitFor(func(x string) bool { return strings.Contains(x, "take 1 of 2") && !strings.Contains(x, "★") })
}

// A take that arrives while another is watched is counted.
func TestATakeThatArrivesIsCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "864x480", "864x480")
	_, s := start(t, w, player.Deps{}, picture.WantMosaic, 80, 24)
	s.WaitText("take 1 of 2")
	w.save(t, "take 3 of the lake", "864x480")
	s.Send(studio.ChangedMsg{What: studio.Jobs})
	s.WaitText("take 1 of 3")
}

// Of two clips one is chosen, and what is done is done to it.
func TestAClipOfTwoIsChosen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "864x480", "640x640")
	s := stripShown(t, w)
	s.Press("c")
	s.WaitText("▸ take 2 of the lake")
	s.Press("enter")
	s.WaitText("▸ take 1 of the lake")
	s.Press("tab")
	s.WaitText("▸ take 2 of the lake")
	s.Press("tab")
	s.WaitText("▸ take 1 of the lake")
}

// Without ffmpeg two clips side by side have the reason in their places.
func TestACompareWithoutPicturesSaysWhy(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "864x480", "864x480")
	_, s := start(t, w, player.Deps{}, picture.WantMosaic, 120, 36)
	s.WaitText("need ffmpeg")
	s.Press("c")
	s.WaitText("Compare with")
	s.Press("enter")
	s.WaitText("Two clips in step")
	s.WaitFor(func(screen string) bool {
		return strings.Contains(screen, "enter keep only this") && count(screen, "Stills and playing need ffmpeg.") == 2
	})
}
