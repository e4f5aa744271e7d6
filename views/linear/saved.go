package linear

import (
	"strings"

	"seedreel/state/store"
	"seedreel/ui/safe"
)

// savedSearch chooses a saved search, and searches with it, renames or forgets
// it. It returns the line to search for, "" if it is done.
func (t *talk) savedSearch(saved []store.SavedSearch) (string, error) {
	labels := make([]safe.String, len(saved))
	for i, x := range saved {
		labels[i] = safe.Line(x.Name + ": " + x.Text)
	}
	i, err := t.number(labels, "Which?", "search for nothing")
	if err != nil || i < 0 {
		return "", err
	}
	x := saved[i]
	n, err := t.number([]safe.String{"Search", "Rename it", "Forget it"}, "Do what?", "search")
	switch {
	case err != nil:
		return "", err
	case n <= 0:
		return x.Text, nil
	case n == 2:
		if err := t.e.Store.ForgetSearch(t.ctx, x.Name); err != nil {
			t.trouble(err)
			return "", nil
		}
		t.say("Forgotten.")
		return "", nil
	}
	to, err := t.answer("Its new name, or enter to leave it:")
	if err != nil || strings.TrimSpace(to) == "" {
		return "", err
	}
	if err := t.e.Store.RenameSearch(t.ctx, x.Name, to); err != nil {
		t.trouble(err)
		return "", nil
	}
	t.say("Renamed.")
	return "", nil
}
