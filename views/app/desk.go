package app

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/job"
	"seedreel/ui/safe"
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
