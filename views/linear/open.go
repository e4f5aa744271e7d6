package linear

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"seedreel/client"
	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/client/secret"
	"seedreel/state/job"
	"seedreel/ui/bar"
	"seedreel/ui/safe"
	"seedreel/ui/term"
	"seedreel/views/words"
)

// open reads what a list does not say of a job, and offers all that can be done
// with it.
func (t *talk) open(id string) error {
	j, err := t.e.Store.Job(t.ctx, id)
	if err != nil {
		return err
	}
	for _, s := range t.page(j) {
		t.say("%s", s)
	}
	state := j.State
	return t.choose(func() ([]entry, error) {
		j, err := t.e.Store.Job(t.ctx, id)
		if err != nil {
			return nil, err
		}
		if j.State != state { // it goes on meanwhile
			state = j.State
			t.say("It is %s now.", words.State(j))
		}
		return t.deeds(j), nil
	}, "go back")
}

// page returns a job in sentences, without what its line in a list has.
func (t *talk) page(j *job.Job) (out []safe.String) {
	add := func(s safe.String) {
		if s != "" {
			out = append(out, s)
		}
	}
	if what := words.What(j); what != "" {
		add(ended(what))
	}
	if j.Troubled() && words.What(j) == "" {
		s := capital(words.Reason(j))
		if !j.NextAt.IsZero() {
			s += "; next try " + t.when(j.NextAt)
		}
		add(s + ".")
	}
	if title(j) != safe.Line(strings.TrimSpace(j.Prompt)) && j.Prompt != "" {
		add("Prompt: " + ended(safe.Line(j.Prompt)))
	}
	add(t.made(j))
	add(priceFrom(j))
	add(t.where(j))
	add(opinion(j))
	id := "Job " + safe.Line(j.ID)
	if j.RemoteID != "" {
		id += ", at the service " + safe.Line(j.RemoteID)
	}
	add(id + ".")
	return out
}

// made returns what a job was made with: model, service and choices.
func (t *talk) made(j *job.Job) safe.String {
	m := t.e.Catalogue.Now().Model(catalogue.Ref{Provider: j.Provider, ID: j.Model})
	if m == nil {
		return safe.Line(j.Model) + " at " + words.Service(j.Provider) + "."
	}
	parts := []string{string(words.Model(m) + " at " + words.Service(j.Provider))}
	for _, x := range fields(m) {
		if v := j.Values[x.Role]; v.IsSet() && x.Role != catalogue.RolePrompt {
			parts = append(parts, string(answerOf(x, v)))
		}
	}
	return safe.Line(strings.Join(parts, ", ")) + "."
}

// priceFrom returns where the price of a job comes from.
func priceFrom(j *job.Job) safe.String {
	switch {
	case j.Practice, j.State == job.Failed && !j.MaybeBilled():
		return "" // that was said
	case j.Charge != nil:
		return "The service reports this charge."
	case j.EstimateBasis != "":
		return "The price is an estimate: " + safe.Line(j.EstimateBasis) + "."
	}
	return ""
}

// where returns where the clip is.
func (t *talk) where(j *job.Job) safe.String {
	switch {
	case j.State == job.Saved && len(j.Paths()) == 0:
		return "The clip is no longer on this disk."
	case j.State == job.Saved:
		s := safe.Line(bar.Bytes(j.Output.Bytes))
		if took := j.EndedAt.Sub(j.SubmittedAt); !j.SubmittedAt.IsZero() && took.Seconds() >= 1 {
			s += ", took " + safe.Line(bar.Words(took))
		}
		return "The clip: " + s + ", " + safe.Line(j.Output.Path)
	}
	if u, ok := safe.URL(j.Output.URL); ok && u != "" {
		return "The clip at the service: " + u
	}
	return ""
}

// opinion returns rating, pick, labels and note.
func opinion(j *job.Job) safe.String {
	var parts []string
	if j.Rating > 0 {
		parts = append(parts, fmt.Sprintf("rated %d", j.Rating))
	}
	switch {
	case j.Pick:
		parts = append(parts, "the pick of its shot")
	case j.Rejected:
		parts = append(parts, "rejected")
	}
	if len(j.Labels) > 0 {
		parts = append(parts, "labels "+strings.Join(j.Labels, ", "))
	}
	if j.Note != "" {
		parts = append(parts, "note: "+j.Note)
	}
	if len(parts) == 0 {
		return ""
	}
	return ended(capital(safe.Line(strings.Join(parts, ", "))))
}

// deeds returns what can be done with a job, the likeliest first.
func (t *talk) deeds(j *job.Job) (out []entry) {
	add := func(on bool, label safe.String, do func() error) {
		if on {
			out = append(out, entry{label, "", do})
		}
	}
	d, _ := all.Find(j.Provider)
	part, _ := client.Moderated(j.ErrorCode, j.ErrorText)
	saved, failed, lost := j.State == job.Saved, j.State == job.Failed, j.State == job.Uncertain
	for _, c := range j.Lookup.Candidates {
		add(lost, "It is "+t.candidate(c.RemoteID, j), func() error { return t.resolve(j, c.RemoteID, true) })
		add(lost, "It is not "+safe.Line(c.RemoteID), func() error { return t.resolve(j, c.RemoteID, false) })
	}
	add(lost, "Look for it at the service", func() error { return t.look(j) })
	add(lost, "Send it again, which may pay twice", func() error { return t.resend(j) })
	add(lost, "Give it up", func() error { return t.drop(j) })
	add(j.State == job.Queued || j.State == job.Submitted && d.Can.Cancel, "Cancel it", func() error { return t.cancel(j) })
	waits := j.State == job.Queued
	add(waits, "Change what it asks for", func() error { return t.edit(j) })
	add(waits && !j.Paused, "Hold it back", func() error { return t.hold(j) })
	add(waits && j.Paused, "Let it go on", func() error { return t.hold(j) })
	add(waits, "Let it leave earlier", func() error { return t.move(j, -1) })
	add(waits, "Let it leave later", func() error { return t.move(j, 1) })
	add(j.State == job.Completed && j.Waiting == job.WaitDisk, "Save it now, there is room", func() error { t.e.Queue.ResumeDownloads(); return nil })
	add(saved && t.shower(j) != nil, "Watch it with the desktop", func() error { return t.watch(j) })
	add(saved && len(j.Paths()) == 0, "Fetch it again", func() error { return t.restore(j) })
	add(failed && part == client.PartClipSound, "Try again without sound", func() error { return t.retry(j, true) })
	add(failed && !j.MaybeBilled(), "Try again as it was", func() error { return t.retry(j, false) })
	add(j.CanAskAgain(), "Ask the service for it again, at no cost", func() error { return t.askAgain(j) })
	add(true, "Again, but different", func() error { return t.again(j) })
	add(!j.State.Open(), "Rate it", func() error { return t.rate(j) })
	add(saved && !j.Pick, "Pick it for its shot", func() error { return t.pick(j) })
	add(j.Pick, "Leave its shot without a pick", func() error { return t.unpick(j) })
	add(saved, rejection(j), func() error { return t.reject(j) })
	add(true, "Write a note", func() error { return t.note(j) })
	add(true, "Change its labels", func() error { return t.label(j) })
	add(!j.State.Open() && !lost, "Delete it", func() error { return t.remove(j) })
	add(t.shares(j), "Make it a shot of its own", func() error { return t.split(j) })
	return out
}

func rejection(j *job.Job) safe.String {
	if j.Rejected {
		return "Take the rejection back"
	}
	return "Reject it"
}

// candidate returns a clip that may be that of a job, with when it was made and
// for how much.
func (t *talk) candidate(remote string, j *job.Job) safe.String {
	s := safe.Line(remote)
	i := slices.IndexFunc(j.Lookup.Candidates, func(c job.Candidate) bool { return c.RemoteID == remote })
	c := j.Lookup.Candidates[i]
	if !c.MadeAt.IsZero() {
		s += ", made " + t.when(c.MadeAt)
	}
	if c.Price != nil {
		s += ", " + safe.Line(c.Price.String())
	}
	return s
}

// shower returns what opens the clip with the desktop, nil if nothing can.
func (t *talk) shower(j *job.Job) tea.Cmd {
	paths := j.Paths()
	if len(paths) == 0 {
		return nil
	}
	show, _ := term.Open(t.ctx, secret.Command, term.Probe(t.o.Getenv), paths[0])
	return show
}
