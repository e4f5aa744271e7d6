package app

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/ui/dialog"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
	"seedreel/ui/toast"
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
	text := strings.TrimSpace(m.compose.Values().Text(catalogue.RolePrompt))
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
		Name: dialogEnhance, Title: "Rewrite the prompt for " + safe.Line(price.String()) + "?", Body: body,
		Options: []dialog.Option{{ID: "no", Label: "No"}, {ID: "yes", Label: "Yes, rewrite it"}},
	})
	return nil
}

// optimizer is the model that rewrites prompts, of the form's own service
// before the other.
func (m *Model) optimizer() *catalogue.Model {
	mine := m.compose.Model().Provider
	for _, id := range append([]string{mine}, all.IDs()...) {
		if o := m.s.Catalogue.Now().Optimizer(id); o != nil && m.o.Services.Ready(id) == nil {
			return o
		}
	}
	return nil
}

func (m *Model) enhance() tea.Cmd {
	o := m.optimizer()
	if o == nil || m.busy.enhancing {
		return nil
	}
	m.busy.enhancing = true
	v := m.compose.Values()
	w := catalogue.Wish{Text: v.Text(catalogue.RolePrompt), Mode: "video"}
	image := ""
	for _, r := range []catalogue.Role{catalogue.RoleFirstFrame, catalogue.RoleReferenceImages} {
		if items := v.Media(r); len(items) > 0 {
			image = items[0]
			break
		}
	}
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
	m.busy.enhancing = false
	if msg.err != nil {
		return m.say(toast.Bad, "The prompt is as it was. "+words.Error(msg.err))
	}
	m.dialogs.PushUnasked(&compare{before: m.compose.Values().Text(catalogue.RolePrompt), after: msg.after})
	return m.balance()
}

// compare shows the prompt as it is beside the one offered.
type compare struct {
	before, after string
	at            int
}

// compared is what was chosen.
type compared struct {
	take, edit bool
	text       string
}

// DialogID names the dialog.
func (c compared) DialogID() string { return dialogCompare }

// ID names the dialog.
func (c *compare) ID() string { return dialogCompare }

func compareOptions() []safe.String {
	return []safe.String{"Keep mine", "Take the new one", "Take it and edit"}
}

// Update chooses. The safe answer comes first.
func (c *compare) Update(msg tea.Msg) (dialog.Action, tea.Cmd) {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil, nil
	}
	n := len(compareOptions())
	switch k.String() {
	case "esc", "q":
		return dialog.Closed{ID: dialogCompare}, nil
	case "left", "shift+tab", "h", "up", "k":
		c.at = (c.at + n - 1) % n
	case "right", "tab", "l", "down", "j":
		c.at = (c.at + 1) % n
	case "enter":
		return compared{take: c.at > 0, edit: c.at == 2, text: c.after}, nil
	}
	return nil, nil
}

// View draws both texts in columns and the answers under them.
func (c *compare) View(w, h int, st *theme.Styles) string {
	const gap = 3
	inner := min(w-6, 120)
	col := max((inner-gap)/2, 10)
	left, right := safe.Wrap(safe.Lines(c.before), col), safe.Wrap(safe.Lines(c.after), col)
	rows := min(max(len(left), len(right)), max(h-8, 1))
	lines := []string{st.Text.Quiet.Render(string(safe.PadRight(safe.String("yours"), col+gap)) + "offered")}
	cell := func(all []safe.String, i int) safe.String {
		if i >= len(all) {
			return ""
		}
		if i == rows-1 && len(all) > rows {
			return "…"
		}
		return all[i]
	}
	for i := range rows {
		lines = append(lines, st.Text.Base.Render(string(safe.PadRight(cell(left, i), col)))+strings.Repeat(" ", gap)+
			st.Text.Bright.Render(string(cell(right, i))))
	}
	answers := ""
	for i, o := range compareOptions() {
		mark, style := "  ", st.Dialog.Option
		if i == c.at {
			mark, style = st.Dialog.Mark.Render("▸ "), st.Dialog.OptionSelected
		}
		answers += mark + style.Render(string(o)) + "   "
	}
	lines = append(lines, "", answers)
	return dialog.Frame("The prompt, rewritten", lines, col*2+gap, st)
}

// takeEnhanced puts the new prompt into the form, if it was taken.
func (m *Model) takeEnhanced(c compared) tea.Cmd {
	if !c.take {
		return m.say(toast.Info, "The prompt is as it was.")
	}
	cmd := m.compose.SetPrompt(c.text)
	if c.edit {
		return tea.Batch(cmd, m.visit(Compose), m.compose.FocusPrompt())
	}
	return cmd
}
