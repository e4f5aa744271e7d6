package field_test

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"seedreel/ui/field"
)

// Marks typed as separate keys stay on the letter before them, and nothing but
// text is accepted.
func TestPromptTakesWhatKeyboardsSend(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		typed []string
		want  string
	}{
		{"Thai vowels", []string{"ก", "\u0e34", "\u0e48"}, "ก\u0e34\u0e48"},
		{"a mark on nothing", []string{"\u0301", "a"}, "a"},
		{"a heap of marks", []string{"a", "\u0301", "\u0301", "\u0301", "\u0301", "\u0301", "\u0301"}, "a\u0301\u0301\u0301\u0301"},
		{"an emoji in parts", []string{"👩", "\u200d", "🚀"}, "👩\u200d🚀"},
		{"a sequence", []string{"a\x1b[31mb"}, "ab"},
		{"the name of a key", []string{"delete", "up"}, "deleteup"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := field.NewPrompt(field.Spec{Key: "p", Label: "Prompt", Styles: dark()})
			p.Focus()
			for _, s := range tt.typed {
				p.Update(tea.KeyPressMsg{Code: tea.KeyExtended, Text: s})
			}
			if got := p.Value(); got != tt.want {
				t.Errorf("typed %q, got %q", tt.typed, got)
			}
		})
	}
}

func TestPromptKeys(t *testing.T) {
	t.Parallel()
	for keys, want := range map[string]string{
		"ctrl+u x":                             "one\nx",
		"ctrl+w x":                             "one\ntwo x",
		"alt+backspace ctrl+backspace x":       "one\nx",
		"home ctrl+k x":                        "one\nx",
		"ctrl+a backspace x":                   "onextwo three",
		"alt+b alt+d x":                        "one\ntwo x",
		"ctrl+home alt+f shift+left delete x":  "onx\ntwo three",
		"ctrl+left ctrl+shift+left x":          "one\nxthree",
		"shift+up x":                           "onex",
		"shift+home x":                         "one\nx",
		"ctrl+left alt+c ctrl+home alt+c":      "One\ntwo Three",
		"ctrl+d ctrl+h ctrl+end x":             "one\ntwo threx",
		"alt+enter shift+enter ctrl+j x":       "one\ntwo three\n\n\nx",
		"ctrl+home ctrl+e x":                   "onex\ntwo three",
		"ctrl+p x":                             "onex\ntwo three",
		"ctrl+home ctrl+f x ctrl+n y ctrl+b z": "oxne\ntwzyo three",
		"ctrl+home ctrl+p x":                   "xone\ntwo three",
		"ctrl+t":                               "one\ntwo three",
		"ctrl+b ctrl+b ctrl+t":                 "one\ntwo there",
		"ctrl+w ctrl+a ctrl+y":                 "one\nthreetwo ",
		"ctrl+w ctrl+a ctrl+k ctrl+y alt+y":    "one\nthree",
		"ctrl+u x ctrl+y":                      "one\nxtwo three",
		"alt+b alt+d ctrl+home ctrl+y":         "threeone\ntwo ",
		"ctrl+v ctrl+y ctrl+z f5":              "one\ntwo three",
	} {
		t.Run(keys, func(t *testing.T) {
			t.Parallel()
			p := field.NewPrompt(field.Spec{Key: "p", Label: "Prompt", Styles: dark()})
			p.WithWidth(40)
			p.SetValue("one\ntwo three")
			p.Focus()
			for _, k := range strings.Fields(keys) {
				p.Update(keyPress(k))
				p.View()
			}
			if got := p.Value(); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestPromptShowsASelectionAndThePlaceholder(t *testing.T) {
	t.Parallel()
	p := field.NewPrompt(field.Spec{Key: "p", Label: "Prompt", Styles: dark()}).Placeholder("what happens in the clip")
	p.WithWidth(16)
	p.Focus()
	if view := plain(p.View()); !strings.Contains(view, "┃ ¦what happens\n┃ in the clip\n┃") {
		t.Fatalf("an empty prompt is\n%s", view)
	}
	p.SetValue("two words")
	if view := plain(p.View()); strings.Contains(view, "happens") {
		t.Fatalf("the placeholder stayed:\n%s", view)
	}
	p.Update(keyPress("alt+shift+left"))
	if selected := dark().Field.ValueFocused.Reverse(true).Render("words"); !strings.Contains(p.View(), selected) {
		t.Fatalf("the selection is not shown:\n%q", p.View())
	}
}
