package history

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/ui/theme"
	"seedreel/views/jobs"
	"seedreel/views/keymap"
	"seedreel/views/studio"
)

func screen(t *testing.T) (v *Screen, models map[string]*catalogue.Model) {
	t.Helper()
	cat := clienttest.Catalogue(t)
	models = map[string]*catalogue.Model{}
	for _, m := range cat.All() {
		models[m.Task] = m
	}
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	return New(&studio.Studio{
		Now: func() time.Time { return now }, Zone: time.UTC, Catalogue: catalogue.NewShelf(cat), Keys: keymap.New(),
		Styles: theme.New(theme.Choose("none", false, false)), Tell: func(tea.Msg) tea.Cmd { return nil },
	}), models
}

func take(id string, m *catalogue.Model, seed int64, seconds int, ratio string) *job.Job {
	return &job.Job{
		ID: id, Prompt: "Night: a skateboarder crosses an empty square under sodium lamps", Provider: m.Provider, Model: m.ID,
		Seed: seed, HasSeed: true, Seconds: seconds, State: job.Saved, CreatedAt: time.Date(2026, 11, 21, 9, 30, 5, 0, time.UTC),
		Values: catalogue.Values{catalogue.RoleAspectRatio: catalogue.Text(ratio)},
	}
}

// What distinguishes takes appears once in a row: in its column, or in the name
// if there is no column for it.
func TestARowTellsNothingTwice(t *testing.T) {
	t.Parallel()
	v, models := screen(t)
	a, b := models["text-to-video"], models["image-to-video"]
	list := []*job.Job{
		take("1", a, 7, 5, "16:9"), take("2", b, 8, 12, "9:16"), take("3", a, 4711, 8, "1:1"), take("4", a, 12, 8, "1:1"),
	}
	v.apply(pageLoadedMsg{rows: list})
	for _, width := range []int{80, 120, 200} {
		v.SetSize(width, 20)
		for _, j := range list {
			row := ansi.Strip(v.renderRow(j, width, false))
			for _, facet := range []string{string(jobs.Kind(j, v.s.Catalogue.Now())), string(jobs.Length(j)), string(jobs.Ratio(j))} {
				if n := strings.Count(row+" ", " "+facet+" ") + strings.Count(row, " "+facet+","); n > 1 {
					t.Errorf("%d cells: %q stands %d times in %q", width, facet, n, row)
				}
			}
			if j.ID == "3" && !strings.Contains(row, "seed 4711") {
				t.Errorf("%d cells: the seed is missing in %q", width, row)
			}
		}
	}
}

func TestPracticeIsMarkedInEveryRow(t *testing.T) {
	t.Parallel()
	v, models := screen(t)
	price := usd.Micro(80_000)
	j := take("1", models["text-to-video"], 7, 5, "16:9")
	j.Practice, j.Charge = true, &price
	v.apply(pageLoadedMsg{rows: []*job.Job{j}})
	v.SetSize(80, 20)
	for _, practice := range []bool{false, true} {
		v.s.Practice = practice
		row := ansi.Strip(v.renderRow(j, 80, false))
		if !strings.Contains(row, "practice") || strings.Contains(row, "$0.08") {
			t.Errorf("with the studio in practice %t the row is %q", practice, row)
		}
	}
}
