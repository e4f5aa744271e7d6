// Package words turns the data of the lower layers into sentences for a person:
// services, tasks, states of a job, failures and what to do about them. It is
// the one place that does so, for the screens and for plain commands alike;
// foreign text leaves it as safe text.
package words

import (
	"strings"
	"time"

	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/state/store"
	"seedreel/ui/safe"
	"seedreel/ui/theme"

	"github.com/dustin/go-humanize"
	"github.com/dustin/go-humanize/english"
)

// Service returns the name of a service as its owner writes it.
func Service(provider string) safe.String {
	if d, ok := all.Find(provider); ok {
		return safe.Line(d.Name)
	}
	return safe.Line(provider)
}

// KeyNote returns the sentence to read before setting a service's key, or "".
func KeyNote(id string) safe.String {
	if d, ok := all.Find(id); ok && d.KeyNote != "" {
		return safe.Line(d.KeyNote) + "."
	}
	return ""
}

// Services returns the names of all services, as in a sentence.
func Services() safe.String {
	var names []string
	for _, d := range all.Services() {
		names = append(names, string(safe.Line(d.Name)))
	}
	return safe.Line(english.WordSeries(names, "and"))
}

// Days returns a duration in whole days: "7 days".
func Days(d time.Duration) safe.String {
	return safe.Line(english.Plural(int(d/(24*time.Hour)), "day", ""))
}

// ListsBack returns how far back a service's own list goes, or "" if it has
// none.
func ListsBack(provider string) safe.String {
	if d, ok := all.Find(provider); ok && d.Can.List {
		return Days(d.ListsBack)
	}
	return ""
}

// Differs returns what differs about a clip elsewhere: "480p, not 720p".
func Differs(list []catalogue.Difference) safe.String {
	parts := make([]string, len(list))
	for i, d := range list {
		parts[i] = d.String()
	}
	return safe.Line(strings.Join(parts, "; "))
}

// Task returns what a model does: "Image to video".
func Task(task string) safe.String {
	s := strings.ReplaceAll(task, "-", " ")
	if s == "" {
		return ""
	}
	return safe.Line(strings.ToUpper(s[:1]) + s[1:])
}

// Tier returns a model's family and tier: "Lite", "2.0 Fast Turbo".
func Tier(m *catalogue.Model) safe.String {
	s := m.Family
	if rest, ok := strings.CutPrefix(m.Tier, "standard"); !ok {
		s += " " + strings.ReplaceAll(m.Tier, "-", " ")
	} else {
		s += rest
	}
	if before, _, ok := strings.Cut(m.Family, "-"); ok && strings.HasSuffix(m.Family, m.Tier) {
		s = before + " " + m.Tier // "pro-fast" of tier "fast" has it once
	}
	parts := strings.Fields(strings.ReplaceAll(s, "-", " "))
	for i, p := range parts {
		parts[i] = strings.ToUpper(p[:1]) + p[1:]
	}
	return safe.Line(strings.Join(parts, " "))
}

// Model returns a model in one line: "Image to video, Lite 480p".
func Model(m *catalogue.Model) safe.String {
	s := Task(m.Task) + ", " + Tier(m)
	if m.Resolution.Mode == "fixed" {
		s += " " + safe.Line(m.Resolution.Value)
	}
	return s
}

// Successor names a model to move to: "Seedance 2.0", with its task if that
// differs from the task of the model left.
func Successor(from, to *catalogue.Model) safe.String {
	task := strings.ReplaceAll(to.Task, "-", " ")
	name := safe.Line(strings.Replace(to.DisplayName, " "+task, "", 1))
	if from != nil && from.Task != to.Task {
		name += ", " + safe.Line(task)
	}
	return name
}

// Short returns a model for a column: "lite t2v 480p".
func Short(m *catalogue.Model) safe.String {
	s := strings.ToLower(string(Tier(m))) + " " + TaskCode(m.Task)
	if m.Resolution.Mode == "fixed" {
		s += " " + m.Resolution.Value
	}
	return safe.Line(s)
}

// TaskCode returns a task in a few letters: "t2v", "i2v", "ref", "ext", "edit".
func TaskCode(task string) string {
	switch task {
	case "text-to-video":
		return "t2v"
	case "image-to-video":
		return "i2v"
	case "reference-to-video":
		return "ref"
	case "video-extend":
		return "ext"
	case "video-edit":
		return "edit"
	}
	return task
}

// Tone returns the colour class of a job.
func Tone(j *job.Job) theme.State {
	switch j.State {
	case job.Queued:
		return theme.Waiting
	case job.Uploading, job.Submitting, job.Submitted, job.Running, job.Completed:
		return theme.Running
	case job.Saved:
		return theme.Done
	case job.Uncertain:
		return theme.Needs
	case job.Failed:
		return theme.Failed
	}
	return theme.Needs
}

// State returns the state of a job as a word of at most StateWidth letters: the
// name of the state, or else the reason of the failure, as JSON and searches
// have them.
func State(j *job.Job) safe.String {
	if j.State != job.Failed || j.Reason == job.ReasonNone || j.Reason == job.ReasonProvider {
		return safe.Line(string(j.State))
	}
	return safe.Line(strings.ReplaceAll(string(j.Reason), "_", " "))
}

// StateWidth is the width of the longest word of State, in cells.
const StateWidth = len("not submitted")

// Waiting returns why a job that is due is not sent.
func Waiting(w job.Wait) safe.String {
	switch w {
	case "":
		return "next in line"
	case job.WaitSlots:
		return "all slots busy"
	case job.WaitRate:
		return "rate limit"
	case job.WaitOffline:
		return "offline"
	case job.WaitDisk:
		return "disk full"
	case job.WaitKey:
		return "no key"
	case job.WaitAccount:
		return "another account"
	case job.WaitPaused:
		return "paused"
	case job.WaitLine:
		return "line paused"
	case "retry":
		return "trying again"
	case "model":
		return "model unknown"
	}
	return safe.Line(string(w))
}

// Held returns what a queued job waits for and, where that is known, until
// when.
func Held(j *job.Job, clock func(time.Time) string) safe.String {
	s := Waiting(j.Waiting)
	if j.Waiting == job.WaitRate && !j.NextAt.IsZero() {
		s += ", next try " + safe.Line(clock(j.NextAt))
	}
	return s
}

// Sum returns an amount that unpriced requests are not in: "?" if there is
// nothing else in it.
func Sum(total usd.Micro, unpriced int) safe.String {
	switch {
	case unpriced < 1:
		return safe.Line(total.String())
	case total == 0:
		return "?"
	}
	return safe.Line(total.String()) + "+?"
}

// Today returns what a day has cost so far, and how much of it is still under
// way.
func Today(d store.Committed) safe.String {
	s := "today " + Sum(d.Total, d.Unpriced)
	if d.Jobs > 0 {
		s += ", of which " + Sum(d.Open, d.OpenUnpriced) + " for " + safe.Line(humanize.Comma(int64(d.Jobs))) + " still open"
	}
	return s
}

// Balance returns what is left on an account, in words that keep the money of
// practice apart.
func Balance(practice bool) safe.String {
	if practice {
		return "practice balance"
	}
	return "balance"
}
