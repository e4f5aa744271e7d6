package keymap_test

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"seedreel/ui/field"
	"seedreel/ui/keys"
	"seedreel/ui/theme"
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

// A key of the program or of the form never reaches the prompt. If it were
// bound there too, that binding would be dead.
func TestThePromptTakesNoKeyOfTheProgram(t *testing.T) {
	t.Parallel()
	for _, b := range keymap.New().Whole() {
		if b.Group != "Everywhere" && b.Group != "Compose" {
			continue
		}
		for _, k := range b.Keys() {
			head, letter, ok := strings.Cut(k, "+")
			mod, known := map[string]tea.KeyMod{"ctrl": tea.ModCtrl, "alt": tea.ModAlt}[head]
			if !ok || !known {
				continue
			}
			p := field.NewPrompt(field.Spec{Key: "p", Label: "Prompt", Styles: theme.New(theme.Dark())})
			p.SetValue("one two")
			p.Focus()
			p.Update(tea.KeyPressMsg{Code: tea.KeyHome})
			p.Update(tea.KeyPressMsg{Code: []rune(letter)[0], Mod: mod})
			p.Update(tea.KeyPressMsg{Code: 'x', Text: "x"})
			if got := p.Value(); got != "xone two" {
				t.Errorf("%s (%s) makes %q of the prompt", k, b.Name, got)
			}
		}
	}
}

// Only actions can be looked for by name, each once, those at hand first.
func TestActionsComeFirstAndOnce(t *testing.T) {
	t.Parallel()
	m := keymap.New()
	for _, first := range []string{"Compose", "Jobs", "History", "Costs", "Player"} {
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
