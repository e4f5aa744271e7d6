package jobs

import (
	"time"

	"seedreel/client"
	"seedreel/state/job"
	"seedreel/state/queue"
	"seedreel/ui/bar"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
	"seedreel/views/words"
)

// Widths of the columns of a row, in cells.
const (
	leastState = 7
	openWhat   = 14 // "0:41 of ~1:30"
	endedWhat  = 10 // "12 min ago"
	mostKind   = 19
	lenWidth   = 4
	ratioWidth = 5
	costWidth  = 8
)

// columns is how the cells of a row are given out. They are the same for all
// rows of a list, and depend on what stands in it: a list of saved clips keeps
// no room for how far a job is.
type columns struct {
	state, what int
	// kind, length, ratio and cost are 0 where the prompt needs the room.
	kind, length, ratio, cost int
	prompt                    int
}

// columnsFor gives out width cells. The prompt keeps the least that tells
// anything before a further column is shown; all that is left over is its.
func columnsFor(list []*job.Job, cat *client.Catalogue, width int) columns {
	c := columns{state: leastState, what: endedWhat}
	kind, ratio := 0, 0
	for _, j := range list {
		c.state = max(c.state, words.State(j).Width())
		if j.State != job.Saved && j.State != job.Failed {
			c.what = openWhat
		}
		kind = max(kind, min(Kind(j, cat).Width(), mostKind))
		if Ratio(j) != "" {
			ratio = ratioWidth
		}
	}
	// Mark, symbol and the spaces between the steady columns.
	left := width - (1 + 2 + c.state + 1 + 2 + c.what + 1)
	for _, o := range []struct {
		to           *int
		cells, least int
	}{{&c.cost, costWidth, 26}, {&c.kind, kind, 26}, {&c.length, lenWidth, 30}, {&c.ratio, ratio, 36}} {
		if o.cells > 0 && left-o.cells-2 >= o.least {
			*o.to = o.cells
			left -= o.cells + 2
		}
	}
	c.prompt = max(left, 0)
	return c
}

// row is what one line of the list needs beside the job itself.
type row struct {
	job      *job.Job
	names    Names
	kind     safe.String
	expected time.Duration
	moving   *queue.Progress
}

func (r *row) render(c columns, width int, selected bool, now time.Time, st *theme.Styles) string {
	look := st.State(words.Tone(r.job))
	mark, style := " ", st.Text.Base
	if selected {
		mark, style = st.Row.Mark.Render("▸"), st.Text.Bright
	}
	title, tail := r.names.Cell(r.job, c.prompt)
	line := mark + look.Style.Render(look.Symbol+" "+string(safe.PadRight(words.State(r.job), c.state))) + " " +
		style.Render(string(title)) + st.Text.Quiet.Render(string(tail))
	if c.kind > 0 {
		line += "  " + st.Text.Quiet.Render(string(safe.PadRight(safe.Truncate(r.kind, c.kind), c.kind)))
	}
	if c.length > 0 {
		line += "  " + st.Text.Quiet.Render(string(safe.PadLeft(Length(r.job), c.length)))
	}
	if c.ratio > 0 {
		line += "  " + st.Text.Quiet.Render(string(safe.PadRight(safe.Truncate(Ratio(r.job), c.ratio), c.ratio)))
	}
	line += "  " + r.what(now, c, st)
	if c.cost > 0 {
		line += "  " + st.Text.Quiet.Render(string(safe.PadLeft(Cost(r.job), c.cost)))
	}
	line += " "
	if selected {
		return st.Select(line, width)
	}
	return line
}

// what is the column that tells how far a job is.
func (r *row) what(now time.Time, c columns, st *theme.Styles) string {
	if p := r.moving; p != nil && p.Total > 0 && (r.job.State == job.Uploading || r.job.State == job.Completed) {
		if c.cost > 0 {
			return bar.View(float64(p.Done)/float64(p.Total), c.what, st)
		}
		return st.Text.Base.Render(string(safe.PadRight(safe.Line(bar.BytesOf(p.Done, p.Total)), c.what)))
	}
	text, style := r.words(now), st.Text.Quiet
	if r.job.State == job.Uncertain {
		style = st.State(theme.Needs).Style
	}
	return style.Render(string(safe.PadRight(safe.Truncate(text, c.what), c.what)))
}

func (r *row) words(now time.Time) safe.String {
	j := r.job
	switch j.State {
	case job.Queued:
		return words.Waiting(j.Waiting)
	case job.Uploading:
		return "images go up"
	case job.Submitting:
		return "no id yet"
	case job.Submitted, job.Running:
		return safe.Line(bar.Elapsed(now.Sub(j.SubmittedAt), r.expected))
	case job.Completed:
		if j.Waiting != "" {
			return words.Waiting(j.Waiting)
		}
		return "saving"
	case job.Uncertain:
		if j.Estimate != nil {
			return "maybe " + safe.Line(j.Estimate.String())
		}
		return "maybe paid"
	case job.Saved, job.Failed:
		return safe.Line(bar.Age(j.EndedAt, now))
	}
	return ""
}
