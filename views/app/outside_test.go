//go:build unix

package app_test

import (
	"os"
	"os/exec"
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

// The editor gets the terminal and gives it back, what it wrote is in the
// form, and the way out afterwards is as clean as any. Without a shell that
// could bring the program back, ctrl+z says so.
func TestTheEditorGivesTheTerminalBack(t *testing.T) {
	t.Parallel()
	dir := home(t, "")
	mode := filepath.Join(dir, "mode")
	editor := script(t, dir, "editor", "stty -a >'"+mode+"'\necho a lake that was edited by hand >\"$1\"")
	r := start(t, dir, binary, "EDITOR="+editor)
	r.press("\x05") // ctrl+e
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

// colour finds what sets a colour of letters or of what is behind them.
var colour = regexp.MustCompile("\x1b\\[(?:[0-9;:]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:[;:][0-9;:]*)?m")

// Any value of NO_COLOR means it, not only those that a library takes for true.
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

// In tmux the screen is there and nothing is left in the pane afterwards; the
// server lives on without a terminal, as after detaching.
func TestInsideTmux(t *testing.T) {
	t.Parallel()
	tool, err := exec.LookPath("tmux")
	if err != nil {
		t.Skip("there is no tmux here")
	}
	dir := home(t, "")
	run := func(args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), tool, append([]string{"-S", filepath.Join(dir, "tmux"), "-f", "/dev/null"}, args...)...)
		cmd.Env = append(environ(dir), "LANG=C.UTF-8")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("tmux %v: %v %s", args, err, out)
		}
		return string(out)
	}
	until := func(text string) string {
		t.Helper()
		for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			screen := run("capture-pane", "-p")
			if strings.Contains(screen, text) {
				return screen
			}
			if time.Now().After(end) {
				t.Fatalf("no %q in\n%s", text, screen)
			}
		}
	}
	run("-u", "new-session", "-d", "-x", "100", "-y", "30", "echo started; '"+binary+"'; echo ended; exec cat")
	t.Cleanup(func() {
		cmd := exec.Command(tool, "-S", filepath.Join(dir, "tmux"), "kill-server") //nolint:noctx // after the test's context has ended
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("ending tmux: %v %s", err, out)
		}
	})
	before := until("Prompt")
	run("send-keys", "M-2")
	until("No jobs yet")
	run("send-keys", "M-1")
	until("Duration")
	run("resize-window", "-x", "80", "-y", "24")
	run("resize-window", "-x", "100", "-y", "30")
	until("Duration")
	run("send-keys", "C-c")
	after := until("ended")
	for _, left := range []string{"Prompt", "rgb:", "[?", "$y", "^["} {
		if strings.Contains(after, left) {
			t.Errorf("%q is left in the pane:\n%s", left, after)
		}
	}
	if !strings.Contains(before, "PRACTICE") {
		t.Errorf("the screen is\n%s", before)
	}
}
