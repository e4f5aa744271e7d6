package jobs

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/job"
	"seedreel/ui/bar"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
	"seedreel/views/stills"
	"seedreel/views/words"
)

// Settle asks for the stills that the list shows.
func (v *Screen) Settle() tea.Cmd {
	return v.s.Stills.ShowList("jobs", v.s.Shown(v) && v.pictured(), v.list)
}

// pictured reports whether rows have stills.
func (v *Screen) pictured() bool { return v.s.Stills.InLists(v.s.Screen.W) }

// barWidth is the width of the bar of a running job.
const barWidth = 14

// pictured draws the row beside its still.
func (r *row) pictured(still []string, width int, selected bool, now time.Time, st *theme.Styles) string {
	look := st.State(words.Tone(r.job))
	p := &Pictured{Still: still, Mark: " ", Style: st.Text.Base.Render}
	switch {
	case selected:
		p.Mark, p.Style = st.Row.Mark.Render("▸"), st.Row.Title.Render
	case r.shown:
		p.Mark = st.Text.Quiet.Render("▸")
	}
	p.Right = r.figure(now, st)
	p.Price = st.Text.Quiet.Render(string(Cost(r.job)))
	p.Facts = look.Style.Render(look.Symbol + " " + string(words.State(r.job)))
	if m := Marks(r.job, st); m != "" {
		p.Facts += "  " + m
	}
	if part := r.over(now); part > 0 {
		p.Facts += "  " + bar.View(part, barWidth, st)
	}
	room := width - stills.Row.W - pictureGap - safe.Width(p.Facts) - safe.Width(p.Price) - 6
	p.Facts += "  " + st.Text.Quiet.Render(string(r.madeIn(room)))
	p.Title = r.names.Title(r.job, max(width-stills.Row.W-safe.Width(p.Right)-pictureGap-4, 0))
	return p.View(width, selected, st)
}

// over returns how much of a transfer or of the usual time is over, 0 if that is
// not known.
func (r *row) over(now time.Time) float64 {
	j := r.job
	if r.moving != nil && r.moving.Total > 0 && (j.State == job.Uploading || j.State == job.Completed) {
		return float64(r.moving.Done) / float64(r.moving.Total)
	}
	part, _ := r.part(now)
	return part
}

// figure returns how far a job is, or how long ago it ended.
func (r *row) figure(now time.Time, st *theme.Styles) string {
	style := st.Text.Quiet
	if r.job.State == job.Uncertain || r.job.Troubled() && r.job.Fails > 0 {
		style = st.State(theme.Needs).Style
	}
	if p := r.moving; p != nil && p.Total > 0 && (r.job.State == job.Uploading || r.job.State == job.Completed) {
		return style.Render(bar.BytesOf(p.Done, p.Total))
	}
	return style.Render(string(r.words(now)))
}
