package term

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
)

// screenMsg is something that comes in by itself.
type screenMsg struct{}

// paced shows how many messages it was sent.
type paced struct {
	pace **Pace
	n    int
}

func (m *paced) Init() tea.Cmd { return nil }

func (m *paced) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if (*m.pace).Drawn(msg) {
		return m, nil
	}
	(*m.pace).Wake(msg)
	switch msg.(type) {
	case tea.KeyPressMsg, tea.MouseWheelMsg, screenMsg:
		m.n++
	}
	return m, nil
}

func (m *paced) View() tea.View { return tea.NewView(fmt.Sprintf("<%d>", m.n)) }

// paper keeps what is written.
type paper struct {
	mu     sync.Mutex
	b      bytes.Buffer
	frames int
}

func (p *paper) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.frames++
	return p.b.Write(b)
}

// since returns what was written since the last call, and in how many writes.
func (p *paper) since() (text string, frames int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	text, frames = p.b.String(), p.frames
	p.b.Reset()
	p.frames = 0
	return text, frames
}

// run runs a program in a bubble of time until it has come to rest, and has see
// look at it.
func run(t *testing.T, see func(t *testing.T, p *tea.Program, pace *Pace, out *paper)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var pace *Pace
		out := &paper{}
		p := tea.NewProgram(&paced{pace: &pace}, tea.WithInput(nil), tea.WithOutput(out), tea.WithWindowSize(40, 3), tea.WithContext(t.Context()),
			tea.WithEnvironment([]string{"TERM=xterm-256color"}), tea.WithoutSignalHandler())
		pace = NewPace(p)
		ended := make(chan error, 1)
		go func() {
			_, err := p.Run()
			ended <- err
		}()
		time.Sleep(time.Second)
		synctest.Wait()
		out.since()
		see(t, p, pace, out)
		p.Quit()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		pace.Stop()
	})
}

func press() tea.Msg { return tea.KeyPressMsg{Code: 'x', Text: "x"} }

// The clock depends on a private part of the library: this test fails if a new
// version changes it.
func TestPaceTakesThePlaceOfTheClock(t *testing.T) {
	t.Parallel()
	if NewPace(tea.NewProgram(&paced{})).frames == nil {
		t.Error("the renderer's ticker was not found: frames go at the fixed rate")
	}
}

func TestAKeyIsAnsweredAtOnce(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, p *tea.Program, _ *Pace, out *paper) {
		for range 30 {
			p.Send(press())
			synctest.Wait() // no time passes
			if text, frames := out.since(); frames != 1 {
				t.Fatalf("%d frames answer a key: %q", frames, text)
			}
			time.Sleep(time.Second / 30)
		}
		// What a key has read is part of the answer.
		p.Send(screenMsg{})
		synctest.Wait()
		if _, frames := out.since(); frames != 1 {
			t.Errorf("%d frames show what a key has read", frames)
		}
	})
}

func TestWhatMovesByItselfKeepsTime(t *testing.T) {
	t.Parallel()
	for name, msg := range map[string]tea.Msg{"a job": screenMsg{}, "a wheel": tea.MouseWheelMsg{Button: tea.MouseWheelDown}} {
		run(t, func(t *testing.T, p *tea.Program, _ *Pace, out *paper) {
			const ticks = 50
			for range ticks * int(moveGap/time.Millisecond) {
				p.Send(msg)
				time.Sleep(time.Millisecond)
			}
			time.Sleep(moveGap)
			synctest.Wait()
			text, frames := out.since()
			if frames > ticks+2 || frames < ticks-2 {
				t.Errorf("%s: %d frames in the time of %d", name, frames, ticks)
			}
			if !strings.Contains(text, "800") {
				t.Errorf("%s: the last frame is not the last state: %q", name, text)
			}
		})
	}
}

func TestManyKeysAtOnceAreFewFrames(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, p *tea.Program, _ *Pace, out *paper) {
		for range 1000 {
			p.Send(press())
		}
		time.Sleep(answerGap)
		synctest.Wait()
		text, frames := out.since()
		if frames > 2 || !strings.Contains(text, "1000") {
			t.Errorf("%d frames: %q", frames, text)
		}
	})
}

// While nothing happens nothing wakes the program.
func TestNothingTicksAtRest(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, p *tea.Program, pace *Pace, out *paper) {
		p.Send(screenMsg{})
		time.Sleep(time.Second)
		synctest.Wait()
		if _, frames := out.since(); frames != 1 {
			t.Errorf("%d frames for one message", frames)
		}
		pace.mu.Lock()
		defer pace.mu.Unlock()
		if pace.asked || !pace.due.IsZero() || pace.timer.Stop() || len(pace.frames) > 0 {
			t.Error("the clock goes on although nothing happens")
		}
	})
}

func TestNoPaceIsFine(t *testing.T) {
	t.Parallel()
	var p *Pace
	p.Wake(press())
	if p.Drawn(press()) {
		t.Error("a key is taken for a message of the clock's own")
	}
	p.Stop()
}
