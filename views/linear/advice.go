package linear

import (
	"seedreel/client/catalogue"
	"seedreel/ui/safe"
)

// advise says what the rules find in the prompt, and offers to follow it.
// Enter goes on as it is.
func (t *talk) advise(m *catalogue.Model, v catalogue.Values) (catalogue.Values, error) {
	left := map[string]bool{}
	for {
		found := t.e.Rules.Check(m, v, t.e.Look)
		at := -1
		for i := range found {
			if !left[found[i].Rule+found[i].Words] {
				at = i
				break
			}
		}
		if at < 0 {
			return v, nil
		}
		f := &found[at]
		left[f.Rule+f.Words] = true
		t.say("Advice on the prompt: %s.", safe.Line(f.Why))
		if f.Fix == "" {
			continue
		}
		sure, err := t.yes("seedreel %s if you like. Do that?", safe.Line(f.Fix))
		if err != nil {
			return v, err
		}
		if sure {
			v = f.Fixed()
			t.say("The prompt is now: %s", safe.Line(v.Text(catalogue.RolePrompt)))
		}
	}
}
