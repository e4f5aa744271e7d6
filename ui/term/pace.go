package term

import (
	"reflect"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
)

const (
	// answerGap is the least time between two frames that answer keys. It is
	// shorter than anyone types, and bounds what text without the marks of a
	// paste costs.
	answerGap = 8 * time.Millisecond
	// moveGap is the least time between two frames of what moves by itself or
	// floods, as a wheel or the corner of a window does.
	moveGap = 16 * time.Millisecond
	// firstGap is how long the first frame waits for what a terminal answers and
	// what is read first, so that the screen is not painted for each of them.
	firstGap = 4 * time.Millisecond
	// answers is how long after a key what comes in belongs to its answer: a
	// page that was opened is read first.
	answers = 100 * time.Millisecond
)

// Pace is the renderer's clock: a frame that answers a key is written as soon
// as it is drawn, what moves by itself is written at a fixed rate, and while
// nothing happens the clock does not tick.
//
// Bubble Tea's renderer writes at the ticks of a ticker of its own, which
// trades the CPU of an idle program against the time from a key to its answer:
// 60 ticks a second keep a person waiting for up to 17 ms and wake an idle
// program 60 times. The ticker is private to the library. It is found by its
// name and another one is put in its place before the program runs; if another
// version does not have it, the program runs at the fixed rate. The test of
// this package detects that.
type Pace struct {
	prog *tea.Program
	// frames is what the renderer waits for, nil if it has a clock of its own.
	frames chan time.Time

	mu      sync.Mutex
	stopped bool
	// asked is set while a paceMsg is under way.
	asked bool
	// due is when the next frame is to be written, zero if none is; last is when
	// one was, and pressed when a key was.
	due, last, pressed time.Time
	timer              *time.Timer
}

// paceMsg comes back to the program after the frame of the messages before it
// has been drawn, for there is no other sign of that.
type paceMsg struct{}

// NewPace takes the place of the clock of a program that has not run yet.
func NewPace(p *tea.Program) *Pace {
	c := &Pace{prog: p, frames: make(chan time.Time, 1)}
	// The library sets its interval and stops it. A ticker on whose own channel
	// nobody waits costs nothing, so that only frames are heard.
	t := time.NewTicker(time.Hour)
	t.C = c.frames
	if !setTicker(p, t) {
		t.Stop()
		c.frames = nil
	}
	return c
}

// Drawn reports whether a message is one that this package sends to itself. The
// program must pass all messages to it first, and do nothing more for its own.
func (p *Pace) Drawn(msg tea.Msg) bool {
	if _, ok := msg.(paceMsg); !ok {
		return false
	}
	p.drawn()
	return true
}

// Wake must be called from every Update whose changes are to be drawn.
func (p *Pace) Wake(msg tea.Msg) {
	if p == nil || p.frames == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped {
		return
	}
	now := time.Now()
	if due := p.when(msg, now); p.due.IsZero() || due.Before(p.due) {
		p.due = due
	}
	if !p.asked {
		p.asked = true
		go p.prog.Send(paceMsg{})
	}
}

// when returns when the frame that a message leads to is to be written.
func (p *Pace) when(msg tea.Msg, now time.Time) time.Time {
	if p.last.IsZero() {
		return now.Add(firstGap)
	}
	gap := answerGap
	switch msg.(type) {
	case tea.KeyMsg, tea.PasteMsg, tea.MouseClickMsg, tea.MouseReleaseMsg:
		p.pressed = now
	case tea.WindowSizeMsg, tea.MouseWheelMsg, tea.MouseMotionMsg:
		gap = moveGap
	default:
		if now.Sub(p.pressed) > answers {
			return now.Add(moveGap) // with what follows from it
		}
	}
	if at := p.last.Add(gap); at.After(now) {
		return at
	}
	return now
}

// drawn writes what was drawn, now or when it is due.
func (p *Pace) drawn() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = false
	if p.stopped || p.due.IsZero() {
		return
	}
	wait := time.Until(p.due)
	if wait <= 0 {
		p.write()
		return
	}
	p.timer = restart(p.timer, wait, p.ring)
}

// restart starts a timer again, or makes one that calls f.
func restart(t *time.Timer, after time.Duration, f func()) *time.Timer {
	if t == nil {
		return time.AfterFunc(after, f)
	}
	t.Reset(after)
	return t
}

// ring writes a frame that has become due.
func (p *Pace) ring() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.stopped && !p.due.IsZero() {
		p.write()
	}
}

// write has the renderer write what is drawn. If it has not come to the last
// tick yet, that one is for this frame, too.
func (p *Pace) write() {
	p.due, p.last = time.Time{}, time.Now()
	select {
	case p.frames <- p.last:
	default:
	}
}

// Stop stops the clock after the program has ended.
func (p *Pace) Stop() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
	if p.timer != nil {
		p.timer.Stop()
	}
}

// setTicker replaces the renderer's ticker, and reports whether this version of
// the library has one of that name. The program must not run yet: it keeps a
// ticker that is there, and reads the field without a lock.
func setTicker(p *tea.Program, t *time.Ticker) bool {
	f := reflect.ValueOf(p).Elem().FieldByName("ticker")
	if !f.IsValid() || f.Type() != reflect.TypeFor[*time.Ticker]() {
		return false
	}
	*(**time.Ticker)(f.Addr().UnsafePointer()) = t
	return true
}
