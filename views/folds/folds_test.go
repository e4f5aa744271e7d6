package folds_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/store"
	"seedreel/views/folds"
	"seedreel/views/studio"
)

func shelf(t *testing.T) *studio.Studio {
	t.Helper()
	st, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "x.db"), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return &studio.Studio{Ctx: t.Context(), Store: st}
}

// restart returns what a new start has of a list.
func restart(t *testing.T, s *studio.Studio, name string) *folds.Folds {
	t.Helper()
	f := &folds.Folds{}
	if m, ok := folds.Read(s, name)().(folds.ReadMsg); ok {
		f.Restore(name, m)
	}
	return f
}

func run(t *testing.T, cmd tea.Cmd) {
	t.Helper()
	if m := cmd(); m != nil {
		t.Fatalf("it says %v", m)
	}
}

func TestAListIsFoldedAsBeforeTheRestart(t *testing.T) {
	t.Parallel()
	s := shelf(t)
	if f := restart(t, s, "jobs"); f.On() || f.Open("a") {
		t.Error("nothing was kept yet")
	}
	f := &folds.Folds{}
	f.Turn()
	first := f.Keep(s, "jobs")
	f.Set("a", true)
	f.Set("b", true)
	f.Set("b", true)
	f.Set("b", false)
	second := f.Keep(s, "jobs")
	run(t, second)
	run(t, first) // it comes late, and takes nothing back
	if g := restart(t, s, "jobs"); !g.On() || !g.Open("a") || g.Open("b") {
		t.Errorf("after a restart: %+v", g)
	}
	if g := restart(t, s, "history"); g.On() || g.Open("a") {
		t.Errorf("another list has it, too: %+v", g)
	}
}

// What a person has done before the answer came stays.
func TestWhatWasDoneSinceStays(t *testing.T) {
	t.Parallel()
	s := shelf(t)
	f := &folds.Folds{}
	f.Turn()
	run(t, f.Keep(s, "jobs"))
	m, ok := folds.Read(s, "jobs")().(folds.ReadMsg)
	if !ok {
		t.Fatal("nothing was kept")
	}
	g := &folds.Folds{}
	g.Turn()
	g.Turn()
	if g.Restore("jobs", m) || g.On() {
		t.Error("it was turned on again")
	}
	if h := (&folds.Folds{}); h.Restore("history", m) || !h.Restore("jobs", m) || !h.On() {
		t.Errorf("by name: %+v", h)
	}
}

// The last that were unfolded stay so.
func TestALongListIsKeptInPart(t *testing.T) {
	t.Parallel()
	s, f := shelf(t), &folds.Folds{}
	for i := range 700 {
		f.Set(fmt.Sprint(i), true)
	}
	run(t, f.Keep(s, "reel"))
	if g := restart(t, s, "reel"); g.Open("0") || g.Open("199") || !g.Open("200") || !g.Open("699") {
		t.Error("not the last 500 are unfolded")
	}
}
