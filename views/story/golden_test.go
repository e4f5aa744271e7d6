package story_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/exp/golden"

	"seedreel/ui/uitest"
	"seedreel/views/story"
)

// Each screen is kept as a person sees it: the words at all four sizes, with an
// empty and a full history; and the styles, as maps of letters, in every colour
// mode at the two most common sizes. Run with -update after a change and review
// the diff.
var sizes = [][2]int{{60, 20}, {80, 24}, {120, 36}, {200, 55}}

func TestScreensLookAsTheyShould(t *testing.T) {
	t.Parallel()
	for _, size := range sizes {
		if underRace && size[0] != 80 {
			continue
		}
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			t.Parallel()
			story.Bubble(t, func(t *testing.T, w *story.World) {
				hang(w, "")
				g := &gallery{w: w, s: w.Start(size[0], size[1])}
				g.empty()
				g.s.End()
				golden.RequireEqual(t, g.all.String())
			})
		})
		t.Run(fmt.Sprintf("%dx%d-full", size[0], size[1]), func(t *testing.T) {
			t.Parallel()
			story.Bubble(t, func(t *testing.T, w *story.World) {
				hang(w, "")
				shelf(t, w)
				g := &gallery{w: w, s: w.Start(size[0], size[1])}
				g.full()
				golden.RequireEqual(t, g.all.String())
			})
		})
	}
}

// TestThemes compares the styles of all screens in all colour modes. Without
// colours, words and symbols remain.
func TestThemes(t *testing.T) {
	t.Parallel()
	for _, mode := range []struct {
		name, theme, noColor string
		profile              colorprofile.Profile
	}{
		{"dark", "dark", "", colorprofile.TrueColor},
		{"light", "light", "", colorprofile.TrueColor},
		{"dark256", "dark", "", colorprofile.ANSI256},
		{"ansi16", "ansi", "", colorprofile.ANSI},
		{"none", "auto", "yes please", colorprofile.TrueColor},
	} {
		for _, size := range sizes {
			if underRace && (size[0] != 80 || mode.name != "dark") {
				continue
			}
			for name, walk := range map[string]func(*gallery){"": (*gallery).full, "-empty": (*gallery).empty} {
				t.Run(fmt.Sprintf("%s-%dx%d%s", mode.name, size[0], size[1], name), func(t *testing.T) {
					t.Parallel()
					story.Bubble(t, func(t *testing.T, w *story.World) {
						hang(w, mode.theme)
						w.Setenv("NO_COLOR", mode.noColor)
						if name == "" {
							shelf(t, w)
						}
						ink := &uitest.Ink{}
						g := &gallery{w: w, s: w.Start(size[0], size[1], uitest.Options{Profile: mode.profile}), ink: ink}
						walk(g)
						golden.RequireEqual(t, g.all.String()+"=== letters\n"+ink.Legend()+"\n")
					})
				})
			}
		}
	}
}

// hang prepares a world whose screens are the same in every run. Every order
// asks for confirmation, so that there is a dialog about money.
func hang(w *story.World, theme string) {
	toml := "confirm_above_usd = 0\n"
	if theme != "" {
		toml += "theme = \"" + theme + "\"\n"
	}
	w.Settings(toml + "[simulator]\nspeed = 1000\n")
}

// gallery walks through the screens and records their appearance.
type gallery struct {
	w   *story.World
	s   *story.Session
	ink *uitest.Ink
	all strings.Builder
}

// show records the screen once nothing moves any more. It must contain the
// marks, so that no other screen is recorded under this name.
func (g *gallery) show(name string, marks ...string) {
	g.s.Settle()
	g.now(name, marks...)
}

// now records the screen while its last line shows a message.
func (g *gallery) now(name string, marks ...string) {
	screen := g.s.Until(marks...)
	if g.ink != nil {
		screen = g.ink.Of(g.s.Term)
	}
	// The folder has another name in each run, of the same length.
	screen = strings.ReplaceAll(screen, g.w.Home(), strings.Repeat("h", len(g.w.Home())))
	screen = strings.ReplaceAll(screen, filepath.Base(g.w.Home()), strings.Repeat("h", len(filepath.Base(g.w.Home()))))
	g.all.WriteString("=== " + name + "\n" + screen + "\n")
}

// dialog opens a dialog, records it and closes it again.
func (g *gallery) dialog(key, name string, marks ...string) {
	g.s.Press(key)
	g.show(name, marks...)
	g.close()
}

// close presses esc until no dialog is open: the first press clears typed text.
func (g *gallery) close() {
	for strings.Contains(g.s.Screen(), "╭─") {
		g.s.Press("esc")
		g.s.Settle()
	}
}

// messages records the log without what differs from run to run: the lines on
// disk name processes.
func (g *gallery) messages() {
	if err := os.Truncate(filepath.Join(g.w.Home(), "state", "seedreel.log"), 0); err != nil {
		g.s.Type("\n" + err.Error())
	}
	g.dialog("alt+m", "log", "Messages")
}

// empty records what a first run shows.
func (g *gallery) empty() {
	g.show("compose", "PRACTICE")
	g.dialog("alt+p", "models", "Choose a model")
	g.s.Press("alt+2")
	g.show("jobs", "No jobs yet")
	g.s.Press("alt+3")
	g.show("reel", "No shots yet")
	g.s.Press("alt+4")
	g.show("history", "Nothing yet")
	g.s.Press("alt+5")
	g.show("costs", "by day")
	g.dialog("alt+,", "settings", "Settings", "no key")
	g.dialog("?", "help", "╭─ Keys ")
	g.dialog("alt+x", "palette", "type to filter")
	g.messages()
}

// full records every screen with content, and with an error.
func (g *gallery) full() {
	g.show("compose", "PRACTICE")
	g.s.Press("ctrl+g")
	g.show("money dialog", "Submit this clip for $0.08?", "No, back to the form")
	g.close()
	g.s.Press("alt+p")
	g.s.Until("Choose a model")
	g.s.Type("there is none")
	g.show("models, none found", "there is none")
	g.close()
	g.s.Press("ctrl+x")
	g.s.Settle()
	g.s.Press("ctrl+g")
	g.now("compose, error", "Not submitted.")
	g.jobs()
	g.s.Press("alt+3")
	g.s.Until("0 picked")
	g.s.Press("enter", "down")
	g.show("reel", "first try")
	g.s.Press("alt+4")
	g.show("history", "5 in all")
	g.s.Press("/")
	g.s.Type("there is none")
	g.s.Press("enter")
	g.show("history, none found", "Nothing matches")
	g.s.Press("esc", "alt+5")
	g.show("costs", "by day", "none of this was billed")
	g.s.Press("alt+,")
	g.s.Until("Settings")
	g.s.Type("daily")
	g.s.Press("enter")
	g.s.Until("Most to spend in a day")
	g.s.Press("ctrl+u")
	g.s.Type("purple")
	g.s.Press("enter")
	g.show("settings, error", "purple", "must be")
	g.close()
	g.messages()
}

// jobs records the live list, its help and actions, a job's page, and the
// player with and without its clip.
func (g *gallery) jobs() {
	g.s.Press("alt+2", "g")
	g.show("jobs", "1 needs you")
	g.dialog("?", "help", "╭─ Keys ")
	g.dialog(":", "palette", "type to filter")
	g.s.Press("G")
	g.dialog("enter", "job", "take 0")
	g.s.Press("v")
	g.show("player", "864 x 480", "files.example/made/boat.mp4")
	g.s.Press("esc")
	g.s.Settle()
	if err := os.Remove(filepath.Join(g.w.Home(), "clips", "boat0.mp4")); err != nil {
		g.s.Type("\n" + err.Error())
	}
	g.s.Press("v")
	g.show("player, the clip is gone", "boat0.mp4")
	g.s.Press("esc")
	g.s.Settle()
	g.s.Press("up", "up") // over the second one to the failed one
	g.dialog("enter", "failed job", "The content filter refused it")
}
