package keymap_test

import (
	"slices"
	"testing"

	"seedreel/views/keymap"
)

// A key that a plain xterm, tmux, screen or flow control swallows must not be
// the only way to an action.
func TestNoActionHangsOnASwallowedKey(t *testing.T) {
	t.Parallel()
	swallowed := []string{"ctrl+s", "ctrl+q", "ctrl+z", "ctrl+a", "ctrl+b", "ctrl+i", "ctrl+m", "ctrl+[", "shift+enter", "ctrl+enter"}
	for _, b := range keymap.New().Whole() {
		usable := slices.DeleteFunc(slices.Clone(b.Keys()), func(k string) bool {
			return slices.Contains(swallowed, k) || len(k) > 1 && k[0] == 'f' && k[1] >= '0' && k[1] <= '9'
		})
		if len(usable) == 0 {
			t.Errorf("%s: only on %v", b.Name, b.Keys())
		}
	}
}

// Within a screen and together with what works everywhere, a key means one
// thing.
func TestKeysMeanOneThing(t *testing.T) {
	t.Parallel()
	m := keymap.New()
	whole := m.Whole()
	for _, group := range whole.Groups() {
		seen := map[string]string{}
		for _, b := range whole {
			if b.Group != group && b.Group != "Everywhere" {
				continue
			}
			for _, k := range b.Keys() {
				if k == "left" && group == "Player" { // it seeks there, and esc goes back
					continue
				}
				if k == "esc" { // going back and resting are the same thing
					continue
				}
				if old := seen[k]; old != "" {
					t.Errorf("%s: %q is both %s and %s", group, k, old, b.Name)
				}
				seen[k] = b.Name
			}
		}
	}
}
