package app

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/all"
	"seedreel/state/job"
	"seedreel/state/queue"
	"seedreel/state/store"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/costs"
	"seedreel/views/jobs"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// pump drives the queue's steps: one plan at a time, each task a command, and
// a timer for when the next is due.
type pump struct {
	ready               bool // what dead processes left behind is put right
	planning, planAgain bool
	beats               int
	loading, loadAgain  bool
	wakeSeq             int
	beatSeq             int
	version             int64
	offline             map[store.Service]time.Time
	away                safe.String // the badge for what is out of reach
	progress            *progress
	tasks               underway
	running             int
}

type (
	recoveredMsg struct {
		uncertain int
		err       error
	}
	plannedMsg struct {
		plan queue.Plan
		err  error
	}
	wakeMsg struct{ seq int }
	beatMsg struct {
		seq     int
		version int64
	}
	taskDoneMsg struct {
		out queue.Outcome
		err error
	}
	jobsLoadedMsg struct {
		jobs     []*job.Job
		expected map[string]time.Duration
		err      error
	}
)

// shownAfter is how long an ended job stays in the live list.
const shownAfter = 2 * time.Hour

// mostEnded is how many ended jobs the live list keeps.
const mostEnded = 60

func (m *Model) recoverJobs() tea.Cmd {
	return m.s.Query(func(ctx context.Context) tea.Msg {
		r, err := m.s.Queue.Recover(ctx)
		return recoveredMsg{uncertain: len(r.Uncertain), err: err}
	})
}

// plan asks what is due. One question at a time: a second one asked meanwhile
// is asked again afterwards.
func (m *Model) plan() tea.Cmd {
	if m.quitting || !m.pump.ready {
		return nil
	}
	if m.pump.planning {
		m.pump.planAgain = true
		return nil
	}
	m.pump.planning = true
	return m.s.Query(func(ctx context.Context) tea.Msg {
		p, err := m.s.Queue.Next(ctx)
		return plannedMsg{plan: p, err: err}
	})
}

func (m *Model) applyPlan(msg plannedMsg) tea.Cmd {
	m.pump.planning = false
	again := m.pump.planAgain
	m.pump.planAgain = false
	if msg.err != nil {
		return tea.Batch(m.say(toast.Bad, words.Error(msg.err)), m.wakeIn(10*time.Second))
	}
	var cmds []tea.Cmd
	for _, t := range msg.plan.Tasks {
		cmds = append(cmds, m.run(t))
	}
	cmds = append(cmds, m.announceNetwork(msg.plan.Offline))
	if len(cmds) > 1 || len(msg.plan.Waiting) > 0 {
		cmds = append(cmds, m.loadJobs())
	}
	switch {
	case again:
		cmds = append(cmds, m.plan())
	case !msg.plan.Wake.IsZero():
		cmds = append(cmds, m.wakeIn(msg.plan.Wake.Sub(m.s.Now())))
	}
	return tea.Batch(cmds...)
}

// announceNetwork says once that the network went away, and once that it is
// back.
func (m *Model) announceNetwork(offline map[store.Service]time.Time) tea.Cmd {
	was := m.pump.away
	m.pump.offline, m.pump.away = offline, outOfReach(offline, m.o.Services.Ready)
	m.jobs.SetOffline(offline)
	m.costs.SetOffline(offline)
	switch is := m.pump.away; {
	case is == was:
		return nil
	case is == noNetwork:
		return m.say(toast.Warn, "No network. Jobs go on by themselves when it is back.")
	case is == "":
		return tea.Batch(m.say(toast.Good, "The network is back."), m.balance())
	case was == noNetwork:
		return m.balance()
	}
	return m.say(toast.Warn, m.pump.away+". Its jobs go on by themselves when it is back.")
}

// noNetwork is the badge for no service in reach.
const noNetwork = safe.String("no network")

// outOfReach is the badge for what is out of reach, "" when nothing is: the
// network, where no other service could be used, else the service by its name.
func outOfReach(offline map[store.Service]time.Time, ready func(provider string) error) safe.String {
	if len(offline) == 0 {
		return ""
	}
	away := map[string]bool{}
	for sv := range offline {
		away[sv.Provider] = true
	}
	badge := noNetwork
	for _, id := range all.IDs() {
		if !away[id] && ready(id) == nil {
			badge = ""
		}
	}
	for _, id := range all.IDs() {
		if badge == "" && away[id] {
			badge = words.Service(id) + " away"
		}
	}
	return badge
}

// stale tells that what a service said last may not hold any more, as it is
// out of reach.
func (m *Model) stale(provider string) bool {
	_, away := m.pump.offline[store.Service{Provider: provider, Practice: m.s.Practice}]
	return away
}

// wakeIn asks for the next plan later. Only the newest timer counts.
func (m *Model) wakeIn(d time.Duration) tea.Cmd {
	m.pump.wakeSeq++
	seq := m.pump.wakeSeq
	return tea.Tick(max(d, 50*time.Millisecond), func(time.Time) tea.Msg { return wakeMsg{seq: seq} })
}

// run does one step as a command. The step's own limits bound it; leaving the
// program ends what may be ended and lets a POST finish.
func (m *Model) run(t queue.Task) tea.Cmd {
	m.pump.running++
	q, p, ctx, tasks := m.s.Queue, m.pump.progress, m.s.Ctx, &m.pump.tasks
	return func() tea.Msg {
		if !tasks.begin() {
			return nil // the lease ends with this process
		}
		defer tasks.end()
		out, err := q.Run(ctx, t, p.set)
		p.drop(t.JobID)
		return taskDoneMsg{out: out, err: err}
	}
}

func (m *Model) applyTask(msg taskDoneMsg) tea.Cmd {
	m.pump.running--
	cmds := []tea.Cmd{m.plan(), m.loadJobs()}
	if msg.err != nil {
		if m.s.Ctx.Err() == nil {
			cmds = append(cmds, m.say(toast.Bad, words.Error(msg.err)))
		}
		return tea.Batch(cmds...)
	}
	j := msg.out.Job
	if j != nil && j.State != msg.out.Was && !j.State.Open() {
		cmds = append(cmds, m.ended(j), m.spend(), m.refreshPlace(), m.settle(j, 0), m.balance())
	}
	return tea.Batch(cmds...)
}

// spend reads what was spent since midnight.
func (m *Model) spend() tea.Cmd { return costs.Today(m.s) }

// ended says what became of a job.
func (m *Model) ended(j *job.Job) tea.Cmd {
	title := safe.Truncate(jobs.Title(j), 40)
	severity, text := toast.Good, "Saved: "+title
	switch j.State {
	case job.Saved:
	case job.Uncertain:
		severity, text = toast.Warn, "No answer came for: "+title+". It is looked for."
	case job.Failed:
		severity, text = toast.Bad, words.Of(j).What+": "+title
	case job.Queued, job.Uploading, job.Submitting, job.Submitted, job.Running, job.Completed:
		return nil
	}
	return tea.Batch(m.say(severity, text), m.notify(j, text))
}

// refreshPlace reads the open screen's data again.
func (m *Model) refreshPlace() tea.Cmd {
	switch m.place {
	case History:
		return m.history.Refresh()
	case Costs:
		return m.costs.Refresh()
	case Compose, Jobs, Player:
	}
	return nil
}

// loadJobs reads the live list, one read at a time.
func (m *Model) loadJobs() tea.Cmd {
	if m.pump.loading {
		m.pump.loadAgain = true
		return nil
	}
	m.pump.loading = true
	since := m.s.Now().Add(-shownAfter)
	return m.s.Query(func(ctx context.Context) tea.Msg { return readJobs(ctx, m.s, since) })
}

func readJobs(ctx context.Context, s *studio.Studio, since time.Time) tea.Msg {
	msg := jobsLoadedMsg{expected: map[string]time.Duration{}}
	open, err := s.Store.OpenJobs(ctx)
	if err == nil {
		msg.jobs, err = s.Store.Recent(ctx, since)
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
			d, _, err = s.Store.MedianRun(ctx, j.Provider, j.Model, j.Seconds, j.Practice)
			if err != nil {
				msg.err = err
				return msg
			}
			known[key] = d
		}
		msg.expected[j.ID] = d
	}
	return msg
}

func (m *Model) applyJobs(msg jobsLoadedMsg) tea.Cmd {
	m.pump.loading = false
	if msg.err == nil {
		m.jobs.SetJobs(msg.jobs, msg.expected)
		m.jobs.SetMoving(m.pump.progress.all())
		m.renewPage()
		m.greet()
	}
	if m.pump.loadAgain {
		m.pump.loadAgain = false
		return m.loadJobs()
	}
	return nil
}

// recoverEvery is how many heartbeats pass between two looks at what dead
// processes left behind, when nothing tells that there may be anything.
const recoverEvery = 60

// ageEvery is how many heartbeats pass before ages of what has ended are drawn
// anew.
const ageEvery = 30

// beat looks, once a second, whether another process changed the store. It
// also moves ages and bars on, while something runs.
func (m *Model) beat() tea.Cmd {
	m.pump.beatSeq++
	seq, every := m.pump.beatSeq, beatSeen
	if !m.seen {
		every = beatUnseen
	}
	s, last := m.s, m.pump.version
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

// still tells that a heartbeat leaves the screen as it is: nothing runs whose
// age is shown, and nobody else wrote. Without the focus the heart beats more
// slowly and ages go on, for a pane beside the one that is written in is read.
func (m *Model) still(b beatMsg) bool {
	return b.seq != m.pump.beatSeq || m.jobs.Counts().Running == 0 && b.version == m.pump.version && (m.pump.beats+1)%ageEvery != 0
}

func (m *Model) applyBeat(msg beatMsg) tea.Cmd {
	if msg.seq != m.pump.beatSeq {
		return nil
	}
	changed := msg.version != m.pump.version && m.pump.version != 0
	m.pump.version = msg.version
	if m.jobs.Counts().Running > 0 {
		m.jobs.SetMoving(m.pump.progress.all())
	}
	next := m.beat()
	m.pump.beats++
	m.jobs.Tick()
	m.renewPage()
	if changed || m.pump.beats%recoverEvery == 0 {
		// Another process may have died over a job.
		return tea.Batch(next, m.loadJobs(), m.recoverJobs(), m.spend())
	}
	return next
}

func (m *Model) say(s toast.Severity, text safe.String) tea.Cmd { return m.toasts.Show(s, text, 0) }
