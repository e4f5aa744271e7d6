package compose

import (
	"context"
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"
	"github.com/dustin/go-humanize/english"

	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/state/reel"
	"seedreel/state/store"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/studio"
)

// taken returns what makes clips of the form takes.
func (d *Draft) taken() job.Taken {
	return job.Taken{Shot: d.Shot, Parent: d.Parent, Origin: d.Origin, Continues: d.Continues}
}

// goOn makes what is submitted next takes of the same shot, made from the last
// of these.
func (d *Draft) goOn(jobs []*job.Job) {
	if n := len(jobs); n > 0 {
		d.Shot, d.Parent, d.Origin, d.Continues = jobs[n-1].Shot, jobs[n-1].ID, job.OriginNone, ""
	}
}

// keepFormer keeps the form, to come back to. A job that it edited is left as
// it was.
func (s *Screen) keepFormer() tea.Cmd {
	free := s.release()
	d := s.draft.clone()
	s.former = &d
	return free
}

// keepForm keeps the form before it moves to another model. What a job was
// before it was edited stays what is come back to.
func (s *Screen) keepForm() {
	if !s.editing() {
		d := s.draft.clone()
		s.former = &d
	}
}

// before changes the form for the one before; a second time, back.
func (s *Screen) before() tea.Cmd {
	if s.former == nil {
		return studio.Say(toast.Info, "The form was not changed for another.")
	}
	d := *s.former
	m := s.s.Catalogue.Now().Model(d.Model)
	if m == nil {
		return studio.Say(toast.Info, "The catalogue no longer has "+safe.Line(d.Model.ID)+".")
	}
	left := s.keepFormer()
	return tea.Batch(left, s.load(d, m), studio.Say(toast.Good, "The form as it was before; "+safe.Line(s.s.Keys.Form.Before.Help().Key)+" changes back."))
}

// fill takes a take that is to be made into the form.
func (s *Screen) fill(msg studio.FillMsg) tea.Cmd {
	n := msg.Next
	left := s.keepFormer()
	d := Draft{
		Model: n.Model.Ref(), Values: n.Values.Clone(), Count: 1, LastSeed: msg.Seed,
		Shot: n.Taken.Shot, Parent: n.Taken.Parent, Origin: n.Taken.Origin, Continues: n.Taken.Continues,
	}
	literal(d.Values)
	open := s.s.Open(s)
	return tea.Batch(left, s.load(d, n.Model), open, s.FocusPrompt(), s.s.Say(toast.Good, msg.Text))
}

// literal writes the prompt of a clip so that its braces are read as braces.
func literal(v catalogue.Values) {
	if text := v.Text(catalogue.RolePrompt); reel.HasAlternatives(text) {
		v[catalogue.RolePrompt] = catalogue.Text(reel.Literal(text))
	}
}

// load shows a draft.
func (s *Screen) load(d Draft, m *catalogue.Model) tea.Cmd {
	s.draft, s.tried = d, false
	clear(s.touched)
	return tea.Batch(s.setModel(m), s.findShot())
}

// shotAt is the place of the form's shot.
type shotAt struct {
	id string
	store.ShotPlace
}

type shotFoundMsg struct {
	id    string
	place store.ShotPlace
	err   error
}

// findShot looks up the place of the form's shot, or of the one that it goes on
// from.
func (s *Screen) findShot() tea.Cmd {
	id, st := s.draft.Shot, s.s.Store
	if s.draft.Continues != "" {
		id = s.draft.Continues
	}
	if id == "" {
		s.shot = shotAt{}
		return nil
	}
	return s.s.Work(func(ctx context.Context) tea.Msg {
		p, err := st.ShotPlace(ctx, id)
		return shotFoundMsg{id: id, place: p, err: err}
	})
}

// shotFound shows the place. The form leaves a shot that is gone, or is in
// another reel than the open one.
func (s *Screen) shotFound(m shotFoundMsg) {
	d := &s.draft
	if m.id != d.Shot && m.id != d.Continues {
		return
	}
	switch {
	case errors.Is(m.err, reel.ErrNoShot), m.err == nil && !m.place.Open:
		d.Shot, d.Parent, d.Origin, d.Continues = "", "", job.OriginNone, ""
		s.shot = shotAt{}
	case m.err == nil:
		s.shot = shotAt{id: m.id, ShotPlace: m.place}
	}
}

// shotMark returns the shot that the form belongs to, for the end of a line with
// that much room.
func (s *Screen) shotMark(room int) string {
	text := safe.String("")
	switch s.shot.id {
	case "":
		if !s.editing() {
			return ""
		}
	case s.draft.Continues:
		text = safe.Line(fmt.Sprintf("new shot, goes on from %d", s.shot.Number))
	case s.draft.Shot:
		text = safe.Line(fmt.Sprintf("shot %d, %s", s.shot.Number, english.Plural(s.shot.Takes, "take", "")))
	default:
		return ""
	}
	if s.editing() {
		text = "changes a job in line"
	}
	if text.Width()+2 > room {
		return ""
	}
	return " " + s.s.Styles.Text.Quiet.Render(string(text)) + " "
}
