package linear

import (
	"seedreel/client/catalogue"
	"seedreel/ui/safe"
)

// advise reads out what the rules find in the prompt. None of it keeps the form from
// being submitted.
func (t *talk) advise(f *form) {
	for _, x := range t.e.Rules.Check(f.model, f.values(), t.e.Look) {
		t.say("Advice on the prompt: %s", ended(safe.Line(x.Why)))
	}
}

// advised returns the entry that follows the first advice that can be followed
// at once.
func (t *talk) advised(f *form) []entry {
	was := f.values()
	for _, x := range t.e.Rules.Check(f.model, was, t.e.Look) {
		fixed := x.Fixed()
		if fixed == nil {
			continue
		}
		return []entry{{"Follow the advice", ", which " + safe.Line(x.Fix), func() error {
			for r, v := range fixed {
				if !v.Equal(was[r]) {
					f.Values[r] = v
				}
			}
			t.say("The prompt is now: %s", ended(safe.Line(f.Values.Text(catalogue.RolePrompt))))
			t.priced(f)
			t.advise(f)
			return nil
		}}}
	}
	return nil
}
