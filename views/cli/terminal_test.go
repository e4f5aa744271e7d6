package cli

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
)

// screen is a terminal of this process: tty is passed to the program, and text
// is what it has written there.
type screen struct {
	ptmx, tty *os.File
	mu        sync.Mutex
	written   bytes.Buffer
	done      chan struct{}
}

func openScreen(t *testing.T) *screen {
	t.Helper()
	ptmx, tty, err := pty.Open()
	if err != nil {
		t.Skipf("no terminals here: %v", err)
	}
	if err := pty.Setsize(ptmx, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	s := &screen{ptmx: ptmx, tty: tty, done: make(chan struct{})}
	go func() {
		defer close(s.done)
		buf := make([]byte, 4096)
		for {
			n, err := ptmx.Read(buf)
			s.mu.Lock()
			s.written.Write(buf[:n])
			s.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		_ = tty.Close() // ends the reader
		select {
		case <-s.done:
		case <-time.After(5 * time.Second): // a test that failed may hold it open
		}
		_ = ptmx.Close() // nothing is left in it
	})
	return s
}

func (s *screen) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.written.String()
}

// until waits for a text on the screen.
func (s *screen) until(t *testing.T, want string) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !strings.Contains(s.text(), want); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("no %q on the screen: %q", want, s.text())
		}
	}
}

func (s *screen) typed(t *testing.T, keys string) {
	t.Helper()
	if _, err := io.WriteString(s.ptmx, keys); err != nil {
		t.Fatal(err)
	}
}

// world is a home folder and a clock for commands that run in this process.
type world struct {
	bench
	home string
	env  map[string]string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{home: t.TempDir()}
	w.env = map[string]string{"SEEDREEL_HOME": w.home, "HOME": w.home, "TERM": "xterm-256color"}
	if err := writeSettings(w.home, ""); err != nil {
		t.Fatal(err)
	}
	return w
}

// options returns the options of one run with pipes on all sides.
func (w *world) options(args ...string) (o Options, out, errs *bytes.Buffer) {
	out, errs = &bytes.Buffer{}, &bytes.Buffer{}
	o = options(func(name string) string { return w.env[name] }, w.now)
	o.Args, o.In, o.Out, o.Err = args, strings.NewReader(""), out, errs
	return o, out, errs
}

func (w *world) must(t *testing.T, args ...string) string {
	t.Helper()
	o, out, errs := w.options(args...)
	if code := Run(t.Context(), o); code != ExitOK {
		t.Fatalf("%v: exit code %d, %s", args, code, errs)
	}
	return out.String()
}

func TestDearOrdersAreAskedForAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	base, stop, err := serve(w.now, "100")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	w.env["WAVESPEED_API_KEY"] = "k"
	if err := writeSettings(w.home, serviceSettings(base)); err != nil {
		t.Fatal(err)
	}
	w.must(t, "settings", "set", "confirm_above_usd", "0.05")
	for answer, want := range map[string]int{"n\r": ExitNotConfirmed, "\r": ExitNotConfirmed, "yes\r": ExitOK} {
		s := openScreen(t)
		o, out, _ := w.options("submit", "--prompt", "x")
		o.In, o.Err = s.tty, s.tty
		done := make(chan int, 1)
		go func() { done <- Run(t.Context(), o) }()
		s.until(t, ": $0.08 in all?")
		s.typed(t, answer)
		if code := <-done; code != want {
			t.Errorf("%q: exit code %d, want %d: %q", answer, code, want, s.text())
		}
		if bought := out.Len() > 0; bought != (want == ExitOK) {
			t.Errorf("%q: wrote %q", answer, out)
		}
	}
}

func TestWaitDrawsOnATerminalOnly(t *testing.T) {
	t.Parallel()
	w, s := newWorld(t), openScreen(t)
	w.must(t, "submit", "--prompt", "A lake")
	w.ahead.Store(int64(2 * time.Minute))
	o, out, _ := w.options("wait")
	o.Err = s.tty
	if code := Run(t.Context(), o); code != ExitOK {
		t.Fatalf("exit code %d: %q", code, s.text())
	}
	s.until(t, "saved")
	if text := s.text(); !strings.Contains(text, "\r") || !strings.Contains(text, "\x1b[K") {
		t.Errorf("no line that is written over: %q", text)
	}
	if strings.ContainsAny(out.String(), "\x1b\r") {
		t.Errorf("the result holds more than text: %q", out)
	}
}

func TestInterruptedWaitSaysHowToComeBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(t, "submit", "--prompt", "A lake")
	id, _, _ := strings.Cut(w.must(t, "jobs"), " ")
	ctx, stop := context.WithCancel(t.Context())
	s := openScreen(t)
	o, out, _ := w.options("wait")
	o.Err = s.tty
	done := make(chan int, 1)
	go func() { done <- Run(ctx, o) }()
	s.until(t, "submitted")
	stop()
	if code := <-done; code != ExitInterruption {
		t.Errorf("exit code %d", code)
	}
	s.until(t, "seedreel wait "+id+" goes on")
	if out.Len() > 0 {
		t.Errorf("wrote %q", out)
	}
	w.ahead.Store(int64(2 * time.Minute))
	if got := w.must(t, "wait", id); !strings.Contains(got, "saved") {
		t.Errorf("came back to %q", got)
	}
}

func TestDoctorReadsTmux(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, answer string
		err          error
		want         map[string]string
	}{
		{"as it comes", "500|0|external|0\n", nil, map[string]string{
			"tmux escape-time": checkWarning, "tmux focus-events": checkWarning, "tmux set-clipboard": checkWarning, "tmux allow-passthrough": checkWarning,
		}},
		{"as wished", "20|1|on|all\n", nil, map[string]string{
			"tmux escape-time": checkOK, "tmux focus-events": checkOK, "tmux set-clipboard": checkOK, "tmux allow-passthrough": checkOK,
		}},
		{"an old one", "0|on|on|\n", nil, map[string]string{
			"tmux escape-time": checkOK, "tmux focus-events": checkOK, "tmux set-clipboard": checkOK, "tmux allow-passthrough": checkWarning,
		}},
		{"none", "", os.ErrNotExist, map[string]string{"tmux": checkWarning}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			d := &doctor{
				c:   &commands{o: Options{Getenv: func(name string) string { return map[string]string{"TMUX": "/tmp/s,1,0"}[name] }}},
				run: func(context.Context, string, ...string) (string, error) { return tc.answer, tc.err },
			}
			d.tmux(t.Context())
			got := map[string]string{}
			for _, x := range d.checks {
				got[x.Name] = x.Status
			}
			for name, want := range tc.want {
				if got[name] != want {
					t.Errorf("%s is %q, want %q", name, got[name], want)
				}
			}
			if len(got) != len(tc.want) {
				t.Errorf("checks %v", got)
			}
		})
	}
}

// If results and progress are read in one place, a finished job is reported
// once; if the results go to a file, progress reports it to the person.
func TestAJobThatIsDoneIsSaidOnce(t *testing.T) {
	t.Parallel()
	for name, together := range map[string]bool{"one terminal": true, "results in a file": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, s := newWorld(t), openScreen(t)
			o, out, _ := w.options("submit", "--prompt", "A lake", "--count", "2")
			o.Err = s.tty
			if together {
				o.Out = s.tty
			}
			if code := Run(t.Context(), o); code != ExitOK {
				t.Fatalf("exit code %d: %q", code, s.text())
			}
			if _, err := s.tty.WriteString("the end\n"); err != nil {
				t.Fatal(err)
			}
			s.until(t, "the end")
			if n := strings.Count(s.text(), "submitted"); n != 2 {
				t.Errorf("said %d times of two jobs: %q", n, s.text())
			}
			if n := strings.Count(out.String(), "submitted"); !together && n != 2 {
				t.Errorf("the file has %q", out)
			}
		})
	}
}
