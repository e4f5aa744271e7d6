// Package playback plays films in a terminal at the pace of its line.
//
// A program cannot see a slow link: sshd takes megabytes before a write blocks,
// and every key then waits behind pictures that are no longer wanted. So the
// next frame leaves only when the terminal has answered a query (DA1) that was
// sent after the last one: at most one frame is ever on its way. The time of
// the answer also measures the link, and the player uses smaller frames and fewer
// colours until one takes no more time than a moving picture has, and larger
// ones again when there is time to spare.
package playback

import (
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

const (
	// askAfter is how long after a frame the query is sent: once the renderer
	// has written it, at 30 frames a second or more.
	askAfter = 40 * time.Millisecond
	// patience is how long to wait for an answer. Without it, a terminal that
	// does not answer would be flooded, or the player would hang silently.
	patience = 6 * time.Second
	// target is how long a frame may occupy the link, as a key press waits for
	// up to one frame, and smooth how long if it is to move well: eight frames a
	// second.
	target, smooth = 250 * time.Millisecond, 112 * time.Millisecond
	// hopeless is how long the smallest frame may take before stills are the
	// better choice.
	hopeless = time.Second
	// busy is the part of the link that frames may use.
	busy = 0.9
)

// Frame is the picture of a film at one time.
type Frame struct {
	// At is the time in the film.
	At time.Duration
	// Raw is sent to the terminal before the frame is drawn, "" for none.
	Raw string
	// Bytes estimates what showing it costs on the wire.
	Bytes int
	// Shown is anything the film needs to draw it in a View.
	Shown any
}

// Film is what a Player plays.
type Film struct {
	Length time.Duration
	// FPS is the film's own rate, for steps by a frame.
	FPS    float64
	Ladder []Rung
	// Draw makes the frame for a time. It runs in a command, one at a time, and
	// gets the frame that is currently shown, nil at first.
	Draw func(at time.Duration, r Rung, shown *Frame) (*Frame, error)
}

// State is the state of a player.
type State int

// The states.
const (
	// Stopped shows nothing.
	Stopped State = iota
	// Playing moves.
	Playing
	// Paused shows one frame.
	Paused
)

// Stop is why a player stopped by itself.
type Stop int

// The reasons.
const (
	// ByHand: it did not stop by itself.
	ByHand Stop = iota
	// NoAnswer: the terminal does not answer.
	NoAnswer
	// TooSlow: the link does not carry even the smallest frames.
	TooSlow
	// Broken: a frame could not be drawn.
	Broken
)

// Player plays one film at a time. Pass every message to its Update.
type Player struct {
	now   func() time.Time
	film  *Film
	state State
	stop  Stop
	err   error
	// gen makes messages of earlier films and earlier starts stale.
	gen  int
	seen bool
	// repeat starts the film over at its end.
	repeat bool

	// position: while playing, the film is at base + (now - since).
	base  time.Duration
	since time.Time

	shown *Frame
	// dirty requests a frame although nothing moves, after a seek.
	dirty bool
	step  step
	seq   int // of the awaited tick
	// watched is set if a tick checks for the answer; one is enough.
	watched bool
	// owed counts pending answers that belong to earlier films.
	owed    int
	asked   time.Time
	drawnAt time.Time
	link    Link
	size    sizer
	// every is the usual time between two frames that were shown.
	every time.Duration
	// drawnBy is the rung of the frame under way; fresh is set if it is the
	// first of its kind, of which every cell is sent.
	drawnBy Rung
	fresh   bool
}

// step is the stage of the one frame under way.
type step int

const (
	idle     step = iota
	resting       // the answer to a question on an idle line is awaited
	drawing       // a command draws
	flushing      // the renderer writes
	asking        // the answer is awaited
	waiting       // until the next frame is due
)

type (
	drawnMsg struct {
		gen   int
		frame *Frame
		err   error
	}
	askMsg  struct{ gen int }
	dueMsg  struct{ gen, seq int }
	lateMsg struct{}
)

// New returns a player. now is the clock.
func New(now func() time.Time) *Player { return &Player{now: now, seen: true} }

// Play starts a film at a time, or resumes it. It first sends a query, to
// measure how long the terminal takes to answer on an idle line.
func (p *Player) Play(f *Film, from time.Duration) tea.Cmd {
	p.reset()
	p.film, p.state, p.stop, p.err = f, Playing, ByHand, nil
	p.size, p.link, p.every = sizer{calm: firstCalm}, Link{}, 0
	p.base, p.since = p.clamp(from), p.now()
	p.step = resting
	return p.ask()
}

// Hold is like Play, but shows only the frame there.
func (p *Player) Hold(f *Film, at time.Duration) tea.Cmd {
	cmd := p.Play(f, at)
	p.state, p.dirty = Paused, true
	return cmd
}

// SetRepeat sets whether a film starts over at its end.
func (p *Player) SetRepeat(on bool) { p.repeat = on }

// Repeats reports whether a film starts over at its end.
func (p *Player) Repeats() bool { return p.repeat }

// Step pauses and moves by n frames of the film.
func (p *Player) Step(n int) tea.Cmd {
	if p.state == Stopped || p.film.FPS <= 0 {
		return nil
	}
	frame, _ := p.Frame()
	p.state = Paused
	p.base = p.clamp(time.Duration((float64(frame-1+n) + halfway) / p.film.FPS * float64(time.Second)))
	p.dirty = true
	return p.pump()
}

// halfway is a moment within a frame that no rounding moves out of it.
const halfway = 0.01

// Frame returns the number of the frame at the current position, counted from 1,
// and how many there are; both are 0 if that is not known.
func (p *Player) Frame() (n, of int) {
	if p.film == nil || p.film.FPS <= 0 {
		return 0, 0
	}
	of = max(int(p.film.Length.Seconds()*p.film.FPS+halfway), 1)
	return min(int(p.Position().Seconds()*p.film.FPS+halfway/10), of-1) + 1, of
}

// Stop ends the film and drops its last frame.
func (p *Player) Stop() {
	p.reset()
	p.state, p.film = Stopped, nil
}

func (p *Player) reset() {
	if p.step == asking || p.step == resting {
		p.owed++
	}
	p.gen++
	p.step, p.shown, p.dirty = idle, nil, false
}

// fail stops with a reason.
func (p *Player) fail(why Stop, err error) {
	p.Stop()
	p.stop, p.err = why, err
}

// Replace continues with the same film drawn differently, after a change of its
// size. The position and what was learnt of the link are kept.
func (p *Player) Replace(f *Film) tea.Cmd {
	if p.state == Stopped {
		return nil
	}
	at, step := p.Position(), p.step
	p.film, p.base, p.since = f, at, p.now()
	p.size.rung = min(p.size.rung, len(f.Ladder)-1)
	p.dirty = true
	if step == idle || step == waiting {
		return p.pump()
	}
	return nil
}

// Toggle pauses or resumes; at the end it starts over.
func (p *Player) Toggle() tea.Cmd {
	switch p.state {
	case Playing:
		p.base, p.state = p.Position(), Paused
		return nil
	case Paused:
		if p.base >= p.film.Length {
			p.base = 0
		}
		p.state, p.since = Playing, p.now()
		return p.pump()
	case Stopped:
	}
	return nil
}

// Seek moves by an amount; the frame there is shown even while paused.
func (p *Player) Seek(by time.Duration) tea.Cmd {
	if p.state == Stopped {
		return nil
	}
	p.base, p.since = p.clamp(p.Position()+by), p.now()
	p.dirty = true
	return p.pump()
}

// SetSeen sets whether the terminal is visible. The film does not move while it
// is not.
func (p *Player) SetSeen(seen bool) tea.Cmd {
	if p.seen == seen {
		return nil
	}
	at := p.Position()
	p.seen, p.base, p.since = seen, at, p.now()
	return p.pump()
}

// Position returns the current time in the film.
func (p *Player) Position() time.Duration {
	if p.state == Playing && p.seen {
		return p.clamp(p.base + p.now().Sub(p.since))
	}
	return p.base
}

func (p *Player) clamp(at time.Duration) time.Duration {
	if p.film == nil {
		return 0
	}
	return min(max(at, 0), p.film.Length)
}

// State returns the current state.
func (p *Player) State() State { return p.state }

// Why returns why the player stopped by itself, and the error if there was one.
func (p *Player) Why() (Stop, error) { return p.stop, p.err }

// Shown returns the frame to draw, nil if there is none yet.
func (p *Player) Shown() *Frame { return p.shown }

// Rung returns the current rung.
func (p *Player) Rung() Rung {
	if p.film == nil {
		return Rung{}
	}
	return p.film.Ladder[p.size.rung]
}

// FPS returns how many frames a second are shown, 0 if that is not known yet.
func (p *Player) FPS() float64 {
	if p.every <= 0 {
		return 0
	}
	return 1 / p.every.Seconds()
}

// Rate returns the measured rate of the link in bytes a second, 0 while it is
// too fast to measure.
func (p *Player) Rate() float64 { return p.link.rate }

// pump starts the next frame, if one is wanted and none is under way.
func (p *Player) pump() tea.Cmd {
	if p.film == nil || !p.seen || p.step != idle && p.step != waiting {
		return nil
	}
	if !p.dirty && p.state != Playing {
		return nil
	}
	at, r, film, shown, gen := p.Position(), p.Rung(), p.film, p.shown, p.gen
	p.step, p.dirty = drawing, false
	p.fresh = shown == nil || r.Scale != p.drawnBy.Scale || r.Coarse != p.drawnBy.Coarse
	p.drawnBy = r
	p.seq++ // a tick that was to start this frame is stale
	return func() tea.Msg {
		f, err := film.Draw(at, r, shown)
		if f != nil {
			f.At = at
		}
		return drawnMsg{gen, f, err}
	}
}

// Update advances the film.
func (p *Player) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case uv.PrimaryDeviceAttributesEvent:
		return p.answered()
	case drawnMsg:
		if msg.gen != p.gen {
			return nil
		}
		return p.drawn(msg)
	case askMsg:
		if msg.gen != p.gen || p.step != flushing {
			return nil
		}
		p.step = asking
		return p.ask()
	case dueMsg:
		if msg.gen != p.gen || msg.seq != p.seq || p.step != waiting {
			return nil
		}
		return p.pump()
	case lateMsg:
		return p.late()
	}
	return nil
}

// drawn shows a frame and schedules the query after it.
func (p *Player) drawn(msg drawnMsg) tea.Cmd {
	if msg.err != nil || msg.frame == nil {
		p.fail(Broken, msg.err)
		return nil
	}
	now := p.now()
	p.clocked(now)
	p.shown, p.step, p.drawnAt = msg.frame, flushing, now
	gen := p.gen
	ask := tea.Tick(askAfter, func(time.Time) tea.Msg { return askMsg{gen} })
	if msg.frame.Raw == "" {
		return ask
	}
	return tea.Batch(tea.Raw(msg.frame.Raw), ask)
}

// clocked learns from the time between two frames how many a second are shown.
func (p *Player) clocked(now time.Time) {
	switch d := now.Sub(p.drawnAt); {
	case p.shown == nil || p.state != Playing || d > patience:
	case p.every == 0:
		p.every = d
	default:
		p.every += (d - p.every) / 4
	}
}

// ask sends the query.
func (p *Player) ask() tea.Cmd {
	p.asked = p.now()
	send := tea.Raw(ansi.RequestPrimaryDeviceAttributes)
	if p.watched {
		return send
	}
	p.watched = true
	return tea.Batch(send, p.watch(patience))
}

func (p *Player) watch(d time.Duration) tea.Cmd {
	return tea.Tick(d, func(time.Time) tea.Msg { return lateMsg{} })
}

// late checks whether an answer is overdue.
func (p *Player) late() tea.Cmd {
	p.watched = false
	if p.step != asking && p.step != resting {
		return nil
	}
	if left := p.asked.Add(patience).Sub(p.now()); left > 0 {
		p.watched = true
		return p.watch(left)
	}
	if p.step == asking {
		// It answered before, so the frame is holding it up.
		p.fail(TooSlow, nil)
		return nil
	}
	p.fail(NoAnswer, nil)
	p.owed = 0
	return nil
}

// answered handles the terminal's answer: the line is free.
func (p *Player) answered() tea.Cmd {
	if p.owed > 0 {
		p.owed--
		return nil
	}
	took := p.now().Sub(p.asked)
	switch p.step {
	case resting:
		p.link.Rest(took)
		p.step = idle
		p.since = p.now()
		return p.pump()
	case asking:
		p.link.Measure(p.shown.Bytes, took, p.asked.Sub(p.drawnAt))
		if !p.adapt(p.shown.Bytes) {
			p.fail(TooSlow, nil)
			return nil
		}
		return p.wait()
	case idle, drawing, flushing, waiting:
	}
	return nil
}

// wait sleeps until the next frame is due, counted from the last one.
func (p *Player) wait() tea.Cmd {
	p.step = idle
	if p.dirty {
		return p.pump()
	}
	if p.state != Playing {
		return nil
	}
	if p.Position() >= p.film.Length && p.repeat {
		p.base, p.since = 0, p.now()
		return p.pump()
	}
	if p.Position() >= p.film.Length {
		p.base, p.state = p.film.Length, Paused
		if p.shown.At < p.film.Length {
			p.dirty = true // show the last frame
		}
		return p.pump()
	}
	p.step = waiting
	p.seq++
	gen, seq := p.gen, p.seq
	period := time.Duration(float64(time.Second) / p.Rung().FPS)
	period = max(period, time.Duration(float64(p.link.Cost(p.shown.Bytes))/busy))
	due := p.drawnAt.Add(period).Sub(p.now())
	return tea.Tick(max(due, 0), func(time.Time) tea.Msg { return dueMsg{gen, seq} })
}

// Length returns how long the film runs, 0 if there is none.
func (p *Player) Length() time.Duration {
	if p.film == nil {
		return 0
	}
	return p.film.Length
}
