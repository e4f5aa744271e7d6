package reel

import (
	"fmt"
	"strconv"
	"strings"

	"seedreel/state/job"
	"seedreel/state/reel"
	"seedreel/ui/layout"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
	"seedreel/views/jobs"
	"seedreel/views/words"
)

// row is a shot, or with take one of its takes. Its words are set when the reel
// is read.
type row struct {
	id   string
	shot *reel.Shot
	take *job.Job
	// n is the number of the shot in the reel, or of the take in its shot.
	n int
	// note is what follows the title: what the take changed, or what the shot
	// continues.
	note safe.String
	// state is what the shot has come to, and tone its colour.
	state safe.String
	tone  theme.State
	spent safe.String
}

// Widths of the columns of a row, in cells.
const (
	lengthWidth = 5
	stateWidth  = words.StateWidth
	starsWidth  = job.MaxRating
	markWidth   = 8 // "rejected"
	costWidth   = 8
	// takesBegin is the column of a take's number.
	takesBegin = 5
)

// columns holds the widths of the cells that depend on the reel and the screen.
type columns struct {
	number, seed int
	// stars and takes are 0 without a rated pick, and as wide as the most takes.
	stars, takes int
	// wide is set if shots have columns for stars and takes, and takes one for
	// the word of their state.
	wide bool
}

// wideFrom and seedFrom are the widths from which these have columns.
const wideFrom, seedFrom = 72, 90

func (v *Screen) columnsFor(width int) columns {
	c := columns{number: 2, wide: width >= wideFrom}
	if v.reel == nil {
		return c
	}
	c.number = max(2, len(strconv.Itoa(max(v.shots, len(v.reel.Shots)))))
	c.takes = len("no takes")
	for _, s := range v.reel.Shots {
		c.takes = max(c.takes, len(count(len(s.Takes), "take")))
		if p := s.Pick(); p != nil && p.Rating > 0 {
			c.stars = starsWidth + 1
		}
	}
	if width < seedFrom {
		return c
	}
	for _, s := range v.reel.Shots {
		for _, j := range s.Takes {
			if j.HasSeed {
				c.seed = max(c.seed, len("seed ")+len(strconv.FormatInt(j.Seed, 10)))
			}
		}
	}
	return c
}

// lay builds the rows from the reel.
func (v *Screen) lay() {
	if v.reel == nil {
		return
	}
	var rows []*row
	for i, s := range v.reel.Shots {
		x := &row{id: s.ID, shot: s, n: i + 1}
		if b := s.Bill(); b != (reel.Bill{}) {
			x.spent = words.Spent(b) // else nothing was made of it yet
		}
		x.state, x.tone = standing(s)
		if _, n := v.reel.Shot(s.Continues); n > 0 {
			x.note = safe.Line("continues " + strconv.Itoa(n))
		}
		rows = append(rows, x)
		if !v.folds.Open(s.ID) {
			continue
		}
		for k, j := range s.Takes {
			if !v.folds.On() || !j.Rejected {
				rows = append(rows, &row{id: j.ID, shot: s, take: j, n: k + 1, note: v.changed(s, k)})
			}
		}
	}
	v.cols = v.columnsFor(v.w)
	v.list.SetItems(rows)
	v.list.Invalidate()
}

// changed returns what a take changed against the one it was made from, or else
// the one before.
func (v *Screen) changed(s *reel.Shot, k int) safe.String {
	j := s.Takes[k]
	parent, from := v.reel.Take(j.Parent)
	if parent == nil && k > 0 {
		parent, from = s.Takes[k-1], s
	}
	var parts []string
	switch {
	case parent == nil:
		parts = append(parts, "first try")
	case j.Origin == job.OriginContinued:
		_, n := v.reel.Shot(from.ID)
		_, at := from.Take(parent.ID)
		parts = append(parts, fmt.Sprintf("goes on from take %d of shot %d", at, n))
	default:
		if j.Origin == job.OriginFinal {
			parts = append(parts, "final")
		}
		c := reel.WhatChanged(parent, j)
		parts = append(parts, string(words.Changed(&c)))
	}
	if j.Note != "" {
		parts = append(parts, "note: "+j.Note)
	}
	return safe.Line(strings.Join(parts, ", "))
}

// standing returns what a shot has come to, the most urgent first.
func standing(s *reel.Shot) (safe.String, theme.State) {
	var needs, waiting, running, saved int
	for _, j := range s.Takes {
		switch {
		case j.State.NeedsUser():
			needs++
		case j.State == job.Queued:
			waiting++
		case j.State.Open():
			running++
		case j.State == job.Saved:
			saved++
		}
	}
	switch p := s.Pick(); {
	case needs > 0:
		return "needs you", theme.Needs
	case running > 0:
		return safe.Line(strconv.Itoa(running) + " running"), theme.Running
	case waiting > 0:
		return safe.Line(strconv.Itoa(waiting) + " waiting"), theme.Waiting
	case p != nil:
		_, n := s.Take(p.ID)
		return safe.Line("pick " + strconv.Itoa(n)), theme.Done
	case saved > 0:
		return "no pick yet", theme.Waiting
	case len(s.Takes) > 0:
		return "failed", theme.Failed
	}
	return "to be made", theme.Waiting
}

// shown returns the take of a row: of a shot its pick, or else its last.
func (r *row) shown() *job.Job {
	if r.take != nil {
		return r.take
	}
	if p := r.shot.Pick(); p != nil || len(r.shot.Takes) == 0 {
		return p
	}
	last := len(r.shot.Takes) - 1
	for i := last; i >= 0; i-- {
		if r.shot.Takes[i].State == job.Saved && !r.shot.Takes[i].Rejected {
			return r.shot.Takes[i]
		}
	}
	return r.shot.Takes[last]
}

func (r *row) number() string { return strconv.Itoa(r.n) }

// title returns the name of the shot, or else the beginning of its prompt.
func (r *row) title() safe.String {
	if r.shot.Name != "" {
		return safe.Line(r.shot.Name)
	}
	return jobs.Title(&job.Job{Prompt: r.shot.Prompt()})
}

func stars(n int) safe.String { return safe.Line(strings.Repeat("★", n)) }

// head returns the first line: the reel, its length and what it has cost.
func (v *Screen) head() string {
	if v.reel == nil {
		return ""
	}
	st, r := v.s.Styles, v.reel
	left, right := "   "+v.counted(), ""
	if v.allKnown {
		left = v.all.words()
	}
	if v.allKnown && v.all.shots == 0 {
		return " " + st.Text.Title.Render(string(safe.Truncate(safe.Line(r.Name), max(v.w-2, 0))))
	}
	if v.folds.On() {
		left += "   rejected hidden"
	}
	if v.allKnown {
		if more := v.all.toMake(); more != "" {
			left += "   " + string(more)
		}
		right = v.billed(v.all.bill, v.w-safe.Width(left)-leastTitle)
	}
	room := max(v.w-safe.Width(right)-safe.Width(left)-3, 8)
	return layout.Ends(" "+st.Text.Title.Render(string(safe.Truncate(safe.Line(r.Name), room)))+st.Text.Quiet.Render(left), right, v.w)
}

// billed returns what the reel has cost, in few words where those for practice
// have no room. Only money that was spent is bright.
func (v *Screen) billed(b reel.Bill, room int) string {
	st, all := v.s.Styles, string(words.Bill(b))
	if safe.Width(all) > room {
		all = strings.NewReplacer(", would have cost", "", " would have cost", "").Replace(all)
	}
	if before, figure, ok := strings.Cut(all, "spent "); ok && before == "" {
		figure, rest, _ := strings.Cut(figure, ", ")
		if rest != "" {
			rest = ", " + rest
		}
		return st.Text.Quiet.Render("spent ") + st.Text.Price.Render(figure) + st.Text.Quiet.Render(rest+" ")
	}
	return st.Text.Quiet.Render(all + " ")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

func (v *Screen) renderRow(r *row, width int, selected bool) string {
	st := v.s.Styles
	mark, line := " ", ""
	if selected && v.focused {
		mark = st.Row.Mark.Render("▸")
	} else if selected {
		mark = st.Text.Quiet.Render("▸")
	}
	if r.take != nil && v.pictured() {
		return v.picturedTake(r, width, selected && v.focused)
	}
	if r.take != nil {
		line = mark + v.takeRow(r, width-1, selected && v.focused)
	} else {
		line = mark + v.shotRow(r, width-1, selected && v.focused)
	}
	if selected && v.focused {
		line = st.Select(line, width) // and not its stills: they would be drawn anew
	}
	return strings.Join(append([]string{line}, v.stripLines(r)...), "\n")
}

func (v *Screen) shotRow(r *row, width int, bright bool) string {
	st := v.s.Styles
	style := st.Row.Heading // with the number of its takes, and their sum
	if bright {
		style = st.Row.Title
	}
	fold := " "
	if v.folds.Open(r.shot.ID) {
		fold = "▾"
	}
	look, rating := st.State(r.tone), 0
	if p := r.shot.Pick(); p != nil {
		rating = p.Rating
	}
	length, takes := "", "no takes"
	if n := r.shot.Seconds(); n > 0 {
		length = strconv.Itoa(n) + " s"
	}
	if n := len(r.shot.Takes); n > 0 {
		takes = count(n, "take")
	}
	left := st.Text.Quiet.Render(fold+" "+safe.PadLeft(r.number(), v.cols.number)) + "  "
	right := "  " + st.Text.Quiet.Render(safe.PadLeft(length, lengthWidth)) + "  " +
		look.Style.Render(look.Symbol+" "+string(safe.PadRight(r.state, stateWidth)))
	if v.cols.wide {
		right += st.Text.Star.Render(string(safe.PadLeft(stars(rating), v.cols.stars))) + "  " + st.Text.Quiet.Render(safe.PadLeft(takes, v.cols.takes))
	}
	right += "  " + st.Text.Quiet.Render(string(safe.PadLeft(r.spent, costWidth))) + " "
	room := max(width-safe.Width(left)-safe.Width(right), 0)
	return left + v.beside(r.title(), r.note, room, style.Render) + right
}

// leastTitle is the least width of a title beside its note.
const leastTitle = 20

// beside returns a title and, if there is room, a note at its right end.
func (v *Screen) beside(title, note safe.String, room int, style func(...string) string) string {
	tail := safe.String("")
	if note != "" && room-note.Width()-2 >= leastTitle {
		tail = "  " + note
	}
	title = safe.PadRight(safe.Truncate(title, room-tail.Width()), room-tail.Width())
	return style(string(title)) + v.s.Styles.Text.Quiet.Render(string(tail))
}

func (v *Screen) takeRow(r *row, width int, bright bool) string {
	st, j := v.s.Styles, r.take
	look := st.State(words.Tone(j))
	text, state, star, quiet := st.Text.Base, look.Style, st.Text.Star, st.Text.Quiet
	mark, markStyle := safe.String(""), st.State(theme.Done).Style
	switch {
	case j.Rejected:
		mark, markStyle = "rejected", st.Text.Faint
		text, state, star, quiet = st.Text.Faint, st.Text.Faint, st.Text.Faint, st.Text.Faint
	case j.Pick:
		mark = "pick"
	}
	if bright {
		text = st.Row.Title
	}
	seed := ""
	if v.cols.seed > 0 {
		if j.HasSeed {
			seed = "seed " + strconv.FormatInt(j.Seed, 10)
		}
		seed = safe.PadRight(seed, v.cols.seed) + "  "
	}
	note := r.note
	if v.cols.seed == 0 && note == words.AnotherSeed && j.HasSeed {
		note = safe.Line("seed " + strconv.FormatInt(j.Seed, 10))
	}
	shown := look.Symbol
	if v.cols.wide {
		shown += " " + string(safe.PadRight(words.State(j), stateWidth))
	}
	left := strings.Repeat(" ", takesBegin-1) + quiet.Render(safe.PadLeft(r.number(), v.cols.number)) + "  " +
		state.Render(shown) + " " +
		star.Render(string(safe.PadRight(stars(j.Rating), starsWidth))) + "  " +
		markStyle.Render(string(safe.PadRight(mark, markWidth))) + "  " + quiet.Render(seed)
	right := "  " + quiet.Render(string(safe.PadLeft(jobs.Cost(j), costWidth))) + " "
	room := max(width-safe.Width(left)-safe.Width(right), 0)
	return left + text.Render(string(safe.PadRight(safe.Truncate(note, room), room))) + right
}
