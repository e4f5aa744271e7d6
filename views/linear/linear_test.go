package linear_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"seedreel/client/catalogue"
	"seedreel/state/engine"
	"seedreel/state/order"
	"seedreel/ui/uitest"
	"seedreel/views/linear"
)

func talk(t *testing.T, lines ...string) string {
	t.Helper()
	return talkAfter(t, nil, lines...)
}

// talkAfter is talk with something in the history; before may be nil.
func talkAfter(t *testing.T, before func(e *engine.Engine), lines ...string) string {
	t.Helper()
	home := t.TempDir()
	if err := os.MkdirAll(filepath.Join(home, "config"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, "config", "settings.toml"), []byte("[simulator]\nspeed = 1000\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"SEEDREEL_HOME": home, "HOME": home}
	e, err := engine.Open(t.Context(), engine.Options{Getenv: func(n string) string { return env[n] }, Now: time.Now, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}()
	if before != nil {
		before(e)
	}
	var o uitest.Buffer
	err = linear.Run(t.Context(), e, linear.Options{
		In: strings.NewReader(strings.Join(lines, "\n") + "\n"), Out: &o, Getenv: func(n string) string { return env[n] }, Now: time.Now, Zone: time.UTC,
	})
	if err != nil {
		t.Fatalf("%v after\n%s", err, o.String())
	}
	s := o.String()
	if strings.ContainsAny(s, "\x1b\r┃│─") {
		t.Errorf("something is drawn:\n%q", s)
	}
	return s
}

func wants(t *testing.T, s string, words ...string) {
	t.Helper()
	rest := s
	for _, w := range words {
		i := strings.Index(rest, w)
		if i < 0 {
			t.Fatalf("%q does not come (in this order) in\n%s", w, s)
		}
		rest = rest[i+len(w):]
	}
}

// An interruption ends the conversation, in words.
func TestTheFirstInterruptionLeaves(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	env := func(n string) string { return map[string]string{"SEEDREEL_HOME": home, "HOME": home}[n] }
	e, err := engine.Open(t.Context(), engine.Options{Getenv: env, Now: time.Now, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	in, typed := io.Pipe()
	ctx, interrupt := context.WithCancel(t.Context())
	asked := &waiting{until: "Which?", then: interrupt}
	done := make(chan error, 1)
	go func() {
		done <- linear.Run(ctx, e, linear.Options{In: in, Out: asked, Getenv: env, Now: time.Now, Zone: time.UTC})
	}()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Error("it is still asking")
	}
	if s := asked.String(); strings.Contains(s, "canceled") || !strings.Contains(s, "Stopped by ctrl+c.") {
		t.Errorf("it ends with %q", s)
	}
	if err := errors.Join(typed.Close(), e.Close()); err != nil {
		t.Error(err)
	}
}

// Leaving names what goes on, as the screens do.
func TestLeavingNamesWhatGoesOn(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	env := map[string]string{"SEEDREEL_HOME": home, "HOME": home}
	e, err := engine.Open(t.Context(), engine.Options{Getenv: func(n string) string { return env[n] }, Now: time.Now, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	m, _, err := e.FirstModel(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p, err := e.Desk.Prepare(t.Context(), order.Clip(m, m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text("a lake")}), 1, nil, true))
	if err != nil {
		t.Fatal(err)
	}
	var a order.Answers
	if _, err := e.Desk.Confirm(t.Context(), p, a.Agree(p.Open(a)...)); err != nil {
		t.Fatal(err)
	}
	var o uitest.Buffer
	err = linear.Run(t.Context(), e, linear.Options{In: strings.NewReader("6\n"), Out: &o, Now: time.Now, Zone: time.UTC})
	if err := errors.Join(err, e.Close()); err != nil {
		t.Error(err)
	}
	wants(t, o.String(), "Which?", "1 job waits here", "seedreel wait")
}

// waiting calls a function when a text was written.
type waiting struct {
	uitest.Buffer
	until string
	then  func()
}

func (w *waiting) Write(p []byte) (int, error) {
	if strings.Contains(string(p), w.until) {
		w.then()
	}
	return w.Buffer.Write(p)
}

// The whole program, by questions and lines alone.
func TestAClipFromStartToEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, aClip) // its waiting takes no time
}

func aClip(t *testing.T) {
	s := conversation(t, nil, "> 1\n> lite 480 text wave\n> no\n> A lake at dawn\n>\n> 13\n> 3\n>\n> 7\n> 1\n> 6\n(5m later)\n> 2\n> 1\n>\n>\n> 3\n> lake\n>\n> 5\n> 0\n")
	wants(t, s, "nothing is billed", "Text to video, Lite 480p at WaveSpeedAI, $0.08", "retiring", "Prompt, or back to leave:", "Aspect ratio, a number", "13 s is outside 2 to 12 s",
		"The price is now $0.048, it was $0.08.", "1: Submit 1 clip for $0.048.", "1 clip is in line", "1 clip is under way", "Saved, A lake at dawn.", "All clips are done.",
		"Saved, A lake at dawn, $0.048", "number 1.", "Number of the one to open", "Saved, A lake at dawn, $0.048", "Together in 30 days: 1 clip, $0.048.")
}

// The first form has the model of the example that the screens begin with.
func TestTheFirstModelIsThatOfTheScreens(t *testing.T) {
	t.Parallel()
	s := talk(t, "1", "", "back", "0")
	wants(t, s, "or enter for Text to video, Lite 480p at WaveSpeedAI:", "Lite 480p at WaveSpeedAI, $0.08.", "It is retiring; its successor is Seedance 2.0", "Prompt, or back to leave:")
}

// Enter never orders: the form stays, and nothing is in line.
func TestTheSafeAnswerIsNo(t *testing.T) {
	t.Parallel()
	s := talk(t, "1", "lite 480 text", "", "A lake", "done", "", "2", "1", "", "", "0")
	wants(t, s, "Submit 1 clip", "enter to keep it", "Menu", "No jobs in the last 24 hours.", "Go on with “A lake”", "Prompt: A lake.", "Submit 1 clip")
}

func TestWrongAnswersAreAskedAgain(t *testing.T) {
	t.Parallel()
	s := talk(t, "x", "1", "no such model", "lite image", "77", "", "image lite 480 wave", "", "", "/nowhere/a.png", "", "back", "0")
	wants(t, s, "from 0 to 9", "No model has all these words", "There is no 77; the numbers are 1 to", "First frame, a path or a link, or back to leave:", "there is no such file")
}

// What enter takes is the same after a wrong answer.
func TestAWrongAnswerKeepsTheDefault(t *testing.T) {
	t.Parallel()
	s := talk(t, "1", "lite 480 text", "", "A lake", "9:99", "", "99", "", "done", "", "0")
	wants(t, s, "Aspect ratio, a number, or enter for 16:9:", "There is no 9:99", "Aspect ratio, a number, or enter for 16:9:",
		"Duration in seconds, 2 to 12, or enter for 5:", "99 s is outside", "Duration in seconds, 2 to 12, or enter for 5:", "Camera free.")
}

// Wherever a clip is asked for, one word gives it up, and what was said stays.
func TestAClipCanBeGivenUp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lines []string
		says  []string
	}{
		"at the model":     {[]string{"1", "back", "2", "0"}, []string{"back returns", "Which model?"}},
		"at the number":    {[]string{"1", "lite", "back", "2", "0"}, []string{"Number, or enter to search again"}},
		"at a yes or no":   {[]string{"1", "lite 480 text", "back", "2", "0"}, []string{"instead? yes or no"}},
		"at the prompt":    {[]string{"1", "lite 480 text", "", "", "BACK", "2", "0"}, []string{"Prompt, or back to leave: ", "Prompt is needed", "Prompt, or back to leave: "}},
		"at an image":      {[]string{"1", "image lite 480 wave", "", "A lake", "", "back", "2", "0"}, []string{"a path or a link, or back to leave: ", "needed"}},
		"at a later field": {[]string{"1", "lite 480 text", "", "A lake", "", "back", "2", "0"}, []string{"Duration"}},
		"at the submit":    {[]string{"1", "lite 480 text", "", "A lake", "done", "back", "2", "0"}, []string{"Submit 1 clip"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := talk(t, c.lines...)
			wants(t, s, append(c.says, "The form is kept; nothing was submitted.", "Menu", "No jobs in the last 24 hours.", "Menu")...)
		})
	}
}

func TestAnUnknownStateIsExplained(t *testing.T) {
	t.Parallel()
	s := talk(t, "3", "state:bogus", "3", "state:moderation", "0")
	wants(t, s, "Nothing found.", "state: takes queued, waiting", "moderation", "Nothing found.")
}

func TestSavedSearchesAreUsedRenamedAndForgotten(t *testing.T) {
	t.Parallel()
	s := talkAfter(t, func(e *engine.Engine) {
		for name, text := range map[string]string{"keepers": "is:pick", "best": "saved:keepers"} {
			if err := e.Store.SaveSearch(t.Context(), name, text); err != nil {
				t.Fatal(err)
			}
		}
	}, "3", "saved", "2", "3", "3", "saved", "2", "2", "picks", "3", "saved", "1", "", "3", "saved", "1", "3", "3", "saved", "", "0")
	wants(t, s, "saved for the saved searches", "1: best: saved:keepers", "2: keepers: is:pick", "is a part of", "Renamed.", "1: best: saved:picks",
		"Nothing found.", "Forgotten.", "1: picks: is:pick")
}
