package cli

import (
	"time"

	"seedreel/state/queue"
	"seedreel/ui/safe"
)

// pace knows how fast transfers are. It is for one goroutine at a time.
type pace struct {
	now func() time.Time
	// began is when each job's transfer was first seen, and with how much.
	began map[string]start
}

// start is the beginning of a transfer.
type start struct {
	at    time.Time
	done  int64
	phase string
}

func newPace(now func() time.Time) *pace { return &pace{now: now, began: map[string]start{}} }

// line returns a transfer as a line: a bar, how much of it, how fast, and the
// time left.
func (p *pace) line(x queue.Progress) safe.String {
	s := safe.Line(x.JobID + " " + x.Phase + " ")
	if x.Total > 0 {
		s += barOf(x.Done, x.Total) + " "
	}
	s += size(x.Done)
	if x.Total > 0 {
		s += " of " + size(x.Total)
	}
	now := p.now()
	began, ok := p.began[x.JobID]
	if !ok || began.phase != x.Phase || x.Done < began.done {
		p.began[x.JobID] = start{at: now, done: x.Done, phase: x.Phase}
		return s
	}
	return s + speed(x.Done-began.done, x.Total-x.Done, now.Sub(began.at))
}

// speed returns how fast a transfer is and how long it will last, once that is
// known.
func speed(done, left int64, took time.Duration) safe.String {
	if took < time.Second || done <= 0 {
		return ""
	}
	rate := float64(done) / took.Seconds()
	s := ", " + size(int64(rate)) + "/s"
	if left > 0 {
		wait := time.Duration(float64(left) / rate * float64(time.Second))
		s += ", " + safe.Line(max(wait.Round(time.Second), time.Second).String()) + " left"
	}
	return s
}
