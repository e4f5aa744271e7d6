package pump

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/job"
	"seedreel/state/store"
	"seedreel/views/studio"
)

// shownAfter is how long an ended job remains in the live list.
const shownAfter = 2 * time.Hour

// mostEnded is how many ended jobs the live list keeps.
const mostEnded = 60

// loadJobs reads the live list, one read at a time.
func (p *Pump) loadJobs() tea.Cmd {
	if p.loading {
		p.loadAgain = true
		return nil
	}
	p.loading = true
	since := p.s.Now().Add(-shownAfter)
	return p.s.Work(func(ctx context.Context) tea.Msg { return readJobs(ctx, p.s, since) })
}

func readJobs(ctx context.Context, s *studio.Studio, since time.Time) tea.Msg {
	msg := jobsLoadedMsg{expected: map[string]time.Duration{}}
	open, err := s.Store.OpenJobs(ctx)
	if err == nil {
		msg.jobs, err = s.Store.Recent(ctx, since)
	}
	open = store.StillOpen(open, msg.jobs)
	if err == nil {
		msg.paused, err = s.Store.LinePaused(ctx)
	}
	if err != nil {
		msg.err = err
		return msg
	}
	if len(msg.jobs) > mostEnded {
		msg.jobs = msg.jobs[:mostEnded]
	}
	msg.jobs = append(open, msg.jobs...)
	known := map[string]time.Duration{}
	for _, j := range open {
		if j.State != job.Submitted && j.State != job.Running {
			continue
		}
		key := fmt.Sprintf("%s %s %d %t", j.Provider, j.Model, j.Seconds, j.Practice)
		d, ok := known[key]
		if !ok {
			r, err := s.Store.Runs(ctx, j.Provider, j.Model, j.Seconds, j.Practice)
			if err != nil {
				msg.err = err
				return msg
			}
			d = r.Median
			known[key] = d
		}
		msg.expected[j.ID] = d
	}
	return msg
}

func (p *Pump) applyJobs(msg jobsLoadedMsg) tea.Cmd {
	var cmd tea.Cmd
	p.loading = false
	if msg.err == nil {
		p.s.Live = studio.Live{Jobs: msg.jobs, Expected: msg.expected, Moving: p.progress.all(), Paused: msg.paused}
		cmd = p.s.Tell(studio.ChangedMsg{What: studio.Jobs})
		p.s.Dialogs.Renew()
	}
	if p.loadAgain {
		p.loadAgain = false
		return tea.Batch(cmd, p.loadJobs())
	}
	return cmd
}
