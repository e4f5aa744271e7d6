package app

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"seedreel/client/clienttest"
	"seedreel/state/engine"
	"seedreel/ui/keys"
	"seedreel/views/page"
)

// shelf is a screen that only its own test knows.
type shelf struct {
	w, h    int
	focused bool
	pressed []string
	pointed []page.Mouse
}

func (s *shelf) dust() keys.Binding {
	return keys.New("dust", "Shelf", []string{"x"}, "x", "dust the shelf")
}

func (s *shelf) Title() string  { return "Shelf" }
func (s *shelf) Keys() keys.Map { return keys.Map{s.dust()} }
func (s *shelf) View() string   { return "nothing but dust" }

func (s *shelf) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		s.pressed = append(s.pressed, k.String())
	}
	return nil
}

func (s *shelf) SetSize(w, h int) tea.Cmd {
	s.w, s.h = w, h
	return nil
}

func (s *shelf) SetFocused(on bool) tea.Cmd {
	s.focused = on
	return nil
}

func (s *shelf) Footer() (hints, last keys.Map) { return s.Keys(), nil }

func (s *shelf) Point(at page.Mouse) tea.Cmd {
	s.pointed = append(s.pointed, at)
	return nil
}

// built is the program on a screen of the given cells, before anything has run.
func built(t *testing.T, w, h int) *Model {
	t.Helper()
	home := t.TempDir()
	env := map[string]string{"SEEDREEL_HOME": home, "HOME": home, "TERM": "xterm-256color"}
	getenv := func(name string) string { return env[name] }
	ctx := context.WithoutCancel(t.Context())
	e, err := engine.Open(ctx, engine.Options{Getenv: getenv, Now: time.Now, Zone: time.UTC})
	if err != nil {
		t.Fatal(err)
	}
	clienttest.CloseAtEnd(t, e)
	m, err := Build(ctx, e, Terminal{Getenv: getenv, Now: time.Now, Zone: time.UTC, Host: "me@box"})
	if err != nil {
		t.Fatal(err)
	}
	m.Update(tea.WindowSizeMsg{Width: w, Height: h})
	return m
}

func (m *Model) lines() []string { return strings.Split(ansi.Strip(m.View().Content), "\n") }

// A new screen is a folder and a line: with that line it has a tab, its keys,
// its footer, and the mouse.
func TestANewPageIsAFolderAndALine(t *testing.T) {
	t.Parallel()
	m := built(t, 120, 36)
	s := &shelf{}
	m.show(place{Page: s})

	m.drawn = nil
	header := m.lines()[0]
	x := strings.Index(header, "6 Shelf")
	if x < 0 {
		t.Fatalf("it has no tab: %s", header)
	}
	m.Update(tea.KeyPressMsg{Code: '6', Mod: tea.ModAlt})
	if !s.focused || m.page().Page != page.Page(s) || s.w != 120 {
		t.Fatalf("alt+6 does not open it: %+v", s)
	}
	screen := m.lines()
	if !strings.Contains(strings.Join(screen, "\n"), "nothing but dust") {
		t.Errorf("it is not drawn:\n%s", strings.Join(screen, "\n"))
	}
	if last := screen[len(screen)-1]; !strings.Contains(last, "x dust the shelf") {
		t.Errorf("its keys are not in the footer: %q", last)
	}
	m.Update(tea.KeyPressMsg{Code: 'x', Text: "x"})
	if !slices.Equal(s.pressed, []string{"x"}) {
		t.Errorf("it was given %q", s.pressed)
	}
	if first := m.helpMap()[0]; first.Name != "dust" {
		t.Errorf("help begins with %s", first.Name)
	}

	m.Update(tea.KeyPressMsg{Code: '1', Text: "1"})
	if s.focused || m.at != 0 {
		t.Fatal("1 does not leave it")
	}
	if i := slices.IndexFunc(m.s.Keys.Actions("Compose"), func(b keys.Binding) bool { return b.Name == "dust" }); i < 0 {
		t.Error("its action cannot be found by name")
	}
	m.perform(s.dust())
	if !s.focused || len(s.pressed) != 2 {
		t.Errorf("an action by name does not lead there: %q", s.pressed)
	}

	m.visit(0)
	m.Update(tea.MouseClickMsg{X: ansi.StringWidth(header[:x]) + 2, Y: 0, Button: tea.MouseLeft})
	if !s.focused {
		t.Fatal("a click on its name does not open it")
	}
	m.Update(tea.MouseClickMsg{X: 7, Y: m.shown().Main.Y + 3, Button: tea.MouseLeft})
	m.Update(tea.MouseWheelMsg{X: 7, Y: m.shown().Main.Y, Button: tea.MouseWheelUp})
	if want := []page.Mouse{{X: 7, Y: 3, Click: true}, {X: 7, Wheel: -1}}; !slices.Equal(s.pointed, want) {
		t.Errorf("the mouse reached it as %+v", s.pointed)
	}
}

// The keys of the map for the pages are those of their places in the list.
func TestPagesHaveTheKeysOfTheMap(t *testing.T) {
	t.Parallel()
	m := built(t, 80, 24)
	k := m.s.Keys.All
	for i, want := range [][2]keys.Binding{
		{k.Compose, k.PlainCompose}, {k.Jobs, k.PlainJobs}, {k.Reel, k.PlainReel}, {k.History, k.PlainHistory}, {k.Costs, k.PlainCosts},
	} {
		p := m.places[i]
		if p.anywhere.Name != want[0].Name || p.anywhere.Help() != want[0].Help() || p.outside.Name != want[1].Name || p.outside.Help() != want[1].Help() {
			t.Errorf("%s is %v, the map says %v", p.Title(), p.anywhere.Help(), want[0].Help())
		}
	}
}

// The header is clicked where it was drawn, at every width, including those
// that leave names out.
func TestEveryNameInTheHeaderCanBeClicked(t *testing.T) {
	t.Parallel()
	for _, w := range []int{60, 66, 72, 80, 100, 140, 200} {
		m := built(t, w, 24)
		line, at := m.header(w)
		cells := ansi.Strip(line)
		if len(at) != 5 {
			t.Fatalf("%d cells: %d pages are named in %q", w, len(at), cells)
		}
		for _, s := range at {
			shown := ansi.Cut(cells, s.from, s.to)
			if p := m.places[s.page]; !strings.HasPrefix(p.outside.Help().Key+" "+p.Title(), shown) || shown == "" {
				t.Errorf("%d cells: %q is drawn where %s is to be clicked", w, shown, p.Title())
			}
			m.clickHeader(s.to - 1)
			if m.at != s.page {
				t.Errorf("%d cells: a click on %q leads to %s", w, shown, m.page().Title())
			}
			m.visit(0)
		}
	}
}

// No file of the root imports a screen, except for the list of pages. Two
// screens send orders, and the root knows only that of them.
func TestTheRootKnowsNoScreen(t *testing.T) {
	t.Parallel()
	screens := []string{"compose", "jobs", "reel", "history", "costs", "player", "settings", "picker", "welcome", "accounts"}
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 8 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		if f == "pages.go" || f == "ask.go" || strings.HasSuffix(f, "_test.go") {
			continue
		}
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range screens {
			if strings.Contains(string(b), `"seedreel/views/`+s+`"`) {
				t.Errorf("%s knows the screen %s", f, s)
			}
		}
	}
}
