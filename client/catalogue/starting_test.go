package catalogue_test

import (
	"encoding/json"
	"strings"
	"testing"

	"seedreel/assets"
	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
)

// What an order begins with depends on which services have keys, and on
// nothing else: not on prices, nor on practice.
func TestFirst(t *testing.T) {
	t.Parallel()
	cat := clienttest.Catalogue(t)
	at := func(providers ...string) func(string) bool {
		return func(p string) bool {
			for _, x := range providers {
				if x == p {
					return true
				}
			}
			return false
		}
	}
	practice := cat.First(nil)
	if practice == nil || practice.Task != "text-to-video" {
		t.Fatalf("practice starts with %+v", practice)
	}
	for name, tt := range map[string]struct {
		usable func(string) bool
		want   string
	}{
		"practice": {nil, practice.Provider}, "no key": {at(), practice.Provider}, "all keys": {at("ark", "aimlapi", "wavespeed"), practice.Provider},
		"one key": {at("aimlapi"), "aimlapi"}, "another key": {at("ark"), "ark"},
	} {
		m := cat.First(tt.usable)
		if m.Provider != tt.want || m.Lifecycle.Status == catalogue.LifeRetired {
			t.Errorf("%s: it starts with %s", name, m.Ref())
		}
		if tt.want == practice.Provider && m != practice {
			t.Errorf("%s: it starts with %s, practice with %s", name, m.Ref(), practice.Ref())
		}
	}
}

// Cheaper models on a service's own list change nothing.
func TestFirstStaysWhenPricesChange(t *testing.T) {
	t.Parallel()
	cat := clienttest.Catalogue(t)
	first := cat.First(nil)
	var listed []*catalogue.Model
	for _, m := range cat.All() {
		if m.Provider != first.Provider {
			continue
		}
		c := *m
		c.Price.Rows = nil
		listed = append(listed, &c)
	}
	after, _ := cat.Overlay(listed, "today")
	if m := after.First(nil); m.Ref() != first.Ref() {
		t.Errorf("after a refresh it starts with %s, before with %s", m.Ref(), first.Ref())
	}
}

// A model that the service has switched off, or is about to, gives way to its
// successor.
func TestFirstIsNotRetired(t *testing.T) {
	t.Parallel()
	for _, status := range []string{catalogue.LifeRetired, catalogue.LifeRetiring} {
		cat := clienttest.Catalogue(t)
		first, next := *cat.First(nil), ""
		for _, m := range cat.All() {
			if m.Provider == first.Provider && m.Task == first.Task && m.ID != first.ID && m.Lifecycle.Status == catalogue.LifeActive {
				next = m.ID
			}
		}
		after, refused := cat.Overlay([]*catalogue.Model{&first}, "today")
		if len(refused) > 0 {
			t.Fatal(refused)
		}
		m := after.Model(first.Ref())
		m.Lifecycle.Status, m.Lifecycle.Replacement = status, next
		if got := after.First(nil); got.Ref().ID != next {
			t.Errorf("%s: it starts with %s, not with %s", status, got.Ref(), next)
		}
	}
}

// The settings come before the last order, that before the catalogue's own; a
// name that may be several models is none.
func TestBegin(t *testing.T) {
	t.Parallel()
	cat := clienttest.Catalogue(t)
	last := cat.All()[0]
	first := cat.First(nil)
	if len(cat.Find("seedance")) < 2 {
		t.Fatal("the name is not ambiguous")
	}
	for _, c := range []struct {
		name   string
		last   catalogue.Ref
		want   *catalogue.Model
		chosen bool
	}{
		{last.Ref().String(), catalogue.Ref{}, last, true},
		{"seedance", last.Ref(), nil, true},
		{"no such model", last.Ref(), nil, true},
		{"", last.Ref(), last, true},
		{"", catalogue.Ref{Provider: "gone", ID: "gone"}, first, false},
	} {
		if m, chosen := cat.Begin(c.name, c.last, nil); m != c.want || chosen != c.chosen {
			t.Errorf("%q after %s: %v, %t", c.name, c.last, m, chosen)
		}
	}
	if _, err := cat.One("seedance"); err == nil || !strings.Contains(err.Error(), " may be ") {
		t.Errorf("a name of several: %v", err)
	}
	if _, err := cat.One("no such model"); err == nil || !strings.Contains(err.Error(), "there is no model") {
		t.Errorf("a name of none: %v", err)
	}
	if m, err := cat.One(last.Ref().String()); m != last || err != nil {
		t.Errorf("a name of one: %v, %v", m, err)
	}
}

// What a newcomer begins with is not about to end, and the cheapest of what its
// service publishes a price for.
func TestFirstIsActiveAndCheap(t *testing.T) {
	t.Parallel()
	cat := clienttest.Catalogue(t)
	for _, id := range []string{"wavespeed", "aimlapi", "ark"} {
		first := cat.First(func(p string) bool { return p == id })
		if first.Provider != id || first.Lifecycle.Status != catalogue.LifeActive {
			t.Errorf("%s: it starts with %s, which is %s", id, first.Ref(), first.Lifecycle.Status)
		}
		price, known := first.Estimate(first.Fill(nil), nil).Ceiling()
		if !known {
			t.Errorf("%s: %s has no price", id, first.Ref())
		}
		for _, m := range cat.All() {
			if m.Provider != id || m.Task != first.Task || m.Lifecycle.Status != catalogue.LifeActive {
				continue
			}
			if p, ok := m.Estimate(m.Fill(nil), nil).Ceiling(); ok && p < price {
				t.Errorf("%s: it starts with %s for %s, and %s is %s", id, first.Ref(), price, m.Ref(), p)
			}
		}
	}
}

// Every name in the data leads to a model, and every service has one to start
// with.
func TestNames(t *testing.T) {
	t.Parallel()
	var data struct {
		Start []string          `json:"start"`
		Names map[string]string `json:"names"`
	}
	if err := json.Unmarshal(assets.Models(), &data); err != nil {
		t.Fatal(err)
	}
	cat, services := clienttest.Catalogue(t), map[string]bool{}
	for _, m := range cat.All() {
		services[m.Provider] = true
	}
	for _, ref := range data.Start {
		if len(cat.Find(ref)) != 1 {
			t.Errorf("it may start with %s, which is not there", ref)
		}
		service, _, _ := strings.Cut(ref, ":")
		delete(services, service)
	}
	if len(services) > 0 {
		t.Errorf("nothing to start with at %v", services)
	}
	if m := cat.Example(); m == nil || m.Field(catalogue.RoleSeed) == nil || m.Field(catalogue.RoleCameraFixed) == nil {
		t.Errorf("the example is of %v", m)
	}
	for name, ref := range data.Names {
		if found := cat.Find(strings.ToUpper(name)); len(found) != 1 || found[0].Ref().String() != ref {
			t.Errorf("%s leads to %v, not %s", name, found, ref)
		}
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	cat := clienttest.Catalogue(t)
	for typed, want := range map[string]string{
		"lite-t2v-480":                 "wavespeed:bytedance/seedance-v1-lite-t2v-480p",
		"wavespeed:seedance-2.5/txt":   "wavespeed:bytedance/seedance-2.5/text-to-video",
		"seedanse-v1-lite-i2v-480p":    "wavespeed:bytedance/seedance-v1-lite-i2v-480p",
		"dreamina-seedance-2-0-mini-x": "ark:dreamina-seedance-2-0-mini",
	} {
		got := cat.Nearest(typed, 3)
		if len(got) != 3 || got[0].Ref().String() != want {
			t.Errorf("%q: %v", typed, got)
		}
	}
}
