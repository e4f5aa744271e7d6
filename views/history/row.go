package history

import (
	"seedreel/state/job"
	"seedreel/ui/safe"
	"seedreel/views/jobs"
	"seedreel/views/words"
)

// Widths of the columns of a row, in cells.
const (
	clockWidth = 5
	lenWidth   = 4
	costWidth  = 8
)

// columns holds the widths of the cells of a row; a column of width 0 is left
// out.
type columns struct{ prompt, kind, length, ratio int }

// columnsFor distributes width cells. The prompt keeps its least useful width
// before a further column is shown, and gets all that is left over.
func (v *Screen) columnsFor(width int) columns {
	var c columns
	v.widths.Fit(v.rows, v.s.Catalogue.Now())
	// Mark, clock, symbol and price are always shown.
	left := width - (1 + 1 + clockWidth + 2 + 1 + 1) - (2 + costWidth + 1)
	for _, o := range []struct {
		to           *int
		cells, least int
	}{{&c.kind, v.widths.Kind, 30}, {&c.length, lenWidth, 22}, {&c.ratio, v.widths.Ratio, 36}} {
		if o.cells > 0 && left-o.cells-2 >= o.least {
			*o.to = o.cells
			left -= o.cells + 2
		}
	}
	c.prompt = max(left, 0)
	return c
}

func (v *Screen) renderRow(j *job.Job, width int, selected bool) string {
	st := v.s.Styles
	return jobs.Under(v.renderEntry(j, width, selected), v.dayHead(j, width, st), v.groups.Head(j, width, st))
}

func (v *Screen) renderEntry(j *job.Job, width int, selected bool) string {
	st := v.s.Styles
	look := st.State(words.Tone(j))
	selected = selected && v.focused
	if v.pictured() {
		return v.picturedRow(j, width, selected)
	}
	mark, style := " ", st.Text.Base
	if selected {
		mark, style = st.Row.Mark.Render("▸"), st.Row.Title
	}
	when := safe.Line(j.CreatedAt.In(v.s.Zone).Format("15:04")) // the day is above the first of its entries
	title, tail := v.names.Cell(j, v.cols.prompt, v.shown(j))
	line := mark + " " + st.Text.Quiet.Render(string(when)) + "  " + look.Style.Render(look.Symbol) + " " +
		style.Render(string(title)) + st.Text.Quiet.Render(string(tail+v.facts(j)))
	if selected {
		return st.Select(line, width)
	}
	return line
}

// shown returns which facts of a job have a column; one that is cut short does
// not count.
func (v *Screen) shown(j *job.Job) jobs.Shown {
	c := v.cols
	return jobs.Shown{
		Kind:   c.kind > 0 && jobs.Kind(j, v.s.Catalogue.Now()).Width() <= c.kind,
		Length: c.length > 0,
		Ratio:  c.ratio > 0 && jobs.Ratio(j).Width() <= c.ratio,
	}
}

// facts returns the columns on the right: model, length, ratio, price.
func (v *Screen) facts(j *job.Job) safe.String {
	var s safe.String
	c := v.cols
	if c.kind > 0 {
		s += "  " + safe.PadRight(safe.Truncate(jobs.Kind(j, v.s.Catalogue.Now()), c.kind), c.kind)
	}
	if c.length > 0 {
		s += "  " + safe.PadLeft(jobs.Length(j), c.length)
	}
	if c.ratio > 0 {
		s += "  " + safe.PadRight(safe.Truncate(jobs.Ratio(j), c.ratio), c.ratio)
	}
	return s + "  " + safe.PadLeft(jobs.Cost(j), costWidth) + " "
}
