package cli

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/creack/pty"
)

// shell is an interactive shell in which the program can be completed.
type shell struct {
	name string
	args []string
	// setUp sources the completion; %s is the folder of the test.
	setUp string
	// listKeys ask for what can follow.
	listKeys string
	needs    string
}

func shells() []shell {
	return []shell{
		{"bash", []string{"--norc", "--noprofile", "-i"}, "source /usr/share/bash-completion/bash_completion; source <(seedreel completion bash); bind 'set page-completions off'; bind 'set completion-query-items 0'; bind 'set bell-style none'", "\t\t", "/usr/share/bash-completion/bash_completion"},
		{"zsh", []string{"-f", "-i"}, "autoload -U compinit; compinit -u -D; source <(seedreel completion zsh); LISTMAX=10000; zstyle ':completion:*' list-prompt ''", "\t\t", ""},
		{"fish", []string{"--no-config", "-i"}, "seedreel completion fish | source", "\t\t", ""},
	}
}

// folderWithProgram returns a folder with a command "seedreel" in it.
func folderWithProgram(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(self, filepath.Join(dir, program)); err != nil {
		t.Skipf("no links here: %v", err)
	}
	return dir
}

// TestShellsComplete drives each shell that is installed through a terminal:
// models by any part, jobs, services, settings and their values, labels, reels.
func TestShellsComplete(t *testing.T) {
	t.Parallel()
	for _, sh := range shells() {
		t.Run(sh.name, func(t *testing.T) {
			t.Parallel()
			if _, err := exec.LookPath(sh.name); err != nil {
				t.Skipf("%s is not installed", sh.name)
			}
			if _, err := os.Stat(sh.needs); sh.needs != "" && err != nil {
				t.Skipf("%s needs %s", sh.name, sh.needs)
			}
			w := newWorld(t)
			w.must(t, "submit", "--prompt", "A lake", "--label", "dawn", "--seed", "7")
			id, _, _ := strings.Cut(w.must(t, "jobs"), " ")
			w.must(t, "reel", "new", "Harbour")
			s := startShell(t, &sh, w.home)
			for line, want := range map[string]string{
				"seedreel doct": "seedreel doctor",
				"seedreel submit --model seedance-v1-lite-t2v-4": "--model seedance-v1-lite-t2v-480p",
				"seedreel show " + id[:5]:                        id,
				"seedreel balance wavesp":                        "balance wavespeed",
				"seedreel settings set daily":                    "settings set daily_limit_usd",
				"seedreel settings set theme da":                 "settings set theme dark",
				"seedreel settings set mouse tr":                 "settings set mouse true",
				"seedreel label " + id + " --remove da":          "--remove dawn",
				"seedreel reel show Harb":                        "reel show Harbour",
				"seedreel history label:da":                      "label:dawn",
				"seedreel submit --resolution 72":                "--resolution 720p",
			} {
				if got := s.complete(t, line, want); got != "" {
					t.Errorf("%s: no %q: %q", line, want, got)
				}
			}
		})
	}
}

// inShell is a running shell and what it has written.
type inShell struct {
	*screen
	keys string
}

func startShell(t *testing.T, sh *shell, home string) *inShell {
	t.Helper()
	s := openScreen(t)
	if err := pty.Setsize(s.ptmx, &pty.Winsize{Rows: 50, Cols: 200}); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), sh.name, sh.args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = s.tty, s.tty, s.tty
	cmd.Env = []string{
		"PATH=" + folderWithProgram(t) + ":" + os.Getenv("PATH"), "HOME=" + home, "SEEDREEL_HOME=" + home, "TERM=xterm", "PS1=> ", "LANG=C.UTF-8",
	}
	cmd.SysProcAttr = ownTerminal()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // an interactive shell ignores softer signals
		_ = cmd.Wait()
	})
	s.typed(t, sh.setUp+"; echo rea''dy\r")
	s.until(t, "ready")
	return &inShell{screen: s, keys: sh.listKeys}
}

// complete types a line, asks for its completion, and returns "" once the
// wanted text is there, or else what was.
func (s *inShell) complete(t *testing.T, line, want string) string {
	t.Helper()
	s.mu.Lock()
	s.written = bytes.Buffer{}
	s.mu.Unlock()
	s.typed(t, line+s.keys)
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		text := ansi.Strip(s.text())
		if strings.Contains(text, want) {
			s.typed(t, "\x15") // the line is wiped
			return ""
		}
		if time.Now().After(end) {
			s.typed(t, "\x15")
			return text
		}
	}
}

// TestModelsCompleteByAnyWord checks what a shell is offered for a part of a
// model's name.
func TestModelsCompleteByAnyWord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for typed, want := range map[string]string{
		"seedance-v1-lite-t2v-4":   "seedance-v1-lite-t2v-480p\t",
		"wavespeed:bytedance/seed": "wavespeed:bytedance/seedance-v1-lite-t2v-480p\t",
		"":                         "wavespeed:bytedance/seedance-v1-lite-t2v-480p\t",
		"480":                      "several models have this in their name: ",
	} {
		if got := w.must(t, "__complete", "submit", "--model", typed); !strings.Contains(got, want) {
			t.Errorf("%q: %s", typed, got)
		}
	}
	if got := w.must(t, "__complete", "submit", "--model", "nosuch"); strings.Contains(got, "seedance") {
		t.Errorf("nosuch: %s", got)
	}
}
