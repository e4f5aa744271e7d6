package compose

import (
	"seedreel/client/catalogue"
	"seedreel/ui/field"
	"seedreel/ui/safe"
)

// tierRow returns the switch for a service's cheap slow tier, nil if the model
// has none.
func (s *Screen) tierRow(now catalogue.Value) field.Field {
	p, ok := s.model.Patience(s.request(), s.look)
	if !ok {
		return nil
	}
	c := field.NewChoice(s.spec(string(catalogue.RoleServiceTier), "When", false),
		field.Option{Value: p.Now.String(), Label: "at once"}, field.Option{Value: p.Later.String(), Label: "by tomorrow"})
	c.SetValue(now.String())
	return c
}

// showTier shows what waiting saves under the switch for it.
func (s *Screen) showTier(v catalogue.Values) {
	row, shown := s.form.byRole[catalogue.RoleServiceTier]
	if !shown {
		return
	}
	p, ok := s.model.Patience(v, s.look)
	saved := safe.String("less")
	if p.Saved > 0 {
		saved = safe.Line((p.Saved.Times(int64(max(s.draft.Count, 1)))).String()) + " less"
	}
	switch {
	case !ok:
		row.SetNote("", "")
	case v[catalogue.RoleServiceTier].Equal(p.Later):
		row.SetNote(saved+" than at once; it may take until tomorrow", "")
	default:
		row.SetNote("by tomorrow for "+saved, "")
	}
}
