package jobs

import (
	"slices"
	"strings"
	"time"

	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/state/queue"
	"seedreel/ui/bar"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
	"seedreel/views/words"
)

// Widths of the columns of a row, in cells.
const (
	stateWidth = words.StateWidth
	whatWidth  = 13 // "0:41 ━━━━────", "1:41 (~1:30)"
	whatLeast  = 11 // "0:41 ━━━━──"
	mostKind   = 19
	lenWidth   = 4
	ratioWidth = 5
	costWidth  = 8
	// leastPrompt is the least useful width of a prompt.
	leastPrompt = 16
)

// columns holds the widths of the cells of a row. They are the same for all
// rows of a list, and do not change while its jobs go on.
type columns struct {
	state, what int
	// kind, length, ratio and cost are 0 if the prompt needs the room.
	kind, length, ratio, cost int
	prompt                    int
}

// Widths are those of the columns that follow the jobs in a list. They only
// grow, so that the columns do not move while jobs come and go, a search is
// typed, or more of a long list is read.
type Widths struct{ Kind, Ratio int }

// Fit widens the columns to what a list needs.
func (w *Widths) Fit(list []*job.Job, cat *catalogue.Catalogue) {
	for _, j := range list {
		w.Kind = max(w.Kind, min(Kind(j, cat).Width(), mostKind))
		if Ratio(j) != "" {
			w.Ratio = ratioWidth
		}
	}
}

// columnsFor distributes width cells. The prompt keeps its least useful width
// before a further column is shown, and gets all that is left over.
func columnsFor(w Widths, width int) columns {
	c := columns{state: stateWidth, what: whatWidth}
	// Mark, symbol and the spaces between the fixed columns.
	left := width - (1 + 2 + c.state + 1 + 2 + c.what + 1)
	if left < leastPrompt {
		left += c.what - whatLeast
		c.what = whatLeast
	}
	for _, o := range []struct {
		to           *int
		cells, least int
	}{{&c.cost, costWidth, 26}, {&c.kind, w.Kind, 26}, {&c.length, lenWidth, 30}, {&c.ratio, w.Ratio, 36}} {
		if o.cells > 0 && left-o.cells-2 >= o.least {
			*o.to = o.cells
			left -= o.cells + 2
		}
	}
	c.prompt = max(left, 0)
	return c
}

// row holds what a line of the list needs besides the job itself.
type row struct {
	job      *job.Job
	names    Names
	kind     safe.String
	expected time.Duration
	moving   *queue.Progress
	// stale is set if the service is out of reach, so that the state is that of
	// the last poll.
	stale bool
	// shown is set if the page beside an idle list is about this job.
	shown bool
}

func (r *row) render(c columns, width int, selected bool, now time.Time, st *theme.Styles) string {
	look := st.State(words.Tone(r.job))
	mark, style := " ", st.Text.Base
	switch {
	case selected:
		mark, style = st.Row.Mark.Render("▸"), st.Row.Title
	case r.shown:
		mark = st.Text.Quiet.Render("▸")
	}
	title, tail := r.names.Cell(r.job, c.prompt, c.shown(r.job, r.kind))
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
	return pick(line+" ", width, selected, st)
}

func pick(line string, width int, selected bool, st *theme.Styles) string {
	if selected {
		return st.Select(line, width)
	}
	return line
}

// shown returns which facts of a job have a column; a model that is cut short
// does not count.
func (c columns) shown(j *job.Job, kind safe.String) Shown {
	return Shown{
		Kind: c.kind > 0 && kind.Width() <= c.kind, Length: c.length > 0,
		Ratio: c.ratio > 0 && Ratio(j).Width() <= c.ratio,
	}
}

// everything is the value for a line that shows model, length and ratio.
var everything = Shown{Kind: true, Length: true, Ratio: true}

// madeIn returns the settings of a clip and what distinguishes it, as far as
// they fit into width cells.
func (r *row) madeIn(width int) (out safe.String) {
	for _, s := range r.makings() {
		if next := out + safe.Line(s); next.Width() <= width {
			out = next + "  "
		}
	}
	return safe.Line(strings.TrimRight(string(out), " "))
}

func (r *row) makings() []string {
	var parts []string
	if why := words.Reason(r.job); why != "" && r.job.Fails > 0 {
		parts = append(parts, string(why))
	}
	for _, s := range []safe.String{r.kind, Length(r.job), Ratio(r.job), words.Service(r.job.Provider), r.names.Tail(r.job, everything)} {
		if s != "" && !slices.Contains(parts, string(s)) {
			parts = append(parts, string(s))
		}
	}
	return parts
}

// what returns the column for the progress of a job.
func (r *row) what(now time.Time, c columns, st *theme.Styles) string {
	if p := r.moving; p != nil && p.Total > 0 && (r.job.State == job.Uploading || r.job.State == job.Completed) {
		if c.cost > 0 {
			return bar.View(float64(p.Done)/float64(p.Total), c.what, st)
		}
		return st.Text.Base.Render(string(safe.PadRight(safe.Line(bar.BytesOf(p.Done, p.Total)), c.what)))
	}
	if part, ok := r.part(now); ok {
		clock := safe.Line(bar.Clock(now.Sub(r.job.SubmittedAt)))
		return st.Text.Base.Render(string(clock)) + " " + bar.View(part, c.what-clock.Width()-1, st)
	}
	text, style := r.words(now), st.Text.Quiet
	if running := r.job.State == job.Submitted || r.job.State == job.Running; running && !r.job.Troubled() && !r.stale && text.Width() > c.what {
		text = safe.Line(bar.Clock(now.Sub(r.job.SubmittedAt)))
	}
	if r.job.State == job.Uncertain || r.job.Troubled() && r.job.Fails > 0 {
		style = st.State(theme.Needs).Style
	}
	return style.Render(string(safe.PadRight(safe.Truncate(text, c.what), c.what)))
}

// part returns how far a job at its service has come, by how long such jobs
// take; ok is false if that is unknown or over.
func (r *row) part(now time.Time) (part float64, ok bool) {
	at := r.job.State == job.Submitted || r.job.State == job.Running
	run := now.Sub(r.job.SubmittedAt)
	if !at || r.stale || r.job.Troubled() || r.expected <= 0 || run > r.expected {
		return 0, false
	}
	return float64(run) / float64(r.expected), true
}

func (r *row) words(now time.Time) safe.String {
	j := r.job
	if r.stale && (j.State == job.Queued || j.State == job.Submitted || j.State == job.Running) {
		return words.Waiting(job.WaitOffline)
	}
	if j.Troubled() && j.Waiting == "" && j.NextAt.After(now) {
		return "retry in " + safe.Line(bar.Clock(j.NextAt.Sub(now)))
	}
	if j.Troubled() && j.Waiting == job.WaitKey {
		return "key refused"
	}
	switch j.State {
	case job.Queued:
		if j.Waiting == job.WaitRate && j.NextAt.After(now) {
			return "next in " + safe.Line(bar.Clock(j.NextAt.Sub(now)))
		}
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
		if j.Practice {
			return "maybe made"
		}
		if j.Estimate != nil {
			return "maybe " + safe.Line(j.Estimate.String())
		}
		return "maybe paid"
	case job.Saved, job.Failed:
		return safe.Line(bar.Age(j.EndedAt, now))
	}
	return ""
}
