package jobs

import (
	"strings"

	"github.com/dustin/go-humanize/english"

	"seedreel/state/job"
	"seedreel/state/reel"
	"seedreel/ui/layout"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
	"seedreel/views/folds"
	"seedreel/views/words"
)

// Groups puts the takes of a shot together in a list, under a line with their
// number and price, and folds them to the first of them. The zero Groups leaves
// a list as it is.
type Groups struct {
	// Folds has the shots that a person has unfolded, and is on if the list is
	// grouped.
	folds.Folds
	// heads are the lines above jobs, by the id of the job.
	heads map[string]head
	// grouped are the jobs that are not alone in their group.
	grouped map[string]bool
}

// head is the line above the takes of a shot.
type head struct {
	takes  int
	bill   reel.Bill
	folded bool
}

// Fold folds or unfolds the shot of a job, and reports whether it has more takes
// in the list than one.
func (g *Groups) Fold(j *job.Job) bool {
	if !g.On() || !g.grouped[j.ID] {
		return false
	}
	g.Set(j.Shot, !g.Open(j.Shot))
	return true
}

// Arrange returns a list with the takes of each shot together, where the first
// of them was, and without those that are folded. apart separates what must not
// come together, such as days; nil separates nothing.
func (g *Groups) Arrange(list []*job.Job, apart func(j *job.Job) string) []*job.Job {
	g.heads, g.grouped = map[string]head{}, map[string]bool{}
	if !g.On() {
		return list
	}
	var order []string
	by := map[string][]*job.Job{}
	for _, j := range list {
		key := j.Shot
		if key == "" {
			key = j.ID
		}
		if apart != nil {
			key += "\x00" + apart(j)
		}
		if by[key] == nil {
			order = append(order, key)
		}
		by[key] = append(by[key], j)
	}
	out := make([]*job.Job, 0, len(list))
	for _, key := range order {
		takes := by[key]
		if len(takes) == 1 {
			out = append(out, takes[0])
			continue
		}
		h := head{takes: len(takes), bill: (&reel.Shot{Takes: takes}).Bill(), folded: !g.Open(takes[0].Shot)}
		g.heads[takes[0].ID] = h
		for _, j := range takes {
			g.grouped[j.ID] = true
		}
		if h.folded {
			takes = takes[:1]
		}
		out = append(out, takes...)
	}
	return out
}

// Rows returns how many lines are above a job.
func (g *Groups) Rows(j *job.Job) int {
	if _, ok := g.heads[j.ID]; ok {
		return 1
	}
	return 0
}

// Head returns the line above a job, "" if there is none.
func (g *Groups) Head(j *job.Job, width int, st *theme.Styles) string {
	h, ok := g.heads[j.ID]
	if !ok {
		return ""
	}
	sign := "▾ "
	if h.folded {
		sign = "▸ "
	}
	text := english.Plural(h.takes, "take", "") + " of one shot"
	cost := words.Spent(h.bill)
	if h.bill == (reel.Bill{}) {
		cost = "" // nothing was made of it yet
	}
	return Heading(safe.Line(sign+text), cost, width, st)
}

// Heading returns a line above rows of a list: what they have in common, and at
// its right end what they cost.
func Heading(text, cost safe.String, width int, st *theme.Styles) string {
	return layout.Ends(" "+st.Row.Heading.Render(string(text)), st.Text.Quiet.Render(string(cost))+" ", width)
}

// Under puts lines above a row; those that are empty are left out.
func Under(row string, above ...string) string {
	var lines []string
	for _, l := range above {
		if l != "" {
			lines = append(lines, l)
		}
	}
	return strings.Join(append(lines, row), "\n")
}
