package catalogue

// Example returns the model of the form that a newcomer practises on, which has
// everything to turn, or nil if the catalogue names none. Nothing is paid there,
// so it may be one that is being switched off.
func (c *Catalogue) Example() *Model { return c.named(c.example) }

// Begin returns the model of an order that names none: the one that the
// settings name, else that of the last order, else the First that is usable.
// chosen is set unless it is the First. It returns nil for a name that leads to
// no model, or to several.
func (c *Catalogue) Begin(name string, last Ref, usable func(provider string) bool) (m *Model, chosen bool) {
	if name != "" {
		if found := c.Find(name); len(found) == 1 {
			return found[0], true
		}
		return nil, true
	}
	if m := c.Model(last); m != nil {
		return m, true
	}
	return c.First(usable), false
}

// First returns the model of an order for which nobody has chosen one: the
// first that the catalogue names for this whose service is usable, the first of
// all if none is or usable is nil. Neither prices nor practice matter, so it
// stays the same when a list is refreshed. One that was or is being switched off
// gives way to its successor. A catalogue that names none has its first model that makes
// a clip; nil means an empty catalogue.
func (c *Catalogue) First(usable func(provider string) bool) *Model {
	var first *Model
	for _, ref := range c.start {
		m := c.named(ref)
		if m == nil {
			continue
		}
		if m.Lifecycle.Status != LifeActive {
			if next := c.Replacement(m); next != nil {
				m = next
			}
		}
		if first == nil {
			first = m
		}
		if usable == nil || usable(m.Provider) {
			return m
		}
	}
	if first != nil {
		return first
	}
	for _, m := range c.models {
		if m.MakesVideo() {
			return m
		}
	}
	return nil
}
