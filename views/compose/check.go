package compose

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/catalogue"
	"seedreel/state/media"
	"seedreel/ui/bar"
	"seedreel/ui/field"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/order"
	"seedreel/views/studio"
)

// factsLoadedMsg carries the facts about one piece of media.
type factsLoadedMsg struct {
	item  string
	facts catalogue.Facts
	err   error
}

// checkedMsg carries the result of checking all media again before a submit.
type checkedMsg struct {
	facts map[string]known
}

func (s *Screen) items() []string {
	var out []string
	for _, r := range s.form.mediaRoles {
		out = append(out, s.draft.Values.Media(r)...)
	}
	return out
}

// lookAtAll starts reading the facts that are not known yet.
func (s *Screen) lookAtAll() tea.Cmd {
	var cmds []tea.Cmd
	for _, it := range s.items() {
		if s.facts[it].asked {
			s.showFacts(it)
			continue
		}
		s.facts[it] = known{asked: true}
		look := s.s.Look
		cmds = append(cmds, func() tea.Msg {
			f, err := look(it)
			return factsLoadedMsg{item: it, facts: f, err: err}
		})
	}
	return tea.Batch(cmds...)
}

func (s *Screen) applyFacts(m factsLoadedMsg) {
	s.facts[m.item] = known{facts: m.facts, err: m.err, asked: true, done: true}
	s.showFacts(m.item)
	s.refresh()
}

// showFacts writes the facts about an item, and any problem with it in its
// role, into its row.
func (s *Screen) showFacts(item string) {
	if s.form.media != nil {
		s.form.media.SetFacts(item, s.factView(item))
	}
}

func (s *Screen) factView(item string) field.FactView {
	k := s.facts[item]
	var v field.FactView
	if !k.done {
		return v
	}
	if k.err != nil {
		v.Problem = safe.Line(k.err.Error())
		if e, ok := errors.AsType[*media.Error](k.err); ok {
			v.Problem = safe.Line(e.Text) // the row has the name
		}
		return v
	}
	f := k.facts
	if f.Link {
		v.Format = "link"
		if u, ok := safe.URL(item); ok {
			v.Name = u
		}
	}
	if f.Width > 0 {
		v.Pixels = safe.Line(sizeWords(f.Width, f.Height))
	}
	if f.Format != "" {
		v.Format = safe.Line(strings.ToUpper(f.Format))
	}
	if f.Bytes > 0 {
		v.Size = safe.Line(bar.Bytes(f.Bytes))
	}
	v.Note = mediaNote(f)
	for _, r := range s.form.mediaRoles {
		if slices.Contains(s.draft.Values.Media(r), item) {
			v.Problem = safe.Line(s.model.Field(r).Media.Problem(f))
		}
	}
	return v
}

// mediaNote returns a note about what a service may do to a piece of media, and
// how to avoid it.
func mediaNote(f catalogue.Facts) safe.String {
	all := f.Warnings()
	if f.CanBeRedrawn() {
		all = append(all, "seedreel upright makes a copy that every service sees the same way")
	}
	return safe.Line(strings.Join(all, ". "))
}

// look returns the facts known already; unknown media is not judged.
func (s *Screen) look(item string) (catalogue.Facts, error) {
	k := s.facts[item]
	return k.facts, k.err
}

// check checks all media again and then submits. While it runs, another press
// does nothing.
func (s *Screen) check() tea.Cmd {
	if s.checking {
		return nil
	}
	s.checking = true
	items, look := s.items(), s.s.Look
	return func() tea.Msg {
		m := checkedMsg{facts: make(map[string]known, len(items))}
		for _, it := range items {
			f, err := look(it)
			m.facts[it] = known{facts: f, err: err, asked: true, done: true}
		}
		return m
	}
}

// applyCheck submits if there are no errors; otherwise it marks all of them and
// moves the focus to the first.
func (s *Screen) applyCheck(m checkedMsg) tea.Cmd {
	for it, k := range m.facts {
		s.facts[it] = k
		s.showFacts(it)
	}
	s.tried = true
	s.refresh()
	if len(s.errs) > 0 {
		s.checking = false
		s.focusOn(s.rowOf(s.errs[0].Role))
		if s.form.media != nil {
			s.form.media.PointAt(string(s.errs[0].Role))
		}
		return studio.Say(toast.Bad, notSubmitted(len(s.errs)))
	}
	if why := s.fieldProblem(); why != "" {
		s.checking = false
		return studio.Say(toast.Bad, "Not submitted. "+why)
	}
	if ok, why := s.s.Ready(s.model.Provider); !ok {
		s.checking = false
		return studio.Say(toast.Bad, why)
	}
	switch {
	case s.editing() && (len(s.variants) > 1 || s.draft.Count > 1):
		s.checking = false
		return studio.Say(toast.Bad, "A job in line is one clip: alternatives and several clips are for new ones.")
	case s.editing():
		return s.submitEdit()
	case len(s.variants) > 0:
		return s.submitProduct()
	}
	return studio.Send(order.SubmitMsg{Model: s.model, Values: media.Absolute(s.request(), s.s.Home), Count: s.draft.Count, Estimate: s.price, Taken: s.draft.taken()})
}

// notSubmitted counts the errors to fix; the rows and the price panel show
// them.
func notSubmitted(n int) safe.String {
	if n == 1 {
		return "Not submitted. 1 problem to fix first."
	}
	return safe.Line(fmt.Sprintf("Not submitted. %d problems to fix first.", n))
}

// fieldProblem returns the problem that a row itself reports, and moves the
// focus there. It is asked for here, since a number out of range never reaches
// the draft.
func (s *Screen) fieldProblem() safe.String {
	key, why := s.rowProblem()
	if why != "" {
		s.focusOn(key)
	}
	return why
}

// rowProblem returns the first problem that a row itself reports, and the key
// of the row.
func (s *Screen) rowProblem() (key string, why safe.String) {
	for _, r := range s.form.rows {
		switch row := r.(type) {
		case *field.Number:
			why = row.Problem()
		case *field.Seed:
			why = row.Problem()
		}
		if why != "" {
			return r.GetKey(), why
		}
	}
	return "", ""
}

// answered notes that a submit was accepted or declined: the form can be
// submitted again.
func (s *Screen) answered(msg studio.AnsweredMsg) tea.Cmd {
	if msg.Aside {
		return s.findShot() // it may be a take of the same
	}
	s.checking = false
	if msg.Edited && msg.Taken {
		s.draft.Edits, s.draft.Held = "", false
	}
	if !msg.Taken {
		return nil
	}
	s.tried = false
	s.draft.goOn(msg.Jobs)
	if msg.Seed != 0 {
		s.draft.LastSeed = msg.Seed
	}
	s.refresh()
	return tea.Batch(s.Save(), s.findShot())
}

// rowOf returns the key of the row that shows a role.
func (s *Screen) rowOf(r catalogue.Role) string {
	if slices.Contains(s.form.mediaRoles, r) {
		return keyMedia
	}
	return string(r)
}
