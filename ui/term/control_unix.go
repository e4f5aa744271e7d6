//go:build unix

package term

import (
	"os"
	"os/signal"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/sys/unix"
)

// Stops follows the signals by which a shell stops and continues the program.
type Stops struct {
	c    chan os.Signal
	done chan struct{}
	// asked is set while the program is stopped by itself, and goes then
	// receives when it was continued.
	asked atomic.Bool
	goes  chan struct{}
}

// FollowStops begins to send StopMsg and ContinuedMsg.
func FollowStops(p *tea.Program) *Stops {
	s := &Stops{c: make(chan os.Signal, 4), done: make(chan struct{}), goes: make(chan struct{}, 1)}
	signal.Notify(s.c, unix.SIGCONT, unix.SIGTSTP)
	go s.run(p)
	return s
}

func (s *Stops) run(p *tea.Program) {
	for {
		select {
		case <-s.done:
			return
		case sig := <-s.c:
			switch {
			case sig == unix.SIGCONT && s.asked.Swap(false):
				s.goes <- struct{}{}
			case sig == unix.SIGCONT:
				p.Send(ContinuedMsg{})
			case sig == unix.SIGTSTP && CanSuspend():
				p.Send(StopMsg{})
			}
		}
	}
}

// Suspend leaves the terminal, stops the program with its process group, and
// takes the terminal over again when it is continued. It does not stop by
// SIGTSTP, as tea.Suspend does: the Go runtime keeps its handler of a signal
// that was once asked for.
func (s *Stops) Suspend() tea.Msg {
	return tea.Exec(&stop{s: s}, func(error) tea.Msg { return tea.ResumeMsg{} })()
}

// stop is the program that runs while this one is stopped.
type stop struct {
	nothing
	s *Stops
}

// Run returns when the process goes on. The stop may come a moment after the
// call: taking the terminal over before it would leave it to the shell so.
func (s *stop) Run() error {
	s.s.asked.Store(true)
	if err := unix.Kill(0, unix.SIGSTOP); err != nil {
		s.s.asked.Store(false)
		return err
	}
	<-s.s.goes
	return nil
}

// Close ends following.
func (s *Stops) Close() {
	signal.Stop(s.c)
	close(s.done)
}
