package studio

import (
	tea "charm.land/bubbletea/v2"

	"seedreel/state/job"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
)

// Kind is what of the studio has changed.
type Kind int

// What several screens show and only one place changes.
const (
	// Money is what the day has cost and what is left on the accounts.
	Money Kind = iota
	// Keys is how services answered the keys that are set.
	Keys
	// Reach is which services are out of reach.
	Reach
	// Jobs is the live list, and Clock the time by which ages are drawn.
	Jobs
	Clock
	// Entries is whether the history has any.
	Entries
	// Welcome is what a newcomer is told.
	Welcome
	// Model is the model chosen in the form.
	Model
	// Catalogue is the list of all models.
	Catalogue
	// Settings are the settings, and with them who pays for what is made.
	Settings
	// Pictures is how the terminal can draw pictures.
	Pictures
)

// ChangedMsg is handed to every page and room when something has changed that
// the studio holds for all. It is handed out with Tell, within the update that made the
// change; one that comes as a message is handed out when it arrives.
type ChangedMsg struct{ What Kind }

// ToastMsg asks the root to say something in passing.
type ToastMsg struct {
	Severity toast.Severity
	Text     safe.String
}

// Say makes a command of a passing word.
func Say(s toast.Severity, text safe.String) tea.Cmd {
	return func() tea.Msg { return ToastMsg{Severity: s, Text: text} }
}

// CopyMsg asks the root to put text into the clipboard. What names it in the
// sentence that reports it: "the link".
type CopyMsg struct {
	Text string
	What safe.String
}

// DueMsg asks the root for what is due in the queue, and for the live list:
// something was written that changes them.
type DueMsg struct{}

// ResumeMsg asks the root to let downloads go on that a full disk holds.
type ResumeMsg struct{}

// EndedMsg is handed to all when a job has ended, with the words for it.
type EndedMsg struct {
	Job  *job.Job
	Text safe.String
}

// RefreshMsg has the open page read its data again: jobs have changed it.
type RefreshMsg struct{}

// AnsweredMsg is handed to all when a submit was taken or turned down.
type AnsweredMsg struct {
	Taken bool
	// Jobs are those that were made, and Seed is the seed drawn last, 0 when none
	// was.
	Jobs []*job.Job
	Seed int64
}

// BalanceMsg asks what is left on the accounts: where the form's model is made,
// or everywhere.
type BalanceMsg struct{ Everywhere bool }

// ReuseMsg asks the form to take a job back.
type ReuseMsg struct{ Job *job.Job }

// WatchMsg asks the player to show the clip of a job.
type WatchMsg struct{ Job *job.Job }

// PromptMsg gives the form another prompt; Edit goes on writing it there.
type PromptMsg struct {
	Text string
	Edit bool
}

// Send makes a command of any message.
func Send(m tea.Msg) tea.Cmd { return func() tea.Msg { return m } }
