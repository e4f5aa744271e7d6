package catalogue

import "seedreel/client/usd"

// First returns the model that a new form starts with: one that makes a clip
// from text alone and has a known price.
//
// Where clips are paid for, usable reports whether there is an account for a
// service, and First returns the cheapest of those services' models that is
// not being switched off. In practice, usable is nil: nothing is bought, so it
// returns the model with the most to try, and of these the catalogue's first.
// Without such a model it falls back to the catalogue's first that makes a
// clip; nil means an empty catalogue.
func (c *Catalogue) First(usable func(provider string) bool) *Model {
	var best, first *Model
	var most rank
	for _, m := range c.models {
		if !m.MakesVideo() {
			continue
		}
		if first == nil {
			first = m
		}
		e := EstimatePrice(m, m.Adopt(Values{}), 0)
		if m.Task != taskFromText || !e.Known {
			continue
		}
		r := rank{total: e.Total}
		switch {
		case usable == nil && m.Lifecycle.Status != LifeRetired:
			r = rank{merit: m.handles()}
		case m.Lifecycle.Status != LifeActive:
			continue
		case usable != nil && usable(m.Provider):
			r.merit = 1
		}
		if best == nil || r.before(most) {
			best, most = m, r
		}
	}
	if best == nil {
		return first
	}
	return best
}

// rank orders the models that a form may start with.
type rank struct {
	merit int
	total usd.Micro
}

func (r rank) before(o rank) bool {
	if r.merit != o.merit {
		return r.merit > o.merit
	}
	return r.total < o.total
}

// handles counts the controls used most: the model's fields of these roles.
func (m *Model) handles() int {
	n := 0
	for _, r := range [...]Role{RoleDuration, RoleAspectRatio, RoleCameraFixed, RoleSeed} {
		if m.Field(r) != nil {
			n++
		}
	}
	return n
}

// taskFromText is the task of models that need only text.
const taskFromText = "text-to-video"
