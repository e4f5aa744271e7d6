package term

import (
	"reflect"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
)

// The intervals of the renderer.
const (
	// paceStart is the interval between two checks of the screen until the
	// first rest, so that the first screen need not wait for one.
	paceStart = 4 * time.Millisecond
	// paceFast is the interval while something happens.
	paceFast = 16 * time.Millisecond
	// paceSlow is the interval while nothing does.
	paceSlow = time.Second
	// paceRest is how long nothing must happen before the renderer slows down.
	paceRest = 400 * time.Millisecond
)

// Pace lets the renderer wake often while something happens and hardly ever
// while nothing does.
//
// Bubble Tea's renderer checks the screen at a fixed rate, which trades the CPU
// of an idle program against the time from a key to its answer: 30 checks a
// second permanently cost half a per cent of a CPU. The ticker behind it is
// private to the library. It is found by its name; if another version does not
// have it, the program runs on at the fixed rate. The test of this package
// detects that.
type Pace struct {
	prog *tea.Program

	mu     sync.Mutex
	ticker *time.Ticker
	looked bool
	fast   bool
	last   time.Time
	rest   *time.Timer
}

// NewPace returns the pace of a program that is about to run.
func NewPace(p *tea.Program) *Pace { return &Pace{prog: p} }

// Wake must be called from every Update, whose changes will be drawn soon.
func (p *Pace) Wake() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	rhythm := paceFast
	if !p.looked {
		p.looked, rhythm = true, paceStart
		p.ticker = tickerOf(p.prog)
	}
	if p.ticker == nil {
		return
	}
	p.last = time.Now()
	if p.fast {
		return
	}
	p.fast = true
	p.ticker.Reset(rhythm)
	p.rest = restart(p.rest, paceRest, p.slow)
}

// restart starts a timer again, or makes one that calls f.
func restart(t *time.Timer, after time.Duration, f func()) *time.Timer {
	if t == nil {
		return time.AfterFunc(after, f)
	}
	t.Reset(after)
	return t
}

// slow returns to the slow interval once nothing has happened for a while.
func (p *Pace) slow() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if left := paceRest - time.Since(p.last); left > 0 {
		p.rest.Reset(left)
		return
	}
	p.fast = false
	p.ticker.Reset(paceSlow)
}

// Stop stops the timers after the program has ended.
func (p *Pace) Stop() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.rest != nil {
		p.rest.Stop()
	}
	p.ticker = nil
}

// tickerOf returns the renderer's ticker, nil if this version of the library
// has none of that name. It must be called while the program runs: the ticker
// is made at its start, before the first Update.
func tickerOf(p *tea.Program) *time.Ticker {
	f := reflect.ValueOf(p).Elem().FieldByName("ticker")
	if !f.IsValid() || f.Type() != reflect.TypeFor[*time.Ticker]() || f.IsNil() {
		return nil
	}
	return (*time.Ticker)(f.UnsafePointer())
}
