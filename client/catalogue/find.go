package catalogue

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
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
	type near struct {
		m     *Model
		alike float64
	}
	var all []near
	want := pairs(text)
	for _, m := range c.models {
		if m.MakesVideo() {
			all = append(all, near{m, alike(want, pairs(m.Ref().String()))})
		}
	}
	slices.SortStableFunc(all, func(a, b near) int { return cmp.Compare(b.alike, a.alike) })
	var out []*Model
	for _, x := range all[:min(n, len(all))] {
		out = append(out, x.m)
	}
	return out
}

// pairs returns the pairs of neighbouring letters in a text.
func pairs(text string) map[string]bool {
	out := map[string]bool{}
	r := []rune(strings.ToLower(text))
	for i := 1; i < len(r); i++ {
		out[string(r[i-1:i+1])] = true
	}
	return out
}

// alike returns the share of pairs that two texts have in common, more of the
// first than of the second: what was typed is a part of a name.
func alike(a, b map[string]bool) float64 {
	n := 0
	for p := range a {
		if b[p] {
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return float64(n)/float64(len(a)) + float64(n)/float64(len(b))/10
}

// named returns the model of "service:id", nil if there is none.
func (c *Catalogue) named(ref string) *Model {
	p, id, _ := strings.Cut(ref, ":")
	return c.byRef[Ref{p, id}]
}
