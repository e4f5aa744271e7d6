package jobs

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/state/job"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
)

// modelOf returns the nth model of a task, counted from 0.
func modelOf(t testing.TB, cat *catalogue.Catalogue, task string, n int) *catalogue.Model {
	t.Helper()
	for _, m := range cat.All() {
		if m.Task == task {
			if n--; n < 0 {
				return m
			}
		}
	}
	t.Fatalf("the catalogue has too few models for %s", task)
	return nil
}

func clip(id, prompt string, m *catalogue.Model, seed int64, seconds int) *job.Job {
	return &job.Job{
		ID: id, Prompt: prompt, Provider: m.Provider, Model: m.ID, Seed: seed, HasSeed: seed > 0, Seconds: seconds,
		State: job.Saved, CreatedAt: time.Date(2026, 11, 21, 9, 30, 5, 0, time.UTC),
	}
}

func TestTakesOfOnePromptCanBeToldApart(t *testing.T) {
	t.Parallel()
	cat := clienttest.Catalogue(t)
	a, b := modelOf(t, cat, "text-to-video", 0), modelOf(t, cat, "text-to-video", 1)
	kind := string(Kind(&job.Job{Provider: a.Provider, Model: a.ID}, cat))
	const boat = "A paper boat drifts down a rain gutter, past leaves and small stones"
	for name, tt := range map[string]struct {
		jobs []*job.Job
		// wide and narrow are the ends of the first name in 60 and in 30 cells.
		wide, narrow string
	}{
		"other words":         {[]*job.Job{clip("1", boat, a, 7, 5), clip("2", "A lake", a, 8, 5)}, "", ""},
		"the seed":            {[]*job.Job{clip("1", boat, a, 1995305025, 5), clip("2", boat, a, 8, 5)}, "seed 1995305025", "seed …5025"},
		"a short seed":        {[]*job.Job{clip("1", boat, a, 42, 5), clip("2", boat, a, 8, 5)}, "seed 42", "seed 42"},
		"no seed":             {[]*job.Job{clip("1", boat, a, 0, 5), clip("2", boat, a, 0, 5)}, "09:30:05", "09:30:05"},
		"the length":          {[]*job.Job{clip("1", boat, a, 7, 8), clip("2", boat, a, 8, 5)}, "8 s", "8 s"},
		"the model":           {[]*job.Job{clip("1", boat, a, 7, 5), clip("2", boat, b, 8, 5)}, kind, kind},
		"length, not alone":   {[]*job.Job{clip("1", boat, a, 7, 8), clip("2", boat, a, 8, 8), clip("3", boat, a, 9, 5)}, "8 s, seed 7", "seed 7"},
		"white space is none": {[]*job.Job{clip("1", boat+"\n", a, 7, 5), clip("2", " "+boat, a, 8, 5)}, "seed 7", "seed 7"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			names := NamesOf(tt.jobs, cat, time.UTC)
			for width, want := range map[int]string{60: tt.wide, 30: tt.narrow} {
				title, tail := names.Cell(tt.jobs[0], width, Shown{})
				if got := strings.TrimSpace(string(tail)); got != want {
					t.Errorf("in %d cells the tail is %q, want %q", width, got, want)
				}
				if n := title.Width() + tail.Width(); n != width {
					t.Errorf("in %d cells the name takes %d", width, n)
				}
			}
		})
	}
}

// Names are recomputed whenever a list changes, while somebody types.
func TestManyTakesOfOnePromptAreNamedAtOnce(t *testing.T) {
	t.Parallel()
	cat := clienttest.Catalogue(t)
	m := modelOf(t, cat, "text-to-video", 0)
	list := make([]*job.Job, 2000)
	for i := range list {
		list[i] = clip(strconv.Itoa(i), "A paper boat drifts down a rain gutter", m, int64(i+1), 5)
	}
	best := time.Hour
	for range 3 {
		began := time.Now()
		if names := NamesOf(list, cat, time.UTC); names.Tail(list[6], Shown{}) != "seed 7" {
			t.Fatalf("the seventh is told apart by %q", names.Tail(list[6], Shown{}))
		}
		best = min(best, time.Since(began))
	}
	if best > 100*time.Millisecond {
		t.Errorf("naming %d takes of one prompt needs %v", len(list), best)
	}
}

func TestNeighboursThatBeginAlikeShowWhereTheyPart(t *testing.T) {
	t.Parallel()
	cat := clienttest.Catalogue(t)
	m := modelOf(t, cat, "text-to-video", 0)
	list := []*job.Job{
		clip("1", "A lake at dawn, mist over the water, slow push in, a heron lifts off", m, 1, 5),
		clip("2", "A lake at dawn, mist over the water, slow push in, two boats drift by", m, 2, 5),
	}
	names := NamesOf(list, cat, time.UTC)
	for i, want := range []string{"a heron lifts", "two boats"} {
		title, _ := names.Cell(list[i], 34, Shown{})
		if !strings.HasPrefix(string(title), "A lake") || !strings.Contains(string(title), want) {
			t.Errorf("row %d is %q, want it to show %q", i, title, want)
		}
	}
	if title, _ := names.Cell(list[0], 90, Shown{}); strings.Contains(string(title), "…") {
		t.Errorf("with room for all it is %q", title)
	}
}

func FuzzCell(f *testing.F) {
	f.Add("A lake at dawn", "A lake at dusk", 20)
	f.Add("雪が降る街を歩く", "雪が降る夜", 9)
	f.Add("", "\x1b[31m", 3)
	cat := clienttest.Catalogue(f)
	m := modelOf(f, cat, "text-to-video", 0)
	f.Fuzz(func(t *testing.T, a, b string, width int) {
		if width < 0 || width > 300 {
			return
		}
		list := []*job.Job{clip("1", a, m, 1234567, 5), clip("2", b, m, 2, 5), clip("3", a, m, 3, 8)}
		names := NamesOf(list, cat, time.UTC)
		for _, j := range list {
			if title, tail := names.Cell(j, width, Shown{}); title.Width()+tail.Width() != width {
				t.Fatalf("%q and %q take %d cells of %d", title, tail, title.Width()+tail.Width(), width)
			}
		}
	})
}

// Every row is as wide as its pane, with any columns.
func TestRowsFillTheirPane(t *testing.T) {
	t.Parallel()
	cat := clienttest.Catalogue(t)
	st := theme.New(theme.Choose("none", false, false))
	m := modelOf(t, cat, "text-to-video", 0)
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	for _, state := range []job.State{job.Saved, job.Running, job.Uncertain, job.Failed, job.Queued} {
		j := clip("1", strings.Repeat("A long prompt ", 20), m, 5, 5)
		j.State, j.SubmittedAt, j.EndedAt = state, now.Add(-time.Minute), now.Add(-time.Second)
		if state == job.Queued {
			j.Waiting = "slots"
		}
		list := []*job.Job{j}
		for width := 47; width <= 220; width++ {
			c := columnsFor(fitted(cat, list...), width)
			r := row{job: j, names: NamesOf(list, cat, time.UTC), kind: Kind(j, cat)}
			if n := safe.Width(r.render(c, width, false, now, st)); n != width {
				t.Fatalf("%s: a row in %d cells takes %d", state, width, n)
			}
			if c.prompt < 16 {
				t.Fatalf("%s: of %d cells the prompt has %d", state, width, c.prompt)
			}
		}
		wide := columnsFor(fitted(cat, list...), 90)
		if wide.kind == 0 || wide.cost == 0 {
			t.Errorf("%s: 90 cells have no room for model and price: %+v", state, wide)
		}
	}
}
