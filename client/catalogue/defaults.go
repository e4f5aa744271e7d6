package catalogue

// Fill returns the values the model takes, with its documented defaults where
// nothing was chosen. Length and resolution always get a value, because price
// depends on them and the services' own defaults differ between versions of
// the same page. The seed is left to the caller. Roles the model lacks are
// dropped.
func (m *Model) Fill(v Values) Values {
	out := make(Values, len(m.Fields))
	for i := range m.Fields {
		f := &m.Fields[i]
		if x := v[f.Role]; x.IsSet() {
			out[f.Role] = x
			continue
		}
		if f.Role == RoleSeed || f.Role == RoleModel {
			continue
		}
		if x, ok := f.DefaultValue(); ok {
			out[f.Role] = x
			continue
		}
		if f.Role == RoleDuration || f.Role == RoleResolution {
			if x, ok := m.first(f); ok {
				out[f.Role] = x
			}
		}
	}
	return out
}

// first returns the initial value where the data names no default.
func (m *Model) first(f *Field) (Value, bool) {
	if f.Role == RoleResolution && m.Resolution.Default != "" {
		return Text(m.Resolution.Default), true
	}
	if o := f.Options(); len(o) > 0 {
		return o[0], true
	}
	if f.Min != nil && *f.Min > 0 {
		return Int(*f.Min), true
	}
	return Value{}, false
}

// Adopt returns the values that are valid for the model, filled up with its
// defaults: values without a field, not offered or out of range are dropped.
// The caller keeps the original, so that switching back to the former model
// loses nothing.
func (m *Model) Adopt(v Values) Values {
	kept := make(Values, len(v))
	for i := range m.Fields {
		f := &m.Fields[i]
		x := f.typed(v[f.Role])
		if !x.IsSet() || f.Role == RoleModel {
			continue
		}
		if f.Media != nil && x.kind == kindMedia || f.Media == nil && f.offers(x) {
			kept[f.Role] = x
		}
	}
	return m.Fill(kept)
}

// offers reports whether the field takes a plain value. Text without an enum
// is always taken: its length is shown, not cut.
func (f *Field) offers(x Value) bool {
	if len(f.Enum) > 0 {
		for _, o := range f.Options() {
			if o.Equal(x) {
				return true
			}
		}
		return false
	}
	switch f.Type {
	case "integer":
		return x.kind == kindInt && f.inRange(x.num)
	case "boolean":
		return x.kind == kindBool
	}
	return x.kind == kindText
}

func (f *Field) inRange(n int64) bool {
	for _, s := range f.Sentinels {
		if s.Value == n {
			return true
		}
	}
	return (f.Min == nil || n >= *f.Min) && (f.Max == nil || n <= *f.Max)
}

// Seconds returns the clip's length: chosen, else the default, else 0. A
// number of frames overrides a length; a started second counts as a whole one.
func (m *Model) Seconds(v Values) int {
	if n, ok := v.Int(RoleFrames); ok && m.Output.FPS > 0 && m.Field(RoleFrames) != nil {
		return int(max(n-1, 0)+int64(m.Output.FPS)-1) / m.Output.FPS
	}
	f := m.Field(RoleDuration)
	if f == nil {
		return 0
	}
	if n, ok := v.Int(RoleDuration); ok {
		return int(max(n, 0))
	}
	if d, ok := f.DefaultValue(); ok {
		return int(max(d.num, 0))
	}
	return 0
}

// ResolutionOf returns the frame's size class: fixed, chosen or by default; ""
// when unknown.
func (m *Model) ResolutionOf(v Values) string {
	switch m.Resolution.Mode {
	case "fixed":
		return m.Resolution.Value
	case "field":
		if s := v.Text(RoleResolution); s != "" {
			return s
		}
		return m.Resolution.Default
	}
	return ""
}

// SeedRange returns the inclusive bounds for drawing a seed, and whether the
// model has a seed at all. Without documented bounds the seed is a
// non-negative 31-bit number, which every known service takes.
func (m *Model) SeedRange() (lo, hi int64, ok bool) {
	f := m.Field(RoleSeed)
	if f == nil {
		return 0, 0, false
	}
	lo, hi = 0, 1<<31-1
	if f.Min != nil && *f.Min > lo {
		lo = *f.Min
	}
	if f.Max != nil && *f.Max < hi {
		hi = *f.Max
	}
	return lo, hi, true
}
