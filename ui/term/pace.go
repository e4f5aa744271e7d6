package term

import (
	"reflect"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
)

// The rhythms of the renderer.
const (
	// paceStart is between two looks at the screen until the first rest: the
	// first screen should not have to wait for a look.
	paceStart = 4 * time.Millisecond
	// paceFast is between two looks at the screen while something happens.
	paceFast = 16 * time.Millisecond
	// paceSlow is the same while nothing does.
	paceSlow = time.Second
	// paceRest is how long nothing must happen before the renderer slows down.
	paceRest = 400 * time.Millisecond
)

// Pace lets the renderer wake often while something happens and hardly ever
// while nothing does.
//
// Bubble Tea's renderer looks at the screen at a fixed rate, and that rate
// trades the CPU of an idle program against the time from a key to its answer:
// 30 looks a second cost half a per cent of a CPU for ever. The ticker behind
// it is the library's own and private; it is found by its name, and where it
// is not there, as another version may have it, everything goes on at the
// fixed rate. The test of this package tells when that happens.
type Pace struct {
	prog *tea.Program

	mu     sync.Mutex
	ticker *time.Ticker
	looked bool
	fast   bool
	last   time.Time
	rest   *time.Timer
}

// NewPace makes the pace of a program that is about to run.
func NewPace(p *tea.Program) *Pace { return &Pace{prog: p} }

// Wake is to be called from every Update: what it changed will be drawn soon.
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
	if p.rest == nil {
		p.rest = time.AfterFunc(paceRest, p.slow)
	} else {
		p.rest.Reset(paceRest)
	}
}

// slow goes back to the slow rhythm once nothing has happened for a while.
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

// Stop ends the timers, after the program has ended.
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

// tickerOf finds the renderer's ticker, nil where this version of the library
// has none of that name. It must be called while the program runs: the ticker
// is made at its start, before the first Update.
func tickerOf(p *tea.Program) *time.Ticker {
	f := reflect.ValueOf(p).Elem().FieldByName("ticker")
	if !f.IsValid() || f.Type() != reflect.TypeFor[*time.Ticker]() || f.IsNil() {
		return nil
	}
	return (*time.Ticker)(f.UnsafePointer())
}
