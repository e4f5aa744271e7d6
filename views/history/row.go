package history

import (
	"strconv"
	"time"

	"seedreel/client"
	"seedreel/state/job"
	"seedreel/ui/safe"
	"seedreel/views/jobs"
	"seedreel/views/words"
)

// Widths of the columns of a row, in cells.
const (
	dayWidth   = 6
	clockWidth = 5
	modelWidth = 17
	lenWidth   = 4
	ratioWidth = 5
	costWidth  = 8
	// Below these widths the rightmost columns are left out, the least telling
	// first.
	ratioFrom = 100
	modelFrom = 76
)

func (v *Screen) renderRow(j *job.Job, width int, selected bool) string {
	st := v.s.Styles
	look := st.State(words.Tone(j))
	selected = selected && v.focused
	mark := " "
	if selected {
		mark = st.Row.Mark.Render("▸")
	}
	at := j.CreatedAt.In(v.s.Zone)
	when := safe.PadRight(day(at, v.s.Now().In(v.s.Zone)), dayWidth) + " " + safe.Line(at.Format("15:04"))
	head := mark + " " + st.Text.Quiet.Render(string(when)) + "  " + look.Style.Render(look.Symbol) + " "
	used := 1 + 1 + dayWidth + 1 + clockWidth + 2 + 1 + 1
	tail, tailWidth := v.tail(j, width)
	room := max(width-used-tailWidth-2, 4)
	style := st.Text.Base
	if selected {
		style = st.Text.Bright
	}
	prompt := safe.PadRight(safe.Truncate(jobs.Title(j), room), room)
	line := head + style.Render(string(prompt)) + "  " + st.Text.Quiet.Render(string(tail))
	if selected {
		return st.Select(line, width)
	}
	return line
}

// tail are the columns on the right: model, length, ratio, price.
func (v *Screen) tail(j *job.Job, width int) (s safe.String, cells int) {
	if width >= modelFrom {
		s += safe.PadRight(safe.Truncate(v.modelWord(j), modelWidth), modelWidth) + " "
	}
	length := safe.String("")
	if j.Seconds > 0 {
		length = safe.Line(strconv.Itoa(j.Seconds) + " s")
	}
	s += safe.PadLeft(length, lenWidth)
	if width >= ratioFrom {
		s += "  " + safe.PadRight(safe.Line(j.Values.Text(client.RoleAspectRatio)), ratioWidth)
	}
	s += " " + safe.PadLeft(jobs.Cost(j), costWidth) + " "
	return s, s.Width()
}

func (v *Screen) modelWord(j *job.Job) safe.String {
	if m := v.s.Catalogue.Model(client.Ref{Provider: j.Provider, ID: j.Model}); m != nil {
		return words.Short(m)
	}
	return safe.Line(j.Model)
}

// day names a day as people do: "today", "Thu", "12 Nov", "2025".
func day(at, now time.Time) safe.String {
	y, m, d := now.Date()
	midnight := time.Date(y, m, d, 0, 0, 0, 0, now.Location())
	switch {
	case !at.Before(midnight):
		return "today"
	case at.After(midnight.AddDate(0, 0, -6)):
		return safe.Line(at.Format("Mon"))
	case at.Year() == now.Year():
		return safe.Line(at.Format("2 Jan"))
	}
	return safe.Line(at.Format("Jan 06"))
}
