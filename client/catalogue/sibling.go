package catalogue

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Sibling returns the model of the same service and family that has a field
// for each of the roles and nothing that it requires is missing from v or
// roles: m itself if it has, nil if there is none. The nearest one is
// returned: of the same tier, then of the same resolution, then one that stays.
func (c *Catalogue) Sibling(m *Model, v Values, roles ...Role) *Model {
	has := v.Clone()
	if has == nil {
		has = Values{}
	}
	for _, r := range roles {
		has[r] = Media("given")
	}
	var best *Model
	for _, x := range c.models {
		if x.Provider != m.Provider || x.Family != m.Family || !x.MakesVideo() || x != m && x.Lifecycle.Status == LifeRetired {
			continue
		}
		if slices.ContainsFunc(roles, func(r Role) bool { return x.Field(r) == nil }) || x.requiresOther(has) {
			continue
		}
		if x == m {
			return m
		}
		if best == nil || m.distance(x, v) < m.distance(best, v) {
			best = x
		}
	}
	return best
}

// requiresOther reports whether the model requires media that v does not have.
func (m *Model) requiresOther(v Values) bool {
	return slices.ContainsFunc(m.Fields, func(f Field) bool { return f.Media != nil && f.Required && !v[f.Role].IsSet() })
}

// distance returns how far another model of the family is from m.
func (m *Model) distance(x *Model, v Values) (n int) {
	if x.Tier != m.Tier {
		n += 4
	}
	if want := m.ResolutionOf(v); want != x.ResolutionOf(v) && !slices.Contains(x.Resolution.Options, want) {
		n += 2
	}
	return n + x.rank()
}

// Next returns the model after m among those of its service and family that
// make the same clip of v, beginning again after the last; nil if m is the
// only one.
func (c *Catalogue) Next(m *Model, v Values) *Model {
	list := c.like(m, v, func(x *Model) bool { return x == m || x.Lifecycle.Status != LifeRetired })
	i := slices.Index(list, m)
	if len(list) < 2 || i < 0 {
		return nil
	}
	return list[(i+1)%len(list)]
}

// like returns the models of m's service and family that have a place for all
// media of v and require no others.
func (c *Catalogue) like(m *Model, v Values, also func(x *Model) bool) []*Model {
	var list []*Model
	for _, x := range c.models {
		if x.Provider == m.Provider && x.Family == m.Family && x.MakesVideo() && len(x.misfits(v)) == 0 && also(x) {
			list = append(list, x)
		}
	}
	return list
}

// Finest returns the model of m's service, family and tier that makes the clip
// of v with the most lines, and its resolution; m itself if it is as good.
func (c *Catalogue) Finest(m *Model, v Values) (best *Model, resolution string) {
	best, resolution = m, m.finest(v)
	for _, x := range c.like(m, v, func(x *Model) bool { return x.Tier == m.Tier && x.Lifecycle.Status != LifeRetired }) {
		if r := x.finest(v); Lines(r) > Lines(resolution) {
			best, resolution = x, r
		}
	}
	return best, resolution
}

// finest returns the resolution with the most lines that the model makes.
func (m *Model) finest(v Values) string {
	f := m.Field(RoleResolution)
	if f == nil {
		return m.ResolutionOf(v)
	}
	best := ""
	for _, o := range f.Options() {
		if r := o.String(); Lines(r) > Lines(best) {
			best = r
		}
	}
	return best
}

// Lines returns the number of picture lines of a resolution such as "720p" or
// "4k", 0 if it is none.
func Lines(resolution string) int {
	const each = 540 // lines in a k, which counts columns: 4k has 2160
	r := strings.ToLower(resolution)
	if k, ok := strings.CutSuffix(r, "k"); ok {
		n, err := strconv.Atoi(k)
		return whole(n, err) * each
	}
	n, err := strconv.Atoi(strings.TrimSuffix(r, "p"))
	return whole(n, err)
}

func whole(n int, err error) int {
	if err != nil {
		return 0
	}
	return max(n, 0)
}

// After returns the value of a field that follows one: of a list the next,
// beginning again after the last if around is set; of a range the next step.
// ok is false if there is none.
func (f *Field) After(v Value, around bool) (next Value, ok bool) {
	list := slices.Clone(f.Options())
	if len(list) == 0 {
		lo, hi := f.Range()
		n, isNumber := v.AsInt()
		if !isNumber || f.Type != "integer" {
			return Value{}, false
		}
		step := int64(1)
		if f.Step != nil && *f.Step > 0 {
			step = *f.Step
		}
		if n = max(n+step, lo); n <= hi {
			return Int(n), true
		}
		return Value{}, false
	}
	if f.Type == "integer" {
		slices.SortFunc(list, func(a, b Value) int { return cmp.Compare(a.num, b.num) })
	}
	i := slices.IndexFunc(list, v.Equal)
	switch {
	case i+1 < len(list):
		return list[i+1], true
	case around && len(list) > 1:
		return list[0], true
	}
	return Value{}, false
}
