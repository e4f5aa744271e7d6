package client_test

import (
	"testing"

	"seedreel/client"
)

func TestANewFormStartsWithAModelThatStays(t *testing.T) {
	t.Parallel()
	cat := catalogue(t)
	for name, usable := range map[string]func(string) bool{
		"any service": nil,
		"this one":    func(p string) bool { return p == "wavespeed" },
		"the other":   func(p string) bool { return p == "aimlapi" },
		"none":        func(string) bool { return false },
	} {
		m := cat.First(usable)
		if m == nil || m.Lifecycle.Status != client.LifeActive || m.Task != "text-to-video" {
			t.Fatalf("%s: the first model is %+v", name, m)
		}
		mine := client.EstimatePrice(m, m.Adopt(client.Values{}), 0)
		if !mine.Known {
			t.Errorf("%s: nobody knows what %s costs", name, m.ID)
		}
		if usable != nil && name != "none" && !usable(m.Provider) {
			t.Errorf("%s: it is %s of a service without an account", name, m.Ref())
		}
		for _, o := range cat.All() {
			if o.Task != m.Task || o.Lifecycle.Status != client.LifeActive || usable != nil && usable(m.Provider) && !usable(o.Provider) {
				continue
			}
			if e := client.EstimatePrice(o, o.Adopt(client.Values{}), 0); e.Known && e.Total < mine.Total {
				t.Errorf("%s: %s costs %s, %s only %s", name, m.ID, mine, o.ID, e)
			}
		}
		t.Log(name, m.Ref(), mine)
	}
}
