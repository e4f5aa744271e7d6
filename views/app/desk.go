package app

import (
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"seedreel/state/job"
	"seedreel/ui/layout"
	"seedreel/ui/safe"
)

// longJob is the length from which the end of a job is worth a sound although
// the terminal does not tell whether it is looked at.
const longJob = 30 * time.Second

// notify tells the terminal that a job ended, when nobody looks: a bell, and
// where the terminal can show one, a notification.
func (m *Model) notify(j *job.Job, text safe.String) tea.Cmd {
	if m.seen && (m.focusTold || j.EndedAt.Sub(j.SubmittedAt) < longJob) {
		return nil
	}
	if !m.env.Queryable() {
		return nil
	}
	return tea.Raw(m.env.Notify(m.caps.Brand(), "seedreel", text))
}

// progressBar is the terminal's own bar: how far the running jobs are, by the
// time earlier ones took.
func (m *Model) progressBar() *tea.ProgressBar {
	c := m.jobs.Counts()
	switch {
	case c.Needs > 0:
		return &tea.ProgressBar{State: tea.ProgressBarWarning, Value: 100}
	case c.Running == 0:
		return nil
	}
	part, known := m.jobs.Progress()
	if !known {
		return &tea.ProgressBar{State: tea.ProgressBarIndeterminate}
	}
	// Steps of five keep it from costing bytes every second.
	return &tea.ProgressBar{State: tea.ProgressBarDefault, Value: int(part*20) * 5}
}

// mouse acts on clicks and the wheel, where the person turned them on. Shift
// and drag still selects text.
func (m *Model) mouse(msg tea.MouseMsg) tea.Cmd {
	at := msg.Mouse()
	l := m.shown()
	if !m.dialogs.Empty() {
		return nil
	}
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
	inside := func(r layout.Rect) bool { return r.Contains(at.X, at.Y) }
	switch {
	case m.place == History && inside(l.Main):
		return m.history.Point(at.Y-l.Main.Y, click, wheel)
	case m.place == Jobs && l.Mode == layout.Tabs && inside(l.Main):
		m.jobs.Point(at.Y-l.Main.Y, click, wheel)
	case l.Mode > layout.Tabs && inside(l.Side) && (m.place == Compose || m.place == Jobs):
		m.jobs.Point(at.Y-l.Side.Y, click, wheel)
		if click {
			return m.visit(Jobs)
		}
	case click && (m.place == Jobs || m.place == Compose) && inside(l.Main):
		visit := m.visit(Compose)
		m.compose.Point(at.Y - l.Main.Y)
		return visit
	}
	return nil
}

// clickHeader goes to the place whose name was clicked.
func (m *Model) clickHeader(x int) tea.Cmd {
	line := ansi.Strip(m.header(m.layout.Screen.W))
	for i, name := range placeNames() {
		number := " " + strconv.Itoa(i+1) + " "
		if at := index(line, name); at >= 0 && x >= at-2 && x < at+len(name) {
			return m.visit(Place(i))
		} else if at := index(line, number); at >= 0 && x > at && x <= at+len(number) {
			return m.visit(Place(i)) // a short line has the number alone
		}
	}
	return nil
}

func placeNames() []string { return []string{"Compose", "Jobs", "History", "Costs"} }

// index is the cell at which a word of plain letters begins, -1 when it is not
// there.
func index(line, word string) int {
	for i := range line {
		if len(line)-i >= len(word) && line[i:i+len(word)] == word {
			return ansi.StringWidth(line[:i])
		}
	}
	return -1
}
