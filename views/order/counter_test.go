package order

import (
	"testing"

	"seedreel/client/catalogue"
	"seedreel/state/order"
	"seedreel/ui/safe"
	"seedreel/views/studio"
)

// The question about the first order of a session is for orders that are paid:
// neither practice nor a simulator on this machine asks it.
func TestOnlyPaidOrdersCountAsTheFirst(t *testing.T) {
	for name, x := range map[string]struct {
		practice bool
		address  safe.String
		want     bool
	}{
		"the service itself":          {want: true},
		"practice":                    {practice: true},
		"a simulator on this machine": {address: "SIMULATOR at 127.0.0.1:9"},
	} {
		t.Run(name, func(t *testing.T) {
			asked := ""
			c := New(&studio.Studio{Account: func(provider string) safe.String {
				asked = provider
				return x.address
			}}, nil)
			m := &catalogue.Model{Provider: "wavespeed"}
			a := &asking{p: &order.Prepared{Lines: []order.Line{{Model: m, Practice: x.practice}}}}
			if got := c.pays(a); got != x.want {
				t.Errorf("it pays: %v, want %v", got, x.want)
			}
			if !x.practice && asked != m.Provider {
				t.Errorf("asked for the address of %q", asked)
			}
		})
	}
}
