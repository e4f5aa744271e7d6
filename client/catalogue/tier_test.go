package catalogue_test

import (
	"testing"

	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
)

// A model with a cheap slow tier has one choice of two, and names what waiting
// saves; others have none.
func TestPatienceSavesMoney(t *testing.T) {
	t.Parallel()
	look := func(string) (catalogue.Facts, error) { return catalogue.Facts{}, nil }
	found := 0
	for _, m := range clienttest.Catalogue(t).All() {
		v := m.Fill(nil)
		p, ok := m.Patience(v, look)
		if m.Field(catalogue.RoleServiceTier) == nil {
			if ok {
				t.Errorf("%s has a tier from nowhere", m.Ref())
			}
			continue
		}
		found++
		now, later := v.Clone(), v.Clone()
		now[catalogue.RoleServiceTier], later[catalogue.RoleServiceTier] = p.Now, p.Later
		a, b := m.Estimate(now, look), m.Estimate(later, look)
		if !ok || p.Now.Equal(p.Later) || a.Known && p.Saved != a.Total-b.Total {
			t.Errorf("%s: %+v, %s at once and %s later", m.Ref(), p, a, b)
		}
	}
	if found < 3 {
		t.Errorf("%d models have a cheap tier", found)
	}
}
