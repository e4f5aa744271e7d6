package player

import (
	"cmp"
	"context"
	"errors"
	"slices"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/frames"
	"seedreel/state/job"
	"seedreel/state/store"
	"seedreel/ui/list"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/jobs"
	"seedreel/views/marks"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// candidatesMsg carries the clips that can be compared with.
type candidatesMsg struct {
	gen  int
	jobs []*job.Job
	err  error
}

// mostSides is how many clips are compared at most.
const mostSides = 4

// maxCandidates is how many of the latest jobs are searched.
const maxCandidates = 200

// compare lets a person choose a clip to compare with this one.
func (v *Screen) compare() tea.Cmd {
	gen, this := v.gen, v.sides[0].job
	return v.s.Work(func(ctx context.Context) tea.Msg {
		rows, _, err := v.s.Store.Page(ctx, store.Query{Limit: maxCandidates})
		takes, takesErr := v.s.Store.Takes(ctx, this.Shot)
		for _, j := range takes {
			// An old shot is not among the latest.
			if !slices.ContainsFunc(rows, func(o *job.Job) bool { return o.ID == j.ID }) {
				rows = append(rows, j)
			}
		}
		return candidatesMsg{gen, rank(this, rows), errors.Join(err, takesErr)}
	})
}

// rank returns the saved clips without this one: first takes of the same batch,
// then those of the same shot, those of the same prompt, and the newest.
func rank(this *job.Job, rows []*job.Job) []*job.Job {
	out := slices.DeleteFunc(slices.Clone(rows), func(j *job.Job) bool {
		return j.ID == this.ID || j.State != job.Saved || j.Output.Path == ""
	})
	near := func(j *job.Job) int {
		switch {
		case this.Batch != "" && j.Batch == this.Batch:
			return 0
		case this.Shot != "" && j.Shot == this.Shot:
			return 1
		case j.Prompt == this.Prompt:
			return 2
		}
		return 3
	}
	slices.SortStableFunc(out, func(a, b *job.Job) int { return cmp.Compare(near(a), near(b)) })
	return out
}

func (v *Screen) candidates(m candidatesMsg) {
	switch {
	case m.gen != v.gen:
	case m.err != nil:
		v.notice = words.Error(m.err)
	case len(m.jobs) == 0:
		v.notice = "There is no other saved clip to compare with."
	default:
		v.film.Stop()
		v.starting, v.notice = false, ""
		v.choose = list.New(func(j *job.Job) string { return j.ID }, v.row)
		v.others = jobs.NamesOf(append([]*job.Job{v.sides[0].job}, m.jobs...), v.s.Catalogue.Now(), v.s.Zone)
		v.choose.SetSize(v.w, max(v.h-headLines-1, 1))
		v.choose.SetItems(m.jobs)
		v.marked = map[string]bool{}
		for _, sd := range v.sides[1:] {
			v.marked[sd.job.ID] = true
		}
	}
}

// chooseKey moves in the list of clips, takes one, or closes it.
func (v *Screen) chooseKey(msg tea.KeyPressMsg) tea.Cmd {
	switch {
	case v.keys.Close.Is(msg):
		v.choose = nil
		return v.layStrip()
	case v.keys.Beside.Is(msg):
		if j, ok := v.choose.Selected(); ok {
			v.mark(j)
		}
		return nil
	case v.s.Keys.Jobs.Open.Is(msg):
		others := v.chosenOthers()
		v.choose = nil
		if len(others) == 0 {
			return nil
		}
		return v.openBeside(others...)
	}
	v.choose.Update(msg)
	return nil
}

// mark chooses the selected clip to be compared with, or no longer.
func (v *Screen) mark(j *job.Job) {
	switch {
	case v.marked[j.ID]:
		delete(v.marked, j.ID)
	case len(v.marked) >= mostSides-1:
		v.notice = "Four clips are compared at most: space takes one out."
		return
	default:
		v.marked[j.ID] = true
	}
	v.notice = ""
	v.choose.Invalidate()
}

// chosenOthers returns the marked clips and the selected one, oldest first; the
// selected one is always among them.
func (v *Screen) chosenOthers() (out []*job.Job) {
	selected, ok := v.choose.Selected()
	if !ok {
		return nil
	}
	for _, j := range v.choose.Items() {
		if v.marked[j.ID] || j == selected {
			out = append(out, j)
		}
	}
	for i := len(out) - 1; i >= 0 && len(out) > mostSides-1; i-- {
		if out[i] != selected {
			out = slices.Delete(out, i, i+1)
		}
	}
	slices.SortFunc(out, func(a, b *job.Job) int { return cmp.Compare(a.Seq, b.Seq) })
	return out
}

// openBeside opens other clips beside the first, instead of those that were
// there.
func (v *Screen) openBeside(others ...*job.Job) tea.Cmd {
	cmds := []tea.Cmd{v.only()}
	for _, j := range others {
		v.sides = append(v.sides, &side{job: j})
	}
	v.notice = safe.String("")
	for i := range v.sides {
		if v.sides[i].facts.Width == 0 {
			cmds = append(cmds, v.inspect(i))
		}
	}
	return tea.Batch(append(cmds, v.lay())...)
}

// only closes all clips but the first.
func (v *Screen) only() tea.Cmd {
	var cmds []tea.Cmd
	for _, sd := range v.sides[1:] {
		cmds = append(cmds, v.d.Album.Hide(sd.pictures()...), v.d.Album.FreeID(sd.id))
	}
	v.sides, v.chosen = v.sides[:1], 0
	v.gen++ // answers for the others are stale
	v.sides[0].loading = frames.Shot{}
	if v.sides[0].facts.Width == 0 {
		cmds = append(cmds, v.inspect(0))
	}
	return tea.Batch(cmds...)
}

// turnSide moves the focus to another of the clips that are compared.
func (v *Screen) turnSide(by int) tea.Cmd {
	if len(v.sides) < 2 {
		return studio.Say(toast.Info, safe.Line(v.keys.Compare.Help().Key)+" chooses a clip to compare with.")
	}
	v.chosen = (v.chosen + by + len(v.sides)) % len(v.sides)
	return nil
}

// keep picks the clip in focus and rejects the others.
func (v *Screen) keep() tea.Cmd {
	if len(v.sides) < 2 {
		return nil
	}
	var others []string
	for i, sd := range v.sides {
		if i != v.chosen {
			others = append(others, sd.job.ID)
		}
	}
	return marks.Keep(v.s, v.meant().ID, others)
}
