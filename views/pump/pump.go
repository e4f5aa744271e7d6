// Package pump drives the queue's steps for the screens: one plan at a time,
// each task a command, and a timer for the next one due. The studio holds the
// results for all screens.
package pump

import (
	"context"
	"fmt"
	"maps"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/all"
	"seedreel/state/job"
	"seedreel/state/queue"
	"seedreel/state/store"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/jobs"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// Pump drives the queue.
type Pump struct {
	s *studio.Studio

	ready               bool // jobs of dead processes have been recovered
	stopped             bool // the program is being left
	planning, planAgain bool
	loading, loadAgain  bool
	wakeSeq, billSeq    int
	lockTold            bool        // a lock on the history was reported
	away                safe.String // the badge for what is out of reach
	progress            *progress
	tasks               underway

	// The heartbeat.
	beats   int
	beatSeq int
	version int64
	// read is the version of settings and keys that the screens show.
	read   int
	minute time.Time // of the last one
}

// New returns an idle pump.
func New(s *studio.Studio) *Pump {
	return &Pump{s: s, progress: &progress{by: map[string]queue.Progress{}}}
}

// Init reads the live list, recovers the jobs of dead processes, and starts the
// heartbeat.
func (p *Pump) Init() tea.Cmd { return tea.Batch(p.loadJobs(), p.revive(), p.beat()) }

// Away returns the badge for what is out of reach, or "".
func (p *Pump) Away() safe.String { return p.away }

// Stop prevents further plans: the program is being left.
func (p *Pump) Stop() { p.stopped = true }

// Leave prevents further steps; the channel is closed when the last one has
// ended.
func (p *Pump) Leave() <-chan struct{} { return p.tasks.leave() }

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
		paused   bool
		err      error
	}
)

// Update handles the queue's answers and requests for more work. It reports
// whether the message is for nobody else.
func (p *Pump) Update(msg tea.Msg) (cmd tea.Cmd, mine bool) {
	switch msg := msg.(type) {
	case recoveredMsg:
		return p.applyRecovered(msg), true
	case plannedMsg:
		return p.applyPlan(msg), true
	case wakeMsg:
		if msg.seq != p.wakeSeq {
			return nil, true
		}
		return p.plan(), true
	case beatMsg:
		return p.applyBeat(msg), true
	case taskDoneMsg:
		return p.applyTask(msg), true
	case jobsLoadedMsg:
		return p.applyJobs(msg), true
	case settledMsg:
		return p.tellBill(msg.bill), true
	case billedMsg:
		return p.applyBilled(msg), true
	case billDueMsg:
		if msg.seq != p.billSeq {
			return nil, true
		}
		return p.bills(), true
	case studio.DueMsg:
		return tea.Batch(p.plan(), p.loadJobs()), true
	case studio.ResumeMsg:
		p.s.Queue.ResumeDownloads()
		return tea.Batch(p.plan(), p.s.Say(toast.Info, "Saving the clips that waited for room.")), true
	}
	return nil, false
}

// Look adapts the pace to whether somebody is looking, and if so brings
// everything up to date.
func (p *Pump) Look() tea.Cmd {
	if !p.s.Seen {
		p.s.Queue.SetStretch(stretchUnseen)
		return nil
	}
	p.s.Queue.SetStretch(1)
	return tea.Batch(p.beat(), p.plan(), p.loadJobs())
}

func (p *Pump) applyRecovered(msg recoveredMsg) tea.Cmd {
	p.ready = true
	cmd := p.plan()
	if msg.err != nil {
		cmd = tea.Batch(cmd, p.s.Say(toast.Bad, words.Error(msg.err)))
	} else if msg.uncertain > 0 {
		cmd = tea.Batch(cmd, p.s.Say(toast.Warn, safe.Line(fmt.Sprintf("%d jobs were cut off while being sent; they are looked for", msg.uncertain))))
	}
	if p.billSeq == 0 {
		cmd = tea.Batch(cmd, p.billsIn(billPause))
	}
	return tea.Batch(cmd, p.loadJobs())
}

func (p *Pump) revive() tea.Cmd {
	return p.s.Work(func(ctx context.Context) tea.Msg {
		r, err := p.s.Queue.Recover(ctx)
		return recoveredMsg{uncertain: len(r.Uncertain), err: err}
	})
}

// plan asks for the tasks that are due, one question at a time: a question
// during another one is asked again afterwards.
func (p *Pump) plan() tea.Cmd {
	if p.stopped || !p.ready {
		return nil
	}
	if p.planning {
		p.planAgain = true
		return nil
	}
	p.planning = true
	return p.s.Work(func(ctx context.Context) tea.Msg {
		next, err := p.s.Queue.Next(ctx)
		return plannedMsg{plan: next, err: err}
	})
}

func (p *Pump) applyPlan(msg plannedMsg) tea.Cmd {
	p.planning = false
	again := p.planAgain
	p.planAgain = false
	if store.Busy(msg.err) {
		return tea.Batch(p.locked(msg.err), p.wakeIn(time.Second))
	}
	if msg.err != nil {
		return tea.Batch(p.s.Say(toast.Bad, words.Error(msg.err)), p.wakeIn(10*time.Second))
	}
	p.lockTold = false
	var cmds []tea.Cmd
	for _, t := range msg.plan.Tasks {
		cmds = append(cmds, p.run(t))
	}
	cmds = append(cmds, p.announceNetwork(msg.plan.Offline))
	if len(cmds) > 1 || len(msg.plan.Waiting) > 0 {
		cmds = append(cmds, p.loadJobs())
	}
	switch {
	case again:
		cmds = append(cmds, p.plan())
	case !msg.plan.Wake.IsZero():
		cmds = append(cmds, p.wakeIn(msg.plan.Wake.Sub(p.s.Now())))
	}
	return tea.Batch(cmds...)
}

// locked reports once that another program locks the history.
func (p *Pump) locked(err error) tea.Cmd {
	if p.lockTold {
		return nil
	}
	p.lockTold = true
	return p.s.Say(toast.Bad, words.Error(err))
}

// announceNetwork reports once that the network is gone, and once that it is
// back.
func (p *Pump) announceNetwork(offline map[store.Service]time.Time) tea.Cmd {
	was := p.away
	p.away = outOfReach(offline, p.s.Services.Ready)
	var told tea.Cmd
	if !maps.Equal(offline, p.s.Offline) {
		p.s.Offline = offline
		told = p.s.Tell(studio.ChangedMsg{What: studio.Reach})
	}
	return tea.Batch(told, p.announce(was, p.away))
}

// announce reports changes in what is out of reach. If a service may be back,
// its balance is requested.
func (p *Pump) announce(was, is safe.String) tea.Cmd {
	switch {
	case is == was:
		return nil
	case is == noNetwork:
		return p.s.Say(toast.Warn, "No network. Jobs go on by themselves when it is back.")
	case is == "":
		return tea.Batch(p.s.Say(toast.Good, "The network is back."), p.s.Tell(studio.BalanceMsg{}))
	case was == noNetwork:
		return p.s.Tell(studio.BalanceMsg{})
	}
	return p.s.Say(toast.Warn, is+". Its jobs go on by themselves when it is back.")
}

// noNetwork is the badge if no service is in reach.
const noNetwork = safe.String("offline")

// outOfReach returns the badge for what is out of reach, or "": the network if
// no other service could be used, or else the service by its name.
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

// wakeIn schedules the next plan. Only the newest timer counts.
func (p *Pump) wakeIn(d time.Duration) tea.Cmd {
	p.wakeSeq++
	seq := p.wakeSeq
	return tea.Tick(max(d, 50*time.Millisecond), func(time.Time) tea.Msg { return wakeMsg{seq: seq} })
}

// run runs one step as a command. The step has limits of its own; leaving the
// program cancels what may be cancelled and lets a POST finish.
func (p *Pump) run(t queue.Task) tea.Cmd {
	q, far, ctx, tasks := p.s.Queue, p.progress, p.s.Ctx, &p.tasks
	return func() tea.Msg {
		if !tasks.begin() {
			return nil // the lease ends with this process
		}
		defer tasks.end()
		out, err := q.Run(ctx, t, far.set)
		far.drop(t.JobID)
		return taskDoneMsg{out: out, err: err}
	}
}

func (p *Pump) applyTask(msg taskDoneMsg) tea.Cmd {
	cmds := []tea.Cmd{p.plan(), p.loadJobs()}
	if store.Busy(msg.err) {
		return tea.Batch(p.locked(msg.err), tea.Batch(cmds...))
	}
	if msg.err != nil {
		if p.s.Ctx.Err() == nil {
			cmds = append(cmds, p.s.Say(toast.Bad, words.Error(msg.err)))
		}
		return tea.Batch(cmds...)
	}
	j := msg.out.Job
	if j != nil && j.State != msg.out.Was && !j.State.Open() {
		cmds = append(cmds, p.ended(j), p.s.ReadToday(), p.s.Tell(studio.RefreshMsg{}), p.settle(j), p.s.Tell(studio.BalanceMsg{}))
	}
	return tea.Batch(cmds...)
}

// ended reports the end of a job.
func (p *Pump) ended(j *job.Job) tea.Cmd {
	title := safe.Truncate(jobs.Title(j), 40)
	severity, text := toast.Good, "Saved: "+title
	switch j.State {
	case job.Saved:
	case job.Uncertain:
		severity, text = toast.Warn, "No answer came for: "+title+". It is looked for."
	case job.Failed:
		severity, text = toast.Bad, words.What(j)+": "+title
	case job.Queued, job.Uploading, job.Submitting, job.Submitted, job.Running, job.Completed:
		return nil
	}
	return tea.Batch(p.s.Say(severity, text), p.s.Tell(studio.EndedMsg{Job: j, Text: text}))
}
