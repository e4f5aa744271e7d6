package client

import "slices"

// Twin returns the other service's model for the same clip: same family, tier
// and task, one that still works before one that is retired. Nil when there is
// none.
func (c *Catalogue) Twin(m *Model) *Model {
	var best *Model
	for _, x := range c.models {
		if x.Provider == m.Provider || x.Family != m.Family || x.Tier != m.Tier || !slices.Contains(x.Tasks, m.Task) {
			continue
		}
		if r := m.ResolutionOf(nil); m.Resolution.Mode == "fixed" && !x.offersResolution(r) {
			continue
		}
		if best == nil || x.rank() < best.rank() {
			best = x
		}
	}
	return best
}

func (m *Model) offersResolution(r string) bool {
	return m.Resolution.Value == r || slices.Contains(m.Resolution.Options, r)
}

// rank sorts by life: what works comes first.
func (m *Model) rank() int {
	switch m.Lifecycle.Status {
	case LifeActive:
		return 0
	case LifeRetiring:
		return 1
	}
	return 2
}
