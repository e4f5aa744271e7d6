package pump

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/client"
	"seedreel/state/job"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// settleAfter is the pause before a bill is requested again that does not
// include a job yet: both services book shortly after the clip is made.
const settleAfter = 30 * time.Second

// settleTries is how many times it is requested.
const settleTries = 4

type settledMsg struct {
	job   *job.Job
	tries int
	found bool
	err   error
}

// settle requests the actual charge of a job, also where one is known: the
// bill may correct it.
func (p *Pump) settle(j *job.Job, tries int) tea.Cmd {
	if j.RemoteID == "" || j.State != job.Saved && j.State != job.Failed {
		return nil
	}
	ask := p.s.Ask(func(ctx context.Context) tea.Msg {
		now, found, err := p.s.Money.Settle(ctx, j)
		if err != nil {
			return settledMsg{job: now, tries: settleTries, found: found, err: err}
		}
		return settledMsg{job: now, tries: tries + 1, found: found}
	})
	if tries == 0 {
		return ask
	}
	return tea.Tick(settleAfter, func(time.Time) tea.Msg { return ask() })
}

func (p *Pump) applySettled(msg settledMsg) tea.Cmd {
	if e, ok := errors.AsType[*client.Error](msg.err); ok && e.Odd() {
		odd := p.s.Say(toast.Warn, safe.Line(msg.job.ID)+": "+words.Error(msg.err))
		return tea.Batch(odd, p.loadJobs(), p.s.Tell(studio.RefreshMsg{}), p.s.ReadToday())
	}
	if msg.found {
		return tea.Batch(p.loadJobs(), p.s.Tell(studio.RefreshMsg{}), p.s.ReadToday())
	}
	if msg.tries < settleTries {
		return p.settle(msg.job, msg.tries)
	}
	return nil
}
