package pump

import (
	"context"
	"errors"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/client"
	"seedreel/state/account"
	"seedreel/state/job"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/studio"
	"seedreel/views/words"
)

const (
	// billPause is the shortest pause between two bills, and billShare the part
	// of the time that may be spent on asking: after a month without the
	// program, thousands are due at once.
	billPause = 2 * time.Second
	billShare = 10
	// billLook is when to look again for what is due: another process may have
	// ended a job.
	billLook = time.Minute
)

type (
	billedMsg struct {
		bill *account.Bill
		next time.Time
		took time.Duration
		err  error
	}
	settledMsg struct {
		bill account.Bill
	}
	billDueMsg struct{ seq int }
)

// settle requests the actual charge of a job that has just ended, also where
// one is known: the bill may correct it. Later corrections come with bills.
func (p *Pump) settle(j *job.Job) tea.Cmd {
	if j.RemoteID == "" || j.State != job.Saved && j.State != job.Failed {
		return nil
	}
	return p.s.Ask(func(ctx context.Context) tea.Msg {
		now, _, err := p.s.Money.Settle(ctx, j)
		return settledMsg{account.Bill{Was: j, Job: now, Err: err}}
	})
}

// bills requests the bill that is due first, one at a time.
func (p *Pump) bills() tea.Cmd {
	if p.stopped {
		return nil
	}
	return p.s.Ask(func(ctx context.Context) tea.Msg {
		began := time.Now()
		bill, next, err := p.s.Money.NextBill(ctx)
		return billedMsg{bill: bill, next: next, took: time.Since(began), err: err}
	})
}

// billsIn schedules the next bill. Only the newest timer counts.
func (p *Pump) billsIn(d time.Duration) tea.Cmd {
	p.billSeq++
	seq := p.billSeq
	return tea.Tick(min(max(d, billPause), billLook), func(time.Time) tea.Msg { return billDueMsg{seq: seq} })
}

func (p *Pump) applyBilled(msg billedMsg) tea.Cmd {
	switch {
	case msg.err != nil:
		return p.billsIn(billLook) // trouble with the store is reported elsewhere
	case msg.bill == nil && msg.next.IsZero():
		return p.billsIn(billLook)
	case msg.bill == nil:
		return p.billsIn(msg.next.Sub(p.s.Now()))
	}
	rest := max(msg.next.Sub(p.s.Now()), (billShare-1)*msg.took)
	if msg.next.IsZero() {
		rest = billLook
	}
	return tea.Batch(p.billsIn(rest), p.tellBill(*msg.bill))
}

// tellBill shows what a bill has changed.
func (p *Pump) tellBill(b account.Bill) tea.Cmd {
	var told tea.Cmd
	e, ok := errors.AsType[*client.Error](b.Err)
	switch {
	case ok && e.Odd() && b.Was.BillNote != b.Job.BillNote:
		told = p.s.Say(toast.Warn, safe.Line(b.Job.ID)+": "+words.Error(b.Err))
	case b.Corrected():
		told = p.s.Say(toast.Info, safe.Line(fmt.Sprintf("%s: the bill says %s now, not %s", b.Job.ID, b.Job.Charge, b.Was.Charge)))
	}
	if !b.News() {
		return told
	}
	return tea.Batch(told, p.loadJobs(), p.s.Tell(studio.RefreshMsg{}), p.s.ReadToday())
}
