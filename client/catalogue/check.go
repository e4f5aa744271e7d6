package catalogue

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Check returns what is wrong with an entry of the catalogue, nil when it can
// be shown as a form.
func (m *Model) Check() error {
	switch {
	case m.Provider == "" || m.ID == "":
		return errors.New("provider and id are needed")
	case !strings.HasPrefix(m.EndpointPath, "/"):
		return fmt.Errorf("endpoint_path %q does not begin with a slash", m.EndpointPath)
	case m.ModelIn != "path" && m.ModelIn != "body":
		return fmt.Errorf("model_in is %q, want path or body", m.ModelIn)
	}
	switch m.Lifecycle.Status {
	case LifeActive, LifeRetiring, LifeRetired:
	default:
		return fmt.Errorf("lifecycle.status is %q", m.Lifecycle.Status)
	}
	roles := map[Role]bool{}
	for i := range m.Fields {
		f := &m.Fields[i]
		if roles[f.Role] {
			return fmt.Errorf("field %q: a second field of role %q", f.Name, f.Role)
		}
		roles[f.Role] = true
		if err := f.Check(); err != nil {
			return fmt.Errorf("field %q: %w", f.Name, err)
		}
	}
	if err := m.checkPrices(); err != nil {
		return err
	}
	return m.checkLinks()
}

func (m *Model) checkLinks() error {
	if m.Resolution.Mode == "field" && m.FieldNamed(m.Resolution.Field) == nil {
		return fmt.Errorf("resolution.field %q is no field", m.Resolution.Field)
	}
	for _, c := range m.Constraints {
		switch c.Kind {
		case "needs", "requires_any", "excludes", "limits", "max_total_seconds":
		default:
			return fmt.Errorf("constraint %q is not known", c.Kind)
		}
		if c.Field != "" && m.FieldNamed(c.Field) == nil {
			return fmt.Errorf("constraint on %q, which is no field", c.Field)
		}
		for _, n := range slices.Concat(c.Needs, c.AnyOf, slices.Sorted(maps.Keys(c.Takes))) {
			if m.FieldNamed(n) == nil {
				return fmt.Errorf("constraint names %q, which is no field", n)
			}
		}
		if err := m.checkValues(&c); err != nil {
			return err
		}
	}
	if in := m.Price.InputSeconds; in != nil && m.FieldNamed(in.Field) == nil {
		return fmt.Errorf("price.input_seconds.field %q is no field", in.Field)
	}
	return errors.Join(m.checkPrice(), m.checkCommands())
}

func (m *Model) checkPrice() error {
	for _, r := range m.Price.Rows {
		for k := range r.When {
			switch k {
			case WhenResolution, WhenAudio, WhenVideoInput, WhenServiceTier:
			default:
				return fmt.Errorf("price row: %q is no known condition", k)
			}
		}
	}
	if f := m.Price.InputFloor; f != nil && (f[0] < 1 || f[1] < 1) {
		return fmt.Errorf("price.input_floor is %d/%d", f[0], f[1])
	}
	return nil
}

// checkValues rejects constraint values that the fields cannot have: such a
// constraint would never apply, or always.
func (m *Model) checkValues(c *Constraint) error {
	if c.Kind != "excludes" && c.Kind != "limits" {
		return nil
	}
	f := m.FieldNamed(c.Field)
	if f == nil {
		return fmt.Errorf("constraint %q belongs to no field", c.Kind)
	}
	if c.When != nil {
		if _, err := f.value(c.When); err != nil {
			return fmt.Errorf("constraint on %q: %w", c.Field, err)
		}
	}
	for name, takes := range c.Takes {
		for _, raw := range takes {
			if _, err := m.FieldNamed(name).value(raw); err != nil {
				return fmt.Errorf("constraint on %q: %s: %w", c.Field, name, err)
			}
		}
	}
	return nil
}

func (m *Model) checkCommands() error {
	for word, name := range m.TextCommands {
		if !strings.HasPrefix(word, "--") {
			return fmt.Errorf("text_commands: %q does not begin with --", word)
		}
		if name != "" && m.FieldNamed(name) == nil {
			return fmt.Errorf("text_commands: %q is no field", name)
		}
	}
	return nil
}

// Check returns what is wrong with a field, nil when a form can show it.
func (f *Field) Check() error {
	if f.Name == "" || f.Role == "" {
		return errors.New("name and role are needed")
	}
	if f.Type == "array" && f.Media == nil {
		return errors.New("a list without media is not known")
	}
	if f.Min != nil && f.Max != nil && *f.Min > *f.Max {
		return fmt.Errorf("min %d is above max %d", *f.Min, *f.Max)
	}
	for _, e := range f.Enum {
		if _, err := f.value(e); err != nil {
			return fmt.Errorf("enum: %w", err)
		}
	}
	if f.Default != nil {
		if _, err := f.value(f.Default); err != nil {
			return fmt.Errorf("default: %w", err)
		}
	}
	return f.checkLimits()
}

// value converts a JSON value of the data to a Value of the field's type.
func (f *Field) value(raw any) (Value, error) {
	switch f.Type {
	case "string":
		if s, ok := raw.(string); ok {
			return Text(s), nil
		}
	case "integer":
		if n, ok := raw.(float64); ok && n == math.Trunc(n) && math.Abs(n) < 1<<53 {
			return Int(int64(n)), nil
		}
	case "boolean":
		if b, ok := raw.(bool); ok {
			return Bool(b), nil
		}
	case "array":
		return Value{}, errors.New("a list has no single value")
	default:
		return Value{}, fmt.Errorf("type %q is not known", f.Type)
	}
	return Value{}, fmt.Errorf("%v is no %s", raw, f.Type)
}

// Options returns the values of the field's enum, nil when it has none.
func (f *Field) Options() []Value {
	if len(f.Enum) == 0 {
		return nil
	}
	out := make([]Value, 0, len(f.Enum))
	for _, e := range f.Enum {
		if v, err := f.value(e); err == nil {
			out = append(out, v)
		}
	}
	return out
}

// DefaultValue returns the field's documented default, and whether it has one.
func (f *Field) DefaultValue() (Value, bool) {
	if f.Default == nil {
		return Value{}, false
	}
	v, err := f.value(f.Default)
	return v, err == nil
}

// Constant reports whether the field has one possible value and no choice to
// show.
func (f *Field) Constant() bool { return len(f.Enum) == 1 }

// Parse parses a person's input as a value of the field's type.
func (f *Field) Parse(s string) (Value, error) {
	switch {
	case f.Media != nil:
		return Media(s), nil
	case f.Type == "integer":
		n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
		if err != nil {
			return Value{}, fmt.Errorf("%q is not a whole number", s)
		}
		return Int(n), nil
	case f.Type == "boolean":
		switch strings.ToLower(strings.TrimSpace(s)) {
		case "true", "yes", "on", "1", "fixed":
			return Bool(true), nil
		case "false", "no", "off", "0", "free":
			return Bool(false), nil
		}
		return Value{}, fmt.Errorf("%q is neither yes nor no", s)
	}
	return Text(s), nil
}
