package compose

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/reel"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// mostEarlier bounds how many earlier prompts can be brought back.
const mostEarlier = 200

// earlierPrompts is the place in the history of the prompt.
type earlierPrompts struct {
	// past are the prompts, the newest first, and at is the one shown, counted
	// from 1; with 0 the prompt is what was typed, which is kept in typed.
	past  []string
	at    int
	typed string
}

type promptsReadMsg struct {
	list []string
	err  error
}

// earlier brings back the prompt that many before the one shown, or after it if
// by is negative. What was typed comes after the newest.
func (s *Screen) earlier(by int) tea.Cmd {
	p := s.form.prompt
	if p == nil {
		return studio.Say(toast.Info, "This model takes no prompt.")
	}
	if s.at > 0 && p.Value() != s.past[s.at-1] {
		s.at = 0 // it was changed: that is typed now
	}
	switch {
	case s.at > 0:
		return s.showEarlier(s.at + by)
	case by < 0:
		return studio.Say(toast.Info, "This is the newest; "+safe.Line(s.s.Keys.Form.Older.Help().Key)+" brings back an earlier prompt.")
	}
	st := s.s.Store
	return s.s.Work(func(ctx context.Context) tea.Msg {
		list, err := st.LastPrompts(ctx, mostEarlier)
		return promptsReadMsg{list: list, err: err}
	})
}

// promptsRead takes the prompts of the history, and brings back the newest that
// is another than the one typed.
func (s *Screen) promptsRead(m promptsReadMsg) tea.Cmd {
	p := s.form.prompt
	if m.err != nil {
		return studio.Say(toast.Bad, words.Error(m.err))
	}
	if p == nil || s.at > 0 {
		return nil
	}
	s.typed, s.past = p.Value(), nil
	for _, text := range m.list {
		if reel.HasAlternatives(text) {
			text = reel.Literal(text) // it was sent so
		}
		if text = safe.Edit(text); text != s.typed {
			s.past = append(s.past, text)
		}
	}
	return s.showEarlier(1)
}

// showEarlier shows the nth earlier prompt, with 0 what was typed.
func (s *Screen) showEarlier(n int) tea.Cmd {
	if n > len(s.past) {
		return studio.Say(toast.Info, "There is no earlier prompt.")
	}
	s.at = max(n, 0)
	text := s.typed
	if s.at > 0 {
		text = s.past[s.at-1]
	}
	s.form.prompt.SetValue(text)
	return s.takeRows()
}
