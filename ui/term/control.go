package term

import (
	"io"

	tea "charm.land/bubbletea/v2"
)

// StopMsg reports that another program asks this one to stop, as ctrl+z does.
type StopMsg struct{}

// ContinuedMsg reports that the program was stopped without being asked and
// goes on: the shell has taken the terminal over meanwhile.
type ContinuedMsg struct{}

// Retake takes the terminal over again: raw mode, the alternate screen, and a
// new drawing. It ends with a tea.ResumeMsg.
func Retake() tea.Cmd {
	return tea.Exec(nothing{}, func(error) tea.Msg { return tea.ResumeMsg{} })
}

// nothing is a program that does nothing.
type nothing struct{}

func (nothing) Run() error          { return nil }
func (nothing) SetStdin(io.Reader)  {}
func (nothing) SetStdout(io.Writer) {}
func (nothing) SetStderr(io.Writer) {}
