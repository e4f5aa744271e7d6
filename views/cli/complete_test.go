package cli

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/creack/pty"
	"github.com/spf13/cobra"
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
			for line, want := range completedLines(id) {
				if got := s.complete(t, line, want); got != "" {
					t.Errorf("%s: no %q: %q", line, want, got)
				}
			}
		})
	}
}

// completedLines returns lines that were begun and what each becomes: models by
// any part, jobs, services, settings and their values, labels, reels.
func completedLines(id string) map[string]string {
	return map[string]string{
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

// TestPowerShellCompletes asks PowerShell itself what follows, where it is
// installed: its own command returns what the tab key would offer.
func TestPowerShellCompletes(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("pwsh"); err != nil {
		t.Skip("pwsh is not installed")
	}
	w := newWorld(t)
	w.must(t, "submit", "--prompt", "A lake", "--label", "dawn", "--seed", "7")
	id, _, _ := strings.Cut(w.must(t, "jobs"), " ")
	w.must(t, "reel", "new", "Harbour")
	path := folderWithProgram(t) + string(os.PathListSeparator) + os.Getenv("PATH")
	for line, want := range completedLines(id) {
		want = want[strings.LastIndex(want, " ")+1:]
		script := "seedreel completion powershell | Out-String | Invoke-Expression; " +
			"(TabExpansion2 -inputScript '" + line + "' -cursorColumn " + strconv.Itoa(len(line)) + ").CompletionMatches.CompletionText"
		cmd := exec.CommandContext(t.Context(), "pwsh", "-NoLogo", "-NoProfile", "-NonInteractive", "-Command", script)
		cmd.Env = []string{"PATH=" + path, "HOME=" + w.home, "SEEDREEL_HOME=" + w.home, "TERM=dumb"}
		out, err := cmd.CombinedOutput()
		if err != nil || !slices.Contains(strings.Fields(string(out)), want) {
			t.Errorf("%s: no %q: %s (%v)", line, want, out, err)
		}
	}
}

// powerShellRequest is how the script asks the program: each is a line of it.
// TestPowerShellIsAnswered does the same without the shell.
func powerShellRequest() []string {
	return []string{
		"Register-ArgumentCompleter -CommandName 'seedreel' -ScriptBlock ${__seedreelCompleterBlock}",
		`$RequestComp="$Program __complete $Arguments"`,
		"${env:SEEDREEL_ACTIVE_HELP}=0",
		"[int]$Directive = $Out[-1].TrimStart(':')",
		"$Name, $Description = $_.Split(\"`t\",2)",
		`$_.Name -like "$WordToComplete*"`,
	}
}

// TestPowerShellIsAnswered holds what the script for PowerShell relies on,
// where that shell is not there: it hands on the line word by word, without
// active help, reads a directive from the last line and, of the others, keeps
// those that begin with the last word in any case.
func TestPowerShellIsAnswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(t, "submit", "--prompt", "A lake", "--label", "dawn", "--seed", "7")
	id, _, _ := strings.Cut(w.must(t, "jobs"), " ")
	w.must(t, "reel", "new", "Harbour")
	script := w.must(t, "completion", "powershell")
	for _, part := range powerShellRequest() {
		if !strings.Contains(script, part) {
			t.Errorf("the script has no %s", part)
		}
	}
	for line, want := range completedLines(id) {
		args := strings.Fields(line)[1:]
		typed, want := args[len(args)-1], want[strings.LastIndex(want, " ")+1:]
		lines := strings.Split(strings.TrimRight(w.must(t, append([]string{"__complete"}, args...)...), "\n"), "\n")
		last := len(lines) - 1
		if n, err := strconv.Atoi(strings.TrimPrefix(lines[last], ":")); err != nil || n&int(cobra.ShellCompDirectiveError) != 0 {
			t.Errorf("%s: the directive is %q", line, lines[last])
		}
		offered := false
		for _, l := range lines[:last] {
			name, _, _ := strings.Cut(l, "\t")
			if strings.HasPrefix(l, "_activeHelp_") {
				t.Errorf("%s: %s is offered as a value", line, l)
			}
			offered = offered || strings.HasPrefix(strings.ToLower(name), strings.ToLower(typed)) && name == want
		}
		if !offered {
			t.Errorf("%s: no %q in %q", line, want, lines)
		}
	}
	// The variable is read from the process, so it takes one of its own.
	cmd := exec.CommandContext(t.Context(), filepath.Join(folderWithProgram(t), program), "__complete", "submit", "--model", "480")
	cmd.Env = []string{"HOME=" + w.home, "SEEDREEL_HOME=" + w.home, "SEEDREEL_ACTIVE_HELP=0"}
	if got, err := cmd.Output(); err != nil || strings.Contains(string(got), "_activeHelp_") {
		t.Errorf("help for other shells: %s (%v)", got, err)
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
