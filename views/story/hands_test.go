package story_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"seedreel/views/story"
)

// cell returns where a text begins on the screen.
func cell(t *testing.T, s *story.Session, text string) (x, y int) {
	t.Helper()
	for y, l := range strings.Split(s.Screen(), "\n") {
		if before, _, found := strings.Cut(l, text); found {
			return len([]rune(before)), y
		}
	}
	t.Fatalf("%q is not on the screen:\n%s", text, s.Screen())
	return 0, 0
}

func click(t *testing.T, s *story.Session, text string) {
	t.Helper()
	x, y := cell(t, s, text)
	s.Send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
	s.Settle()
}

// drag moves the mouse over the cells of a text with the button held.
func drag(t *testing.T, s *story.Session, text string, from, to int) {
	t.Helper()
	x, y := cell(t, s, text)
	s.Send(tea.MouseClickMsg{X: x + from, Y: y, Button: tea.MouseLeft})
	s.Send(tea.MouseMotionMsg{X: x + to, Y: y, Button: tea.MouseLeft})
	s.Send(tea.MouseReleaseMsg{X: x + to, Y: y, Button: tea.MouseLeft})
	s.Settle()
}

// With the mouse on, a click opens a page, a row of the form, or a job, and does
// what is drawn: a choice, an arrow, a row of a dialog, a hint in the last line.
func TestAClickGoesWhereItPoints(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{80, 24}, {wide, high}} {
		if underRace && size[0] != 80 {
			continue
		}
		story.Bubble(t, func(t *testing.T, w *story.World) {
			w.Settings("mouse = true\n[simulator]\nspeed = 1000\n")
			shelf(t, w)
			s := w.Start(size[0], size[1])
			s.Settle()
			s.Press("alt+5")
			s.Settle()
			click(t, s, "1 Compose")
			click(t, s, "fixed")
			s.Until("[fixed]")
			click(t, s, "›") // of the length
			s.Until("6 s ›")
			click(t, s, "▾")
			s.Until("Choose a model")
			click(t, s, "2.0 Fast")
			if screen := s.Screen(); strings.Contains(screen, "Choose a model") || !strings.Contains(screen, "2.0 Fast") {
				t.Errorf("a click on a model did not choose it:\n%s", screen)
			}
			drag(t, s, "A skateboarder performs", 2, 14)
			s.Type("diver")
			s.Until("A diver performs")
			click(t, s, "everything")
			s.Until("╭─ Actions")
			click(t, s, "model (ctrl+p")
			s.Until("Choose a model")
			s.Press("esc")
			s.Settle()
			click(t, s, "everything")
			s.Until("╭─ Actions")
			s.Press("esc")
			s.Settle()
			click(t, s, "A ")
			s.Type("Z")
			s.Settle()
			if !strings.Contains(s.Screen(), "Z") {
				t.Errorf("a click into the prompt did not go there:\n%s", s.Screen())
			}
			click(t, s, "2 Jobs")
			click(t, s, "moderation")
			if !strings.Contains(s.Screen(), "▸✗ moderation") {
				t.Errorf("a click on a job did not select it:\n%s", s.Screen())
			}
		})
	}
}

// A form that was emptied by mistake comes back by the same key.
func TestAnEmptiedFormComesBack(t *testing.T) {
	t.Parallel()
	story.Bubble(t, func(t *testing.T, w *story.World) {
		s := w.Start(80, 24)
		write(s, boat)
		s.Press("ctrl+x")
		s.Until("  0 / 2000", "brings it back")
		s.Press("ctrl+x")
		if screen := s.Until("A paper boat"); !strings.Contains(screen, "Back as it was.") {
			t.Errorf("it is not said:\n%s", screen)
		}
		s.Press("ctrl+x") // no form is lost for a later one
		s.Until("A skateboarder", "Back as it was.")
		s.Press("ctrl+x")
		s.Until("  0 / 2000")
		s.Type("one two")
		s.Press("ctrl+w", "ctrl+_")
		s.Until("┃ one two")
		s.Press("ctrl+^")
		s.Until("4 / 2000")
		s.Press("ctrl+y", "ctrl+y")
		s.Until("┃ one twotwo")
	})
}

// A refused submit marks the image that is wrong, so that x removes only that
// one.
func TestTheMarkGoesToTheImageThatIsWrong(t *testing.T) {
	t.Parallel()
	story.Bubble(t, func(t *testing.T, w *story.World) {
		bad := w.File("notes.png", []byte("a text, whatever its name says"))
		s := w.Start(wide, high)
		choose(s, "image lite 480p wavespeed", "Image")
		s.Paste(w.Sample("lake.jpg"))
		s.Until("640x480")
		s.Paste(bad)
		s.Until("the file holds text")
		if strings.Contains(s.Screen(), "notes.png: notes.png") {
			t.Errorf("the name is said twice:\n%s", s.Screen())
		}
		s.Press("ctrl+g")
		s.Until("Not submitted.")
		s.Press("x")
		screen := s.Until("notes.png is out; u brings it back")
		if !strings.Contains(screen, "lake.jpg") {
			t.Errorf("the good one is gone:\n%s", screen)
		}
		s.Press("u")
		s.Until("the file holds text")
	})
}

// Enter toggles a switch among the settings, and a setting with few values
// offers them.
func TestSettingsAreChosenNotTyped(t *testing.T) {
	t.Parallel()
	story.Bubble(t, func(t *testing.T, w *story.World) {
		s := w.Start(80, 24)
		s.Press("alt+,")
		s.Type("reduced motion")
		s.Press("enter")
		if screen := s.Until("Reduced motion: on."); strings.Contains(screen, "Practice has ended") || strings.Contains(screen, "billed.") {
			t.Errorf("a switch of the screen says something of money:\n%s", screen)
		}
		s.Until("settings.toml")
		s.Press("ctrl+u")
		s.Type("colours")
		s.Press("enter")
		s.Until("╭─ Colours", "light", "ansi")
		s.Press("down", "down", "enter")
		s.Until("Colours: light.")
		s.Settle()
		b, err := os.ReadFile(filepath.Join(w.Home(), "config", "settings.toml"))
		if err != nil || !strings.Contains(string(b), "light") || !strings.Contains(string(b), "reduced_motion = true") {
			t.Errorf("the settings are %s, %v", b, err)
		}
	})
}

// A job's page is laid out again for another size, and esc leads back one step:
// from a value to the settings, from a search that finds nothing to all
// entries.
func TestDialogsFollowSizesAndStepBack(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("is about layout, and draws a great deal")
	}
	story.Bubble(t, func(t *testing.T, w *story.World) {
		shelf(t, w)
		s := w.Start(200, 55)
		s.Settle()
		s.Press("alt+2", "g", "down", "enter")
		s.Until("service id")
		s.Resize(60, 16)
		if screen := s.Until("✗ gone", "practice │"); !strings.Contains(screen, "Prediction not found") {
			t.Errorf("the reason is cut:\n%s", screen)
		}
		s.Resize(50, 12)
		if screen := s.Until("seedreel needs 60x16"); strings.Contains(screen, "╭") {
			t.Errorf("a dialog lies over the notice:\n%s", screen)
		}
		s.Resize(80, 24)
		s.Press("esc")
		s.Settle()
		s.Press("alt+,")
		s.Until("╭─ Settings")
		s.Type("daily")
		s.Press("enter")
		s.Until("Most to spend in a day")
		s.Press("esc")
		s.Until("╭─ Settings")
		s.Press("esc")
		s.Settle()
		s.Press("alt+4")
		s.Until("in all")
		s.Press("/")
		s.Type("zzzz")
		s.Until("Nothing matches")
		s.Press("esc")
		if screen := s.Until("5 in all"); !strings.Contains(screen, "? keys") {
			t.Errorf("it is still typed:\n%s", screen)
		}
	})
}

// An action found by name in the history applies to the marked entry.
func TestThePaletteActsOnTheEntryInSight(t *testing.T) {
	t.Parallel()
	story.Bubble(t, func(t *testing.T, w *story.World) {
		furnish(t, w)
		s := w.Start(wide, high)
		s.Settle()
		s.Press("alt+2", "g") // another row is selected there
		s.Press("alt+4", "g")
		s.Until("○")
		s.Press("alt+x")
		s.Type("take out of the line")
		s.Press("enter")
		if screen := s.Until("Taken out of the line."); !strings.Contains(screen, "newest first") {
			t.Errorf("it went elsewhere:\n%s", screen)
		}
	})
}

// A path that is typed is taken with enter, even one that is not there: its row
// says so.
func TestATypedPathIsTaken(t *testing.T) {
	t.Parallel()
	story.Bubble(t, func(t *testing.T, w *story.World) {
		w.Setenv("SEEDREEL_MODEL", "wavespeed:lite-i2v-480p")
		s := w.Start(wide, high)
		s.Settle()
		s.Press("ctrl+o")
		s.Until("choose a file")
		s.Type("/nope/x.png")
		s.Settle()
		s.Press("enter")
		s.UntilGone("choose a file")
		s.Until("x.png", "there is no such file")
	})
}

// What cannot be a key is named while it can still be mended.
func TestAKeyThatIsNoneStaysInItsDialog(t *testing.T) {
	t.Parallel()
	story.Bubble(t, func(t *testing.T, w *story.World) {
		s := w.Start(80, 24)
		s.Settle()
		s.Press("alt+,", "enter")
		s.Until("Key of WaveSpeedAI")
		s.Type("my wrong key")
		s.Press("enter")
		s.Settle()
		if screen := s.Screen(); !strings.Contains(screen, "The key must have letters") || !strings.Contains(screen, "Key of WaveSpeedAI") || strings.Contains(screen, "wrong") {
			t.Errorf("after a wrong key:\n%s", screen)
		}
	})
}
