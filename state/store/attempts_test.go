package store

import (
	"context"
	"errors"
	"testing"
	"time"

	"seedreel/client/usd"
	"seedreel/state/internal/guard"
	"seedreel/state/job"
)

// uncertain takes a job to where its answer was lost.
func uncertain(t testing.TB, s *Store, id string) {
	t.Helper()
	advance(t, s, id, job.Submitting, job.Uncertain)
}

func spentToday(t testing.TB, s *Store) (spent usd.Micro, clips int) {
	t.Helper()
	rows, err := s.Spend(t.Context(), noon.Add(-time.Hour), ByDay, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		spent, clips = spent+r.Spent, clips+r.Jobs
	}
	return spent, clips
}

// Each time a job is sent again may be billed, so each counts and each has to
// pass the limit for the day.
func TestSendingAgainIsCountedAndLimited(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	id := insert(t, s, aJob(1))[0].ID
	pass := guard.New(guard.Terms{Limit: limited(400_000), Since: noon})
	uncertain(t, s, id)
	again, err := s.Again(t.Context(), id, pass)
	if err != nil || again.State != job.Queued || !again.MaybeBilled() {
		t.Fatalf("the second attempt: %+v, %v", again, err)
	}
	if _, err := s.Again(t.Context(), id, pass); err == nil {
		t.Error("one answer sent it twice")
	}
	uncertain(t, s, id)
	_, err = s.Again(t.Context(), id, pass)
	if b, ok := errors.AsType[*ErrBudget](err); !ok || *b != (ErrBudget{Spent: 360_000, Limit: 400_000, Want: 180_000}) {
		t.Errorf("past the limit: %v", err)
	}
	if spent, clips := spentToday(t, s); spent != 360_000 || clips != 2 {
		t.Errorf("the sum is %s for %d clips", spent, clips)
	}
	if day, err := s.Committed(t.Context(), noon, false); err != nil || day.Total != 360_000 {
		t.Errorf("the day is %+v (%v)", day, err)
	}
	agreed := guard.New(guard.Terms{Limit: limited(400_000), Since: noon, Agreed: 540_000})
	if _, err := s.Again(t.Context(), id, agreed); err != nil {
		t.Fatalf("agreed to: %v", err)
	}
	advance(t, s, id, job.Submitting)
	j, err := s.Advance(t.Context(), id, []job.State{job.Submitting}, func(j *job.Job) { j.State, j.Reason = job.Failed, job.ReasonModeration })
	if err != nil || !j.MaybeBilled() {
		t.Errorf("a refusal of the third attempt hides the first two: %t (%v)", j.MaybeBilled(), err)
	}
	list, err := s.Attempts(t.Context(), id)
	if err != nil || len(list) != 3 {
		t.Fatalf("%d attempts (%v)", len(list), err)
	}
	if a := list[2]; a.Kind != job.AttemptAgain || a.Outcome != job.OutcomeUnbilled || a.Reason != job.ReasonModeration {
		t.Errorf("the third attempt is %+v", a)
	}
	if a := list[0]; a.Kind != job.AttemptFirst || a.Outcome != job.OutcomeMaybe {
		t.Errorf("the first attempt is %+v", a)
	}
	if err := s.Delete(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if spent, clips := spentToday(t, s); spent != 360_000 || clips != 2 {
		t.Errorf("deleting the job leaves %s for %d clips", spent, clips)
	}
}

// A clip of unknown price is not free.
func TestAnUnknownPriceUnderALimit(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	unpriced := func(n int) []*job.Job {
		j := aJob(n)
		j.Estimate = nil
		return []*job.Job{j}
	}
	pass := guard.Terms{Limit: limited(500_000), Since: noon}
	if _, err := s.Insert(t.Context(), unpriced(1), guard.New(pass)); !errors.As(err, new(*ErrUnpriced)) {
		t.Errorf("without a ceiling: %v", err)
	}
	ceiling := usd.Micro(300_000)
	pass.Ceiling = &ceiling
	if _, err := s.Insert(t.Context(), unpriced(1), guard.New(pass)); err != nil {
		t.Errorf("with a ceiling: %v", err)
	}
	if _, err := s.Insert(t.Context(), unpriced(2), guard.New(pass)); !errors.As(err, new(*ErrBudget)) {
		t.Errorf("the ceiling does not count in full: %v", err)
	}
	if _, err := s.Insert(t.Context(), unpriced(2), guard.New(guard.Terms{Limit: limited(0)})); err != nil {
		t.Errorf("without a limit: %v", err)
	}
}

func TestRewritingsAreCounted(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	price := usd.Micro(4_000)
	a := Attempt{Provider: "wavespeed", Model: "vendor/rewriter", At: noon, Estimate: &price}
	terms := guard.Terms{Nonce: "n", Limit: limited(10_000), Since: noon}
	n, err := s.Rewriting(t.Context(), a, guard.New(terms))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Rewriting(t.Context(), a, guard.New(terms)); !errors.Is(err, ErrOnce) {
		t.Errorf("one confirmation twice: %v", err)
	}
	terms.Nonce = "m"
	second, err := s.Rewriting(t.Context(), a, guard.New(terms))
	if err != nil {
		t.Fatal(err)
	}
	terms.Nonce = "o"
	if _, err := s.Rewriting(t.Context(), a, guard.New(terms)); !errors.As(err, new(*ErrBudget)) {
		t.Errorf("past the limit: %v", err)
	}
	if err := errors.Join(s.EndRewriting(t.Context(), n, job.OutcomeBilled, ""), s.EndRewriting(t.Context(), second, job.OutcomeUnbilled, job.ReasonFunds)); err != nil {
		t.Fatal(err)
	}
	if spent, clips := spentToday(t, s); spent != price || clips != 0 {
		t.Errorf("the sum is %s for %d clips", spent, clips)
	}
}

func TestNothingEntersWithoutAGuard(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	_, insertErr := s.Insert(t.Context(), []*job.Job{aJob(1)}, guard.Guard{})
	_, recordErr := s.Record(t.Context(), []*job.Job{aJob(1)}, "")
	_, againErr := s.Again(t.Context(), "x", guard.Guard{})
	_, rewriteErr := s.Rewriting(t.Context(), Attempt{}, guard.Guard{})
	for _, err := range []error{insertErr, recordErr, againErr, rewriteErr} {
		if !errors.Is(err, ErrNoGuard) {
			t.Errorf("got %v", err)
		}
	}
	insert(t, s, aJob(2))
	advance(t, s, aJob(2).ID, job.Submitting, job.Uncertain)
	if _, err := s.Advance(t.Context(), aJob(2).ID, []job.State{job.Uncertain}, func(j *job.Job) { j.Requeue() }); !errors.As(err, new(*ErrTransition)) {
		t.Errorf("an uncertain job goes back in line past the guard: %v", err)
	}
}

// The sums of a history written before attempts had rows stay unchanged.
func TestAttemptsAreFilledFromJobs(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	n, charge, nothing := 0, usd.Micro(170_000), usd.Micro(0)
	for _, st := range []job.State{job.Queued, job.Uploading, job.Submitting, job.Submitted, job.Running, job.Completed, job.Saved, job.Uncertain, job.Failed} {
		for _, why := range []job.Reason{"", job.ReasonModeration, job.ReasonCanceled, job.ReasonExpired, job.ReasonGone, job.ReasonNotSubmitted} {
			for _, paid := range []*usd.Micro{nil, &nothing, &charge} {
				for _, posted := range []time.Time{{}, noon} {
					n++
					j := aJob(n)
					j.State, j.Reason, j.Charge, j.PostedAt, j.Practice = st, why, paid, posted, n%5 == 0
					insert(t, s, j)
				}
			}
		}
	}
	// These were the conditions.
	const billed = `(state IN ('submitting', 'submitted', 'running', 'completed', 'saved', 'uncertain')
 OR (state = 'failed' AND (charge_uusd > 0 OR (charge_uusd IS NULL AND (reason IN ('expired', 'gone', 'unusable') OR (reason = 'canceled' AND posted_ms IS NOT NULL))))))`
	sums := func() (out [4]int64) {
		for i, where := range []string{billed, `(state IN ('queued', 'uploading') OR ` + billed + `)`} {
			out[2*i] = scan[int64](t, s, `SELECT count(*) FROM jobs WHERE practice = 0 AND `+where)
			out[2*i+1] = scan[int64](t, s, `SELECT sum(coalesce(charge_uusd, estimate_uusd)) FROM jobs WHERE practice = 0 AND `+where)
		}
		return out
	}
	check := func(when string) {
		t.Helper()
		var got [4]int64
		rows, err := s.Spend(t.Context(), noon, ByService, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if !r.Practice {
				got[0], got[1] = int64(r.Jobs), int64(r.Spent)
			}
		}
		day, err := s.Committed(t.Context(), noon, false)
		if err != nil {
			t.Fatal(err)
		}
		got[2] = scan[int64](t, s, `SELECT count(*) FROM attempts WHERE practice = 0 AND outcome <> 'unbilled'`)
		got[3] = int64(day.Total)
		if want := sums(); got != want {
			t.Errorf("%s the sums are %v, want %v", when, got, want)
		}
	}
	check("as they are written")
	rowsOf := func() string {
		return scan[string](t, s, `SELECT group_concat(job_seq || kind || at_ms || outcome || reason || coalesce(charge_uusd, '-'), ' ') FROM attempts ORDER BY job_seq`)
	}
	before := rowsOf()
	if _, err := s.w.ExecContext(t.Context(), `DROP TABLE attempts`); err != nil {
		t.Fatal(err)
	}
	steps, err := migrations()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.w.ExecContext(context.WithoutCancel(t.Context()), steps[3]+`; ALTER TABLE attempts ADD COLUMN hold_uusd INTEGER`); err != nil {
		t.Fatal(err)
	}
	check("after the upgrade")
	if after := rowsOf(); after != before {
		t.Errorf("the upgrade and the program disagree:\n%s\n%s", before, after)
	}
}
