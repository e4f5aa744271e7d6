package keymap_test

import (
	"slices"
	"strings"
	"testing"

	"seedreel/ui/field"
	"seedreel/ui/keys"
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

// Within a screen, and together with the global keys, a key means one thing.
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
				if k == "left" && (group == "Player" || group == "Reel") { // it seeks or folds there, and esc goes back
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

// In the prompt, keys do what they do in a shell's line. Every action of the
// program and of the form has a key besides those, and it is the one shown.
func TestThePromptTakesNoActionsOnlyKey(t *testing.T) {
	t.Parallel()
	for _, b := range keymap.New().Whole() {
		if b.Group != "Everywhere" && b.Group != "Compose" {
			continue
		}
		first := b.Keys()[0]
		if head, _, ok := strings.Cut(first, "+"); ok && (head == "ctrl" || head == "alt") && field.TakesInPrompt(first) {
			t.Errorf("%s: the prompt takes its first key, %s", b.Name, first)
		}
		if shown := b.Help().Key; strings.Contains(shown, "+") && field.TakesInPrompt(shown) {
			t.Errorf("%s: the prompt takes the key shown, %s", b.Name, shown)
		}
	}
	for _, k := range []string{"ctrl+a", "ctrl+b", "ctrl+d", "ctrl+e", "ctrl+f", "ctrl+k", "ctrl+n", "ctrl+p", "ctrl+t", "ctrl+u", "ctrl+w", "ctrl+y", "alt+b", "alt+d", "alt+f", "alt+y"} {
		if !field.TakesInPrompt(k) {
			t.Errorf("the prompt does not know %s", k)
		}
	}
}

// Only actions can be looked for by name, each once, those at hand first.
func TestActionsComeFirstAndOnce(t *testing.T) {
	t.Parallel()
	m := keymap.New()
	for _, first := range []string{"Compose", "Jobs", "Reel", "History", "Costs", "Player"} {
		all := m.Actions(first)
		if all[0].Group != first {
			t.Errorf("%s: first comes %s of %s", first, all[0].Name, all[0].Group)
		}
		seen := map[string]bool{}
		for _, b := range all {
			if seen[b.Group+b.Help().Desc] {
				t.Errorf("%s: %q stands there twice", first, b.Help().Desc)
			}
			seen[b.Group+b.Help().Desc] = true
			if b.Group == "Player" && first != "Player" {
				t.Errorf("%s: %s has no sense there", first, b.Name)
			}
			for _, move := range []keys.Binding{m.Move.Up, m.Move.Last, m.Form.Next, m.All.PlainJobs} {
				if b.Name == move.Name {
					t.Errorf("%s: %s only moves", first, b.Name)
				}
			}
		}
		for _, g := range all.Groups() {
			n := 0
			for i, b := range all {
				if b.Group == g && (i == 0 || all[i-1].Group != g) {
					n++
				}
			}
			if n != 1 {
				t.Errorf("%s: the group %s is in %d parts", first, g, n)
			}
		}
	}
}
