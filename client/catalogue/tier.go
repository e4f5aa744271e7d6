package catalogue

import "seedreel/client/usd"

// Patience is the choice of a service to make a clip later for less.
type Patience struct {
	// Now and Later are the values of the field RoleServiceTier for the usual
	// tier and for the cheap one.
	Now, Later Value
	// Saved is how much less the clip costs in the cheap tier, 0 if that is not
	// known.
	Saved usd.Micro
}

// Patience returns the model's cheap slow tier and what it saves for the
// values; ok is false if the model has none.
func (m *Model) Patience(v Values, look Inspect) (p Patience, ok bool) {
	f := m.Field(RoleServiceTier)
	if f == nil || len(f.Options()) != 2 {
		return Patience{}, false
	}
	usual, has := f.DefaultValue()
	if !has {
		return Patience{}, false
	}
	p.Now = usual
	for _, o := range f.Options() {
		if o.Equal(usual) {
			continue
		}
		later := v.Clone()
		if later == nil {
			later = Values{}
		}
		later[RoleServiceTier] = o
		now := later.Clone()
		now[RoleServiceTier] = usual
		dear, cheap := m.priceRow(now), m.priceRow(later)
		if dear == nil || cheap == nil || !cheaper(cheap, dear) {
			return Patience{}, false
		}
		p.Later = o
		if a, b := m.Estimate(now, look), m.Estimate(later, look); a.Known && b.Known {
			p.Saved = max(a.Total-b.Total, 0)
		}
	}
	return p, true
}

// cheaper reports whether a price row is below another of the same basis.
func cheaper(a, b *PriceRow) bool {
	for _, p := range [][2]*usd.Micro{
		{a.PerMillionTokens, b.PerMillionTokens}, {a.PerOutputSecond, b.PerOutputSecond}, {a.PerRun, b.PerRun},
	} {
		if p[0] != nil && p[1] != nil && *p[0] < *p[1] {
			return true
		}
	}
	return false
}
