//go:build !unix

package term

import tea "charm.land/bubbletea/v2"

// Stops does nothing, as there is no job control on this system.
type Stops struct{}

// FollowStops does nothing.
func FollowStops(*tea.Program) *Stops { return &Stops{} }

// Suspend returns the message that stops the program.
func (*Stops) Suspend() tea.Msg { return tea.SuspendMsg{} }

// Close does nothing.
func (*Stops) Close() {}
