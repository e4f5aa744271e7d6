package player

import (
	"context"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/job"
	"seedreel/ui/keys"
	"seedreel/ui/layout"
	"seedreel/ui/playback"
	"seedreel/ui/safe"
	"seedreel/views/jobs"
)

// takesMsg carries the takes of a clip's shot.
type takesMsg struct {
	gen  int
	jobs []*job.Job
	err  error
}

// readTakes reads the takes of the clip's shot.
func (v *Screen) readTakes() tea.Cmd {
	gen, shot, st := v.gen, v.sides[0].job.Shot, v.s.Store
	if shot == "" {
		return nil
	}
	return v.s.Work(func(ctx context.Context) tea.Msg {
		all, err := st.Takes(ctx, shot)
		return takesMsg{gen, all, err}
	})
}

// taken stores the takes; if they cannot be read there are none to turn to.
func (v *Screen) taken(m takesMsg) {
	if m.gen != v.gen || m.err != nil || len(v.sides) == 0 {
		return
	}
	v.takes = slices.DeleteFunc(m.jobs, func(j *job.Job) bool { return j.State != job.Saved || j.Output.Path == "" })
	v.opined(v.takes)
	v.view = ""
}

// opined replaces the jobs whose marks have changed.
func (v *Screen) opined(now []*job.Job) {
	for _, j := range now {
		for _, sd := range v.sides {
			if sd.job.ID == j.ID {
				sd.job = j
			}
		}
		for i := range v.takes {
			if v.takes[i].ID == j.ID {
				v.takes[i] = j
			}
		}
	}
}

// place returns the number of the clip among the takes of its shot, counted
// from 1; 0 if it is not known.
func (v *Screen) place() int {
	return slices.IndexFunc(v.takes, func(j *job.Job) bool { return j.ID == v.sides[0].job.ID }) + 1
}

// turn opens another take of the shot. What plays goes on with that.
func (v *Screen) turn(by int) tea.Cmd {
	if v.single() {
		v.notice = "Takes are turned one by one: esc leaves the comparison."
		return nil
	}
	to := v.place() - 1 + by
	switch {
	case v.place() == 0 || len(v.takes) < 2:
		v.notice = "The shot has no other take to watch."
		return nil
	case to < 0:
		v.notice = "This is the first take of the shot."
		return nil
	case to >= len(v.takes):
		v.notice = "This is the last take of the shot."
		return nil
	}
	takes, playing := v.takes, v.film.State() == playback.Playing || v.starting
	cmd := v.Open(takes[to])
	v.takes, v.goes = takes, playing
	return cmd
}

// takeLine returns which take is watched, a person's marks, and the keys for
// them.
func (v *Screen) takeLine(w int) string {
	st, j := v.s.Styles, v.meant()
	left := ""
	if n := v.place(); n > 0 && !v.single() {
		left = st.Text.Base.Render(fmt.Sprintf("take %d of %d", n, len(v.takes)))
	}
	if m := jobs.Marks(j, st); m != "" {
		left += "  " + m
	}
	k := v.keys
	hints := keys.Map{k.Next.Pair(k.Prev, "take"), k.Marks.Pick, k.Marks.Better.Pair(k.Marks.Worse, "rate"), k.Marks.Reject, k.Marks.Note}
	if v.single() {
		hints = keys.Map{k.Keep, k.Marks.Pick, k.Marks.Better.Pair(k.Marks.Worse, "rate"), k.Marks.Reject, k.Marks.Note}
	}
	right := hints.Footer(max(w-safe.Width(left)-4, 0), st)
	return layout.Ends(" "+left, right+" ", w)
}
