package store

import (
	"testing"
	"time"

	"seedreel/client/usd"
	"seedreel/state/job"
)

// Days add up what was or may have been billed, in the days of the zone, and
// only what the search finds.
func TestDaysAddUp(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	zone := time.FixedZone("east", 13*3600) // noon is one o'clock of the next day there
	for n, at := range []time.Duration{0, -time.Hour, -2 * time.Hour, -30 * time.Hour} {
		j := aJob(n)
		j.CreatedAt = noon.Add(at)
		j.Practice = n == 1
		insert(t, s, j)
		advance(t, s, j.ID, job.Submitting)
	}
	q := Query{Zone: zone}
	days, err := s.Days(t.Context(), q, noon.Add(-48*time.Hour))
	if err != nil || len(days) != 3 {
		t.Fatalf("%+v (%v)", days, err)
	}
	first, second := days[0], days[1]
	if !first.Day.Equal(time.Date(2026, 3, 15, 0, 0, 0, 0, zone)) || first.Jobs != 2 || first.Bill.Spent != 180_000 || first.Bill.Practised != 180_000 {
		t.Errorf("the first is %+v", first)
	}
	if second.Jobs != 1 || second.Bill.Spent != 180_000 || second.More {
		t.Errorf("the second is %+v", second)
	}
	q.Search = "number 3"
	if days, err = s.Days(t.Context(), q, noon.Add(-48*time.Hour)); err != nil || len(days) != 1 || days[0].Jobs != 1 {
		t.Errorf("of a search %+v (%v)", days, err)
	}
	if days, err = s.Days(t.Context(), Query{Zone: zone}, noon); err != nil || len(days) != 1 || days[0].Jobs != 1 {
		t.Errorf("from noon on %+v (%v)", days, err)
	}
}

// What a keeper cost is all that was spent, by the number of picks.
func TestSpendCountsKeepers(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	for n := range 4 {
		j := take(n, string(rune('a'+n)))
		insert(t, s, j)
		advance(t, s, j.ID, job.Submitting, job.Submitted, job.Completed, job.Saved)
	}
	openReel(t, s)
	for _, id := range []string{aJob(0).ID, aJob(2).ID} {
		if _, err := s.w.ExecContext(t.Context(), `UPDATE jobs SET pick = 1 WHERE id = ?`, id); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := s.Spend(t.Context(), noon.Add(-24*time.Hour), ByModel, time.UTC)
	if err != nil || len(rows) != 1 || rows[0].Kept != 2 {
		t.Fatalf("%+v (%v)", rows, err)
	}
	if each, ok := rows[0].PerKept(); !ok || each != rows[0].Spent/2 || each == usd.Micro(0) {
		t.Errorf("a keeper is %s of %s", each, rows[0].Spent)
	}
	if each, _ := (&SpendRow{Spent: 1_360_000, Kept: 3}).PerKept(); each != 450_000 {
		t.Errorf("a third of $1.36 is %s", each)
	}
	if _, ok := (&SpendRow{Spent: 1}).PerKept(); ok {
		t.Error("nothing kept has a price")
	}
}
