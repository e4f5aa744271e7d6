package cli

import (
	"seedreel/client/catalogue"
	"seedreel/state/engine"
	"seedreel/ui/safe"
)

// hint is what the rules find in a prompt, as JSON.
type hint struct {
	Rule  string `json:"rule"`
	Words string `json:"words,omitempty"`
	Why   string `json:"why"`
	// Fix is what the studio does about it with one key.
	Fix string `json:"fix,omitempty"`
}

// advise checks the prompt of an order.
func advise(e *engine.Engine, m *catalogue.Model, v catalogue.Values) []hint {
	var out []hint
	for _, f := range e.Rules.Check(m, v, e.Look) {
		out = append(out, hint{Rule: f.Rule, Words: f.Words, Why: f.Why, Fix: f.Fix})
	}
	return out
}

// tellAdvice writes advice for a person. It is no error, and stops nothing.
func (c *commands) tellAdvice(list []hint) {
	for _, a := range list {
		text := "prompt: " + safe.Line(a.Why)
		if a.Fix != "" {
			text += "; " + "alt+. in the studio " + safe.Line(a.Fix)
		}
		c.tell("%s", text)
	}
}
