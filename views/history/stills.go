package history

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/job"
	"seedreel/ui/safe"
	"seedreel/views/jobs"
	"seedreel/views/stills"
	"seedreel/views/words"
)

// Settle asks for the stills that the list shows.
func (v *Screen) Settle() tea.Cmd {
	return v.s.Stills.ShowList("history", v.s.Shown(v) && v.pictured(), v.list)
}

// pictured reports whether rows have stills.
func (v *Screen) pictured() bool { return v.s.Stills.InLists(v.s.Screen.W) }

// picturedRow draws an entry beside its still.
func (v *Screen) picturedRow(j *job.Job, width int, selected bool) string {
	st := v.s.Styles
	look := st.State(words.Tone(j))
	p := &jobs.Pictured{Still: v.s.Stills.Lines(j, stills.Row, st), Mark: " ", Style: st.Text.Base.Render}
	if selected {
		p.Mark, p.Style = st.Row.Mark.Render("▸"), st.Row.Title.Render
	}
	if j.Rejected {
		p.Style = st.Text.Faint.Render
	}
	when := safe.Line(j.CreatedAt.In(v.s.Zone).Format("15:04"))
	p.Lead = st.Text.Quiet.Render(string(when)) + "  " + look.Style.Render(look.Symbol) + " "
	p.Right = st.Text.Quiet.Render(string(jobs.Cost(j)))
	lead := safe.Width(p.Lead)
	p.Title = v.names.Title(j, max(width-stills.Row.W-lead-safe.Width(p.Right)-6, 0))
	p.Facts = strings.Repeat(" ", lead) + v.madeWith(j, width-stills.Row.W-lead-4)
	return p.View(width, selected, st)
}

// dot separates facts.
const dot = " · "

// madeWith returns the second line of an entry: how it ended if it has no clip,
// a person's marks, and of its settings those that fit into room cells.
func (v *Screen) madeWith(j *job.Job, room int) string {
	st := v.s.Styles
	var parts []string
	if m := jobs.Marks(j, st); m != "" {
		parts = append(parts, m)
	}
	if j.State != job.Saved {
		parts = append(parts, st.State(words.Tone(j)).Style.Render(string(words.State(j))))
	}
	all := jobs.Shown{Kind: true, Length: true, Ratio: true}
	for _, s := range []safe.String{jobs.Kind(j, v.s.Catalogue.Now()), jobs.Length(j), jobs.Ratio(j), v.names.Tail(j, all)} {
		if next := append(slices.Clone(parts), st.Text.Quiet.Render(string(s))); s != "" && safe.Width(strings.Join(next, dot)) <= room {
			parts = next
		}
	}
	return strings.Join(parts, st.Text.Faint.Render(dot))
}
