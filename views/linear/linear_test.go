package linear_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"seedreel/client/catalogue"
	"seedreel/state/engine"
	"seedreel/state/order"
	"seedreel/views/linear"
)

type out struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *out) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func talk(t *testing.T, lines ...string) string {
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
	var o out
	err = linear.Run(t.Context(), e, linear.Options{
		In: strings.NewReader(strings.Join(lines, "\n") + "\n"), Out: &o, Now: time.Now, Zone: time.UTC,
	})
	if err != nil {
		t.Fatalf("%v after\n%s", err, o.b.String())
	}
	s := o.b.String()
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

// The whole program, by questions and lines alone.
func TestTheFirstInterruptionLeaves(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	env := map[string]string{"SEEDREEL_HOME": home, "HOME": home}
	e, err := engine.Open(t.Context(), engine.Options{Getenv: func(n string) string { return env[n] }, Now: time.Now, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	in, typed := io.Pipe()
	ctx, interrupt := context.WithCancel(t.Context())
	asked := &waiting{until: "Which?", then: interrupt}
	done := make(chan error, 1)
	go func() {
		done <- linear.Run(ctx, e, linear.Options{In: in, Out: asked, Now: time.Now, Zone: time.UTC})
	}()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Error("it is still asking")
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
	var o out
	err = linear.Run(t.Context(), e, linear.Options{In: strings.NewReader("6\n"), Out: &o, Now: time.Now, Zone: time.UTC})
	if err := errors.Join(err, e.Close()); err != nil {
		t.Error(err)
	}
	wants(t, o.b.String(), "Which?", "1 waits here", "seedreel wait")
}

// waiting calls a function when a text was written.
type waiting struct {
	out
	until string
	then  func()
}

func (w *waiting) Write(p []byte) (int, error) {
	if strings.Contains(string(p), w.until) {
		w.then()
	}
	return w.out.Write(p)
}

func TestAClipFromStartToEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, aClip) // its waiting takes no time
}

func aClip(t *testing.T) {
	s := talk(t, "1", "text lite 480", "", "no", "A lake at dawn", "", "13", "3", "", "7", "yes", "2", "3", "lake", "4", "6")
	wants(t, s, "nothing is billed", "1: Text to video", "retiring", "Prompt, needed, or back to leave", "Aspect ratio, one of", "13 s is outside 2 to 12 s",
		"Price: $0.048", "Submit?", "In line", "saved as", "saved as", "A lake at dawn", "Together", "$0.048")
}

func TestTheSafeAnswerIsNo(t *testing.T) {
	t.Parallel()
	s := talk(t, "1", "text lite 480", "", "", "A lake", "", "", "", "", "", "2", "6")
	wants(t, s, "Submit?", "No jobs yet.")
}

func TestWrongAnswersAreAskedAgain(t *testing.T) {
	t.Parallel()
	s := talk(t, "9", "1", "no such model", "image lite 480 wave", "77", "image lite 480 wave", "1", "", "x", "/nowhere/a.png", "")
	wants(t, s, "from 1 to 6", "No model has all these words", "There is no number 77", "First frame 1", "no such file")
}

// Wherever a clip is asked for, one word gives it up, and required questions
// name it.
func TestAClipCanBeGivenUp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lines []string
		says  []string
	}{
		"at the model":     {[]string{"1", "back", "2", "6"}, []string{"Type back", "Which model?"}},
		"at the number":    {[]string{"1", "lite", "back", "2", "6"}, []string{"Number, enter for 1"}},
		"at a yes or no":   {[]string{"1", "text lite 480", "", "back", "2", "6"}, []string{"instead? yes or no"}},
		"at the prompt":    {[]string{"1", "text lite 480", "", "", "", "BACK", "2", "6"}, []string{"Prompt, needed, or back to leave: ", "empty", "Prompt, needed, or back to leave: "}},
		"at an image":      {[]string{"1", "image lite 480 wave", "", "", "", "", "back", "2", "6"}, []string{"a path or a link, needed, or back to leave: ", "missing", "needed, or back to leave: "}},
		"at a later field": {[]string{"1", "text lite 480", "", "", "A lake", "", "back", "2", "6"}, []string{"Duration"}},
		"at the submit":    {[]string{"1", "text lite 480", "", "", "A lake", "", "", "", "", "back", "2", "6"}, []string{"Submit?"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := talk(t, c.lines...)
			wants(t, s, append(c.says, "Back to the menu; nothing was submitted.", "1 new clip", "No jobs yet.", "1 new clip")...)
		})
	}
}

func TestAnUnknownStateIsExplained(t *testing.T) {
	t.Parallel()
	s := talk(t, "3", "state:bogus", "3", "state:moderation", "6")
	wants(t, s, "Nothing found.", "state: takes queued, waiting", "moderation", "Nothing found.")
}
