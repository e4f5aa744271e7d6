package words

import (
	"strings"

	"seedreel/client/catalogue"
	"seedreel/state/reel"
	"seedreel/ui/safe"
)

// AnotherSeed is what Changed returns if nothing else differs.
const AnotherSeed safe.String = "another seed"

// Changed describes what a take changed against its parent in a line, such as
// "dawn → dusk, duration 5 → 8". The seed is left out: a list has it beside.
func Changed(c *reel.Changed) safe.String {
	var parts []string
	for _, w := range c.Words {
		switch {
		case w.Was == "":
			parts = append(parts, "+ "+w.Is)
		case w.Is == "":
			parts = append(parts, "without "+w.Was)
		default:
			parts = append(parts, w.Was+" → "+w.Is)
		}
	}
	if c.Model != nil {
		parts = append(parts, "model "+c.Model.Is.ID)
	}
	for _, f := range c.Fields {
		if f.Role == catalogue.RoleSeed {
			continue
		}
		parts = append(parts, f.Role.Label()+" "+orNone(f.Was)+" → "+orNone(f.Is))
	}
	if len(parts) == 0 && len(c.Fields) > 0 {
		return AnotherSeed
	}
	if len(parts) == 0 {
		return "the same again"
	}
	return safe.Line(strings.Join(parts, ", "))
}

func orNone(v catalogue.Value) string {
	if s := strings.TrimSpace(v.String()); v.IsSet() && s != "" {
		return s
	}
	return "none"
}
