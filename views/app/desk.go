package app

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/job"
	"seedreel/ui/layout"
	"seedreel/ui/safe"
	"seedreel/views/page"
)

// longJob is the length from which the end of a job rings the bell although the
// terminal does not report its focus.
const longJob = 30 * time.Second

// notify reports the end of a job while nobody is looking: with a bell and,
// where the terminal can show one, a notification.
func (m *Model) notify(j *job.Job, text safe.String) tea.Cmd {
	if m.s.Seen && (m.focusTold || j.EndedAt.Sub(j.SubmittedAt) < longJob) {
		return nil
	}
	if !m.s.Env.Queryable() {
		return nil
	}
	return tea.Raw(m.s.Env.Notify(m.caps.Brand(), "seedreel", text))
}

// progressBar returns the terminal's own progress bar for the running jobs,
// estimated from the duration of earlier ones.
func (m *Model) progressBar() *tea.ProgressBar {
	c := m.s.Live.Counts()
	switch {
	case c.Needs > 0:
		return &tea.ProgressBar{State: tea.ProgressBarWarning, Value: 100}
	case c.Running == 0:
		return nil
	}
	part, known := m.s.Live.Progress(m.s.Now())
	if !known {
		return &tea.ProgressBar{State: tea.ProgressBarIndeterminate}
	}
	// Steps of five keep it from costing bytes every second.
	return &tea.ProgressBar{State: tea.ProgressBarDefault, Value: int(part*20) * 5}
}

// mouse handles clicks and the wheel, if the mouse is turned on. Shift and drag
// still selects text.
func (m *Model) mouse(msg tea.MouseMsg) tea.Cmd {
	if !m.dialogs.Empty() {
		return nil
	}
	at, l, open := msg.Mouse(), m.shown(), m.page()
	_, click := msg.(tea.MouseClickMsg)
	if click && l.Header.Contains(at.X, at.Y) {
		return m.clickHeader(at.X)
	}
	wheel := 0
	if _, ok := msg.(tea.MouseWheelMsg); ok {
		wheel = 1
		if at.Button == tea.MouseWheelUp {
			wheel = -1
		}
	}
	target, pane := open.Page, l.Main
	if shared := open.side != nil && l.Mode > layout.Tabs; shared && l.Side.Contains(at.X, at.Y) {
		target, pane = open.side, l.Side
	} else if shared {
		target = open.main
	}
	if !pane.Contains(at.X, at.Y) {
		return nil
	}
	var visit tea.Cmd
	if click && target != open.Page {
		visit = m.open(target)
	}
	return tea.Batch(visit, target.Point(page.Mouse{X: at.X - pane.X, Y: at.Y - pane.Y, Click: click, Wheel: wheel}))
}

// clickHeader opens the page whose name is drawn at a cell of the header.
func (m *Model) clickHeader(x int) tea.Cmd {
	_, at := m.header(m.layout.Screen.W)
	for _, s := range at {
		if x >= s.from && x < s.to {
			return m.visit(s.page)
		}
	}
	return nil
}
