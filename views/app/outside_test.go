//go:build unix

package app_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// script puts a shell script into the home and returns its path.
func script(t *testing.T, home, name, text string) string {
	t.Helper()
	path := filepath.Join(home, name)
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil { //nolint:gosec // it is to be run
		t.Fatal(err)
	}
	return path
}

// The editor gets the terminal and gives it back, its text is in the form, and
// leaving afterwards is as clean as ever. Without a shell that could bring the
// program back, ctrl+z says so.
func TestTheEditorGivesTheTerminalBack(t *testing.T) {
	t.Parallel()
	dir := home(t, "")
	mode := filepath.Join(dir, "mode")
	editor := script(t, dir, "editor", "stty -a >'"+mode+"'\necho a lake that was edited by hand >\"$1\"")
	r := start(t, dir, binary, "EDITOR="+editor)
	r.press("\x1bv") // alt+v
	r.until("edited")
	b, err := os.ReadFile(mode)
	if err != nil || !strings.Contains(string(b), " icanon") || !strings.Contains(string(b), " echo ") {
		t.Errorf("the editor got a terminal that is %s (%v)", b, err)
	}
	out := r.screen()
	if left, back := strings.LastIndex(out, "\x1b[?1049l"), strings.LastIndex(out, "\x1b[?1049h"); left < 0 || back < left {
		t.Error("the screen was not left for the editor and taken again")
	}
	r.press("\x1a") // ctrl+z
	r.until("no shell")
	r.press("\x03")
	if code := r.gone(5 * time.Second); code != 0 {
		t.Errorf("it ended with %d", code)
	}
	r.restored()
	r.kept("edited by hand")
}

// colour matches a sequence that sets the colour of letters or of their
// background.
var colour = regexp.MustCompile("\x1b\\[(?:[0-9;:]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:[;:][0-9;:]*)?m")

// Any value of NO_COLOR counts, not only those that a library takes for true.
func TestNoColorOfAnyValue(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"1", "yes", "0", "false"} {
		t.Run(value, func(t *testing.T) {
			t.Parallel()
			r := start(t, home(t, ""), binary, "NO_COLOR="+value, "COLORTERM=truecolor")
			r.press("\x1b2") // alt+2
			r.until("No jobs yet")
			r.press("\x03")
			r.gone(5 * time.Second)
			if found := colour.FindString(r.screen()); found != "" {
				t.Errorf("a colour was set: %q", found)
			}
		})
	}
	t.Run("not set", func(t *testing.T) {
		t.Parallel()
		r := start(t, home(t, ""), binary, "NO_COLOR=")
		r.press("\x03")
		r.gone(5 * time.Second)
		if !colour.MatchString(r.screen()) {
			t.Error("there are no colours")
		}
	})
}
