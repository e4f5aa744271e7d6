//go:build unix

package app_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Under a shell ctrl+z leaves a prompt on a restored terminal, and fg brings
// back the whole screen.
func TestSuspendAndResumeUnderAShell(t *testing.T) {
	t.Parallel()
	shell, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash here")
	}
	dir := home(t, "")
	// Bracketed pastes are the shell's own too, and would hide the program's.
	inputrc, mode := filepath.Join(dir, "inputrc"), filepath.Join(dir, "mode")
	if err := os.WriteFile(inputrc, []byte("set enable-bracketed-paste off\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := launch(t, dir, []string{shell, "--noprofile", "--norc", "-i"}, "PS1=shell> ", "INPUTRC="+inputrc)
	prompt := func(screen string) bool { return strings.HasSuffix(screen, "shell>") }
	r.sees("prompt of the shell", prompt)
	r.press("'" + binary + "'\r")
	r.until("Prompt")
	r.write("a lake at dawn")
	r.sees("answers of the services", func(screen string) bool {
		return strings.Contains(screen, "live price") && strings.Contains(screen, " left ")
	})
	before := r.seen()
	for range 2 {
		r.press("\x1a") // ctrl+z
		r.sees("prompt of the shell", prompt)
		if screen := r.seen(); !strings.Contains(screen, "Stopped") || strings.Contains(screen, "Compose") {
			t.Errorf("after ctrl+z the screen is\n%s", screen)
		}
		r.nothingOn()
		r.press("stty -a >'" + mode + "'; echo loo''ked\r")
		r.sees("answer of the shell", func(screen string) bool { return strings.Contains(screen, "looked") && prompt(screen) })
		b, err := os.ReadFile(mode)
		if err != nil || !strings.Contains(string(b), " icanon") || !strings.Contains(string(b), " echo ") {
			t.Errorf("the shell got a terminal that is %s (%v)", b, err)
		}
		r.press("clear; fg\r")
		r.sees("screen as it was:\n"+before+"\n", func(screen string) bool { return screen == before })
	}
	r.write("and a boat")
	r.press("\x03")
	r.sees("prompt of the shell", prompt)
	r.nothingOn()
	r.press("exit\r")
	if code := r.gone(5 * time.Second); code != 0 {
		t.Errorf("it ended with %d", code)
	}
	r.kept("and a boat")
}

// tmux is a tmux server for one test.
type tmux struct {
	t         *testing.T
	tool, dir string
}

func newTmux(t *testing.T) *tmux {
	t.Helper()
	tool, err := exec.LookPath("tmux")
	if err != nil {
		t.Skip("there is no tmux here")
	}
	x := &tmux{t: t, tool: tool, dir: home(t, "")}
	x.run("new-session", "-d", "-x", "100", "-y", "30", "echo started; '"+binary+"'; echo ended; exec cat")
	t.Cleanup(func() {
		cmd := exec.Command(tool, "-S", filepath.Join(x.dir, "tmux"), "kill-server") //nolint:noctx // after the test's context has ended
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("ending tmux: %v %s", err, out)
		}
	})
	return x
}

func (x *tmux) args(args ...string) []string {
	return append([]string{"-u", "-S", filepath.Join(x.dir, "tmux"), "-f", "/dev/null"}, args...)
}

func (x *tmux) run(args ...string) string {
	x.t.Helper()
	cmd := exec.CommandContext(x.t.Context(), x.tool, x.args(args...)...)
	cmd.Env = append(environ(x.dir), "LANG=C.UTF-8")
	out, err := cmd.CombinedOutput()
	if err != nil {
		x.t.Fatalf("tmux %v: %v %s", args, err, out)
	}
	return string(out)
}

// pane returns the contents of the pane, without trailing blanks.
func (x *tmux) pane() string {
	x.t.Helper()
	rows := strings.Split(x.run("capture-pane", "-p"), "\n")
	for i, row := range rows {
		rows[i] = strings.TrimRight(row, " ")
	}
	return strings.TrimRight(strings.Join(rows, "\n"), "\n")
}

func (x *tmux) until(text string) string {
	x.t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		screen := x.pane()
		if strings.Contains(screen, text) {
			return screen
		}
		if time.Now().After(end) {
			x.t.Fatalf("no %q in\n%s", text, screen)
		}
	}
}

// ended checks that nothing is left in the pane.
func (x *tmux) ended() {
	x.t.Helper()
	after := x.until("ended")
	for _, left := range []string{"Prompt", "rgb:", "[?", "$y", "^["} {
		if strings.Contains(after, left) {
			x.t.Errorf("%q is left in the pane:\n%s", left, after)
		}
	}
}

// In tmux the screen appears and leaves nothing in the pane; the server lives
// on without a terminal, as after detaching.
func TestInsideTmux(t *testing.T) {
	t.Parallel()
	x := newTmux(t)
	if before := x.until("Prompt"); !strings.Contains(before, "PRACTICE") {
		t.Errorf("the screen is\n%s", before)
	}
	x.run("send-keys", "M-2")
	x.until("No jobs yet")
	x.run("send-keys", "M-1")
	x.until("Duration")
	x.run("resize-window", "-x", "80", "-y", "24")
	x.run("resize-window", "-x", "100", "-y", "30")
	x.until("Duration")
	x.run("send-keys", "C-c")
	x.ended()
}

// Detaching restores the terminal and the program lives on; attaching again
// shows all of it, even if something was done meanwhile.
func TestDetachAndAttach(t *testing.T) {
	t.Parallel()
	x := newTmux(t)
	x.run("set-option", "-g", "status", "off")
	x.until("Prompt")
	for _, place := range []struct{ key, mark string }{{"M-5", "by day"}, {"M-1", "Duration"}} {
		r := launch(t, x.dir, append([]string{x.tool}, x.args("attach-session")...), "LANG=C.UTF-8")
		r.sees("program in tmux", func(screen string) bool { return strings.Contains(screen, "1 Compose") && screen == x.pane() })
		r.press("\x1b1") // alt+1
		r.sees("form", func(screen string) bool { return strings.Contains(screen, "Duration") })
		r.write("a lake")
		r.press("\x02d") // ctrl+b d
		if code := r.gone(5 * time.Second); code != 0 {
			t.Errorf("detaching ended with %d", code)
		}
		r.restored()
		x.run("send-keys", place.key)
		x.until(place.mark)
	}
	r := launch(t, x.dir, append([]string{x.tool}, x.args("attach-session")...), "LANG=C.UTF-8")
	r.sees("program in tmux", func(screen string) bool { return strings.Contains(screen, "Duration") && screen == x.pane() })
	r.press("\x03")
	x.ended()
	r.press("\x02d")
	r.gone(5 * time.Second)
	r.restored()
}
