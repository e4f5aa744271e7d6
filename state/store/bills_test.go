package store

import (
	"testing"
	"time"

	"seedreel/client/usd"
	"seedreel/state/internal/guard"
	"seedreel/state/job"
)

func TestOneBadFigureStopsNoSum(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	for i := range 4 {
		insert(t, s, aJob(i+1))
	}
	for i, v := range []int64{5_000_000_000_000_000_000, 5_000_000_000_000_000_000, -600_000, 250_000} {
		if _, err := s.w.ExecContext(t.Context(), `UPDATE attempts SET outcome = 'billed', charge_uusd = ?, seconds = ? WHERE n = ?`, v, v, i+1); err != nil {
			t.Fatal(err)
		}
	}
	want := 2*usd.MostForOne + 250_000
	for _, by := range []By{ByDay, ByModel, ByService} {
		rows, err := s.Spend(t.Context(), noon.Add(-24*time.Hour), by, time.UTC)
		if err != nil || len(rows) != 1 || rows[0].Spent != want || rows[0].Jobs != 4 {
			t.Errorf("by %d: %+v (%v), want %v", by, rows, err, want)
		}
	}
	day, err := s.Committed(t.Context(), noon.Add(-24*time.Hour), false)
	if err != nil || day.Total != want {
		t.Errorf("the day's sum is %v (%v), want %v", day.Total, err, want)
	}
	j := aJob(9)

	_, err = s.Insert(t.Context(), []*job.Job{j}, guard.New(guard.Terms{Since: noon.Add(-24 * time.Hour), Limit: limited(usd.Dollar)}))
	if b, ok := err.(*ErrBudget); !ok || b.Spent != want { //nolint:errorlint // the transaction's own
		t.Errorf("an order gives %v, want a limit that is reached", err)
	}
}

func TestNoImplausibleChargeIsStored(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	j := insert(t, s, aJob(1))[0]
	for _, bad := range []usd.Micro{-1, usd.MostForOne + 1, 1 << 62} {
		if _, err := s.SetBilled(t.Context(), j.ID, Billed{Paid: &bad, Read: true}); err == nil {
			t.Errorf("a charge of %s was stored", bad)
		}
	}
	if now, err := s.Job(t.Context(), j.ID); err != nil || now.Charge != nil {
		t.Errorf("the charge is %v (%v)", now.Charge, err)
	}
}

func TestTheUpgradeSetsHoldsApartFromCharges(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	steps, err := migrations()
	if err != nil {
		t.Fatal(err)
	}
	for _, undo := range []string{
		`ALTER TABLE jobs DROP COLUMN account`, `ALTER TABLE jobs DROP COLUMN hold_uusd`, `ALTER TABLE attempts DROP COLUMN hold_uusd`,
	} {
		insertRaw(t, s, undo)
	}
	for i, state := range []string{"running", "saved", "failed", "saved"} {
		charge := []int64{180_000, 180_000, -600_000, 8_000_000_000_000_000_000}[i]
		if _, err := s.w.ExecContext(t.Context(), `INSERT INTO jobs (id, created_ms, provider, model, practice, batch, prompt, values_json, handed_json, input_hash,
 seconds, estimate_basis, charge_uusd, state, reason, error_code, error_text, owner, attempt, word, fails, waiting, out_url, out_path, out_etag, out_bytes, out_sha256)
 VALUES (?, 1, 'p', 'm', 0, '', '', '{}', '{}', x'00', 5, '', ?, ?, '', '', '', '', 1, '', 0, '', '', '', '', 0, '')`, state+string(rune('a'+i)), charge, state); err != nil {
			t.Fatal(err)
		}
		if _, err := s.w.ExecContext(t.Context(), `INSERT INTO attempts (job_seq, current, kind, provider, model, practice, at_ms, seconds, charge_uusd, outcome, reason)
 VALUES (last_insert_rowid(), 1, 'first', 'p', 'm', 0, 1, 5, ?, 'billed', '')`, charge); err != nil {
			t.Fatal(err)
		}
	}
	insertRaw(t, s, steps[5])
	const shown = `SELECT group_concat(coalesce(charge_uusd, '-') || '/' || coalesce(hold_uusd, '-'), ' ') FROM `
	for _, table := range []string{"jobs", "attempts"} {
		if got := scan[string](t, s, shown+table); got != "-/180000 180000/- -/- -/-" {
			t.Errorf("%s: %s", table, got)
		}
	}
}

func insertRaw(t *testing.T, s *Store, text string) {
	t.Helper()
	if _, err := s.w.ExecContext(t.Context(), text); err != nil {
		t.Fatal(err)
	}
}
