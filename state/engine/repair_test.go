package engine

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seedreel/assets"
	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/state/queue"
	"seedreel/state/store"
)

var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

func options(home string) Options {
	env := map[string]string{"SEEDREEL_HOME": home, "HOME": home, "WAVESPEED_API_KEY": "sk-canary-4711"}
	return Options{Getenv: func(k string) string { return env[k] }, Now: func() time.Time { return noon }, Version: "test"}
}

// fill makes a history of one saved clip with a sidecar and one paid job that
// is known only from a receipt.
func fill(t *testing.T, home string) {
	t.Helper()
	e, err := Open(t.Context(), options(home))
	if err != nil {
		t.Fatal(err)
	}
	price := usd.Micro(180_000)
	dir := filepath.Join(e.Paths.Data, "clips")
	clip := filepath.Join(dir, "a.mp4")
	saved := &job.Job{
		ID: "savedjob2345", CreatedAt: noon, Provider: "wavespeed", Model: "m", Prompt: "a lake", Values: catalogue.Values{}, State: job.Saved,
		RemoteID: "r1", Charge: &price, SavedAt: noon, Output: job.Output{Path: clip, Bytes: 5},
	}
	paid := &job.Job{ID: "paidjob23456", CreatedAt: noon, Provider: "wavespeed", Model: "m", Prompt: "a hill", State: job.Submitted, RemoteID: "r2"}
	if _, err := e.Store.Record(t.Context(), []*job.Job{saved, paid}, ""); err != nil {
		t.Fatal(err)
	}
	for _, r := range []job.Record{
		{ID: saved.ID, RemoteID: "r1", Service: "wavespeed", Model: "m", SubmittedAt: noon, Estimate: &price},
		{ID: paid.ID, RemoteID: "r2", Service: "wavespeed", Model: "m", SubmittedAt: noon, Estimate: &price},
		{ID: paid.ID, RemoteID: "r3", Service: "wavespeed", Model: "m", SubmittedAt: noon, Estimate: &price}, // sent twice
	} {
		if err := e.Store.AddReceipt(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	whole, _ := assets.Clip("416x960")
	card := func(id, remote, file string, b []byte) string {
		return fmt.Sprintf(`{"schema":1,"id":%q,"service":"wavespeed","model":"m","prompt":"a lake","values":{},"remote_id":%q,"created_at":"2026-03-14T12:00:00Z","saved_at":"2026-03-14T12:00:00Z","charge_usd":0.18,"file":%q,"bytes":%d,"sha256":"%x"}`,
			id, remote, file, len(b), sha256.Sum256(b))
	}
	for name, text := range map[string]string{
		"a.mp4":  string(whole),
		"a.json": card("savedjob2345", "r1", "a.mp4", whole),
		// Its clip was cut since, to the number of bytes recorded.
		"d.mp4":  string(whole[:len(whole)/2]),
		"d.json": card("damagedjob23", "r4", "d.mp4", whole),
		// Rubbish, with a sidecar that matches it.
		"e.mp4":  "rubbish!",
		"e.json": card("rubbishjob23", "r5", "e.mp4", []byte("rubbish!")),
		// Missing, and never sold.
		"f.json": card("lostjob23456", "r6", "f.mp4", whole),
		"b.json": `{"schema":1,"id":"x","service":"wavespeed","model":"m","file":"../../etc/passwd"}`,
		"c.json": `garbage`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestRepair(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(b []byte) []byte{
		"nothing wrong":     func(b []byte) []byte { return b },
		"garbage":           func(b []byte) []byte { return bytes.Repeat([]byte("no database "), 500) },
		"cut in the middle": func(b []byte) []byte { return b[:len(b)/2/4096*4096] },
		"a page overwritten": func(b []byte) []byte {
			return append(append(b[:4096:4096], bytes.Repeat([]byte{0xa5}, 8192)...), b[12288:]...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			home := t.TempDir()
			fill(t, home)
			db := filepath.Join(home, "data", "seedreel.db")
			b, err := os.ReadFile(db)
			if err != nil {
				t.Fatal(err)
			}
			bad := damage(bytes.Clone(b))
			if err := os.WriteFile(db, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			hurt := !bytes.Equal(b, bad)
			for round := range 2 {
				e, r, err := Repair(t.Context(), options(home))
				if err != nil {
					t.Fatal(err)
				}
				// The second id of the order sent twice, and two damaged clips.
				want := Repaired{Rebuilt: Rebuilt{BadSidecars: 3, FromSidecars: 2, FromReceipts: 1}, PutAside: r.PutAside}
				if hurt {
					want.FromSidecars, want.FromReceipts = 3, 2
				}
				if round == 1 {
					want.FromSidecars, want.FromReceipts = 0, 0
				}
				if r != want || (r.PutAside != "") != (hurt && round == 0) {
					t.Errorf("round %d: %+v, want %+v", round, r, want)
				}
				if text := strings.Join(r.Lines(), "\n"); hurt && round == 0 && (!strings.Contains(text, "moved to "+r.PutAside) || !strings.Contains(text, "2 paid jobs")) {
					t.Errorf("it says %s", text)
				}
				if aside, err := os.ReadFile(r.PutAside); r.PutAside != "" && (err != nil || !bytes.Equal(aside, bad)) {
					t.Errorf("the damaged file was not kept (%v)", err)
				}
				back, err := e.Store.Job(t.Context(), "savedjob2345")
				if err != nil || back.Prompt != "a lake" || back.State != job.Saved || *back.Charge != 180_000 || back.Output.Path == "" {
					t.Errorf("the saved job is %+v (%v)", back, err)
				}
				for _, id := range []string{"damagedjob23", "rubbishjob23"} {
					if j, err := e.Store.Job(t.Context(), id); err != nil || j.State != job.Submitted || j.Prompt != "a lake" || j.Output.Path != "" || j.NextAt.IsZero() {
						t.Errorf("the job of a damaged clip is %+v (%v)", j, err)
					}
				}
				for _, remote := range []string{"r1", "r2", "r3"} {
					if ok, err := e.Store.HasRemote(t.Context(), store.Service{Provider: "wavespeed"}, remote); err != nil || !ok {
						t.Errorf("%s is lost (%v)", remote, err)
					}
				}
				if err := e.Close(); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func FuzzSidecar(f *testing.F) {
	f.Add([]byte(`{"schema":1,"id":"savedjob2345","service":"wavespeed","model":"m","file":"a.mp4","values":{"seed":4}}`))
	f.Add([]byte(`{"schema":1,"file":"../x"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "a.json"), b, 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := queue.ReadSidecar(filepath.Join(dir, "a.mp4"))
		if err == nil && c.Schema != queue.SidecarSchema {
			t.Errorf("schema %d was taken", c.Schema)
		}
	})
}

// A history that is gone is rebuilt by whatever opens it first, without being
// asked: its open jobs go on and its money is counted.
func TestAFreshHistoryIsRebuilt(t *testing.T) {
	t.Parallel()
	remove := func(t *testing.T, db string) {
		t.Helper()
		if err := os.Remove(db); err != nil {
			t.Fatal(err)
		}
	}
	write := func(cut func(b []byte) []byte) func(t *testing.T, db string) {
		return func(t *testing.T, db string) {
			t.Helper()
			b, err := os.ReadFile(db)
			if err == nil {
				err = os.WriteFile(db, cut(b), 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, tt := range map[string]struct {
		damage func(t *testing.T, db string)
		says   string
	}{
		"missing":           {remove, "was missing or empty and was rebuilt"},
		"empty":             {write(func([]byte) []byte { return nil }), "was missing or empty and was rebuilt"},
		"cut in the middle": {write(func(b []byte) []byte { return b[:len(b)/2] }), "was damaged (it is kept as seedreel.db.corrupt-"},
		"cut to some bytes": {write(func(b []byte) []byte { return b[:60] }), "was damaged (it is kept as"},
		"garbage":           {write(func(b []byte) []byte { return bytes.Repeat([]byte("x"), len(b)) }), "was damaged (it is kept as"},
		"missing, with its journal": {func(t *testing.T, db string) {
			t.Helper()
			remove(t, db)
			if err := os.WriteFile(db+"-wal", []byte("a journal"), 0o600); err != nil {
				t.Fatal(err)
			}
		}, "was damaged (it is kept as"},
		"cut off while it was rebuilt": {func(t *testing.T, db string) {
			t.Helper()
			remove(t, db)
			s, err := store.Open(t.Context(), store.Options{Path: db})
			if err == nil {
				err = s.Close()
			}
			if err != nil {
				t.Fatal(err)
			}
		}, "was missing or empty and was rebuilt"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			home := t.TempDir()
			fill(t, home)
			tt.damage(t, filepath.Join(home, "data", "seedreel.db"))
			for round := range 2 {
				e, err := Open(t.Context(), options(home))
				if err != nil {
					t.Fatal(err)
				}
				said := strings.Join(e.Notices, "\n")
				if told := strings.Contains(said, tt.says) && strings.Contains(said, "3 jobs from the files") && strings.Contains(said, "2 paid jobs from"); told != (round == 0) || strings.Contains(said, "\n") {
					t.Errorf("round %d: it says %q", round, said)
				}
				open, err := e.Store.OpenJobs(t.Context())
				if err != nil || len(open) != 4 { // two paid, two of damaged clips
					t.Errorf("%d jobs go on (%v)", len(open), err)
				}
				day, err := e.Store.Committed(t.Context(), noon.Add(-time.Hour), false)
				if want := usd.Micro(5 * 180_000); err != nil || day.Total != want {
					t.Errorf("the day counts %s (%v), want %s", day.Total, err, want)
				}
				if err := e.Close(); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// An older copy of the history, put back from a backup, is filled up by what
// was paid for since. A job that was deleted does not come back.
func TestAnOlderCopyOfTheHistoryIsFilledUp(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	fill(t, home)
	db := filepath.Join(home, "data", "seedreel.db")
	old, err := os.ReadFile(db)
	if err != nil {
		t.Fatal(err)
	}
	price := usd.Micro(180_000)
	open := func() *Engine {
		t.Helper()
		e, err := Open(t.Context(), options(home))
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	shut := func(e *Engine) {
		t.Helper()
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}
	e := open()
	later := &job.Job{ID: "laterjob2345", CreatedAt: noon, Provider: "wavespeed", Model: "m", State: job.Submitted, RemoteID: "r9"}
	if _, err := e.Store.Record(t.Context(), []*job.Job{later}, ""); err != nil {
		t.Fatal(err)
	}
	if err := e.Store.AddReceipt(t.Context(), job.Record{ID: later.ID, RemoteID: "r9", Service: "wavespeed", Model: "m", SubmittedAt: noon, Estimate: &price}); err != nil {
		t.Fatal(err)
	}
	shut(e)
	if e = open(); len(e.Notices) > 0 {
		t.Errorf("a history that has all says %q", e.Notices)
	}
	shut(e)
	if err := os.WriteFile(db, old, 0o600); err != nil {
		t.Fatal(err)
	}
	for round := range 2 {
		e := open()
		if said := strings.Join(e.Notices, "\n"); strings.Contains(said, "older than the receipts") != (round == 0) {
			t.Errorf("round %d: it says %q", round, said)
		}
		if j, err := e.Store.Job(t.Context(), later.ID); err != nil || j.State != job.Submitted || j.RemoteID != "r9" {
			t.Errorf("the later job is %+v (%v)", j, err)
		}
		shut(e)
	}
	e = open()
	if _, err := e.Store.Advance(t.Context(), later.ID, []job.State{job.Submitted}, func(j *job.Job) { j.State = job.Failed }); err != nil {
		t.Fatal(err)
	}
	if err := e.Store.Delete(t.Context(), later.ID); err != nil {
		t.Fatal(err)
	}
	shut(e)
	e = open()
	if _, err := e.Store.Job(t.Context(), later.ID); len(e.Notices) > 0 || !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a deleted job came back (%v), and it says %q", err, e.Notices)
	}
	shut(e)
}

// A first start has nothing to rebuild and nothing to say.
func TestAFirstStartSaysNothing(t *testing.T) {
	t.Parallel()
	e, err := Open(t.Context(), options(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Notices) > 0 || e.Store.Fresh {
		t.Errorf("it says %q, fresh: %t", e.Notices, e.Store.Fresh)
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}
