package keys_test

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"seedreel/ui/keys"
	"seedreel/ui/theme"
)

func sample() keys.Map {
	return keys.Map{
		keys.New("submit", "Form", []string{"ctrl+g"}, "ctrl+g", "submit"),
		keys.New("next", "Form", []string{"tab"}, "tab", "next field"),
		keys.New("successor", "Form", []string{"ctrl+n"}, "ctrl+n", "successor").Refuse("this model is the newest"),
		keys.New("help", "Everywhere", []string{"?"}, "?", "keys"),
		keys.New("pipe", "Everywhere", []string{"|"}, "|", "a | b"),
	}
}

func TestFooterNeverOverflows(t *testing.T) {
	t.Parallel()
	st := theme.New(theme.Dark())
	for w := range 60 {
		if n := ansi.StringWidth(sample().Footer(w, st)); n > w {
			t.Fatalf("%d cells in %d", n, w)
		}
	}
	if got := ansi.Strip(sample().Footer(40, st)); got != "ctrl+g submit   tab next field   ? keys" {
		t.Errorf("the footer is %q", got)
	}
	if got := ansi.Strip(sample().Footer(20, st)); got != "ctrl+g submit" {
		t.Errorf("the narrow footer is %q", got)
	}
}

// A footer is read only if it is short: more than six hints are left out however
// wide it is.
func TestAFooterHasSixHints(t *testing.T) {
	t.Parallel()
	var m keys.Map
	for i := range 9 {
		m = append(m, keys.New(fmt.Sprint(i), "Jobs", []string{fmt.Sprint(i)}, fmt.Sprint(i), "does"))
	}
	last := keys.New("help", "Everywhere", []string{"?"}, "?", "keys")
	line := ansi.Strip(m.Footer(200, theme.New(theme.Dark()), last))
	if n := strings.Count(line, "does"); n != 5 || !strings.HasSuffix(line, "? keys") {
		t.Errorf("the footer is %q", line)
	}
	for _, h := range m.Hints(200, last) {
		if got, want := line[h.From:h.To], h.Help().Key+" "+h.Help().Desc; got != want {
			t.Errorf("at the cells of %q there is %q", want, got)
		}
	}
}

// However narrow the line, it ends with how to find the other keys.
func TestFooterKeepsItsLast(t *testing.T) {
	t.Parallel()
	st := theme.New(theme.Dark())
	help := keys.New("help", "Everywhere", []string{"?"}, "?", "keys")
	m := keys.Map{keys.New("watch", "Jobs", []string{"v"}, "v", "watch the clip").Brief("watch"), keys.New("copy", "Jobs", []string{"y"}, "y", "copy")}
	for w, want := range map[int]string{30: "v watch   y copy   ? keys", 20: "v watch   ? keys", 15: "? keys", 6: "? keys", 5: ""} {
		if got := ansi.Strip(m.Footer(w, st, help)); got != want {
			t.Errorf("in %d cells it is %q, want %q", w, got, want)
		}
	}
	if got := ansi.Strip(strings.Join(m.Full(60, st), "")); !strings.Contains(got, "watch the clip") {
		t.Errorf("the help has only the few words of the footer: %q", got)
	}
}

// A narrow line gives up what it can rather than what may not be missing, and
// keeps the order.
func TestFooterKeepsWhatMayNotBeMissing(t *testing.T) {
	t.Parallel()
	st := theme.New(theme.Dark())
	b := func(key, does string) keys.Binding { return keys.New(does, "Jobs", []string{key}, key, does) }
	m := keys.Map{b("/", "search"), b("v", "watch"), b("y", "copy").Keep(), b("o", "where"), b("D", "delete").Keep(), b("x", "gone").Keep().Refuse("no")}
	for w, want := range map[int]string{
		60: "/ search   v watch   y copy   o where   D delete", 38: "/ search   v watch   y copy   D delete", 30: "/ search   y copy   D delete", 17: "y copy   D delete", 10: "y copy",
	} {
		if got := ansi.Strip(m.Footer(w, st)); got != want {
			t.Errorf("in %d cells it is %q, want %q", w, got, want)
		}
	}
}

func TestFullHelpSaysWhyNot(t *testing.T) {
	t.Parallel()
	all := ansi.Strip(strings.Join(sample().Full(60, theme.New(theme.Dark())), "\n"))
	for _, want := range []string{"Form\n", "\n\nEverywhere\n", "ctrl+g  submit", "successor: this model is the newest"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is missing in\n%s", want, all)
		}
	}
	wide := strings.Split(ansi.Strip(strings.Join(sample().Full(100, theme.New(theme.Dark())), "\n")), "\n")
	if !strings.Contains(wide[0], "Form") || !strings.Contains(wide[0], "Everywhere") {
		t.Errorf("with room for two the groups are not side by side: %q", wide)
	}
	narrow := ansi.Strip(strings.Join(sample().Full(24, theme.New(theme.Dark())), " "))
	if !strings.Contains(strings.Join(strings.Fields(narrow), " "), "successor: this model is the newest") {
		t.Errorf("the reason is cut: %q", narrow)
	}
	for w := range 130 {
		for _, l := range sample().Full(w, theme.New(theme.Dark())) {
			if ansi.StringWidth(l) > w {
				t.Fatalf("in %d cells: %q", w, ansi.Strip(l))
			}
		}
	}
	for _, l := range sample().Full(12, theme.New(theme.Dark())) {
		if ansi.StringWidth(l) > 12 {
			t.Errorf("%q is too wide", ansi.Strip(l))
		}
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	b, ok := sample().Find(tea.KeyPressMsg{Code: 'n', Mod: tea.ModCtrl})
	if !ok || b.Name != "successor" || b.Why == "" {
		t.Errorf("ctrl+n is %+v", b)
	}
	if _, ok = sample().Find(tea.KeyPressMsg{Code: 'n', Text: "n"}); ok {
		t.Error("n is bound")
	}
}

func TestMarkdown(t *testing.T) {
	t.Parallel()
	want := "**Form**\n\n| Key | Does |\n|---|---|\n| `ctrl+g` | submit |\n| `tab` | next field |\n| `ctrl+n` | successor |\n" +
		"\n**Everywhere**\n\n| Key | Does |\n|---|---|\n| `?` | keys |\n| `\\|` | a \\| b |\n"
	if got := sample().Markdown(); got != want {
		t.Errorf("got\n%s", got)
	}
}
