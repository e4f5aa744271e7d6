//go:build unix

package app_test

import (
	"errors"
	"io"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"seedreel/state/job"
)

// TestSignalsEndAProgramWhoseOutputIsBlocked stops reading from the terminal, as
// a line that hangs does, until the program can write no more. What is typed
// then is behind the write that hangs.
func TestSignalsEndAProgramWhoseOutputIsBlocked(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]struct {
		sig  syscall.Signal
		keys []string
	}{
		"SIGTERM": {syscall.SIGTERM, nil}, "SIGHUP": {syscall.SIGHUP, nil}, "SIGQUIT": {syscall.SIGQUIT, nil},
		"ctrl+c":                  {0, []string{"\x03"}},
		"ctrl+c told apart":       {0, []string{"\x1b[99;5u"}},
		"ctrl+c after other keys": {0, []string{"h", "e", "l", "l", "o", "\x03"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := home(t, "")
			ptmx, tty, err := pty.Open()
			if err != nil {
				t.Skip("no pseudo terminals here: ", err)
			}
			defer func() { _, _ = ptmx.Close(), tty.Close() }() // the program is gone
			size := func(n int) {
				if err := pty.Setsize(tty, &pty.Winsize{Rows: uint16(lines + n%9), Cols: uint16(columns + n%7)}); err != nil {
					t.Fatal(err)
				}
			}
			size(0)
			cmd := exec.CommandContext(t.Context(), binary, "submit", "--prompt", "a lake", "--count", "2")
			cmd.Env = environ(dir)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			cmd = exec.CommandContext(t.Context(), binary)
			cmd.Env = environ(dir)
			cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
			cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- cmd.Wait() }()
			var seen strings.Builder
			for b := make([]byte, 4096); !strings.Contains(seen.String(), "Prompt"); {
				n, err := ptmx.Read(b)
				if err != nil {
					t.Fatal(err)
				}
				seen.Write(b[:n])
			}
			// Each size is drawn anew, and nobody reads any more.
			tick := time.NewTicker(20 * time.Millisecond)
			defer tick.Stop()
			for n := range 150 {
				<-tick.C
				size(n)
			}
			if end.keys == nil {
				if err := cmd.Process.Signal(end.sig); err != nil {
					t.Fatal(err)
				}
			}
			for _, key := range end.keys {
				<-tick.C
				if _, err := io.WriteString(ptmx, key); err != nil {
					t.Fatal(err)
				}
			}
			select {
			case err := <-ended:
				if err != nil {
					t.Errorf("it ended with %v", err)
				}
			case <-time.After(15 * time.Second):
				err := cmd.Process.Kill()
				_, readErr := io.Copy(io.Discard, ptmx) // lets the write end
				t.Fatal("it does not end: ", errors.Join(err, readErr))
			}
			e := open(t, dir)
			jobs, err := e.Store.Recent(t.Context(), time.Now().Add(-time.Hour))
			under, openErr := e.Store.OpenJobs(t.Context())
			if err := errors.Join(err, openErr); err != nil || len(jobs)+len(under) != 2 {
				t.Errorf("%d jobs of 2 are known (%v)", len(jobs)+len(under), err)
			}
			for _, j := range under {
				if j.State == job.Submitting {
					t.Errorf("job %s was left in the middle of a step", j.ID)
				}
			}
		})
	}
}
