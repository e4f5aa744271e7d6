package catalogue

// Wish is the input of a prompt optimizer.
type Wish struct {
	// Text is the prompt before rewriting.
	Text string
	// Image is a link to the picture the clip starts from, "" for none.
	Image string
	// Mode and Style are values of the model's own lists, "" for its defaults.
	Mode, Style string
}

// TaskOptimizer is the catalogue's word for models that rewrite prompts.
const TaskOptimizer = "prompt-optimizer"

// Optimizer returns the service's model that rewrites prompts, nil when it has
// none or it is retired.
func (c *Catalogue) Optimizer(provider string) *Model {
	for _, m := range c.All() {
		if m.Provider == provider && m.Task == TaskOptimizer && m.Lifecycle.Status != LifeRetired {
			return m
		}
	}
	return nil
}

// WishValues returns the values that a wish is sent with, complete enough to
// price it. Parts without a field in the model are left out, and so is a mode
// or style that it does not offer.
func (m *Model) WishValues(w Wish) Values {
	v := Values{RolePrompt: Text(w.Text), RoleSyncMode: Bool(true)}
	if w.Image != "" {
		v[RoleContextImage] = Media(w.Image)
	}
	if w.Mode != "" {
		v[RoleMode] = Text(w.Mode)
	}
	if w.Style != "" {
		v[RoleStyle] = Text(w.Style)
	}
	return m.Adopt(v)
}
