package cli

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
)

// page returns what a command line writes about itself.
func page(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	home := t.TempDir()
	o := options(func(name string) string {
		return map[string]string{"TERM": "xterm-256color", "CLICOLOR_FORCE": "1", "SEEDREEL_HOME": home}[name]
	}, time.Now)
	o.Args, o.Out, o.Err = args, &out, &errs
	if code := Run(t.Context(), o); code != ExitOK || errs.Len() > 0 {
		t.Fatalf("%v: exit code %d, %s", args, code, errs.String())
	}
	return out.String()
}

// TestHelpIsReadable checks that no line of any help is cut inside a word at
// 80 columns, and that a pipe gets no colours.
func TestHelpIsReadable(t *testing.T) {
	t.Parallel()
	c := &commands{o: options(func(string) string { return "" }, time.Now)}
	for _, cmd := range c.root().Commands() {
		text := page(t, "help", cmd.Name())
		if strings.ContainsRune(text, '\x1b') {
			t.Errorf("%s: an escape code", cmd.Name())
		}
		if cmd.Runnable() && cmd.GroupID != groupTopics && cmd.Example == "" && cmd.Name() != "help" {
			t.Errorf("%s has no example", cmd.Name())
		}
		words := strings.Fields(c.textOf(cmd) + " " + cmd.Short + ".")
		for _, w := range strings.Fields(text) {
			if strings.HasSuffix(w, "-") && !slices.Contains(words, w) && len(w) > 1 && strings.Trim(w, "-") != "" {
				t.Errorf("%s: %q is cut", cmd.Name(), w)
			}
		}
		for line := range strings.Lines(text) {
			if ansi.StringWidth(line) > helpWidth && !strings.HasPrefix(line, " ") {
				t.Errorf("%s: a line of %d: %s", cmd.Name(), len(line), line)
			}
		}
	}
	text := page(t, "submit", "--help")
	if at, flags := strings.Index(text, "Examples"), strings.Index(text, "Flags"); at < 0 || flags < at {
		t.Error("examples come first")
	}
	if !strings.Contains(text, "--count number") || !strings.Contains(text, "See also\n") {
		t.Error("flags have the type of their value, and other commands are named")
	}
}

// TestOtherNamesLeadToCommands checks that what other programs call a command
// leads to one, and hides none.
func TestOtherNamesLeadToCommands(t *testing.T) {
	t.Parallel()
	c := &commands{o: options(func(string) string { return "" }, time.Now)}
	root := c.root()
	for name, to := range otherNames() {
		if child(root, to) == nil || child(root, name) != nil {
			t.Errorf("%s leads to %s", name, to)
		}
	}
}

// TestNegativeNumbersAreValues checks that a number below zero is an argument
// and not a flag.
func TestNegativeNumbersAreValues(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"settings set daily_limit_usd -5":          "settings set daily_limit_usd -- -5",
		"settings set daily_limit_usd -0.5 --json": "settings set daily_limit_usd --json -- -0.5",
		"submit --seed -1":                         "submit --seed -1",
		"-1":                                       "-1",
		"show -- -5":                               "show -- -5",
		"wait -w":                                  "wait -w",
	} {
		if got := strings.Join(negative(strings.Fields(in)), " "); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}
