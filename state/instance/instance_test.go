package instance

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

const childEnv = "SEEDREEL_INSTANCE_CHILD"

// TestMain makes the test binary a process with an identity if it is given a
// folder: it prints its id and lives until it is killed or its input is closed.
func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		i, err := Start(dir)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(i.ID())
		_, _ = io.Copy(io.Discard, os.Stdin) // it ends with the test
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func start(t *testing.T, dir string) *Instance {
	t.Helper()
	i, err := Start(dir)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func stop(t *testing.T, i *Instance) {
	t.Helper()
	if err := i.Close(); err != nil {
		t.Error(err)
	}
}

func TestAKilledProcessIsDeadAtOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	me := start(t, dir)
	defer stop(t, me)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), childEnv+"="+dir)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close() }() // Wait may have closed it
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	sc := bufio.NewScanner(out)
	if !sc.Scan() {
		t.Fatal("the other process said nothing")
	}
	id := sc.Text()
	if !me.Alive(id) || me.Count() != 2 {
		t.Errorf("alive %v, %d of 2", me.Alive(id), me.Count())
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Error("it was not killed")
	}
	if me.Alive(id) || me.Count() != 1 {
		t.Errorf("after kill -9: alive %v, %d of 1", me.Alive(id), me.Count())
	}
	if _, err := os.Stat(filepath.Join(dir, folder, id+suffix)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("its file is still there (%v)", err)
	}
}

func TestAliveOfOthers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a, b := start(t, dir), start(t, dir)
	defer stop(t, a)
	if !a.Alive(b.ID()) || !b.Alive(a.ID()) || !a.Alive(a.ID()) || a.Count() != 2 || a.ID() == b.ID() {
		t.Error("two living ones do not see each other")
	}
	stop(t, b)
	if a.Alive(b.ID()) || a.Count() != 1 {
		t.Error("one that ended is alive")
	}
	for _, id := range []string{"", "nobody", "aaaaaaaaaaaa", "../../../etc", "AAAAAAAAAAAA", a.ID() + "x"} {
		if a.Alive(id) {
			t.Errorf("%q is alive", id)
		}
	}
	// A dead process leaves an unlocked file behind.
	stale := filepath.Join(dir, folder, "bbbbbbbbbbbb.lock")
	if err := os.WriteFile(stale, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if a.Count() != 1 {
		t.Errorf("%d alive beside a stale file", a.Count())
	}
	if _, err := os.Stat(stale); !errors.Is(err, os.ErrNotExist) {
		t.Error("the stale file is still there")
	}
}

func TestProbersDoNotStopProcessesFromStarting(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	me := start(t, dir)
	defer stop(t, me)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		for ctx.Err() == nil {
			me.Count()
		}
	})
	for range 200 {
		i, err := Start(dir)
		if err != nil {
			t.Error(err)
			break
		}
		if !me.Alive(i.ID()) {
			t.Error("one that just started is dead")
		}
		if err := i.Close(); err != nil {
			t.Error(err)
		}
	}
	cancel()
	wg.Wait()
}
