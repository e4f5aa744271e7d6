package order

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/state/order"
	"seedreel/ui/toast"
)

// prompt returns the one in the form.
func (c *Counter) prompt() string { return c.s.Draft().Text(catalogue.RolePrompt) }

// rewrite begins an order to rewrite the form's prompt.
func (c *Counter) rewrite() tea.Cmd {
	text := c.prompt()
	if strings.TrimSpace(text) == "" {
		return c.s.Say(toast.Info, "There is no prompt to rewrite yet.")
	}
	o := c.optimizer()
	if o == nil {
		return c.s.Say(toast.Info, "No service that can be used rewrites prompts.")
	}
	w := catalogue.Wish{Text: text, Mode: "video"}
	return c.ask(&asking{deed: rewriting, drafts: []order.Draft{order.Rewriting(o, w, c.s.Model.Picture(c.s.Draft()), c.s.Practice)}})
}

// optimizer returns the model that rewrites prompts, preferably of the form's
// own service.
func (c *Counter) optimizer() *catalogue.Model {
	for _, id := range append([]string{c.s.Model.Provider}, all.IDs()...) {
		if o := c.s.Catalogue.Now().Optimizer(id); o != nil && c.s.Services.Ready(id) == nil {
			return o
		}
	}
	return nil
}
