package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/client/usd"
	"seedreel/state/internal/guard"
	"seedreel/state/job"
)

// noon is the time of the tests.
var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

// clock is a time that only moves when set.
type clock struct{ t time.Time }

func (c *clock) now() time.Time          { return c.t }
func (c *clock) advance(d time.Duration) { c.t = c.t.Add(d) }

func openAt(t testing.TB, path string, c *clock) *Store {
	t.Helper()
	s, err := Open(t.Context(), Options{Path: path, Now: c.now, MinFree: -1})
	if err != nil {
		t.Fatal(err)
	}
	clienttest.CloseAtEnd(t, s)
	return s
}

func open(t testing.TB) (*Store, *clock) {
	t.Helper()
	c := &clock{t: noon}
	return openAt(t, filepath.Join(t.TempDir(), "history.db"), c), c
}

// aJob returns a queued job that costs 18 cents; n distinguishes it from
// others.
func aJob(n int) *job.Job {
	price := usd.Micro(180_000)
	prompt := fmt.Sprintf("a fox number %d runs through snow", n)
	return &job.Job{
		ID: fmt.Sprintf("job%09d", n), CreatedAt: noon.Add(time.Duration(n) * time.Second), Provider: "wavespeed", Model: "vendor/model-lite",
		Prompt: prompt, Values: catalogue.Values{catalogue.RolePrompt: catalogue.Text(prompt), catalogue.RoleDuration: catalogue.Int(5)},
		Seed: int64(n), HasSeed: true, Seconds: 5, Estimate: &price, EstimateBasis: "list", State: job.Queued,
	}
}

func insert(t testing.TB, s *Store, jobs ...*job.Job) []*job.Job {
	t.Helper()
	out, err := s.Insert(t.Context(), jobs, guard.New(guard.Terms{}))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func advance(t testing.TB, s *Store, id string, to ...job.State) *job.Job {
	t.Helper()
	var j *job.Job
	for _, st := range to {
		have, err := s.Job(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		j, err = s.Advance(t.Context(), id, []job.State{have.State}, func(j *job.Job) { j.State = st })
		if err != nil {
			t.Fatal(err)
		}
	}
	return j
}

// scan reads one value from the writer connection.
func scan[T any](t testing.TB, s *Store, query string, args ...any) T {
	t.Helper()
	var v T
	if err := s.w.QueryRowContext(context.WithoutCancel(t.Context()), query, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

// limited returns a limit as the guard reads it.
func limited(most usd.Micro) func() (usd.Micro, error) {
	return func() (usd.Micro, error) { return most, nil }
}

// equalJSON reports whether two values are written alike.
func equalJSON(t testing.TB, a, b any) bool {
	t.Helper()
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return bytes.Equal(x, y)
}
