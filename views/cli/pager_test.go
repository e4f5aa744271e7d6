package cli

import (
	"strings"
	"testing"
	"time"
)

// onScreen runs a command line on a terminal of 24 lines and returns what is
// then on it.
func (w *world) onScreen(t *testing.T, args ...string) string {
	t.Helper()
	s := openScreen(t)
	o, _, _ := w.options(args...)
	o.In, o.Out, o.Err = s.tty, s.tty, s.tty
	if code := Run(t.Context(), o); code != ExitOK {
		t.Fatalf("%v: exit code %d: %q", args, code, s.text())
	}
	if _, err := s.tty.WriteString("THE END\n"); err != nil {
		t.Fatal(err)
	}
	s.until(t, "THE END")
	return s.text()
}

// TestLongOutputIsPaged checks that what does not fit on a terminal goes
// through the pager, and nothing else does.
func TestLongOutputIsPaged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.env["SEEDREEL_PAGER"] = "sed s/^/PAGED:/"
	long := []string{"help", "submit"}
	if text := w.onScreen(t, long...); !strings.Contains(text, "PAGED:") || !strings.Contains(text, "See also") {
		t.Errorf("long help: %q", text)
	}
	if text := w.onScreen(t, "models", "list"); !strings.Contains(text, "PAGED:") {
		t.Errorf("models: %q", text)
	}
	for _, args := range [][]string{{"history"}, {"models", "list", "--json"}, {"models", "list", "--jq", ".id"}} {
		if text := w.onScreen(t, args...); strings.Contains(text, "PAGED:") {
			t.Errorf("%v is paged: %q", args, text)
		}
	}
	if text := w.must(t, long...); strings.Contains(text, "PAGED:") {
		t.Error("a pipe is paged")
	}
	for name, value := range map[string]string{"SEEDREEL_PAGER": "cat", "TERM": "dumb"} {
		before := w.env[name]
		w.env[name] = value
		if text := w.onScreen(t, long...); strings.Contains(text, "PAGED:") || !strings.Contains(text, "See also") {
			t.Errorf("%s=%s: %q", name, value, text)
		}
		w.env[name] = before
	}
	w.env["SEEDREEL_PAGER"] = "nosuchpager --x"
	if text := w.onScreen(t, long...); !strings.Contains(text, "See also") {
		t.Errorf("without the pager: %q", text)
	}
}

// TestWatchShowsChanges checks that jobs are shown again until none is open, in
// place on a terminal and as lines elsewhere.
func TestWatchShowsChanges(t *testing.T) {
	t.Parallel()
	w, s := newWorld(t), openScreen(t)
	w.must(t, "submit", "--prompt", "A lake")
	here, _, _ := w.options("jobs", "--watch")
	here.In, here.Out, here.Err = s.tty, s.tty, s.tty
	there, lines, _ := w.options("jobs", "--watch")
	ended := make(chan int, 2)
	for _, o := range []Options{here, there} {
		go func() { ended <- Run(t.Context(), o) }()
	}
	s.until(t, "submitted")
	w.ahead.Store(int64(2 * time.Minute))
	w.must(t, "wait")
	for range 2 {
		if code := <-ended; code != ExitOK {
			t.Errorf("exit code %d", code)
		}
	}
	s.until(t, "saved")
	if !strings.Contains(s.text(), "\x1b[1A\r") {
		t.Errorf("not in place: %q", s.text())
	}
	if text := lines.String(); strings.Contains(text, "\x1b") || !strings.Contains(text, "saved") || strings.Count(text, "\n") > 5 {
		t.Errorf("lines: %q", text)
	}
	if text := w.must(t, "jobs", "--watch"); strings.Count(text, "\n") != 1 {
		t.Errorf("nothing is open: %q", text)
	}
}
