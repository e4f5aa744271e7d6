package jobs

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/job"
	"seedreel/ui/dialog"
	"seedreel/ui/keys"
	"seedreel/ui/safe"
	"seedreel/views/detail"
	"seedreel/views/studio"
)

// sheet is a dialog with everything about a job, which stays up to date while
// the job is live.
type sheet struct {
	*dialog.Text

	s        *studio.Studio
	job      *job.Job
	expected time.Duration
}

// Open shows everything about a job. expected is how long it will probably run,
// or 0 if that is unknown.
func Open(s *studio.Studio, j *job.Job, expected time.Duration) tea.Cmd {
	d := &sheet{s: s, job: j, expected: expected}
	d.Text = dialog.NewStyledText("job", safe.Truncate(Title(j), d.width()-4), nil)
	d.Renew()
	s.Dialogs.Push(d)
	return nil
}

// Renew rebuilds the sheet from the current job and keys.
func (d *sheet) Renew() {
	if j := d.s.Live.Find(d.job.ID); j != nil {
		d.job, d.expected = j, d.s.Live.Expected[j.ID]
	}
	j := d.job
	d.SetStyled(detail.Of(d.s, j, d.expected).Lines(d.width()))
	k := d.s.Keys.Jobs
	hints := slices.DeleteFunc(Hints(d.s, j), func(b keys.Binding) bool {
		return b.Name == k.Open.Name || b.Name == k.Resume.Name
	})
	d.Extra(hints, func(key tea.KeyPressMsg) tea.Cmd { return Act(d.s, j, key) })
}

// width returns the width of the sheet in cells.
func (d *sheet) width() int { return min(max(d.s.Screen.W-8, 20), 92) }
