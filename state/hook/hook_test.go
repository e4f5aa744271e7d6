package hook

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seedreel/client/all"
	"seedreel/state/job"
)

// script writes a program and returns its path.
func script(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "hook")
	if err := os.WriteFile(file, []byte("#!/bin/sh\n"+text), 0o700); err != nil {
		t.Fatal(err)
	}
	return file
}

func runner(p Programs, limit time.Duration) (*Runner, *bytes.Buffer) {
	var log bytes.Buffer
	return &Runner{Programs: func() (Programs, error) { return p, nil }, Log: slog.New(slog.NewTextHandler(&log, nil)), Limit: limit}, &log
}

// The job comes on standard input, arguments come as they are, and no key is in
// the environment.
func TestAProgramIsRun(t *testing.T) {
	for _, d := range all.Services() {
		t.Setenv(d.KeyVar, "s3cret-of-"+d.ID)
	}
	dir := t.TempDir()
	program := script(t, `cat > "$1/job"; env > "$1/env"; printf '%s|' "$@" > "$1/args"; echo done`)
	r, log := runner(Programs{Saved: []string{program, dir, "two words", "$HOME;*"}}, 0)
	r.Ended(t.Context(), &job.Job{ID: "k3x7a2mq5rtb", State: job.Saved, Prompt: "a lake", Output: job.Output{Path: "/c.mp4"}})
	read := func(name string) string {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatalf("%v, log: %s", err, log)
		}
		return string(b)
	}
	var got job.Record
	if err := json.Unmarshal([]byte(read("job")), &got); err != nil || got.ID != "k3x7a2mq5rtb" || got.Path != "/c.mp4" {
		t.Errorf("standard input was %q (%v)", read("job"), err)
	}
	if strings.Contains(read("env"), "s3cret") {
		t.Error("a key is in the environment")
	}
	if want := dir + "|two words|$HOME;*|"; read("args") != want {
		t.Errorf("the arguments are %q, want %q", read("args"), want)
	}
	if !strings.Contains(log.String(), "output=\"done\\n\"") {
		t.Errorf("logged is %s", log)
	}
}

// Each end has its own program; a job without one runs nothing.
func TestWhichProgramIsRun(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		state job.State
		p     Programs
		want  string
	}{
		{job.Saved, Programs{Failed: []string{"/nowhere/f"}}, ""},
		{job.Failed, Programs{Saved: []string{"/nowhere/s"}}, ""},
		{job.Failed, Programs{Saved: []string{"/nowhere/s"}, Failed: []string{"/nowhere/f"}}, "on_failed"},
		{job.Saved, Programs{Saved: []string{"/nowhere/s"}, Failed: []string{"/nowhere/f"}}, "on_saved"},
	} {
		r, log := runner(tt.p, 0)
		r.Ended(t.Context(), &job.Job{ID: "a", State: tt.state})
		if tt.want == "" && log.Len() > 0 || !strings.Contains(log.String(), tt.want) {
			t.Errorf("%s with %v: logged is %q", tt.state, tt.p, log)
		}
	}
}

// A program that does not end is stopped, and one that writes without end is
// read and cut.
func TestAProgramIsLimited(t *testing.T) {
	t.Parallel()
	r, log := runner(Programs{Saved: []string{script(t, "exec sleep 60")}}, 100*time.Millisecond)
	began := time.Now()
	r.Ended(t.Context(), &job.Job{ID: "a", State: job.Saved})
	if took := time.Since(began); took > 20*time.Second || !strings.Contains(log.String(), "it took longer than 100ms") {
		t.Errorf("after %s logged is %s", took, log)
	}
	r, log = runner(Programs{Saved: []string{script(t, "head -c 1000000 /dev/zero | tr '\\0' x")}}, 0)
	r.Ended(t.Context(), &job.Job{ID: "a", State: job.Saved})
	if n := strings.Count(log.String(), "x"); n < keptOutput || n > keptOutput+200 {
		t.Errorf("%d bytes of the output were logged", n)
	}
}
