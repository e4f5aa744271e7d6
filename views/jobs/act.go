package jobs

import (
	"path/filepath"

	tea "charm.land/bubbletea/v2"

	"seedreel/client"
	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/client/secret"
	"seedreel/state/job"
	"seedreel/ui/dialog"
	"seedreel/ui/keys"
	"seedreel/ui/safe"
	"seedreel/ui/term"
	"seedreel/ui/toast"
	"seedreel/views/marks"
	"seedreel/views/studio"
)

// Decision is what a person decides about a job.
type Decision string

// The decisions. Resend, Drop, Retry and Mute ask for confirmation.
const (
	Cancel Decision = "cancel"
	Look   Decision = "look"
	Resend Decision = "resend"
	Drop   Decision = "drop"
	Retry  Decision = "retry"
	Mute   Decision = "mute"
	// Ask asks the service again for a job that it did not know.
	Ask Decision = "ask"
	// Edit takes a waiting job into the form, to be changed there.
	Edit Decision = "edit-waiting"
	// Hold holds a waiting job back or lets it go on, and HoldLine all of them.
	Hold     Decision = "hold"
	HoldLine Decision = "hold-line"
	// Earlier and Later change the place of a waiting job in the line.
	Earlier Decision = "earlier"
	Later   Decision = "later"
	// AskHere asks with the key in use for a job that was sent with another.
	AskHere Decision = "ask here"
)

// DecideMsg asks for a decision to be carried out.
type DecideMsg struct {
	Job      *job.Job
	Decision Decision
}

// Act performs the action of a key on a job, wherever it is shown.
func Act(s *studio.Studio, j *job.Job, msg tea.KeyPressMsg) tea.Cmd {
	k := s.Keys.Jobs
	switch {
	case k.Watch.Is(msg):
		if j.State != job.Saved {
			return studio.Say(toast.Info, "There is no clip to watch yet.")
		}
		return studio.Send(studio.WatchMsg{Job: j})
	case k.Sheet.Is(msg):
		return studio.Send(studio.SheetMsg{Job: j})
	case k.Reuse.Is(msg):
		return studio.Send(studio.ReuseMsg{Job: anew(j)})
	case s.Keys.Again.Menu.Is(msg):
		return s.Tell(studio.AgainMsg{Job: j}) // at once: the next letter is for the menu
	case k.Copy.Is(msg):
		return copyOf(j)
	case k.Where.Is(msg):
		return where(s, j)
	}
	if cmd, ok := marks.Act(s, &k.Marks, j, msg); ok {
		return cmd
	}
	for _, d := range []struct {
		key  keys.Binding
		what Decision
	}{{k.Cancel, Cancel}, {k.Look, Look}, {k.Resend, Resend}, {k.Drop, Drop}, {k.Retry, Retry}, {k.Mute, Mute}, {k.Edit, Edit}, {k.Hold, Hold}, {k.Up, Earlier}, {k.Down, Later}} {
		if d.key.Is(msg) {
			if why := reasonFor(string(d.what), j); why != "" {
				return studio.Say(toast.Info, why)
			}
			switch {
			case d.what == Look && j.CanAskAgain():
				d.what = Ask
			case d.what == Look && j.CanAskHere():
				d.what = AskHere
			}
			return studio.Send(DecideMsg{Job: j, Decision: d.what})
		}
	}
	return nil
}

// copyOf copies the path of a saved clip, or else its link.
func copyOf(j *job.Job) tea.Cmd {
	switch {
	case j.State == job.Saved && j.Output.Path != "":
		return studio.Send(studio.CopyMsg{Text: j.Output.Path, What: "the path"})
	case j.Output.URL != "":
		return studio.Send(studio.CopyMsg{Text: j.Output.URL, What: "the link"})
	case j.RemoteID != "":
		return studio.Send(studio.CopyMsg{Text: j.RemoteID, What: "the id there"})
	}
	return studio.Say(toast.Info, "nothing to copy yet: no link has come")
}

// where shows the folder of a clip on a desktop, and its path elsewhere.
func where(s *studio.Studio, j *job.Job) tea.Cmd {
	if j.State != job.Saved || j.Output.Path == "" {
		return studio.Say(toast.Info, "There is no clip yet.")
	}
	cmd, why := term.Open(s.Ctx, secret.Command, *s.Env, filepath.Dir(j.Output.Path))
	if cmd != nil {
		return cmd
	}
	s.Dialogs.Push(dialog.NewText("where", "Where the clip is", safe.Line(j.Output.Path).Block()+"\n\n"+why.Block()))
	return nil
}

// stops reports whether the service of a job can cancel waiting jobs.
func stops(j *job.Job) bool {
	d, ok := all.Find(j.Provider)
	return ok && d.Can.Cancel
}

// SoundRefused reports whether only the sound of the clip was refused.
func SoundRefused(j *job.Job) bool {
	part, _ := client.Moderated(j.ErrorCode, j.ErrorText)
	return j.State == job.Failed && part == client.PartClipSound
}

// anew returns the job as it goes back into the form: with the sound off if
// only the sound of the clip was refused.
func anew(j *job.Job) *job.Job {
	if !SoundRefused(j) {
		return j
	}
	again := *j
	again.Values = j.Values.Clone()
	again.Values[catalogue.RoleAudioToggle] = catalogue.Bool(false)
	return &again
}

func clientRef(j *job.Job) catalogue.Ref { return catalogue.Ref{Provider: j.Provider, ID: j.Model} }

// Footer returns the actions that apply to the selected job, for the last line
// of the screen.
func (v *Screen) Footer() (hints, last keys.Map) {
	all := v.s.Keys.All
	return append(Hints(v.s, v.Selected()), all.PlainCompose), keys.Map{all.Help}
}

// Hints returns the actions that apply to a job, the likeliest first.
func Hints(s *studio.Studio, j *job.Job) keys.Map {
	k := s.Keys.Jobs
	if j == nil {
		return nil
	}
	// The actions on a clip are shown while it is made, so that the line does
	// not change when it arrives.
	again := s.Keys.Again.Menu
	m := keys.Map{k.Open, k.Watch, k.Reuse, again, k.Marks.Pick, k.Marks.Better, k.Marks.Reject, k.Copy, k.Where}
	switch j.State {
	case job.Queued:
		hold := k.Hold
		if j.Paused {
			hold = hold.Brief("let go on")
		}
		m = keys.Map{k.Open, k.Cancel, k.Edit, hold, k.Up, k.Down, k.Reuse}
	case job.Uncertain:
		m = keys.Map{k.Look, k.Resend, k.Drop, k.Reuse, k.Open}
	case job.Failed:
		m = keys.Map{k.Open, k.Reuse, k.Retry, again}
		if j.CanAskAgain() {
			m = keys.Map{k.Look.Brief("ask again"), k.Open, k.Reuse, k.Retry}
		}
		if SoundRefused(j) {
			m = keys.Map{k.Mute, k.Open, k.Reuse, k.Retry}
		}
	case job.Completed:
		if j.Waiting == job.WaitDisk {
			m = append(keys.Map{k.Resume}, m...)
		}
	case job.Submitted:
		if stops(j) {
			m = keys.Map{k.Open, k.Cancel, k.Reuse, k.Copy, k.Where}
		}
	case job.Uploading, job.Submitting, job.Running, job.Saved:
	}
	if j.CanAskHere() {
		m = append(keys.Map{k.Look.Brief("ask with this key")}, m...)
	}
	return m
}

// resumable returns why there is nothing to resume, or "" if there is.
func (v *Screen) resumable() safe.String {
	for _, j := range v.list.Items() {
		if j.Waiting == job.WaitDisk {
			return ""
		}
	}
	return "no clip waits for room on the disk"
}

// Keys returns all actions, with the reasons of those that cannot be used now.
func (v *Screen) Keys() keys.Map {
	k := v.s.Keys.Jobs
	all := k.Whole()
	j := v.Selected()
	for i, b := range all {
		why := safe.String("no job is selected")
		if j != nil {
			why = reasonFor(b.Name, j)
		}
		switch b.Name {
		case k.Resume.Name:
			why = v.resumable()
		case k.Group.Name, k.HoldLine.Name:
			why = ""
		}
		if why != "" {
			all[i] = b.Refuse(string(why))
		}
	}
	return all
}
