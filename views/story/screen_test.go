package story_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"seedreel/state/engine"
	"seedreel/views/app"
	"seedreel/views/story"
)

// still returns the root model over a world without a terminal, with its
// initial command.
func still(t testing.TB, w *story.World) (*app.Model, tea.Cmd) {
	t.Helper()
	e, m := root(t, w)
	t.Cleanup(func() {
		if _, err := m.Finish(t.Context()); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return m, m.Init()
}

// root returns the root model over a world, with its engine. Both are left to
// the test to close.
func root(t testing.TB, w *story.World) (*engine.Engine, *app.Model) {
	t.Helper()
	e, err := w.Engine(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	m, err := app.Build(t.Context(), e, app.Terminal{Getenv: w.Getenv, Now: w.Now, Zone: time.UTC})
	if err != nil {
		t.Fatal(err)
	}
	return e, m
}

// carryOut passes the results of a command, and of those that follow, to the
// model; timers are skipped.
func carryOut(m *app.Model, cmd tea.Cmd, depth int) {
	if cmd == nil || depth == 0 {
		return
	}
	got := make(chan tea.Msg, 1)
	go func() { got <- cmd() }()
	var msg tea.Msg
	select {
	case msg = <-got:
	case <-time.After(300 * time.Millisecond): // a timer
		return
	}
	if batch, ok := msg.(tea.BatchMsg); ok {
		for _, c := range batch {
			carryOut(m, c, depth-1)
		}
		return
	}
	_, next := m.Update(msg)
	carryOut(m, next, depth-1)
}

// checkFrame checks that no line is wider and that there are no more lines than
// the screen has.
func checkFrame(t *testing.T, m *app.Model, w, h int, after string) {
	t.Helper()
	lines := strings.Split(m.View().Content, "\n")
	if len(lines) > h {
		t.Fatalf("%dx%d after %s: %d lines", w, h, after, len(lines))
	}
	for i, l := range lines {
		if n := ansi.StringWidth(l); n > w {
			t.Fatalf("%dx%d after %s: line %d has %d cells: %q", w, h, after, i, n, ansi.Strip(l))
		}
	}
}

var fuzzKeys = []tea.KeyPressMsg{
	{Code: 'a', Text: "a"},
	{Code: '界', Text: "界"},
	{Code: tea.KeyTab},
	{Code: tea.KeyTab, Mod: tea.ModShift},
	{Code: tea.KeyEnter},
	{Code: tea.KeyEscape},
	{Code: tea.KeyUp},
	{Code: tea.KeyDown},
	{Code: tea.KeyLeft},
	{Code: tea.KeyRight},
	{Code: tea.KeyPgDown},
	{Code: tea.KeyBackspace},
	{Code: '1', Mod: tea.ModAlt},
	{Code: '2', Mod: tea.ModAlt},
	{Code: '3', Mod: tea.ModAlt},
	{Code: '4', Mod: tea.ModAlt},
	{Code: 'p', Mod: tea.ModCtrl},
	{Code: 'n', Mod: tea.ModCtrl},
	{Code: 't', Mod: tea.ModCtrl},
	{Code: '?', Mod: tea.ModAlt},
	{Code: 'x', Mod: tea.ModCtrl},
	{Code: 'f', Mod: tea.ModCtrl},
	{Code: 'r', Mod: tea.ModCtrl},
	{Code: 'm', Mod: tea.ModAlt},
	{Code: '/', Text: "/"},
	{Code: 'q', Text: "q"},
}

// FuzzSizesAndKeys throws any sizes and keys at the program.
func FuzzSizesAndKeys(f *testing.F) {
	for seed := range uint64(6) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		w := story.New(t)
		w.Freeze(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC))
		m, _ := still(t, w)
		r := rand.New(rand.NewPCG(seed, 1))
		width, height := 1+r.IntN(400), 1+r.IntN(120)
		m.Update(tea.WindowSizeMsg{Width: width, Height: height})
		for i := range 60 {
			var after string
			if r.IntN(3) == 0 {
				width, height = 1+r.IntN(400), 1+r.IntN(120)
				if r.IntN(2) == 0 { // most people's sizes
					width, height = 55+r.IntN(80), 14+r.IntN(30)
				}
				m.Update(tea.WindowSizeMsg{Width: width, Height: height})
				after = "a size"
			} else {
				k := fuzzKeys[r.IntN(len(fuzzKeys))]
				m.Update(k)
				after = k.String()
			}
			checkFrame(t, m, width, height, fmt.Sprintf("step %d, %s", i, after))
		}
	})
}

// Text, focus and position survive every change of size.
func TestResizesLoseNothing(t *testing.T) {
	t.Parallel()
	w := story.New(t)
	w.Freeze(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC))
	m, _ := still(t, w)
	m.Update(tea.WindowSizeMsg{Width: 120, Height: 36})
	m.Update(tea.KeyPressMsg{Code: 'Z', Text: "Z"})
	before := m.View()
	for _, s := range [][2]int{{1, 1}, {400, 120}, {60, 16}, {59, 15}, {80, 24}, {20, 5}, {120, 36}} {
		m.Update(tea.WindowSizeMsg{Width: s[0], Height: s[1]})
		checkFrame(t, m, s[0], s[1], "a size")
	}
	after := m.View()
	if before.Content != after.Content || before.Cursor == nil || after.Cursor == nil || *before.Cursor != *after.Cursor {
		t.Errorf("the screen came back other than it was:\n%s\n\n%s", before.Content, after.Content)
	}
}
