package jobs

import (
	"strings"
	"time"

	"seedreel/state/job"
	"seedreel/state/queue"
	"seedreel/ui/bar"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
	"seedreel/views/words"
)

// Widths of the columns of a row, in cells.
const (
	stateWidth = 11
	whatWidth  = 14
	costWidth  = 8
	// costFrom is the row width from which the price has a column of its own.
	costFrom = 70
	// barWidth is the progress bar of a transfer, where the row has room.
	barWidth = 12
)

// row is what one line of the list needs beside the job itself.
type row struct {
	job      *job.Job
	expected time.Duration
	moving   *queue.Progress
}

func (r *row) render(width int, selected bool, now time.Time, st *theme.Styles) string {
	look := st.State(words.Tone(r.job))
	mark := " "
	if selected {
		mark = st.Row.Mark.Render("▸")
	}
	state := look.Style.Render(look.Symbol + " " + string(safe.PadRight(words.State(r.job), stateWidth)))
	what := r.what(now, width, st)
	used := 1 + 2 + stateWidth + 1 + 2 + whatWidth + 1
	cost := ""
	if width >= costFrom {
		cost = "  " + st.Text.Quiet.Render(string(safe.PadLeft(Cost(r.job), costWidth)))
		used += 2 + costWidth
	}
	prompt := safe.PadRight(safe.Truncate(Title(r.job), max(width-used, 0)), max(width-used, 0))
	style := st.Text.Base
	if selected {
		style = st.Text.Bright
	}
	line := mark + state + " " + style.Render(string(prompt)) + "  " + what + cost + " "
	if selected {
		return st.Select(line, width)
	}
	return line
}

// what is the column that tells how far a job is.
func (r *row) what(now time.Time, width int, st *theme.Styles) string {
	if p := r.moving; p != nil && p.Total > 0 && (r.job.State == job.Uploading || r.job.State == job.Completed) {
		if width >= costFrom+barWidth {
			return bar.View(float64(p.Done)/float64(p.Total), whatWidth, st)
		}
		return st.Text.Base.Render(string(safe.PadRight(safe.Line(bar.BytesOf(p.Done, p.Total)), whatWidth)))
	}
	text, style := r.words(now), st.Text.Quiet
	if r.job.State == job.Uncertain {
		style = st.State(theme.Needs).Style
	}
	return style.Render(string(safe.PadRight(safe.Truncate(text, whatWidth), whatWidth)))
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

// Title is what a job is called in a list: the beginning of its prompt.
func Title(j *job.Job) safe.String {
	if p := strings.TrimSpace(j.Prompt); p != "" {
		return safe.Line(firstOf(p))
	}
	return "(no prompt)"
}

// firstOf bounds a prompt before it is cleaned: a list shows its beginning.
func firstOf(p string) string {
	const enough = 400
	if len(p) > enough {
		return p[:enough]
	}
	return p
}

// Cost is the price of a job in a column: the charge, the estimate with a
// tilde, "free" for what is never charged, "?" when nobody knows.
func Cost(j *job.Job) safe.String {
	switch {
	case j.Charge != nil:
		return safe.Line(j.Charge.String())
	case j.State == job.Failed && !j.MaybeBilled():
		return "free"
	case j.Estimate != nil:
		return safe.Line(j.Estimate.String())
	}
	return "?"
}
