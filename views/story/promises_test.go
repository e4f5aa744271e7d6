package story_test

import (
	"encoding/base64"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/job"
	"seedreel/views/story"
)

// The selected job stays selected through every size, in both lists.
func TestResizesKeepTheSelection(t *testing.T) {
	t.Parallel()
	story.Bubble(t, func(t *testing.T, w *story.World) {
		shelf(t, w)
		s := w.Start(wide, high)
		for place, row := range map[string]string{"alt+2": "▸✗ moderation", "alt+4": "▸ 23:56"} {
			s.Press(place, "g", "down", "down")
			s.Settle()
			if !strings.Contains(s.Screen(), row) {
				t.Fatalf("%q is not selected:\n%s", row, s.Screen())
			}
			for _, size := range [][2]int{{1, 1}, {60, 16}, {400, 120}, {59, 15}, {80, 24}, {wide, high}} {
				s.Resize(size[0], size[1])
				time.Sleep(100 * time.Millisecond)
			}
			s.Settle()
			if !strings.Contains(s.Screen(), row) {
				t.Errorf("%q is not selected any more:\n%s", row, s.Screen())
			}
		}
	})
}

// Selecting text is the terminal's, until a person turns on clicks.
func TestTheMouseIsOffUntilTurnedOn(t *testing.T) {
	t.Parallel()
	listens := func(s *story.Session) bool {
		return strings.Contains(s.Tape(), "\x1b[?1000h") || strings.Contains(s.Tape(), "\x1b[?1002h") || strings.Contains(s.Tape(), "\x1b[?1003h")
	}
	story.Bubble(t, func(t *testing.T, w *story.World) {
		s := w.Start(80, 24)
		s.Press("alt+2")
		s.Settle()
		if listens(s) {
			t.Error("the mouse is listened to without having been asked for")
		}
		s.End()
		w.Settings("mouse = true\n[simulator]\nspeed = 1000\n")
		if s = w.Start(80, 24); !listens(s) {
			t.Error("the mouse is not listened to")
		}
		s.Press("ctrl+c")
		s.Left()
		if on := s.Modes(); len(on) > 0 {
			t.Errorf("left switched on: %v", on)
		}
	})
}

// A copied text reaches the terminal unchanged, can be shown alone, and is only
// reported as sent.
func TestACopyReachesTheTerminal(t *testing.T) {
	t.Parallel()
	story.Bubble(t, func(t *testing.T, w *story.World) {
		shelf(t, w)
		s := w.Start(80, 24)
		s.Press("alt+2", "G")
		s.Settle()
		s.Mark()
		s.Press("y")
		s.Until("sent to the terminal's clipboard")
		path := filepath.Join(w.Home(), "clips", "boat0.mp4")
		if want := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte(path)); !strings.Contains(s.Tape(), want) {
			t.Errorf("no %q in %q", want, s.Tape())
		}
		s.Press("o")
		if screen := s.Until("Where the clip is"); !strings.Contains(screen, " "+path+" ") {
			t.Errorf("the path is not shown alone:\n%s", screen)
		}
	})
}

// Under the names that tmux and screen use for themselves the screen is the
// same, and everything is switched off again.
func TestMultiplexersShowTheSame(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("is about layout, and draws a great deal")
	}
	screens := map[string]string{}
	for _, name := range []string{"xterm-256color", "tmux-256color", "screen-256color", "linux", "vt100"} {
		story.Bubble(t, func(t *testing.T, w *story.World) {
			w.Setenv("TERM", name)
			shelf(t, w)
			s := w.Start(80, 24)
			s.Press("alt+2", "g")
			s.Settle()
			screens[name] = s.Screen()
			s.Press("ctrl+c")
			s.Until("Leave with jobs under way?")
			s.Press("ctrl+c")
			s.Left()
			if on := s.Modes(); len(on) > 0 {
				t.Errorf("%s: left switched on: %v", name, on)
			}
		})
		if screens[name] != screens["xterm-256color"] {
			t.Errorf("%s shows\n%s\nnot\n%s", name, screens[name], screens["xterm-256color"])
		}
	}
}

// A large paste is one edit: it appears at once and whole, counted, without
// control characters, and none of it is taken for a key.
func TestALargePasteIsOneEdit(t *testing.T) {
	t.Parallel()
	w := story.New(t)
	w.Freeze(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC))
	m, _ := still(t, w)
	m.Update(tea.WindowSizeMsg{Width: wide, Height: high})
	line := "q ?\x1b[31m1 a boat\a on a lake\n"
	text := strings.Repeat(line, 100<<10/len(line)+1)
	best := time.Hour
	for range 5 {
		m.Update(tea.KeyPressMsg{Code: 'x', Mod: tea.ModCtrl})
		began := time.Now()
		m.Update(tea.PasteMsg{Content: text})
		_ = m.View()
		best = min(best, time.Since(began))
	}
	t.Logf("%d bytes in %v", len(text), best)
	limit := 200 * time.Millisecond
	if underRace {
		limit *= 10
	}
	if best > limit {
		t.Errorf("%d bytes took %v, the limit is %v", len(text), best, limit)
	}
	// Nothing of the sequence is left; the bell is shown as a picture of one.
	letters := utf8.RuneCountInString("q ?1 a boat␇ on a lake\n") * strings.Count(text, line)
	screen := m.View().Content
	if !strings.Contains(screen, fmt.Sprint(letters)) {
		t.Errorf("the count is not %d:\n%s", letters, screen)
	}
	if strings.Contains(screen, "╭") {
		t.Errorf("a letter of the paste was a key:\n%s", screen)
	}
}

// An order over the limit that a person has set needs confirmation, with its
// price, and the default answer is no.
func TestMoneyIsAskedForAndNoIsTheDefault(t *testing.T) {
	t.Parallel()
	story.Bubble(t, func(t *testing.T, w *story.World) {
		hang(w, "")
		s := w.Start(80, 24)
		ask := func(answer ...string) []*job.Job {
			write(s, boat)
			s.Settle()
			s.Press("ctrl+g")
			screen := s.Until("Submit this clip for $")
			if !strings.Contains(screen, "▸ No, back to the form") {
				t.Errorf("no is not the first answer:\n%s", screen)
			}
			s.Settle()
			s.Press(answer...)
			s.Settle()
			return history(t, s, "")
		}
		if jobs := ask("enter"); len(jobs) != 0 {
			t.Errorf("enter alone bought %d", len(jobs))
		}
		if jobs := ask("s", "k", "y"); len(jobs) != 0 {
			t.Errorf("the last letter of a word bought %d", len(jobs))
		}
		s.Press("n")
		s.UntilGone("No, back to the form")
		if jobs := ask("right", "enter"); len(jobs) != 1 {
			t.Errorf("a yes bought %d", len(jobs))
		}
		if jobs := ask("y"); len(jobs) != 2 {
			t.Errorf("a y and a yes bought %d", len(jobs))
		}
	})
}

// Without a key for the model's service the form names where to enter one, and
// nothing is sent.
func TestAMissingKeyIsExplained(t *testing.T) {
	t.Parallel()
	story.Bubble(t, func(t *testing.T, w *story.World) {
		w.Setenv("AIMLAPI_API_KEY", "sk-of-the-other")
		w.Settings("[services.aimlapi]\nbase_url = \"http://127.0.0.1:9\"\n[simulator]\nspeed = 1000\n")
		s := w.Start(wide, high)
		choose(s, "text lite 480p wavespeed", "Text")
		write(s, boat)
		s.Press("ctrl+g")
		s.Until("No key for WaveSpeedAI", "alt+,")
		if jobs := history(t, s, ""); len(jobs) != 0 {
			t.Errorf("%d jobs were made", len(jobs))
		}
	})
}
