package store

import (
	"database/sql"
	"testing"
	"time"

	"seedreel/state/internal/guard"
	"seedreel/state/job"
)

// A lock of another program is reported within a second, by writes and by
// opening.
func TestALockedHistoryIsReportedSoon(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	other, err := sql.Open("sqlite", dsn(s.Path(), "", "_txlock=exclusive"))
	if err != nil {
		t.Fatal(err)
	}
	tx, err := other.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	_, err = s.Insert(t.Context(), []*job.Job{aJob(1)}, guard.New(guard.Terms{}))
	if took := time.Since(began); !Busy(err) || took > 4*time.Second {
		t.Errorf("an order gave %v after %s", err, took)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	insert(t, s, aJob(1))
	if err := other.Close(); err != nil {
		t.Error(err)
	}
}
