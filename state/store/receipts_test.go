package store

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"seedreel/client/clienttest"
	"seedreel/client/usd"
	"seedreel/state/internal/guard"
	"seedreel/state/job"
)

func TestReceiptsComeBackAndACutLineHurtsOnlyItself(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	price := usd.Micro(180_000)
	want := []job.Record{
		{ID: "a", RemoteID: "ra", Service: "wavespeed", Model: "m", Estimate: &price, SubmittedAt: noon, Account: "0123456789abcdef at https://x"},
		{ID: "b", RemoteID: "rb", Service: "aimlapi", Model: "m\n{}", SubmittedAt: noon},
	}
	for _, r := range want {
		if err := s.AddReceipt(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	got, skipped, err := ReadReceipts(s.ReceiptsPath())
	if err != nil || skipped != 0 || !reflect.DeepEqual(got, want) {
		t.Fatalf("got %+v, %d skipped (%v)", got, skipped, err)
	}
	whole, err := os.ReadFile(s.ReceiptsPath())
	if err != nil {
		t.Fatal(err)
	}
	last := bytes.LastIndexByte(whole[:len(whole)-1], '\n') + 1
	for cut := last; cut < len(whole); cut++ {
		if err := os.WriteFile(s.ReceiptsPath(), whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		if err := s.AddReceipt(t.Context(), want[0]); err != nil {
			t.Fatal(err)
		}
		got, _, err := ReadReceipts(s.ReceiptsPath())
		if err != nil || len(got) < 2 || !reflect.DeepEqual(got[0], want[0]) || !reflect.DeepEqual(got[len(got)-1], want[0]) {
			t.Fatalf("cut at %d: %+v (%v)", cut, got, err)
		}
	}
	if got, skipped, err := ReadReceipts(filepath.Join(t.TempDir(), "none")); err != nil || got != nil || skipped != 0 {
		t.Errorf("a missing file gives %v, %d (%v)", got, skipped, err)
	}
}

func TestReceiptsOfEarlierVersionsAreRead(t *testing.T) {
	t.Parallel()
	price := usd.Micro(180_000)
	got, skipped := parseReceipts([]byte(`{"id":"a","remote_id":"r","provider":"wavespeed","model":"m","estimate":0.18,"time":"2026-03-14T12:00:00Z"}` + "\n"))
	want := []job.Record{{ID: "a", RemoteID: "r", Service: "wavespeed", Model: "m", Estimate: &price, SubmittedAt: noon}}
	if skipped != 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %d skipped", got, skipped)
	}
}

func TestReceiptsHoldNoPrompt(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	j := aJob(1)
	j.RemoteID = "r"
	if err := s.AddReceipt(t.Context(), j.Record()); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(s.ReceiptsPath())
	if err != nil || bytes.Contains(b, []byte("fox")) || !bytes.Contains(b, []byte(`"estimate_usd":0.18`)) {
		t.Errorf("the receipts hold %s (%v)", b, err)
	}
}

func FuzzReceipts(f *testing.F) {
	f.Add([]byte(`{"id":"a","remote_id":"b","estimate":0.18}` + "\n" + `{"id":`))
	f.Add([]byte("\n\n\xff{}\n[]\nnull\n"))
	f.Add([]byte(`{"id":"a","remote_id":"b","time":"x"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		lines := bytes.Count(b, []byte("\n")) + 1
		got, skipped := parseReceipts(b)
		if len(got)+skipped > lines {
			t.Errorf("%d receipts and %d skipped of %d lines", len(got), skipped, lines)
		}
		for _, r := range got {
			if r.ID == "" || r.RemoteID == "" {
				t.Errorf("a receipt without an id: %+v", r)
			}
		}
	})
}

func TestAFullDiskCostsTheBallastNotTheId(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	insert(t, s, aJob(1))
	if st, err := os.Stat(s.ballastPath()); err != nil || st.Size() != ballastBytes {
		t.Fatalf("the ballast is %v (%v)", st, err)
	}
	// As many pages as there are: the next write that needs one is refused as
	// on a full disk. Dropping the ballast makes room again.
	pages := scan[int64](t, s, `PRAGMA page_count`)
	runs := 0
	err := s.write(t.Context(), func(tx *sql.Tx) error {
		runs++
		most := pages
		if _, err := os.Stat(s.ballastPath()); errors.Is(err, os.ErrNotExist) {
			most = 1 << 20
		}
		// The pragma takes no parameter.
		if _, err := tx.ExecContext(t.Context(), fmt.Sprintf(`PRAGMA max_page_count = %d`, most)); err != nil {
			return err
		}
		_, err := tx.ExecContext(t.Context(), `INSERT INTO kv VALUES ('big', hex(randomblob(100000)), 0)`)
		return err
	})
	if err != nil || runs != 2 {
		t.Fatalf("%d runs, %v", runs, err)
	}
	// Still full without any ballast left: the error reports that.
	full := func() {
		if got := scan[int64](t, s, `PRAGMA max_page_count = 1`); got > 200 {
			t.Fatalf("%d pages allowed", got)
		}
	}
	full()
	if err := s.SaveDraft(t.Context(), make([]byte, 1<<20)); !isFull(err) {
		t.Errorf("saving a draft gives %v", err)
	}
	big := aJob(2)
	big.Prompt = string(bytes.Repeat([]byte("word "), 1<<18))
	_, err = s.Insert(t.Context(), []*job.Job{big}, guard.New(guard.Terms{}))
	if d, ok := errors.AsType[*ErrDiskFull](err); !ok || !isFull(d.Err) {
		t.Errorf("a new job gives %v", err)
	}
	// The store still works once there is room.
	if got := scan[int64](t, s, `PRAGMA max_page_count = 1000000`); got != 1000000 {
		t.Fatal(got)
	}
	insert(t, s, aJob(3))
}

func TestNewJobsNeedRoom(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	s, err := Open(t.Context(), Options{Path: path, MinFree: 1 << 62})
	if err != nil {
		t.Fatal(err)
	}
	clienttest.CloseAtEnd(t, s)
	_, err = s.Insert(t.Context(), []*job.Job{aJob(1)}, guard.New(guard.Terms{}))
	if d, ok := errors.AsType[*ErrDiskFull](err); !ok || d.Free <= 0 || d.Need != 1<<62 {
		t.Errorf("got %v", err)
	}
	if err := s.SaveDraft(t.Context(), []byte("{}")); err != nil {
		t.Errorf("a draft was refused: %v", err)
	}
}
