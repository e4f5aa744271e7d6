package compose

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/catalogue"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/studio"
)

// advise checks the prompt, and returns the first advice with the key that
// follows it.
func (s *Screen) advise(v catalogue.Values) (text, key safe.String) {
	s.advice = s.s.Rules.Check(s.model, v, s.look)
	if len(s.advice) == 0 {
		return "", ""
	}
	first := &s.advice[0]
	text = safe.Line(first.Why)
	if n := len(s.advice); n > 1 {
		text += safe.Line(fmt.Sprintf(" (1 of %d)", n))
	}
	if first.Fix != "" {
		key = safe.Line(s.s.Keys.Form.Fix.Help().Key + " " + first.Fix)
	}
	return text, key
}

// fix follows the advice shown. The prompt's own undo takes the words back.
func (s *Screen) fix() tea.Cmd {
	if len(s.advice) == 0 {
		return studio.Say(toast.Info, "There is nothing to fix in the prompt.")
	}
	first := s.advice[0]
	fixed, was := first.Fixed(), s.request()
	if fixed == nil {
		return studio.Say(toast.Info, "That is for you to change: "+safe.Line(first.Why)+".")
	}
	for r, x := range fixed {
		if !x.Equal(was[r]) {
			s.draft.Values[r], s.touched[r] = x, true
		}
	}
	return s.setModel(s.model)
}
