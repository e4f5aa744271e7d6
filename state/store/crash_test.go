package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seedreel/state/internal/guard"
	"seedreel/state/job"
)

// childEnv turns the test binary into a process that uses a store: "insert"
// adds jobs and prints each that is saved, "open" only opens.
const childEnv = "SEEDREEL_STORE_CHILD"

func TestMain(m *testing.M) {
	if mode := os.Getenv(childEnv); mode != "" {
		if err := child(mode, os.Getenv(childEnv+"_PATH"), os.Getenv(childEnv+"_NAME")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func child(mode, path, name string) error {
	ctx := context.Background()
	s, err := Open(ctx, Options{Path: path, MinFree: -1})
	if err != nil {
		return err
	}
	for n := 0; mode == "insert"; n++ {
		j := aJob(n)
		j.ID = fmt.Sprintf("%s%07d", name, n)
		if _, err := s.Insert(ctx, []*job.Job{j}, guard.New(guard.Terms{})); err != nil {
			return err
		}
		// Only now is it promised.
		if _, err := fmt.Println(j.ID); err != nil {
			return err
		}
	}
	return s.Close()
}

func command(t *testing.T, mode, path, name string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), childEnv+"="+mode, childEnv+"_PATH="+path, childEnv+"_NAME="+name)
	return cmd
}

func TestFourProcessesMakeTheSameFileAtOnce(t *testing.T) {
	t.Parallel()
	for round := range 5 {
		path := filepath.Join(t.TempDir(), "state", "history.db")
		cmds := make([]*exec.Cmd, 4)
		errs := make([]strings.Builder, 4)
		for i := range cmds {
			cmds[i] = command(t, "open", path, "")
			cmds[i].Stderr = &errs[i]
			if err := cmds[i].Start(); err != nil {
				t.Fatal(err)
			}
		}
		for i, cmd := range cmds {
			if err := cmd.Wait(); err != nil {
				t.Errorf("round %d: %v: %s", round, err, errs[i].String())
			}
		}
	}
}

func TestNoAckedRowIsLostByKill(t *testing.T) {
	t.Parallel()
	rounds := 20
	if testing.Short() {
		rounds = 3
	}
	path := filepath.Join(t.TempDir(), "history.db")
	acked := map[string]bool{}
	for round := range rounds {
		var lines []io.Reader
		var cmds []*exec.Cmd
		for _, who := range []string{"a", "b"} {
			cmd := command(t, "insert", path, fmt.Sprintf("%s%04d", who, round))
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			lines, cmds = append(lines, out), append(cmds, cmd)
		}
		kill := func() {
			for _, cmd := range cmds {
				if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
					t.Error(err)
				}
			}
		}
		var timer *time.Timer
		for i, r := range lines {
			for sc := bufio.NewScanner(r); sc.Scan(); {
				acked[sc.Text()] = true
				if timer == nil {
					// Killed in the middle, at another place each round;
					// counted from the first row, however slow the machine is.
					timer = time.AfterFunc(time.Duration(13*round)*time.Millisecond, kill)
				}
			}
			if err := cmds[i].Wait(); err == nil {
				t.Error("a process that was to be killed ended well")
			}
		}
		if timer == nil {
			t.Fatal("a process ended before it stored a row")
		}
		timer.Stop()
	}
	s := openAt(t, path, &clock{t: noon})
	if !s.Unclean || s.Recovered != "" {
		t.Errorf("unclean %v, recovered %q", s.Unclean, s.Recovered)
	}
	if len(acked) < rounds {
		t.Fatalf("only %d rows were acked", len(acked))
	}
	for id := range acked {
		if _, err := s.Job(t.Context(), id); err != nil {
			t.Errorf("%s was acked and is gone: %v", id, err)
		}
	}
	if problems, err := s.Check(t.Context()); err != nil || len(problems) > 0 {
		t.Errorf("damage: %v (%v)", problems, err)
	}
	if _, err := s.w.ExecContext(t.Context(), `INSERT INTO jobs_fts (jobs_fts, rank) VALUES ('integrity-check', 1)`); err != nil {
		t.Errorf("the index of words: %v", err)
	}
	t.Logf("%d rows acked in %d rounds, none lost", len(acked), rounds)
}
