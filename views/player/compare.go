package player

import (
	"cmp"
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/job"
	"seedreel/state/store"
	"seedreel/ui/list"
	"seedreel/ui/safe"
	"seedreel/views/jobs"
	"seedreel/views/words"
)

// candidatesMsg carries the clips that can be compared with.
type candidatesMsg struct {
	gen  int
	jobs []*job.Job
	err  error
}

// maxCandidates is how many of the latest jobs are searched.
const maxCandidates = 200

// compare lets a person choose a clip to compare with this one.
func (v *Screen) compare() tea.Cmd {
	gen, this := v.gen, v.sides[0].job
	return v.s.Work(func(ctx context.Context) tea.Msg {
		rows, _, err := v.s.Store.Page(ctx, store.Query{Limit: maxCandidates})
		return candidatesMsg{gen, rank(this, rows), err}
	})
}

// rank returns the saved clips without this one: first takes of the same batch,
// then those of the same prompt, then the newest.
func rank(this *job.Job, rows []*job.Job) []*job.Job {
	out := slices.DeleteFunc(slices.Clone(rows), func(j *job.Job) bool {
		return j.ID == this.ID || j.State != job.Saved || j.Output.Path == ""
	})
	near := func(j *job.Job) int {
		switch {
		case this.Batch != "" && j.Batch == this.Batch:
			return 0
		case j.Prompt == this.Prompt:
			return 1
		}
		return 2
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
	}
}

// chooseKey moves in the list of clips, takes one, or closes it.
func (v *Screen) chooseKey(msg tea.KeyPressMsg) tea.Cmd {
	switch {
	case v.keys.Close.Is(msg):
		v.choose = nil
		return v.layStrip()
	case v.s.Keys.Jobs.Open.Is(msg):
		j, ok := v.choose.Selected()
		v.choose = nil
		if !ok {
			return nil
		}
		return v.openBeside(j)
	}
	v.choose.Update(msg)
	return nil
}

// openBeside opens a second clip beside the first.
func (v *Screen) openBeside(j *job.Job) tea.Cmd {
	var free tea.Cmd
	if len(v.sides) > 1 {
		old := v.sides[1]
		free = tea.Batch(v.d.Album.Hide(old.pictures()...), v.d.Album.FreeID(old.id))
	}
	v.sides = append(v.sides[:1], &side{job: j})
	v.notice = safe.String("")
	return tea.Batch(free, v.inspect(1), v.lay())
}
