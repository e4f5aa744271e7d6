package catalogue

import (
	"cmp"
	"slices"
)

// Twin returns the other service's model for the same clip: same family and
// tier, a task in common, and a place for the media among the values before
// none; one that stays before one that is being switched off. Nil when there
// is none that still works.
func (c *Catalogue) Twin(m *Model, v Values) *Model {
	var best *Model
	for _, x := range c.models {
		if x.Provider == m.Provider || x.Family != m.Family || x.Tier != m.Tier || x.Lifecycle.Status == LifeRetired {
			continue
		}
		if !slices.ContainsFunc(x.Tasks, func(task string) bool { return slices.Contains(m.Tasks, task) }) {
			continue
		}
		if r := m.ResolutionOf(nil); m.Resolution.Mode == "fixed" && !x.offersResolution(r) {
			continue
		}
		if best == nil || cmp.Or(cmp.Compare(x.misfits(v), best.misfits(v)), cmp.Compare(x.rank(), best.rank())) < 0 {
			best = x
		}
	}
	return best
}

// misfits counts the media that a model has no place for, and those it wants
// and does not get.
func (m *Model) misfits(v Values) int {
	n := 0
	for role := range v {
		if len(v.Media(role)) > 0 && m.Field(role) == nil {
			n++
		}
	}
	for i := range m.Fields {
		if f := &m.Fields[i]; f.Media != nil && f.Required && !v[f.Role].IsSet() {
			n++
		}
	}
	return n
}

func (m *Model) offersResolution(r string) bool {
	return m.Resolution.Value == r || slices.Contains(m.Resolution.Options, r)
}

// rank sorts by life: what stays comes first.
func (m *Model) rank() int {
	if m.Lifecycle.Status == LifeActive {
		return 0
	}
	return 1
}
