package catalogue

import (
	"fmt"
	"strings"

	"seedreel/client/near"
)

// Find returns the models that match what a person typed, in any case: an exact
// id, the end of one after a slash, a short name of the catalogue, the end of an
// id, or else any part of it. The first of these that any model matches counts.
// "service:" before it leaves the models of that service.
func (c *Catalogue) Find(text string) []*Model {
	want := strings.ToLower(strings.TrimSpace(text))
	service, rest, named := strings.Cut(want, ":")
	if named {
		want = rest
	}
	if want == "" {
		return nil
	}
	for _, match := range []func(m *Model, id string) bool{
		func(_ *Model, id string) bool { return id == want },
		func(_ *Model, id string) bool { return strings.HasSuffix(id, "/"+want) },
		func(m *Model, _ string) bool { return strings.EqualFold(c.names[want], m.Ref().String()) },
		func(m *Model, id string) bool { return m.MakesVideo() && strings.HasSuffix(id, want) },
		func(m *Model, id string) bool { return m.MakesVideo() && strings.Contains(id, want) },
	} {
		var found []*Model
		for _, m := range c.models {
			if (!named || m.Provider == service) && match(m, strings.ToLower(m.ID)) {
				found = append(found, m)
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// One returns the model that a text means, or an error if there is none or it
// may mean several.
func (c *Catalogue) One(text string) (*Model, error) {
	switch found := c.Find(text); len(found) {
	case 0:
		return nil, fmt.Errorf("there is no model %q", text)
	case 1:
		return found[0], nil
	default:
		return nil, fmt.Errorf("the model %q may be %s or %s", text, found[0].Ref(), found[1].Ref())
	}
}

// Nearest returns up to n models that make clips and whose names are most like
// a text.
func (c *Catalogue) Nearest(text string, n int) []*Model {
	var all []*Model
	var names []string
	for _, m := range c.models {
		if m.MakesVideo() {
			all, names = append(all, m), append(names, m.Ref().String())
		}
	}
	var out []*Model
	for _, i := range near.Alike(text, names)[:min(n, len(all))] {
		out = append(out, all[i])
	}
	return out
}

// named returns the model of "service:id", nil if there is none.
func (c *Catalogue) named(ref string) *Model {
	p, id, _ := strings.Cut(ref, ":")
	return c.byRef[Ref{p, id}]
}
