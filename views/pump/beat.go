package pump

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/ui/toast"
	"seedreel/views/studio"
)

// Heartbeats: how often the program checks for changes by others and updates
// ages.
const (
	beatSeen   = time.Second
	beatUnseen = 5 * time.Second
	// stretchUnseen slows polls down while nobody is looking.
	stretchUnseen = 3
)

// recoverEvery is how many heartbeats pass between two checks for jobs of dead
// processes, if nothing indicates that there are any.
const recoverEvery = 60

// ageEvery is how many heartbeats pass between two redraws of the ages of ended
// jobs.
const ageEvery = 30

// refreshEvery is how many heartbeats pass between two looks at settings and
// keys.
const refreshEvery = 5

// beat checks, once a second, whether another process has changed the store. It
// also updates ages and bars while something runs.
func (p *Pump) beat() tea.Cmd {
	p.beatSeq++
	seq, every := p.beatSeq, beatSeen
	if !p.s.Seen {
		every = beatUnseen
	}
	s, last, refresh := p.s, p.version, p.beats%refreshEvery == 0
	return tea.Tick(every, func(time.Time) tea.Msg {
		ctx, cancel := context.WithTimeout(s.Ctx, studio.Timeout)
		defer cancel()
		if refresh {
			s.Queue.Refresh(ctx)
		}
		v, err := s.Store.Version(ctx)
		if err != nil {
			v = last // a store that cannot be asked has not changed either
		}
		return beatMsg{seq: seq, version: v}
	})
}

// Still reports whether a message is a heartbeat that leaves the screen
// unchanged: no running job has an age on it, and nobody else has written.
// Without the focus the heart beats more slowly and ages go on, since a pane
// beside the active one is read too.
// With reduced motion, clocks and bars go on once a minute.
func (p *Pump) Still(msg tea.Msg) bool {
	b, ok := msg.(beatMsg)
	if !ok || b.seq != p.beatSeq {
		return ok
	}
	if b.version != p.version || p.read != p.s.Services.Version() {
		return false
	}
	if p.s.Settings.ReducedMotion {
		return p.s.Clock().Equal(p.minute)
	}
	return p.s.Live.Counts().Running == 0 && (p.beats+1)%ageEvery != 0
}

func (p *Pump) applyBeat(msg beatMsg) tea.Cmd {
	if msg.seq != p.beatSeq {
		return nil
	}
	changed := msg.version != p.version && p.version != 0
	p.version = msg.version
	if p.s.Live.Counts().Running > 0 {
		p.s.Live.Moving = p.progress.all()
	}
	p.beats++
	p.minute = p.s.Clock()
	next := tea.Batch(p.beat(), p.refreshed(), p.s.Tell(studio.ChangedMsg{What: studio.Clock}))
	p.s.Dialogs.Renew()
	if changed || p.beats%recoverEvery == 0 {
		// Another process may have died over a job.
		return tea.Batch(next, p.loadJobs(), p.revive(), p.s.ReadToday())
	}
	return next
}

// refreshed has the screens show settings and keys that were read again, which
// another process may have changed: nobody may take an order that is billed for
// practice.
func (p *Pump) refreshed() tea.Cmd {
	v := p.s.Services.Version()
	first := p.read == 0
	if v == p.read {
		return nil
	}
	p.read = v
	if first {
		return nil
	}
	was := p.s.Practice
	cmd := p.s.Tell(studio.ChangedMsg{What: studio.Settings})
	switch {
	case was && !p.s.Practice:
		cmd = tea.Batch(cmd, p.s.Say(toast.Warn, "Practice is over: settings or keys were changed. Orders are billed from now on."))
	case !was && p.s.Practice:
		cmd = tea.Batch(cmd, p.s.Say(toast.Info, "Practice from now on: settings or keys were changed."))
	}
	return cmd
}
