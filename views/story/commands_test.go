package story_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"seedreel/views/cli"
	"seedreel/views/story"
)

// Commands as scripts use them: standard output is data only, exit codes keep
// their meaning, and no escape code is written without a terminal.
func TestCommandsFromPromptToClip(t *testing.T) {
	t.Parallel()
	story.Bubble(t, func(t *testing.T, w *story.World) {
		order := []string{"submit", "--model", modelText, "--prompt", boat, "--duration", "2", "--seed", "7"}
		code, out, said := plain(t, w, append(order, "--json", "--wait")...)
		var j struct {
			ID, State, Service, Prompt, Path string
			Practice                         bool
			Seed                             *int64
			Seconds                          int
			Estimate                         json.Number `json:"estimate_usd"`
		}
		if err := json.Unmarshal([]byte(out), &j); err != nil || code != cli.ExitOK {
			t.Fatalf("ended with %d: %v\n%s\n%s", code, err, out, said)
		}
		if j.State != "saved" || j.Service != "wavespeed" || !j.Practice || j.Prompt != boat || j.Seed == nil || j.Seconds != 2 || j.Estimate == "" {
			t.Errorf("the line says %s", out)
		}
		if c, err := story.ReadClip(j.Path); err != nil || c.Frames != 49 {
			t.Errorf("the clip is %+v: %v", c, err)
		}
		noEscapes(t, out+said)
		if !strings.Contains(said, "nothing is billed") {
			t.Errorf("practice is not said: %q", said)
		}

		if code, out, said = plain(t, w, order...); code != cli.ExitInvalid || out != "" || !strings.Contains(said, "--again") {
			t.Errorf("the same again: %d %q %q", code, out, said)
		}
		code, out, _ = plain(t, w, "jobs")
		if line := regexp.MustCompile(`^` + j.ID + `  saved +\S.*\n$`); code != cli.ExitOK || !line.MatchString(out) {
			t.Errorf("jobs: %d %q", code, out)
		}
		if code, out, _ = plain(t, w, "jobs", "--json"); code != cli.ExitOK || strings.Count(out, "\n") != 1 || !json.Valid([]byte(out)) {
			t.Errorf("jobs --json: %d %q", code, out)
		}
		if code, out, _ = plain(t, w, "wait"); code != cli.ExitOK || out != "" {
			t.Errorf("wait with nothing open: %d %q", code, out)
		}
		sentOnce(t, w.Tasks(), boat)
	})
}

// A failure has the exit code of its kind.
func TestFailuresHaveExitCodes(t *testing.T) {
	t.Parallel()
	story.Bubble(t, func(t *testing.T, w *story.World) {
		for prompt, want := range map[string]int{"simulate moderation": cli.ExitModeration, "simulate failure": cli.ExitFailed} {
			code, out, said := plain(t, w, "submit", "--model", modelText, "--prompt", prompt, "--wait", "--json")
			if code != want || !strings.Contains(out, `"state":"failed"`) {
				t.Errorf("%s: %d %q %q", prompt, code, out, said)
			}
		}
	})
}

func TestUsageIsExplained(t *testing.T) {
	t.Parallel()
	w := story.New(t)
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"nonsense"}, cli.ExitUsage, `no command "nonsense"`},
		{[]string{"submit", "--durations", "5"}, cli.ExitUsage, "durations"},
		{[]string{"simulate", "--listen", "0.0.0.0:0"}, cli.ExitUsage, "--listen"},
		{[]string{"simulate", "--speed", "0"}, cli.ExitUsage, "--speed"},
	} {
		code, out, said := plain(t, w, c.args...)
		checkRefusal(t, strings.Join(c.args, " "), code, out, said, []string{c.says})
		if code != c.code {
			t.Errorf("%v ended with %d, want %d", c.args, code, c.code)
		}
	}
	for _, flag := range []string{"--help", "--version"} {
		code, out, said := plain(t, w, flag)
		if code != cli.ExitOK || out == "" {
			t.Errorf("%s: %d %q %q", flag, code, out, said)
		}
		noEscapes(t, out+said)
	}
	w.Setenv("AIMLAPI_API_KEY", "k")
	code, _, said := plain(t, w, "submit", "--prompt", "x", "--model", modelText)
	if code != cli.ExitNoKey || !strings.Contains(said, "No key for WaveSpeedAI") {
		t.Errorf("without a key: %d %q", code, said)
	}
}

func noEscapes(t *testing.T, text string) {
	t.Helper()
	if strings.ContainsRune(text, '\x1b') {
		t.Errorf("escape codes without a terminal: %q", text)
	}
}
