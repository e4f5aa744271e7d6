package story_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"seedreel/views/story"
)

// A form that moved to another model is one key back, with the prompt that it
// had, and not the one of a form before it.
func TestAMoveToAnotherModelIsOneKeyBack(t *testing.T) {
	t.Parallel()
	story.Bubble(t, func(t *testing.T, w *story.World) {
		s := w.Start(wide, high)
		write(s, "A paper boat")
		s.Press("alt+n")
		s.Until("Moved to")
		s.Press("alt+r")
		s.Until("The form as it was before", "A paper boat", "Lite 480p")
		s.Press("alt+r")
		s.Until("A paper boat", "Seedance 2.0")
		choose(s, "text lite 720p wavespeed", "Text to video")
		s.Press("alt+r")
		s.Until("The form as it was before", "A paper boat", "Seedance 2.0")
	})
}

// A second film is offered a name of its own, and a name that is taken is asked
// for again: what is typed next belongs to it.
func TestAFilmTakesNoOthersName(t *testing.T) {
	t.Parallel()
	w := story.New(t)
	s := w.Start(wide, high)
	write(s, boat)
	submit(s)
	s.Until("✓ saved")
	s.Press("alt+3", "g", "enter", "down", "p")
	s.Until("Take 1 of shot 1 picked.")
	s.Press("W")
	s.Until("Join the picks into", "reel-1.mp4")
	s.Press("enter")
	s.Until("Film of 5.0 s")
	s.Press("W")
	s.Until("Join the picks into", "reel-1-2.mp4")
	films, err := filepath.Glob(filepath.Join(w.Home(), "data", "clips", "reel-1*.mp4"))
	if err != nil || len(films) != 1 {
		t.Fatalf("films %v, %v", films, err)
	}
	s.Press("ctrl+u")
	s.Type(films[0])
	s.Press("enter")
	s.Until("There is a file of that name already", "Join the picks into")
	s.Press("ctrl+u")
	other := strings.TrimSuffix(films[0], "reel-1.mp4") + "pick.mp4"
	s.Type(other)
	s.Press("enter")
	s.UntilGone("Join the picks into")
	s.UntilScreen(func(string) bool { _, err := os.Stat(other); return err == nil })
}
