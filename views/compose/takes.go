package compose

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/job"
	"seedreel/state/reel"
	"seedreel/ui/layout"
	"seedreel/ui/safe"
	"seedreel/views/jobs"
	"seedreel/views/stills"
	"seedreel/views/words"
)

// lastTakes are the takes of the form's shot, shown where there is room under
// the price.
type lastTakes struct {
	// shot is the one that was asked for last, and as how its jobs stood then: a
	// change of either asks again.
	shot, as string
	jobs     []*job.Job
}

// takesReadMsg carries the takes of a shot.
type takesReadMsg struct {
	shot  string
	takes []*job.Job
	err   error
}

// Lines of the takes: a blank one, the heading and a blank one, and below the
// stills their numbers, seeds and changes.
const (
	takesHead, takesBelow = 3, 3
	takesGap              = 2
)

// followTakes reads the takes of the form's shot if they may have changed.
func (s *Screen) followTakes() tea.Cmd {
	shot := s.draft.Shot
	as := ""
	for _, j := range s.s.Live.Jobs {
		if j.Shot == shot {
			as += j.ID + string(j.State)
		}
	}
	if s.takes.shot == shot && s.takes.as == as {
		return nil
	}
	if s.takes.shot != shot {
		s.takes.jobs = nil
	}
	s.takes.shot, s.takes.as = shot, as
	if shot == "" {
		return nil
	}
	st := s.s.Store
	return s.s.Work(func(ctx context.Context) tea.Msg {
		all, err := st.Takes(ctx, shot)
		return takesReadMsg{shot, all, err}
	})
}

// takesRead shows the takes; ones that cannot be read are not shown.
func (s *Screen) takesRead(m takesReadMsg) {
	if m.shot == s.takes.shot && m.err == nil {
		s.takes.jobs = m.takes
	}
}

// takesMarked shows marks that have changed.
func (s *Screen) takesMarked(now []*job.Job) {
	for _, j := range now {
		for i := range s.takes.jobs {
			if s.takes.jobs[i].ID == j.ID {
				s.takes.jobs[i] = j
			}
		}
	}
}

// takesShown returns the latest takes that fit under the price, oldest first, and
// the number of the first.
func (s *Screen) takesShown() (takes []*job.Job, first int) {
	room := s.under() - s.previewHeight()
	if !s.s.Stills.InLists(s.s.Screen.W) || room < takesHead+stills.Take.H+takesBelow {
		return nil, 0
	}
	most := max((s.w-2+takesGap)/(stills.Take.W+takesGap), 0)
	first = max(len(s.takes.jobs)-most, 0)
	return s.takes.jobs[first:], first + 1
}

// settleTakes asks for the stills of the takes that are shown.
func (s *Screen) settleTakes() tea.Cmd {
	if s.s.Stills == nil {
		return nil
	}
	var wants []stills.Want
	if s.s.Shown(s) {
		takes, _ := s.takesShown()
		for _, j := range takes {
			wants = append(wants, stills.Want{Job: j, Size: stills.Take})
		}
	}
	return tea.Batch(s.followTakes(), s.s.Stills.Show("form", wants))
}

// takeLines draws the takes of the form's shot.
func (s *Screen) takeLines() []string {
	takes, first := s.takesShown()
	if len(takes) == 0 {
		return nil
	}
	st := s.s.Styles
	lines := make([]string, stills.Take.H+takesBelow)
	for y := range lines {
		lines[y] = " "
	}
	for i, j := range takes {
		gap := ""
		if i > 0 {
			gap = strings.Repeat(" ", takesGap)
		}
		for y, l := range append(s.s.Stills.Lines(j, stills.Take, st), s.takeWords(first+i-1)...) {
			lines[y] += gap + layout.FitLine(l, stills.Take.W)
		}
	}
	return append([]string{"", " " + st.Field.Label.Render("Last takes of this shot"), ""}, lines...)
}

// takeWords returns the lines below a take's still: its number with a person's
// marks, its seed, and what it changed.
func (s *Screen) takeWords(i int) []string {
	st, j := s.s.Styles, s.takes.jobs[i]
	number := st.Text.Base.Render(fmt.Sprint(i + 1))
	if m := jobs.Marks(j, st); m != "" {
		number += "  " + m
	}
	if j.State != job.Saved {
		look := st.State(words.Tone(j))
		number += "  " + look.Style.Render(look.Symbol+" "+string(words.State(j)))
	}
	seed, note := safe.String(""), safe.String("first try")
	if j.HasSeed {
		seed = safe.Line(fmt.Sprint(j.Seed))
	}
	if i > 0 {
		c := reel.WhatChanged(s.takes.jobs[i-1], j)
		note = words.Changed(&c)
	}
	quiet := st.Text.Quiet
	return []string{number, quiet.Render(string(seed)), quiet.Render(string(safe.Truncate(note, stills.Take.W)))}
}
