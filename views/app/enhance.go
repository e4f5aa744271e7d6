package app

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/catalogue"
	"seedreel/state/services"
	"seedreel/ui/dialog"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/rewrite"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// enhancing bounds one rewriting: the service is asked once and waited for.
const enhancing = 150 * time.Second

type enhancedMsg struct {
	after string
	err   error
}

// askEnhance offers to rewrite the prompt, with its price.
func (m *Model) askEnhance() tea.Cmd {
	text := strings.TrimSpace(m.s.Draft().Text(catalogue.RolePrompt))
	if text == "" {
		return m.say(toast.Info, "There is no prompt to rewrite yet.")
	}
	o := m.optimizer()
	if o == nil {
		return m.say(toast.Info, "No service that can be used rewrites prompts.")
	}
	price := catalogue.EstimatePrice(o, o.WishValues(catalogue.Wish{Text: text}), 0)
	body := ("The prompt goes to " + words.Service(o.Provider) + ", with the first image if there is one.\nYou see both versions before anything changes.").Block()
	if m.s.Practice {
		body += "\nPractice: nothing is billed."
	}
	m.dialogs.Push(&dialog.Choice{
		Name: "rewrite", Title: "Rewrite the prompt for " + safe.Line(price.String()) + "?", Body: body,
		Options: []dialog.Option{{Label: "No"}, {Label: "Yes, rewrite it", Do: m.enhance}},
	})
	return nil
}

// optimizer is the model that rewrites prompts, of the form's own service
// before the other.
func (m *Model) optimizer() *catalogue.Model {
	mine := m.s.Model.Provider
	for _, id := range append([]string{mine}, services.All()...) {
		if o := m.s.Catalogue.Optimizer(id); o != nil && m.o.Services.Ready(id) == nil {
			return o
		}
	}
	return nil
}

func (m *Model) enhance() tea.Cmd {
	o := m.optimizer()
	if o == nil || m.enhancing {
		return nil
	}
	m.enhancing = true
	v := m.s.Draft()
	w := catalogue.Wish{Text: v.Text(catalogue.RolePrompt), Mode: "video"}
	image := m.s.Model.Picture(v)
	practice, home, ctx := m.s.Practice, m.s.Home, m.s.Ctx
	ask := func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, enhancing)
		defer cancel()
		after, err := m.s.Money.EnhanceWith(ctx, o, w, image, home, practice)
		return enhancedMsg{after: after, err: err}
	}
	return tea.Batch(m.say(toast.Info, "Rewriting the prompt."), ask)
}

func (m *Model) applyEnhanced(msg enhancedMsg) tea.Cmd {
	m.enhancing = false
	if msg.err != nil {
		return m.say(toast.Bad, "The prompt is as it was. "+words.Error(msg.err))
	}
	m.dialogs.PushUnasked(rewrite.New(m.s, m.s.Draft().Text(catalogue.RolePrompt), msg.after))
	return m.tell(studio.BalanceMsg{})
}
