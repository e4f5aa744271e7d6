package pump

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/views/studio"
)

// Heartbeats: how often the program looks at what others changed and at ages.
const (
	beatSeen   = time.Second
	beatUnseen = 5 * time.Second
	// stretchUnseen slows polls down while nobody looks.
	stretchUnseen = 3
)

// recoverEvery is how many heartbeats pass between two looks at what dead
// processes left behind, when nothing tells that there may be anything.
const recoverEvery = 60

// ageEvery is how many heartbeats pass before ages of what has ended are drawn
// anew.
const ageEvery = 30

// beat looks, once a second, whether another process changed the store. It
// also moves ages and bars on, while something runs.
func (p *Pump) beat() tea.Cmd {
	p.beatSeq++
	seq, every := p.beatSeq, beatSeen
	if !p.s.Seen {
		every = beatUnseen
	}
	s, last := p.s, p.version
	return tea.Tick(every, func(time.Time) tea.Msg {
		ctx, cancel := context.WithTimeout(s.Ctx, studio.Timeout)
		defer cancel()
		v, err := s.Store.Version(ctx)
		if err != nil {
			v = last // a store that cannot be asked has not changed either
		}
		return beatMsg{seq: seq, version: v}
	})
}

// Still reports whether a message is a heartbeat that leaves the screen as it
// is: nothing runs whose age is shown, and nobody else wrote. Without the focus
// the heart beats more slowly and ages go on, for a pane beside the one that is
// written in is read.
func (p *Pump) Still(msg tea.Msg) bool {
	b, ok := msg.(beatMsg)
	return ok && (b.seq != p.beatSeq || p.s.Live.Counts().Running == 0 && b.version == p.version && (p.beats+1)%ageEvery != 0)
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
	next := tea.Batch(p.beat(), p.s.Tell(studio.ChangedMsg{What: studio.Clock}))
	p.s.Dialogs.Renew()
	if changed || p.beats%recoverEvery == 0 {
		// Another process may have died over a job.
		return tea.Batch(next, p.loadJobs(), p.revive(), p.s.ReadToday())
	}
	return next
}
