package reel

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/job"
	"seedreel/ui/layout"
	"seedreel/ui/safe"
	"seedreel/views/jobs"
	"seedreel/views/stills"
	"seedreel/views/words"
)

// stripGap is between two stills of a strip, and tallFrom the height of the list
// from which they are as large as stills of takes are.
const stripGap, tallFrom = 2, 18

// pictured reports whether rows have stills.
func (v *Screen) pictured() bool { return v.s.Stills.InLists(v.s.Screen.W) }

// rows returns how many lines a row takes: a shot has a strip of its takes and a
// line of their numbers below its words, unless its takes have rows.
func (v *Screen) rows(r *row) int {
	switch {
	case !v.pictured():
		return 1
	case r.take != nil:
		return jobs.RowHeight(v.h - headLines)
	case len(v.strip(r)) > 0:
		return 1 + v.stripSize().H + 1 + v.apart()
	}
	return 1
}

// apart returns how many blank lines are below the strip of a shot.
func (v *Screen) apart() int { return jobs.RowHeight(v.h-headLines) - stills.Row.H }

func (v *Screen) stripSize() stills.Size {
	if v.h-headLines >= tallFrom {
		return stills.Take
	}
	return stills.Row
}

// stripBegin is the column of a shot's title.
func (v *Screen) stripBegin() int { return 1 + 2 + v.cols.number + 2 }

// strip returns the takes in the strip of a shot, the latest if there is no room
// for all.
func (v *Screen) strip(r *row) []*job.Job {
	if r.take != nil || v.folds.Open(r.shot.ID) {
		return nil
	}
	var takes []*job.Job
	for _, j := range r.shot.Takes {
		if !v.folds.On() || !j.Rejected {
			takes = append(takes, j)
		}
	}
	most := max((v.w-v.stripBegin()+stripGap-1)/(v.stripSize().W+stripGap), 0)
	return takes[max(len(takes)-most, 0):]
}

// Settle asks for the stills that the list shows.
func (v *Screen) Settle() tea.Cmd {
	if v.s.Stills == nil {
		return nil
	}
	var wants []stills.Want
	if v.s.Shown(v) && v.pictured() {
		if j := v.take(); j != nil && v.Beside(v.s.Screen.W) > 0 {
			wants = append(wants, stills.Want{Job: j, Size: stills.Page})
		}
		first, last := v.list.Visible()
		for _, r := range v.list.Items()[first:last] {
			if r.take != nil {
				wants = append(wants, stills.Want{Job: r.take, Size: stills.Row})
			}
			for _, j := range v.strip(r) {
				wants = append(wants, stills.Want{Job: j, Size: v.stripSize()})
			}
		}
	}
	return v.s.Stills.Show("reel", wants)
}

// stripLines draws the strip of a shot and the line below it.
func (v *Screen) stripLines(r *row) []string {
	st, size := v.s.Styles, v.stripSize()
	takes := v.strip(r)
	if len(takes) == 0 || !v.pictured() {
		return nil
	}
	lines := make([]string, size.H+1)
	for y := range lines {
		lines[y] = strings.Repeat(" ", v.stripBegin())
	}
	for i, j := range takes {
		gap := ""
		if i > 0 {
			gap = strings.Repeat(" ", stripGap)
		}
		for y, l := range v.s.Stills.Lines(j, size, st) {
			lines[y] += gap + l
		}
		_, n := r.shot.Take(j.ID)
		caption := st.Text.Quiet.Render(fmt.Sprint(n))
		if m := jobs.Marks(j, st); m != "" {
			caption += " " + m
		}
		if j.State != job.Saved {
			look := st.State(words.Tone(j))
			caption += " " + look.Style.Render(look.Symbol+" "+string(words.State(j)))
		}
		lines[size.H] += gap + layout.FitLine(caption, size.W)
	}
	return lines
}

// picturedTake draws a take's row beside its still: what it changed, and what it
// has come to.
func (v *Screen) picturedTake(r *row, width int, selected bool) string {
	st, j := v.s.Styles, r.take
	look := st.State(words.Tone(j))
	indent := strings.Repeat(" ", v.stripBegin()-1)
	p := &jobs.Pictured{Still: v.s.Stills.Lines(j, stills.Row, st), Mark: " ", Style: st.Text.Base.Render, Title: r.note}
	switch {
	case j.Rejected:
		p.Style = st.Text.Faint.Render
	case selected:
		p.Style = st.Row.Title.Render
	}
	if selected {
		p.Mark = st.Row.Mark.Render("▸")
	}
	p.Lead = st.Text.Quiet.Render(r.number()) + "  "
	p.Right = st.Text.Quiet.Render(string(jobs.Cost(j)))
	p.Facts = strings.Repeat(" ", safe.Width(p.Lead)) + look.Style.Render(look.Symbol+" "+string(words.State(j)))
	if m := jobs.Marks(j, st); m != "" {
		p.Facts += "  " + m
	}
	if j.HasSeed {
		p.Facts += "  " + st.Text.Quiet.Render(fmt.Sprintf("seed %d", j.Seed))
	}
	first, second, _ := strings.Cut(p.View(width-len(indent), selected, st), "\n")
	if selected {
		return st.Select(indent, len(indent)) + first + "\n" + st.Select(indent, len(indent)) + second
	}
	return indent + first + "\n" + indent + second
}
