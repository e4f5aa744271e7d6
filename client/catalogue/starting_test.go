package catalogue_test

import (
	"testing"

	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
)

// price returns the cost of a form with only a prompt.
func price(m *catalogue.Model) catalogue.Estimate {
	return catalogue.EstimatePrice(m, m.Adopt(catalogue.Values{}), 0)
}

func TestANewFormStartsWithAModelThatStays(t *testing.T) {
	t.Parallel()
	cat := clienttest.Catalogue(t)
	for name, usable := range map[string]func(string) bool{
		"this one":  func(p string) bool { return p == "wavespeed" },
		"the other": func(p string) bool { return p == "aimlapi" },
		"none":      func(string) bool { return false },
	} {
		m := cat.First(usable)
		if m == nil || m.Lifecycle.Status != catalogue.LifeActive || m.Task != "text-to-video" || !price(m).Known {
			t.Fatalf("%s: the first model is %+v", name, m)
		}
		if name != "none" && !usable(m.Provider) {
			t.Errorf("%s: it is %s of a service without an account", name, m.Ref())
		}
		for _, o := range cat.All() {
			if o.Task != m.Task || o.Lifecycle.Status != catalogue.LifeActive || usable(m.Provider) && !usable(o.Provider) {
				continue
			}
			if e := price(o); e.Known && e.Total < price(m).Total {
				t.Errorf("%s: %s costs %s, %s only %s", name, m.ID, price(m), o.ID, e)
			}
		}
	}
}

// Practice is for exploring the form.
func TestPracticeStartsWithEverythingToTurn(t *testing.T) {
	t.Parallel()
	m := clienttest.Catalogue(t).First(nil)
	if m == nil || m.Lifecycle.Status == catalogue.LifeRetired || !price(m).Known {
		t.Fatalf("the first model is %+v", m)
	}
	for _, r := range []catalogue.Role{catalogue.RoleDuration, catalogue.RoleAspectRatio, catalogue.RoleCameraFixed, catalogue.RoleSeed} {
		if m.Field(r) == nil {
			t.Errorf("%s has no %s", m.Ref(), r)
		}
	}
}
