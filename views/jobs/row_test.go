package jobs

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/ui/theme"
	"seedreel/views/keymap"
	"seedreel/views/studio"
)

func screen(t testing.TB) *Screen {
	t.Helper()
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	return New(&studio.Studio{
		Now: func() time.Time { return now }, Zone: time.UTC, Catalogue: catalogue.NewShelf(clienttest.Catalogue(t)), Keys: keymap.New(),
		Styles: theme.New(theme.Choose("none", false, false)),
	})
}

// show makes the screen show these jobs.
func show(v *Screen, list ...*job.Job) {
	v.s.Live.Jobs = list
	v.Update(studio.ChangedMsg{What: studio.Jobs})
}

func shaped(j *job.Job, ratio string) *job.Job {
	j.Values = catalogue.Values{catalogue.RoleAspectRatio: catalogue.Text(ratio)}
	return j
}

// What distinguishes takes appears once in a row: in its column, or in the name
// if there is no column for it.
func TestARowTellsNothingTwice(t *testing.T) {
	t.Parallel()
	v := screen(t)
	a, b := modelOf(t, v.s.Catalogue.Now(), "text-to-video", 0), modelOf(t, v.s.Catalogue.Now(), "image-to-video", 0)
	const night = "Night: a skateboarder crosses an empty square under sodium lamps"
	list := []*job.Job{
		shaped(clip("1", night, a, 7, 5), "16:9"), shaped(clip("2", night, b, 8, 12), "9:16"),
		shaped(clip("3", night, a, 4711, 8), "1:1"), shaped(clip("4", night, a, 12, 8), "1:1"),
	}
	show(v, list...)
	for _, height := range []int{20, 50} {
		for _, width := range []int{80, 120, 200} {
			v.SetSize(width, height)
			for _, j := range list {
				row := ansi.Strip(v.renderRow(j, width, false))
				for _, facet := range []string{string(Kind(j, v.s.Catalogue.Now())), string(Length(j)), string(Ratio(j))} {
					if n := strings.Count(row+" ", " "+facet+" ") + strings.Count(row, " "+facet+","); n > 1 {
						t.Errorf("%dx%d: %q stands %d times in %q", width, height, facet, n, row)
					}
				}
				if j.ID == "3" && !strings.Contains(row, "seed 4711") {
					t.Errorf("%dx%d: the seed is missing in %q", width, height, row)
				}
			}
		}
	}
}

func TestPracticeIsMarkedInEveryRow(t *testing.T) {
	t.Parallel()
	v := screen(t)
	price := usd.Micro(80_000)
	j := clip("1", "A paper boat", modelOf(t, v.s.Catalogue.Now(), "text-to-video", 0), 7, 5)
	j.Estimate, j.Charge = &price, &price
	show(v, j)
	v.SetSize(120, 20)
	for name, tt := range map[string]struct{ job, studio, want bool }{
		"practice among real":    {true, false, true},
		"practice in practice":   {true, true, true},
		"real among real":        {false, false, false},
		"real while in practice": {false, true, false},
	} {
		j.Practice, v.s.Practice = tt.job, tt.studio
		row := ansi.Strip(v.renderRow(j, 120, false))
		if strings.Contains(row, "practice") != tt.want || strings.Contains(row, "$0.08") == tt.want {
			t.Errorf("%s: the row is %q", name, row)
		}
	}
}

// fitted returns the widths of the columns for some jobs.
func fitted(cat *catalogue.Catalogue, list ...*job.Job) Widths {
	var w Widths
	w.Fit(list, cat)
	return w
}

// A job with the longest name of a model that ends, or scrolls out of a search,
// moves no column of the others.
func TestColumnsDoNotFollowTheJobsThatGo(t *testing.T) {
	t.Parallel()
	v := screen(t)
	cat := v.s.Catalogue.Now()
	var short, long *job.Job
	for _, m := range cat.All() {
		j := shaped(clip(m.ID, "A paper boat", m, 7, 5), "16:9")
		n := Kind(j, cat).Width()
		if short == nil || n < Kind(short, cat).Width() {
			short = j
		}
		if long == nil || n > Kind(long, cat).Width() {
			long = j
		}
	}
	v.SetSize(120, 20)
	show(v, short, long)
	first := v.columns
	if first.kind == 0 || first.kind == Kind(short, cat).Width() {
		t.Fatalf("the jobs are alike: %+v", first)
	}
	delete(short.Values, catalogue.RoleAspectRatio)
	show(v, short)
	if v.columns != first {
		t.Errorf("columns moved from %+v to %+v", first, v.columns)
	}
	v.SetSize(80, 20)
	v.SetSize(120, 20)
	if v.columns != first {
		t.Errorf("after a change of size: %+v", v.columns)
	}
}

// The columns do not move when a job goes on or ends.
func TestColumnsStandStill(t *testing.T) {
	t.Parallel()
	v := screen(t)
	j := clip("1", "A paper boat", modelOf(t, v.s.Catalogue.Now(), "text-to-video", 0), 7, 5)
	for _, width := range []int{47, 80, 120} {
		j.State = job.Queued
		first := columnsFor(fitted(v.s.Catalogue.Now(), j), width)
		for _, state := range []job.State{job.Submitting, job.Running, job.Saved, job.Uncertain, job.Failed} {
			j.State, j.Reason = state, job.ReasonUnauthorized
			if c := columnsFor(fitted(v.s.Catalogue.Now(), j), width); c != first {
				t.Errorf("%d cells, %s: %+v, was %+v", width, state, c, first)
			}
		}
	}
}

// A job at its service has a bar to its end as soon as one is known, from the
// moment it was taken; past its end it has none.
func TestEveryJobAtItsServiceHasABarToItsEnd(t *testing.T) {
	t.Parallel()
	st := theme.New(theme.Choose("none", false, false))
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	for _, state := range []job.State{job.Submitted, job.Running} {
		for name, tt := range map[string]struct {
			expected time.Duration
			text     string
			any      bool
		}{
			"half":    {2 * time.Minute, "1:00 ━━━", true},
			"unknown": {0, "1:00", false},
			"past":    {30 * time.Second, "1:00", false},
		} {
			for _, width := range []int{47, 80, 120} {
				j := &job.Job{ID: "a", State: state, SubmittedAt: now.Add(-time.Minute)}
				r := row{job: j, expected: tt.expected}
				line := ansi.Strip(r.render(columnsFor(fitted(clienttest.Catalogue(t), j), width), width, false, now, st))
				if !strings.Contains(line, tt.text) || strings.Contains(line, "━") != tt.any {
					t.Errorf("%s %s in %d cells: %q", state, name, width, line)
				}
				if strings.Contains(line, "…") {
					t.Errorf("%s %s in %d cells: its time is cut: %q", state, name, width, line)
				}
			}
		}
	}
}
