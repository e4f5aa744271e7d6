package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/state/store"
)

// TestTornTails cuts the journal at a random byte, half of the time with
// garbage after the cut, as a power failure after the last sync does. Complete
// commits before the cut must be there, and the file must be sound.
func TestTornTails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "whole.db")
	s, err := store.Open(t.Context(), store.Options{Path: path, Now: time.Now, MinFree: -1})
	if err != nil {
		t.Fatal(err)
	}
	clienttest.CloseAtEnd(t, s)
	type commit struct {
		id  string
		end int64
	}
	var commits []commit
	for n := range 30 {
		j := &job.Job{ID: fmt.Sprintf("job%09d", n), CreatedAt: time.Now(), Provider: "p", Model: "m", Prompt: "words", Values: catalogue.Values{}, State: job.Submitted}
		if _, err := s.Record(t.Context(), []*job.Job{j}, ""); err != nil {
			t.Fatal(err)
		}
		st, err := os.Stat(path + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		commits = append(commits, commit{j.ID, st.Size()})
	}
	db, wal := read(t, path), read(t, path+"-wal")
	rnd := rand.New(rand.NewPCG(3, 9))
	for n := range 60 {
		cut := rnd.IntN(len(wal) + 1)
		torn := append([]byte{}, wal[:cut]...)
		if n%2 == 0 {
			for range rnd.IntN(5000) {
				torn = append(torn, byte(rnd.IntN(256)))
			}
		}
		at := filepath.Join(dir, fmt.Sprintf("%d.db", n))
		if err := errors.Join(os.WriteFile(at, db, 0o600), os.WriteFile(at+"-wal", torn, 0o600)); err != nil {
			t.Fatal(err)
		}
		x, err := store.Open(t.Context(), store.Options{Path: at, Now: time.Now, MinFree: -1, Thorough: true})
		if err != nil {
			t.Fatalf("cut at %d of %d: %v", cut, len(wal), err)
		}
		if x.Recovered != "" {
			t.Errorf("cut at %d: taken for damaged", cut)
		}
		for _, c := range commits {
			if _, err := x.Job(t.Context(), c.id); err != nil && c.end <= int64(cut) {
				t.Errorf("cut at %d: %s was whole at %d and is gone: %v", cut, c.id, c.end, err)
			}
		}
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestAFolderThatCannotBeWritten expects one sentence and no panic.
func TestAFolderThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("folders are closed otherwise there")
	}
	home := t.TempDir()
	// A file where a folder should be stops root as well.
	if err := os.WriteFile(filepath.Join(home, "data"), nil, 0o400); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"SEEDREEL_HOME": home, "HOME": home}
	e, err := engine.Open(t.Context(), engine.Options{Getenv: func(k string) string { return env[k] }, Now: time.Now})
	if err == nil {
		t.Fatal(errors.Join(errors.New("it opened"), e.Close()))
	}
	if strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "data") {
		t.Errorf("it says %q", err)
	}
}
