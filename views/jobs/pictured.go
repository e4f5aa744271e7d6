package jobs

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"seedreel/state/job"
	"seedreel/ui/layout"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
	"seedreel/views/stills"
)

// Pictured is a row of two lines beside a still.
type Pictured struct {
	// Still has two lines.
	Still []string
	// Mark is the first cell of the row.
	Mark string
	// Title is styled when the row is drawn, in Style. Right and Price are at
	// the right ends of the two lines, Facts below the title.
	Title               safe.String
	Style               func(...string) string
	Right, Facts, Price string
	// Lead comes before the title.
	Lead string
}

// pictureGap is between a still and the words beside it.
const pictureGap = 2

// roomyFrom is the height of a list from which a blank line separates its rows.
const roomyFrom = 12

// RowHeight returns how many lines a row with a still takes in a list of that
// height.
func RowHeight(list int) int {
	if list >= roomyFrom {
		return stills.Row.H + 1
	}
	return stills.Row.H
}

// Overhang returns by how much a list of rows with stills may be higher than
// its place: nothing is lost with the blank line below the last row.
func Overhang(list int) int { return RowHeight(list) - stills.Row.H }

// View draws the row in width cells, with a blank line below it if the list has
// them.
func (p *Pictured) View(width int, selected bool, st *theme.Styles) string {
	rest := max(width-1-stills.Row.W-pictureGap-1, 0)
	room := max(rest-safe.Width(p.Lead)-safe.Width(p.Right)-2, 0)
	first := layout.Ends(p.Lead+p.Style(string(safe.Truncate(p.Title, room))), p.Right, rest)
	room = rest
	if p.Price != "" {
		room = max(rest-safe.Width(p.Price)-2, 0)
	}
	second := layout.Ends(ansi.Truncate(p.Facts, room, "…"), p.Price, rest)
	return p.line(p.Mark, p.Still[0], first, width, selected, st) + "\n" + p.line(" ", p.Still[1], second, width, selected, st)
}

// line joins the parts of a line. The still is never painted: reversed it would
// be another picture.
func (p *Pictured) line(mark, still, text string, width int, selected bool, st *theme.Styles) string {
	still = strings.TrimRight(still, " ")
	rest := width - 1 - safe.Width(still)
	text = layout.FitLine("", stills.Row.W-safe.Width(still)+pictureGap) + text
	return pick(mark, 1, selected, st) + still + pick(text+" ", rest, selected, st)
}

// Marks returns a person's opinion of a take, "★★★ pick"; "" if there is none.
func Marks(j *job.Job, st *theme.Styles) string {
	var parts []string
	if j.Rating > 0 {
		parts = append(parts, st.Text.Star.Render(strings.Repeat("★", j.Rating)))
	}
	switch {
	case j.Pick:
		parts = append(parts, st.State(theme.Done).Style.Render("pick"))
	case j.Rejected:
		parts = append(parts, st.Text.Faint.Render("rejected"))
	}
	return strings.Join(parts, " ")
}
