package order

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/job"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/words"
)

// begin follows a search that a person has asked for, until its result is
// there.
func (c *Counter) begin(j *job.Job) tea.Cmd {
	c.looking[j.ID] = j.NextAt
	return c.s.Say(toast.Info, "Looking for it.")
}

// followed reports what the searches asked for have found, once they have.
func (c *Counter) followed() tea.Cmd {
	var cmds []tea.Cmd
	for id, due := range c.looking {
		j := c.s.Live.Find(id)
		if j != nil && j.State == job.Uncertain && j.NextAt.Equal(due) {
			continue // each search sets the time of the next
		}
		delete(c.looking, id)
		if j != nil && j.State != job.Failed { // a failure has its own message
			cmds = append(cmds, c.found(j))
		}
	}
	return tea.Batch(cmds...)
}

// found returns what a search has found, when, and when the next one is.
func (c *Counter) found(j *job.Job) tea.Cmd {
	if j.State != job.Uncertain {
		return c.s.Say(toast.Good, "Found at the service: it was taken. It goes on by itself.")
	}
	at := func(t time.Time) safe.String { return safe.Line(t.In(c.s.Zone).Format("15:04:05")) }
	said := words.Search(j)
	if !j.Lookup.At.IsZero() && j.Lookup.Trouble == "" {
		said += " Looked at " + at(j.Lookup.At) + "."
	}
	if !j.NextAt.IsZero() {
		said += " Next look at " + at(j.NextAt) + "."
	}
	kind := toast.Info
	if j.Lookup.Trouble != "" {
		kind = toast.Warn
	}
	return c.s.Say(kind, said)
}
