// Package detail renders everything about one job as lines: for the pane beside
// the list, for the history and for a dialog.
package detail

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/state/reel"
	"seedreel/ui/bar"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
	"seedreel/views/keymap"
	"seedreel/views/stills"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// View is the input of a page about a job besides the job.
type View struct {
	Job *job.Job
	// Model is nil if the catalogue no longer has it.
	Model    *catalogue.Model
	Expected time.Duration
	Now      time.Time
	Zone     *time.Location
	Styles   *theme.Styles
	// Keys are the keys named in advice.
	Keys *keymap.Map
	// Still are the cells of its still, nil if there is none, and Caption is what
	// they show if that is not the clip.
	Still   []string
	Caption safe.String
	// Changed is what the job changed against the one it was made from, "" if
	// that is not known.
	Changed safe.String
	// Practice is set if the studio is in practice, so that a real job is the
	// exception.
	Practice bool
}

const labelWidth = 11

// Of returns the page of a job on a screen. expected is how long the job will
// probably run, or 0 if that is unknown.
func Of(s *studio.Studio, j *job.Job, expected time.Duration) *View {
	v := &View{
		Job: j, Model: s.Catalogue.Now().Model(catalogue.Ref{Provider: j.Provider, ID: j.Model}), Expected: expected,
		Now: s.Clock(), Zone: s.Zone, Styles: s.Styles, Keys: s.Keys, Practice: s.Practice,
	}
	if before := s.Live.Find(j.Parent); before != nil {
		c := reel.WhatChanged(before, j)
		v.Changed = words.Changed(&c)
	}
	if s.Screen.W >= stills.From && s.Stills.Of(j) {
		v.Still, v.Caption = s.Stills.Lines(j, stills.Page, s.Styles), s.Stills.Caption(j)
	}
	return v
}

// Pane draws the page into a pane of the given size in cells. If the page does
// not fit, the last line names how many are left.
func (v *View) Pane(width, height int) string {
	if height < 1 {
		return ""
	}
	lines := v.Lines(width - 2)
	if len(lines) > height {
		more := safe.Line(fmt.Sprintf("▾ %d more lines", len(lines)-height+1))
		lines = append(lines[:height-1], v.Styles.Text.Quiet.Render(string(safe.Truncate(more, max(width-2, 0)))))
	}
	return " " + strings.Join(lines, "\n ")
}

// Lines returns the page as lines of at most width cells: what the job has come to and
// its picture, what to do about it, its words, what they are made with, and last
// what is looked up only now and then.
func (v *View) Lines(width int) []string {
	if width < 1 {
		return nil
	}
	p := &page{v: v, width: width}
	p.head()
	beside := p.still()
	p.advice()
	p.prompt()
	p.facts(beside)
	p.clip()
	p.gap()
	p.record()
	return p.lines
}

type page struct {
	v     *View
	width int
	// label is the width of labels, 0 for the usual one.
	label int
	lines []string
}

func (p *page) add(line string) { p.lines = append(p.lines, line) }

func (p *page) gap() {
	if len(p.lines) > 0 && p.lines[len(p.lines)-1] != "" {
		p.add("")
	}
}

// head writes state and price in one line.
func (p *page) head() {
	j, st := p.v.Job, p.v.Styles
	state := words.State(j)
	switch j.State {
	case job.Submitted, job.Running:
		state += ", " + safe.Line(p.elapsed())
	case job.Queued:
		state += ": " + words.Held(j, func(t time.Time) string { return "in " + bar.Clock(max(t.Sub(p.v.Now), 0)) })
	case job.Saved, job.Failed:
		state += " " + safe.Line(bar.Age(j.EndedAt, p.v.Now))
	case job.Uploading, job.Submitting, job.Completed, job.Uncertain:
	}
	price := p.price()
	room := max(p.width-price.Width()-4, 1)
	if running := j.State == job.Submitted || j.State == job.Running; running && state.Width() > room {
		state = words.State(j) + " " + safe.Line(bar.Elapsed(p.v.Now.Sub(j.SubmittedAt), p.v.Expected))
	}
	left := st.Status(words.Tone(j), string(safe.Truncate(state, room)))
	bright := st.Text.Price
	if j.Practice {
		bright = st.Text.Quiet
	}
	fill := p.width - min(state.Width(), room) - 2 - price.Width()
	p.add(left + spaces(fill) + bright.Render(string(price)))
	if run := p.v.Now.Sub(j.SubmittedAt); (j.State == job.Submitted || j.State == job.Running) && p.v.Expected > 0 && run <= p.v.Expected {
		p.add(bar.View(float64(run)/float64(p.v.Expected), p.width, st))
	}
}

// billed writes what practice would have cost, or that a job among those of
// practice is none.
func (p *page) billed() {
	switch {
	case p.v.Job.Practice:
		p.pair(words.Practice, p.practised())
	case p.v.Practice:
		p.pair("real", "not a practice job")
	}
}

func (p *page) elapsed() string {
	run := p.v.Now.Sub(p.v.Job.SubmittedAt)
	if p.v.Expected <= 0 {
		return bar.Words(run)
	}
	if run > p.v.Expected {
		return bar.Words(run) + ", usually " + bar.Words(p.v.Expected)
	}
	return bar.Words(run) + " of about " + bar.Words(p.v.Expected)
}

func (p *page) price() safe.String {
	j := p.v.Job
	switch {
	case j.Practice:
		return words.Practice
	case j.Charge != nil:
		return safe.Line(j.Charge.String())
	case j.State == job.Failed && !j.MaybeBilled():
		return "not charged"
	case j.Estimate != nil:
		return "est. " + safe.Line(j.Estimate.String())
	}
	return "price unknown"
}

// practised returns what a practice job would have cost.
func (p *page) practised() safe.String {
	j := p.v.Job
	if m := j.Cost(); m != nil && j.MaybeBilled() {
		return "would have cost " + safe.Line(m.String()) + ", nothing is billed"
	}
	return "nothing is billed"
}

// model writes the model and its service, and the length of the clip.
func (p *page) model() {
	j := p.v.Job
	s := safe.Line(j.Model)
	if p.v.Model != nil {
		s = words.Model(p.v.Model)
	}
	p.pair("model", s+", "+words.Service(j.Provider))
	if j.Seconds > 0 {
		p.pair("length", safe.Line(fmt.Sprintf("%d s", j.Seconds)))
	}
}

func (p *page) advice() {
	p.trouble()
	what := words.What(p.v.Job)
	if what == "" {
		return
	}
	p.gap()
	p.text(what, p.v.Styles.State(words.Tone(p.v.Job)).Style)
	p.text(words.Next(p.v.Job, p.v.Keys), p.v.Styles.Text.Quiet)
}

// trouble writes why an open job does not get on. A job that only waits for its
// turn has its reason in the first line.
func (p *page) trouble() {
	j := p.v.Job
	if !j.Troubled() || j.State == job.Queued && j.Fails == 0 && j.Waiting != job.WaitKey {
		return
	}
	p.gap()
	p.text(words.Reason(j), p.v.Styles.State(theme.Needs).Style)
	if !j.Since.IsZero() {
		p.pair("since", p.stamp(j.Since))
	}
	if !j.NextAt.IsZero() {
		p.pair("next try", p.stamp(j.NextAt))
	}
	if j.Fails > 1 {
		p.pair("tries", safe.Line(strconv.Itoa(j.Fails)))
	}
}

func (p *page) prompt() {
	if p.v.Job.Prompt == "" {
		return
	}
	p.gap()
	for _, l := range safe.Wrap(safe.Lines(p.v.Job.Prompt), p.width) {
		p.add(p.v.Styles.Text.Bright.Render(string(l)))
	}
	if p.v.Changed != "" {
		p.text(p.v.Changed, p.v.Styles.Text.Quiet)
	}
}

// choices writes the person's choices in a fixed order.
func (p *page) choices() {
	for _, r := range p.roles() {
		if p.v.Job.Values.Media(r) == nil {
			p.pair(p.choice(r))
		}
	}
}

// media writes the images and the rest that the clip is made from.
func (p *page) media() {
	for _, r := range p.roles() {
		for _, m := range p.v.Job.Values.Media(r) {
			p.pair(safe.Line(strings.TrimPrefix(strings.TrimSuffix(r.Label(), "s"), "reference ")), safe.Line(m))
		}
	}
}

// roles returns the roles that were chosen, sorted, without those that the page
// has elsewhere.
func (p *page) roles() []catalogue.Role {
	roles := make([]catalogue.Role, 0, len(p.v.Job.Values))
	for r := range p.v.Job.Values {
		if r != catalogue.RolePrompt && r != catalogue.RoleDuration && p.v.Job.Values[r].IsSet() {
			roles = append(roles, r)
		}
	}
	slices.Sort(roles)
	return roles
}

// choice returns one choice in the words of the form.
func (p *page) choice(r catalogue.Role) (label, value safe.String) {
	on, isSwitch := p.v.Job.Values.Bool(r)
	switch {
	case r == catalogue.RoleCameraFixed && on:
		return "camera", "fixed"
	case r == catalogue.RoleCameraFixed && isSwitch:
		return "camera", "free"
	case r == catalogue.RoleAspectRatio:
		return "ratio", safe.Line(p.v.Job.Values[r].String())
	case r == catalogue.RoleAudioToggle && !on:
		return "sound", "silent"
	}
	return safe.Line(r.Label()), safe.Line(p.v.Job.Values[r].String())
}

func (p *page) clip() {
	j := p.v.Job
	p.gap()
	if j.State == job.Saved {
		p.pair("clip", safe.Line(bar.Bytes(j.Output.Bytes)))
		p.pair("", safe.Line(j.Output.Path))
		p.lastFrame()
		return // the link matters less now, and the record has it
	}
	p.link()
	if left := j.Output.Expires.Sub(p.v.Now); j.Output.URL != "" && !j.Output.Expires.IsZero() {
		if left > 0 {
			p.pair("link ends", "in "+safe.Line(bar.Words(left)))
		} else {
			p.pair("link ends", "over")
		}
	}
}

// lastFrame writes where the picture of the clip's last frame is, if it was
// asked for.
func (p *page) lastFrame() {
	for _, o := range p.v.Job.More {
		switch {
		case o.Still && o.Here():
			p.pair("last frame", safe.Line(o.Path))
		case o.Still:
			p.pair("last frame", "none: "+safe.Line(o.Lost))
		}
	}
}

// link writes where the service has the clip.
func (p *page) link() {
	if u, ok := safe.URL(p.v.Job.Output.URL); ok && u != "" {
		p.pair("link", u)
	}
}

// waited is how long a job must have waited in line for that to get a line of
// its own.
const waited = 10 * time.Second

func (p *page) times() {
	j := p.v.Job
	if j.SubmittedAt.IsZero() || j.SubmittedAt.Sub(j.CreatedAt) > waited {
		p.pair("created", p.stamp(j.CreatedAt))
	}
	if j.SubmittedAt.IsZero() {
		return
	}
	sent := p.stamp(j.SubmittedAt)
	if took := p.took(); took != "" {
		sent += ", took " + took
	}
	p.pair("sent", sent)
}

// took returns how long the service worked on an ended job, "" if that is not
// known: of one that was found after its end, the work was not seen.
func (p *page) took() safe.String {
	j := p.v.Job
	d := j.EndedAt.Sub(j.SubmittedAt)
	if j.EndedAt.IsZero() || j.SubmittedAt.IsZero() || d < time.Second {
		return ""
	}
	return safe.Line(bar.Words(d))
}

func (p *page) record() {
	j := p.v.Job
	p.pair("job", safe.Line(j.ID))
	if j.RemoteID != "" {
		p.pair("service id", safe.Line(j.RemoteID))
	}
	if j.State == job.Saved {
		p.link()
	}
	if j.Word != "" && j.State.Open() {
		p.pair("state there", safe.Line(j.Word))
	}
	if j.BillNote != "" {
		p.pair("on the bill", safe.Line(j.BillNote))
	}
	if j.EstimateBasis != "" && j.Estimate != nil {
		p.pair("price from", safe.Line(j.EstimateBasis))
	}
	if j.Attempt > 1 {
		p.pair("attempt", safe.Line(strconv.Itoa(j.Attempt)))
	}
}

func (p *page) stamp(t time.Time) safe.String {
	return words.Moment(t.In(p.v.Zone), p.v.Now.In(p.v.Zone))
}

// pair writes a quiet label and its value, which wraps in its own column.
func (p *page) pair(label, value safe.String) {
	st := p.v.Styles
	lw := cmp.Or(p.label, labelWidth)
	if label.Width() > lw {
		lw = label.Width()
	}
	room := max(p.width-lw-1, 8)
	for i, l := range safe.Wrap(value.Block(), room) {
		head := spaces(lw)
		if i == 0 && label != "" {
			head = st.Field.Label.Render(string(safe.PadRight(label, lw)))
		}
		p.add(head + " " + st.Text.Base.Render(string(l)))
	}
}

type renderer interface{ Render(strs ...string) string }

func (p *page) text(s safe.String, style renderer) {
	for _, l := range safe.Wrap(s.Block(), p.width) {
		p.add(style.Render(string(l)))
	}
}

func spaces(n int) string {
	if n < 1 {
		n = 1
	}
	return fmt.Sprintf("%*s", n, "")
}
