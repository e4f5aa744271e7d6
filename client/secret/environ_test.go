package secret

import (
	"context"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestEnviron(t *testing.T) {
	t.Parallel()
	env := []string{
		"PATH=/bin", "WAVESPEED_API_KEY=sk-1", "AIMLAPI_API_KEY=sk-2", "OTHER_API_KEY=", "EDITOR=vi -c 'x=1'", "=C:=C:\\",
		"SSH_AUTH_SOCK=/run/agent", "Mixed_Api_Key=3",
	}
	want := []string{"PATH=/bin", "EDITOR=vi -c 'x=1'", "=C:=C:\\", "SSH_AUTH_SOCK=/run/agent", "Mixed_Api_Key=3"}
	if got := environ(env, false); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if got := environ(env, true); !slices.Equal(got, want[:4]) {
		t.Errorf("where case does not count: %q", got)
	}
}

// The child itself reports its environment.
func TestCommandHasNoKeys(t *testing.T) {
	const mark = "SEEDREEL_TEST_LIST_ENVIRONMENT"
	if os.Getenv(mark) != "" {
		for _, line := range os.Environ() {
			t.Log(line)
		}
		return
	}
	t.Setenv("WAVESPEED_API_KEY", "sk-canary")
	t.Setenv("AIMLAPI_API_KEY", "sk-canary")
	t.Setenv(mark, "1")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	run := func(cmd *exec.Cmd) string {
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), mark) {
			t.Fatalf("%v: %s", err, out)
		}
		return string(out)
	}
	args := []string{"-test.run=^TestCommandHasNoKeys$", "-test.v"}
	if !strings.Contains(run(exec.CommandContext(t.Context(), self, args...)), "sk-canary") {
		t.Fatal("the child does not tell what it is given")
	}
	if strings.Contains(run(Command(t.Context(), self, args...)), "sk-canary") {
		t.Error("the child was given a key")
	}
}

// A program put in the place of ffmpeg cannot write to the terminal: it has
// none. The editor has the one that it is started from.
func TestOnlyForegroundProgramsAreInOurSession(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("there are no sessions")
	}
	const script = `if [ "$(ps -o sid= -p $$ | tr -d ' ')" = "$$" ]; then echo own; else echo ours; fi`
	for name, run := range map[string]func(context.Context, string, ...string) *exec.Cmd{"own": Command, "ours": Foreground} {
		out, err := run(t.Context(), "sh", "-c", script).CombinedOutput()
		if got := strings.TrimSpace(string(out)); got != name || err != nil {
			t.Errorf("the program runs in %q (%v), want %q", got, err, name)
		}
	}
}
