package playback_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"go.uber.org/goleak"

	"seedreel/ui/playback"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// line is a simulated terminal at the end of a slow line. The program's output
// is queued, as sshd does; a query is answered one round trip after everything
// before it has arrived. It runs in a synctest bubble, whose clock only moves
// while everything waits.
type line struct {
	rate float64 // bytes a second
	rtt  time.Duration
	mute bool // never answers

	free    time.Time // when what was queued has arrived
	backlog float64   // the most ever queued, in bytes
	frames  int
	bytes   int
	msgs    chan tea.Msg
}

func (l *line) write(n int) (arrives time.Time) {
	now := time.Now()
	if l.free.Before(now) {
		l.free = now
	}
	l.free = l.free.Add(time.Duration(float64(n) / l.rate * float64(time.Second)))
	l.bytes += n
	l.backlog = max(l.backlog, l.free.Sub(now).Seconds()*l.rate)
	return l.free
}

// run executes a command as Bubble Tea does, in a goroutine of its own.
func (l *line) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		msg := cmd()
		v := reflect.ValueOf(msg)
		if v.Kind() == reflect.Slice && v.Type().Elem() == reflect.TypeFor[tea.Cmd]() {
			for i := range v.Len() {
				c, _ := v.Index(i).Interface().(tea.Cmd)
				l.run(c)
			}
			return
		}
		if msg != nil {
			l.msgs <- msg
		}
	}()
}

// until runs the player to a time.
func (l *line) until(t *testing.T, p *playback.Player, end time.Time) {
	t.Helper()
	shown := p.Shown()
	stop := time.NewTimer(time.Until(end))
	defer stop.Stop()
	for {
		select {
		case <-stop.C:
			return
		case msg := <-l.msgs:
			if raw, ok := msg.(tea.RawMsg); ok {
				l.raw(fmt.Sprint(raw.Msg))
				continue
			}
			l.run(p.Update(msg))
			if now := p.Shown(); now != nil && now != shown {
				// The renderer writes the frame at its next tick.
				shown = now
				l.frames++
				l.write(now.Bytes)
			}
		}
	}
}

func (l *line) raw(seq string) {
	if !strings.HasSuffix(seq, "\x1b[c") {
		return // the pixels of a frame are counted with its bytes
	}
	at := l.write(len(seq)).Add(l.rtt)
	if l.mute {
		return
	}
	go func() {
		time.Sleep(time.Until(at))
		l.msgs <- tea.Msg(uv.PrimaryDeviceAttributesEvent{1, 2})
	}()
}

// film returns a film whose frames cost as much as a mosaic of 86x28 cells.
func film(length time.Duration, slow bool, cells int) *playback.Film {
	first := 0.0
	if slow {
		first = 8
	}
	return &playback.Film{
		Length: length, Ladder: playback.Ladder(24, first),
		Draw: func(_ time.Duration, r playback.Rung, _ *playback.Frame) (*playback.Frame, error) {
			n := float64(cells) * r.Scale * r.Scale
			if r.Coarse {
				n /= 2
			}
			return &playback.Frame{Bytes: int(n)}, nil
		},
	}
}

// TestASlowLineKeepsItsKeys plays a costly film over lines of several speeds. A
// key press waits for what is queued before it: never more than one frame, and
// once the line is measured, never longer than a quarter of a second.
func TestASlowLineKeepsItsKeys(t *testing.T) {
	t.Parallel()
	const frame = 40_000
	for _, tt := range []struct {
		name   string
		rate   float64
		rtt    time.Duration
		fps    float64 // at least this many frames a second arrive
		state  playback.State
		scaled bool
	}{
		{"local", 100e6, 0, 15, playback.Playing, false},
		{"1 MB/s", 1e6, 100 * time.Millisecond, 4, playback.Playing, false},
		{"100 KB/s", 100e3, 100 * time.Millisecond, 1.2, playback.Playing, true},
		{"30 KB/s", 30e3, 200 * time.Millisecond, 0.8, playback.Playing, true},
		{"3 KB/s", 3e3, 200 * time.Millisecond, 0, playback.Stopped, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := &line{rate: tt.rate, rtt: tt.rtt, msgs: make(chan tea.Msg, 64)}
				p := start(t, l)
				l.run(p.Play(film(time.Minute, tt.rate < 10e6, frame), 0))
				l.until(t, p, time.Now().Add(10*time.Second))
				if l.backlog > frame+1000 {
					t.Errorf("%.0f bytes were queued: more than one frame", l.backlog)
				}
				frames, before := l.frames, l.backlog
				l.backlog = 0
				l.until(t, p, time.Now().Add(10*time.Second))
				if p.State() != tt.state {
					t.Fatalf("it is in state %d", p.State())
				}
				if tt.state == playback.Stopped {
					if why, _ := p.Why(); why != playback.TooSlow {
						t.Errorf("it stopped because of %d", why)
					}
					return
				}
				if got := float64(l.frames-frames) / 10; got < tt.fps {
					t.Errorf("%.1f frames a second, want %.1f", got, tt.fps)
				}
				if wait := l.backlog / tt.rate; wait > 0.45 {
					t.Errorf("a key waits for %.2f s (%.0f bytes; %.0f before)", wait, l.backlog, before)
				}
				if scaled := p.Rung().Scale < 1; scaled != tt.scaled {
					t.Errorf("it is played as %+v", p.Rung())
				}
				if at := p.Position(); at < 19*time.Second || at > 21*time.Second {
					t.Errorf("after 20 s it is at %v", at)
				}
			})
		})
	}
}

// start returns a player and, at the end of the test, lets its ticks end.
func start(t *testing.T, l *line) *playback.Player {
	p := playback.New(time.Now)
	t.Cleanup(func() {
		p.Stop()
		l.until(t, p, time.Now().Add(20*time.Second))
	})
	return p
}

func play(t *testing.T, l *line, f *playback.Film) *playback.Player {
	t.Helper()
	l.msgs = make(chan tea.Msg, 64)
	p := start(t, l)
	l.run(p.Play(f, 0))
	l.until(t, p, time.Now().Add(time.Second))
	return p
}

func TestATerminalThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &line{rate: 1e6, mute: true}
		p := play(t, l, film(time.Minute, false, 1000))
		l.until(t, p, time.Now().Add(10*time.Second))
		if why, _ := p.Why(); p.State() != playback.Stopped || why != playback.NoAnswer {
			t.Errorf("state %d because of %d", p.State(), why)
		}
		if l.frames != 0 {
			t.Errorf("%d frames were sent into the dark", l.frames)
		}
		// It can be retried, and then works.
		l.mute = false
		l.run(p.Play(film(time.Minute, false, 1000), 0))
		l.until(t, p, time.Now().Add(time.Second))
		if p.State() != playback.Playing || l.frames == 0 {
			t.Error("it does not play again")
		}
	})
}

func TestPauseSeekAndEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &line{rate: 10e6}
		p := play(t, l, film(5*time.Second, false, 1000))
		l.run(p.Toggle())
		l.until(t, p, time.Now().Add(200*time.Millisecond))
		frames, at := l.frames, p.Position()
		l.until(t, p, time.Now().Add(5*time.Second))
		if l.frames != frames || p.Position() != at || p.State() != playback.Paused {
			t.Errorf("paused at %v it went on to %v with %d frames", at, p.Position(), l.frames-frames)
		}
		l.run(p.Seek(time.Second))
		l.until(t, p, time.Now().Add(200*time.Millisecond))
		if l.frames != frames+1 || p.Shown().At != at+time.Second {
			t.Errorf("a seek showed %d frames, the last of %v", l.frames-frames, p.Shown().At)
		}
		l.run(p.Seek(-time.Hour))
		l.until(t, p, time.Now().Add(200*time.Millisecond))
		if p.Position() != 0 || p.Shown().At != 0 {
			t.Errorf("at the beginning it is at %v", p.Position())
		}
		l.run(p.Toggle())
		l.until(t, p, time.Now().Add(6*time.Second))
		if p.State() != playback.Paused || p.Shown().At != 5*time.Second {
			t.Errorf("at the end: state %d, the frame of %v", p.State(), p.Shown().At)
		}
		l.run(p.Toggle()) // starts over
		l.until(t, p, time.Now().Add(time.Second))
		if at := p.Position(); p.State() != playback.Playing || at > 1200*time.Millisecond {
			t.Errorf("after the end: state %d at %v", p.State(), at)
		}
	})
}

// A held key requests many seeks; only one frame may be under way.
func TestSeeksDoNotPileUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &line{rate: 100e3, rtt: 50 * time.Millisecond}
		p := play(t, l, film(time.Hour, true, 20_000))
		l.run(p.Toggle())
		l.until(t, p, time.Now().Add(2*time.Second))
		l.backlog = 0
		frames := l.frames
		for range 60 {
			l.run(p.Seek(time.Second))
			l.until(t, p, time.Now().Add(30*time.Millisecond))
		}
		l.until(t, p, time.Now().Add(2*time.Second))
		if l.backlog > 21_000 {
			t.Errorf("%.0f bytes were queued", l.backlog)
		}
		if n := l.frames - frames; n > 15 {
			t.Errorf("%d frames were sent in 2 s", n)
		}
		if p.Shown().At != p.Position() {
			t.Errorf("it shows %v at %v", p.Shown().At, p.Position())
		}
	})
}

func TestNothingMovesUnseen(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &line{rate: 10e6}
		p := play(t, l, film(time.Minute, false, 1000))
		l.run(p.SetSeen(false))
		l.until(t, p, time.Now().Add(time.Second))
		frames, bytes, at := l.frames, l.bytes, p.Position()
		l.until(t, p, time.Now().Add(time.Minute))
		if l.frames != frames || l.bytes != bytes || p.Position() != at {
			t.Errorf("unseen, %d frames and %d bytes were sent", l.frames-frames, l.bytes-bytes)
		}
		l.run(p.SetSeen(true))
		l.until(t, p, time.Now().Add(time.Second))
		if l.frames < frames+10 || p.Position() > at+1100*time.Millisecond {
			t.Errorf("seen again: %d frames, at %v after %v", l.frames-frames, p.Position(), at)
		}
	})
}

// Messages of a stopped film must not move the next one.
func TestStaleMessages(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &line{rate: 50e3, rtt: 300 * time.Millisecond}
		p := play(t, l, film(time.Minute, true, 20_000))
		for range 5 { // stopped while an answer is under way
			p.Stop()
			l.run(p.Play(film(time.Minute, true, 20_000), 0))
			l.until(t, p, time.Now().Add(70*time.Millisecond))
		}
		l.backlog = 0
		l.until(t, p, time.Now().Add(10*time.Second))
		if l.backlog > 41_000 {
			t.Errorf("%.0f bytes were queued", l.backlog)
		}
		if p.State() != playback.Playing || p.Position() > 11*time.Second {
			t.Errorf("state %d at %v", p.State(), p.Position())
		}
		p.Stop()
		frames := l.frames
		l.until(t, p, time.Now().Add(10*time.Second))
		if l.frames != frames || p.Shown() != nil || p.Position() != 0 {
			t.Error("a stopped film goes on")
		}
	})
}

func TestABrokenFrameStops(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := film(time.Minute, false, 1000)
		bad := errors.New("broken")
		f.Draw = func(time.Duration, playback.Rung, *playback.Frame) (*playback.Frame, error) { return nil, bad }
		l := &line{rate: 1e6}
		p := play(t, l, f)
		if why, err := p.Why(); why != playback.Broken || !errors.Is(err, bad) || p.State() != playback.Stopped {
			t.Errorf("stopped because of %d, %v", why, err)
		}
	})
}

func TestReplaceGoesOnInPlace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &line{rate: 10e6}
		p := play(t, l, film(time.Minute, false, 1000))
		l.run(p.Toggle())
		l.until(t, p, time.Now().Add(time.Second))
		at := p.Position()
		l.run(p.Replace(film(time.Minute, false, 7777)))
		l.until(t, p, time.Now().Add(time.Second))
		if p.Shown().Bytes != 7777 || p.Shown().At != at || p.State() != playback.Paused {
			t.Errorf("after a resize it shows %+v", p.Shown())
		}
	})
}

func TestLadder(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ own, first, want float64 }{{24, 0, 24}, {24, 8, 8}, {6, 8, 6}, {0, 0, 24}} {
		l := playback.Ladder(tt.own, tt.first)
		for i, r := range l {
			if r.FPS != tt.want {
				t.Errorf("own %g, first %g: rung %d has %g frames a second, want %g", tt.own, tt.first, i, r.FPS, tt.want)
			}
			if i > 0 && r.Scale >= l[i-1].Scale && !r.Coarse {
				t.Errorf("rung %d is no cheaper than the one before", i)
			}
		}
	}
}

// A terminal on the same machine that takes cells slowly, whatever the line, is
// given as many as it takes at a pace that moves, and more again when it has
// time.
func TestASlowTerminalGetsSmallerFramesAndNotFewer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &line{rate: 240e3, msgs: make(chan tea.Msg, 64)}
		p := start(t, l)
		l.run(p.Play(film(time.Minute, false, 90_000), 0))
		l.until(t, p, time.Now().Add(5*time.Second))
		frames := l.frames
		l.until(t, p, time.Now().Add(5*time.Second))
		if got := float64(l.frames-frames) / 5; got < 6 || p.Rung().Scale >= 1 {
			t.Errorf("%.1f frames a second as %+v", got, p.Rung())
		}
		if got := p.FPS(); got < 6 || got > 13 {
			t.Errorf("it reports %.1f frames a second", got)
		}
		l.rate = 20e6
		l.until(t, p, time.Now().Add(20*time.Second))
		if p.Rung().Scale != 1 {
			t.Errorf("with time to spare it is still played as %+v", p.Rung())
		}
	})
}
