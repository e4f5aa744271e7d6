//go:build !race

package story_test

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/views/story"
)

// With 10,000 entries, 200 live jobs and services that do not answer, the form
// appears at once: nothing is waited for before the first frame. The best of
// some starts counts, as other work on the machine only adds to it.
func TestStartsFastWithoutANetwork(t *testing.T) {
	if testing.Short() {
		t.Skip("measures time")
	}
	w := story.New(t)
	w.Freeze(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC))
	stock(t, w, 200, 10_000)
	for _, service := range []string{"WAVESPEED", "AIMLAPI"} {
		w.Setenv(service+"_API_KEY", "any")
		w.Setenv(service+"_BASE_URL", "http://127.0.0.1:9")
	}
	best := time.Hour
	for range 5 {
		began := time.Now()
		e, m := root(t, w)
		m.Init()
		m.Update(tea.WindowSizeMsg{Width: wide, Height: high})
		screen := m.View().Content
		best = min(best, time.Since(began))
		if !strings.Contains(screen, "Prompt") || !strings.Contains(screen, "SIMULATOR at") {
			t.Fatalf("the first frame is\n%s", screen)
		}
		if _, err := m.Finish(t.Context()); err != nil {
			t.Error(err)
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}
	t.Logf("the first frame after %v", best)
	if limit := 200 * time.Millisecond; best > limit {
		t.Errorf("the first frame came after %v, the limit is %v", best, limit)
	}
}
