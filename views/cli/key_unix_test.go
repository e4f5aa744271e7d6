//go:build unix

package cli

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/charmbracelet/x/term"
)

// untilSilent waits until the terminal has switched echo off, right after the
// question.
func (s *screen) untilSilent(t *testing.T) {
	t.Helper()
	for {
		st, err := term.GetState(s.tty.Fd())
		if err != nil {
			t.Fatal(err)
		}
		if st.Lflag&syscall.ECHO == 0 {
			return
		}
		runtime.Gosched()
	}
}

func TestKeyIsReadWithoutEcho(t *testing.T) {
	t.Parallel()
	w, s := newWorld(t), openScreen(t)
	o, _, _ := w.options("key", "set", "wavespeed")
	o.In, o.Err = s.tty, s.tty
	done := make(chan int, 1)
	go func() { done <- Run(t.Context(), o) }()
	s.until(t, "it is not shown")
	s.untilSilent(t)
	s.typed(t, "s3cret-key\r")
	if code := <-done; code != ExitOK {
		t.Fatalf("exit code %d: %q", code, s.text())
	}
	if strings.Contains(s.text(), "s3cret") {
		t.Errorf("the key was shown: %q", s.text())
	}
	b, err := os.ReadFile(filepath.Join(w.home, "config", "credentials"))
	if err != nil || !strings.Contains(string(b), `"s3cret-key"`) {
		t.Errorf("kept %q: %v", b, err)
	}
}

func TestKeyCanBeLeft(t *testing.T) {
	t.Parallel()
	w, s := newWorld(t), openScreen(t)
	o, _, _ := w.options("key", "set", "wavespeed")
	o.In, o.Err = s.tty, s.tty
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan int, 1)
	go func() { done <- Run(ctx, o) }()
	s.until(t, "it is not shown")
	s.untilSilent(t)
	stop()
	if code := <-done; code != ExitInterruption {
		t.Errorf("exit code %d", code)
	}
	s.typed(t, "echo")
	s.until(t, "echo") // the terminal shows again what is typed
	s.typed(t, "\r")
}
