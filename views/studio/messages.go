package studio

import (
	tea "charm.land/bubbletea/v2"

	"seedreel/state/frames"
	"seedreel/state/job"
	"seedreel/state/reel"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
)

// Kind is the part of the studio that has changed.
type Kind int

// The kinds of shared state; each is changed in one place only.
const (
	// Money is the day's costs and the balances.
	Money Kind = iota
	// Keys is the services' answers for the current keys.
	Keys
	// Reach is which services are out of reach.
	Reach
	// Jobs is the live list, and Clock the time for ages.
	Jobs
	Clock
	// Entries is whether the history has any.
	Entries
	// Welcome is the greeting of a first run.
	Welcome
	// Model is the chosen model of the form.
	Model
	// Catalogue is the list of all models.
	Catalogue
	// Settings are the settings, including whether clips are real.
	Settings
	// Pictures is how the terminal can draw pictures.
	Pictures
	// Reel is which reel is open, and its name.
	Reel
)

// ChangedMsg is passed to every page and room when shared state of the studio
// has changed. Tell passes it within the update that made the change; one that
// comes as a message is passed on when it arrives.
type ChangedMsg struct{ What Kind }

// ToastMsg asks the root to show a passing message.
type ToastMsg struct {
	Severity toast.Severity
	Text     safe.String
}

// Say returns a command that shows a passing message.
func Say(s toast.Severity, text safe.String) tea.Cmd {
	return func() tea.Msg { return ToastMsg{Severity: s, Text: text} }
}

// CopyMsg asks the root to put text into the clipboard. What names it in the
// message about it: "the link".
type CopyMsg struct {
	Text string
	What safe.String
}

// DueMsg asks the root for the tasks that are due in the queue, and for the
// live list, after a write that changes them.
type DueMsg struct{}

// ResumeMsg asks the root to resume downloads that a full disk has stopped.
type ResumeMsg struct{}

// EndedMsg is passed to all when a job has ended, with the message about it.
type EndedMsg struct {
	Job  *job.Job
	Text safe.String
}

// RefreshMsg makes the open page reload its data, which jobs have changed.
type RefreshMsg struct{}

// AnsweredMsg is passed to all when a submit was accepted or declined.
type AnsweredMsg struct {
	Taken bool
	// Aside is set for an order that did not come from the form, Edited for one
	// that changed a job that waits.
	Aside, Edited bool
	// Jobs are the new ones, and Seed is the seed drawn last, or 0.
	Jobs []*job.Job
	Seed int64
}

// BalanceMsg asks for the balance of the form's service, or of all services.
type BalanceMsg struct{ Everywhere bool }

// ReuseMsg asks the form to load a job.
type ReuseMsg struct{ Job *job.Job }

// EditMsg asks the form to edit a job that waits, which is held back meanwhile.
type EditMsg struct {
	Job *job.Job
	// Held is set if it was held back before.
	Held bool
}

// AgainMsg asks how a job shall be made once more. Frame is the picture in
// sight, if another than the first or last one is meant.
type AgainMsg struct {
	Job   *job.Job
	Frame *frames.Moment
}

// FillMsg puts a take that is to be made into the form, with what is said
// about it.
type FillMsg struct {
	Next *reel.Next
	// Seed is the one of the take that it is made from, 0 for none.
	Seed int64
	Text safe.String
}

// WatchMsg asks the player to show the clip of a job.
type WatchMsg struct{ Job *job.Job }

// CompareMsg asks the player to show the clips of two to four jobs in step.
type CompareMsg struct{ Jobs []*job.Job }

// SheetMsg asks for the contact sheet of a job's shot.
type SheetMsg struct{ Job *job.Job }

// PromptMsg replaces the form's prompt; Edit continues editing it there.
type PromptMsg struct {
	Text string
	Edit bool
}

// Send returns a command for any message.
func Send(m tea.Msg) tea.Cmd { return func() tea.Msg { return m } }
