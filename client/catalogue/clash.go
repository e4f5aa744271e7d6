package catalogue

import (
	"fmt"
	"strings"
)

// applies reports whether the constraint applies to its own field's value.
func (m *Model) applies(c *Constraint, v Values) bool {
	f := m.FieldNamed(c.Field)
	x := v[f.Role]
	if c.When == nil {
		return x.IsSet()
	}
	want, err := f.value(c.When)
	return err == nil && x.Equal(want)
}

// Clash returns how a field's value conflicts with those of others, "" when it
// does not or there is no value.
func (m *Model) Clash(f *Field, v Values) string {
	if !v[f.Role].IsSet() {
		return ""
	}
	for i := range m.Constraints {
		c := &m.Constraints[i]
		switch {
		case c.Kind == "excludes" && c.Field == f.Name && m.applies(c, v):
			for _, n := range c.AnyOf {
				if other := m.FieldNamed(n); v[other.Role].IsSet() {
					return "not together with " + other.Role.Label() + "; remove one of both"
				}
			}
		case c.Kind == "limits" && c.Takes[f.Name] != nil && m.applies(c, v):
			if s := m.limited(f, c, v); s != "" {
				return s
			}
		}
	}
	return ""
}

func (m *Model) limited(f *Field, c *Constraint, v Values) string {
	var words []string
	for _, raw := range c.Takes[f.Name] {
		x, err := f.value(raw)
		if err == nil && x.Equal(v[f.Role]) {
			return ""
		}
		words = append(words, x.String())
	}
	cause := m.FieldNamed(c.Field).Role.Label()
	if s, ok := c.When.(string); ok {
		cause += " " + s
	}
	return fmt.Sprintf("%s is not taken with %s; choose %s", v[f.Role], cause, orList(words))
}

// commandProblem rejects a prompt that holds a command which the model would
// obey instead of the form, and bill accordingly.
func (m *Model) commandProblem(prompt string) string {
	for _, word := range strings.Fields(prompt) {
		word, _, _ = strings.Cut(strings.ToLower(word), "=")
		name, is := m.TextCommands[word]
		switch f := m.FieldNamed(name); {
		case !is:
		case f == nil:
			return fmt.Sprintf("%s is a command to the model, not text; remove it", word)
		default:
			return fmt.Sprintf("%s is a command that overrides %s; use the form's own field", word, f.Role.Label())
		}
	}
	return ""
}
