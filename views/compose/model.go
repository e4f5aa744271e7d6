package compose

import (
	tea "charm.land/bubbletea/v2"

	"seedreel/client/catalogue"
	"seedreel/ui/field"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/picker"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// firstModel returns the model that an order begins with. A form needs one even
// if the settings name none that there is, or several: then the settings are
// passed over, and wrong is why.
func (s *Screen) firstModel() (m *catalogue.Model, wrong safe.String) {
	cat, usable := s.s.Catalogue.Now(), func(provider string) bool {
		ok, _ := s.s.Ready(provider)
		return ok && !s.s.Practice
	}
	name := s.s.Settings.Model
	if m, _ = cat.Begin(name, s.s.LastModel, usable); m != nil {
		return m, ""
	}
	if _, err := cat.One(name); err != nil {
		wrong = "The form begins with another model than the settings name: " + words.Error(err) + "."
	}
	m, _ = cat.Begin("", s.s.LastModel, usable)
	return m, wrong
}

// exampleModel returns the model of the example: in practice the one that the
// catalogue has for it, if nobody has chosen another.
func (s *Screen) exampleModel() *catalogue.Model {
	m := s.s.Catalogue.Now().Example()
	if m == nil || !s.s.Practice || s.s.Settings.Model != "" || s.s.LastModel != (catalogue.Ref{}) {
		m, _ = s.firstModel()
	}
	return m
}

// setModel changes the model. The draft keeps all values; the new form shows
// those that apply.
func (s *Screen) setModel(m *catalogue.Model) tea.Cmd {
	focus := s.form.huh.GetFocusedField().GetKey()
	s.model, s.s.Model, s.draft.Model = m, m, m.Ref()
	s.buildForm()
	s.resize()
	field.Begin(s.form.huh)
	s.focusOn(focus)
	s.refresh()
	return tea.Batch(s.lookAtAll(), s.changed(), s.wantQuote(), studio.Send(studio.ChangedMsg{What: studio.Model}))
}

// pickModel opens the picker at once: further letters would otherwise go into
// the prompt.
func (s *Screen) pickModel() tea.Cmd {
	picker.Open(s.s, func(m *catalogue.Model) tea.Cmd {
		s.keepForm()
		cmd := s.setModel(m)
		if left := s.left(); left != "" {
			cmd = tea.Batch(cmd, studio.Say(toast.Info, "Kept for later."+left))
		}
		return cmd
	})
	return nil
}

// left returns the names of the values in the draft that the model has no field
// for.
func (s *Screen) left() safe.String {
	left := s.draft.stranded(s.model)
	if len(left) == 0 {
		return ""
	}
	return " It has no place for: " + safe.Line(left[0].Label()) + "."
}

// successor moves the draft to the model that replaces this one.
func (s *Screen) successor() tea.Cmd {
	next := s.s.Catalogue.Now().Replacement(s.model)
	if next == nil {
		return studio.Say(toast.Info, "This model has no successor to move to.")
	}
	before := s.price.Times(s.draft.Count)
	s.keepForm()
	cmd := s.setModel(next)
	text := "Moved to " + words.Successor(nil, next) + "; the prompt is kept."
	if was, is := before.String(), s.price.Times(s.draft.Count).String(); was != is {
		text += " Price: " + safe.Line(is) + ", was " + safe.Line(was) + "."
	}
	text += s.left()
	return tea.Batch(cmd, studio.Say(toast.Good, text))
}
