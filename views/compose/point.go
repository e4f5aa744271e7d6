package compose

import (
	tea "charm.land/bubbletea/v2"

	"seedreel/state/job"
	"seedreel/ui/field"
	"seedreel/ui/safe"
	"seedreel/views/jobs"
	"seedreel/views/page"
	"seedreel/views/stills"
)

// Point answers a click on what is drawn: a row of the form takes the focus and
// does what is under the click, the key beside the price submits, a take is
// watched. A drag selects in the prompt.
func (s *Screen) Point(at page.Mouse) tea.Cmd {
	switch {
	case at.Drag && s.grabbed:
		return s.drag(at)
	case !at.Click:
		return nil
	}
	s.grabbed = false
	s.wake()
	if at.Y >= s.formHeight() {
		return s.pointBelow(at)
	}
	row, y := s.rowAt(at.Y)
	if row == nil {
		return nil
	}
	s.focusOn(row.GetKey())
	s.grabbed = s.form.prompt != nil && row == field.Field(s.form.prompt)
	cmd := row.Click(at.X-formMargin, y)
	s.redraw()
	return cmd
}

// formMargin is the blank column left of the form.
const formMargin = 1

// rowAt returns the row of the form that is drawn at a line of the pane, and the
// line within the row; nil if its beginning is out of sight.
func (s *Screen) rowAt(y int) (row field.Field, line int) {
	for from := min(y, len(s.begins)-1); from >= 0; from-- {
		if n := s.begins[from]; n > 0 {
			return s.form.rows[n-1], y - from
		}
	}
	return nil, 0
}

// drag selects in the prompt up to where the mouse is now.
func (s *Screen) drag(at page.Mouse) tea.Cmd {
	for from, n := range s.begins {
		if n > 0 && s.form.rows[n-1] == field.Field(s.form.prompt) {
			cmd := s.form.prompt.Drag(at.X-formMargin, at.Y-from)
			s.redraw()
			return cmd
		}
	}
	return nil
}

// pointBelow answers a click below the form.
func (s *Screen) pointBelow(at page.Mouse) tea.Cmd {
	y := at.Y - s.formHeight() - 1
	if end := s.w - 1; y == 0 && at.X >= end-safe.Width(s.button()) && at.X < end {
		return s.check()
	}
	takes, _ := s.takesShown()
	y -= panelLines + s.previewHeight() + takesHead
	i, in := (at.X-1)/(stills.Take.W+takesGap), (at.X-1)%(stills.Take.W+takesGap)
	if y < 0 || y >= stills.Take.H+takesBelow || at.X < 1 || in >= stills.Take.W || i >= len(takes) {
		return nil
	}
	j := takes[i]
	if j.State == job.Saved {
		return jobs.Act(s.s, j, s.s.Keys.Jobs.Watch.Press())
	}
	return jobs.Open(s.s, j, s.s.Live.Expected[j.ID])
}
