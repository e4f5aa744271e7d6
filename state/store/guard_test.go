package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/internal/guard"
	"seedreel/state/job"
)

func TestTheDailyLimit(t *testing.T) {
	t.Parallel()
	limit := usd.Micro(500_000) // two jobs of 18 cents, not three
	pass := guard.New(guard.Terms{Limit: limited(limit), Since: noon})
	for name, c := range map[string]struct {
		before func(t *testing.T, s *Store)
		spent  usd.Micro // -1: it passes
	}{
		"nothing spent":    {func(*testing.T, *Store) {}, -1},
		"queued counts":    {func(*testing.T, *Store) {}, -1},
		"yesterday's":      {func(t *testing.T, s *Store) { insert(t, s, aJob(-9), aJob(-8)) }, -1},
		"promised already": {func(t *testing.T, s *Store) { insert(t, s, aJob(1), aJob(2)) }, 360_000},
		"canceled": {func(t *testing.T, s *Store) {
			insert(t, s, aJob(1), aJob(2))
			advance(t, s, aJob(1).ID, job.Failed)
		}, -1},
		"failed and refunded": {func(t *testing.T, s *Store) {
			insert(t, s, aJob(1), aJob(2))
			advance(t, s, aJob(1).ID, job.Submitting, job.Submitted, job.Failed)
		}, -1},
		"charged more than estimated": {func(t *testing.T, s *Store) {
			insert(t, s, aJob(1))
			advance(t, s, aJob(1).ID, job.Submitting, job.Submitted)
			charge := usd.Micro(400_000)
			if _, err := s.Advance(t.Context(), aJob(1).ID, []job.State{job.Submitted}, func(j *job.Job) { j.Charge = &charge }); err != nil {
				t.Fatal(err)
			}
		}, 400_000},
		"uncertain": {func(t *testing.T, s *Store) {
			insert(t, s, aJob(1), aJob(2))
			advance(t, s, aJob(1).ID, job.Submitting, job.Uncertain)
		}, 360_000},
		"given up, maybe billed": {func(t *testing.T, s *Store) {
			insert(t, s, aJob(1), aJob(2))
			advance(t, s, aJob(1).ID, job.Submitting)
			for _, st := range []job.State{job.Uncertain, job.Failed} {
				if _, err := s.Advance(t.Context(), aJob(1).ID, []job.State{job.Submitting, job.Uncertain}, func(j *job.Job) {
					j.State, j.PostedAt, j.Reason = st, noon, job.ReasonCanceled
				}); err != nil {
					t.Fatal(err)
				}
			}
		}, 360_000},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := open(t)
			c.before(t, s)
			_, err := s.Insert(t.Context(), []*job.Job{aJob(50)}, pass)
			b, refused := errors.AsType[*ErrBudget](err)
			switch {
			case c.spent < 0 && err != nil:
				t.Errorf("refused: %v", err)
			case c.spent >= 0 && (!refused || *b != ErrBudget{Spent: c.spent, Limit: limit, Want: 180_000}):
				t.Errorf("got %v", err)
			case refused:
				practice := aJob(51)
				practice.Practice = true
				if _, err := s.Insert(t.Context(), []*job.Job{practice}, pass); err != nil {
					t.Errorf("practice shares the sum: %v", err)
				}
				if _, err := s.Insert(t.Context(), []*job.Job{aJob(50)}, guard.New(guard.Terms{})); err != nil {
					t.Errorf("a waived limit refused: %v", err)
				}
			}
		})
	}
}

func TestTwoAtOnceCannotBothPassTheLimit(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	limit := usd.Micro(1_000_000) // five jobs
	var wg sync.WaitGroup
	errs := make([]error, 20)
	stores := []*Store{openAt(t, path, &clock{t: noon}), openAt(t, path, &clock{t: noon})}
	for n := range errs {
		wg.Go(func() {
			_, errs[n] = stores[n%2].Insert(t.Context(), []*job.Job{aJob(n)}, guard.New(guard.Terms{Limit: limited(limit), Since: noon}))
		})
	}
	wg.Wait()
	passed := 0
	for _, err := range errs {
		if _, refused := errors.AsType[*ErrBudget](err); err == nil {
			passed++
		} else if !refused {
			t.Error(err)
		}
	}
	if passed != 5 {
		t.Errorf("%d passed, want 5", passed)
	}
}

// A duplicate has the same service, model, values and seed, however long ago,
// unless it is proved to have cost nothing.
func TestTheSameAgain(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	take := func(n int, seed int64) *job.Job {
		j := aJob(1)
		j.ID, j.CreatedAt, j.Seed = fmt.Sprintf("again%07d", n), noon.AddDate(0, 0, n), seed
		j.Values[catalogue.RoleSeed] = catalogue.Int(seed)
		return j
	}
	distinct := guard.New(guard.Terms{Distinct: true})
	put := func(why string, j *job.Job, g guard.Guard, earlier string) {
		t.Helper()
		_, err := s.Insert(t.Context(), []*job.Job{j}, g)
		d, refused := errors.AsType[*ErrDuplicate](err)
		if refused != (earlier != "") || refused && d.ID != earlier || !refused && err != nil {
			t.Errorf("%s: %v", why, err)
		}
	}
	put("the first", take(0, 7), distinct, "")
	put("a month later", take(30, 7), distinct, take(0, 7).ID)
	put("another seed", take(1, 8), distinct, "")
	put("agreed to", take(31, 7), guard.New(guard.Terms{Distinct: true, Repeats: []string{take(0, 7).ID}}), "")
	put("agreed to for an older one", take(32, 7), guard.New(guard.Terms{Distinct: true, Repeats: []string{take(0, 7).ID}}), take(31, 7).ID)
	put("not asked", take(33, 7), guard.New(guard.Terms{}), "")
	other := take(40, 7)
	other.Values[catalogue.RoleDuration] = catalogue.Int(10)
	put("another length", other, distinct, "")
	advance(t, s, other.ID, job.Submitting, job.Failed)
	again := take(41, 7)
	again.Values[catalogue.RoleDuration] = catalogue.Int(10)
	put("after a refusal", again, distinct, "")
	practice := take(42, 7)
	practice.Practice = true
	put("in practice", practice, distinct, "")
	seedless := take(50, 0)
	seedless.HasSeed = false
	delete(seedless.Values, catalogue.RoleSeed)
	put("without a seed", seedless, distinct, "")
	seedless.ID = take(51, 0).ID
	put("without a seed once more", seedless, distinct, take(50, 0).ID)
}

func TestOneConfirmationIsOneOrder(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	first, err := s.Insert(t.Context(), []*job.Job{aJob(1), aJob(2)}, guard.New(guard.Terms{Nonce: "n"}))
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.Insert(t.Context(), []*job.Job{aJob(3), aJob(4)}, guard.New(guard.Terms{Nonce: "n", Limit: limited(1)}))
	if err != nil || !reflect.DeepEqual(first, second) {
		t.Errorf("the second insert gave %v, %v", second, err)
	}
	if n, _, err := s.Count(t.Context(), Query{}); err != nil || n != 2 {
		t.Errorf("%d jobs (%v)", n, err)
	}
	if _, err := s.Insert(t.Context(), []*job.Job{aJob(5), aJob(1)}, guard.New(guard.Terms{})); err == nil {
		t.Error("an id was taken twice")
	}
	if n, _, err := s.Count(t.Context(), Query{}); err != nil || n != 2 {
		t.Errorf("half an order stayed: %d jobs (%v)", n, err)
	}
}

func TestSpendingIsAddedUp(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	add := func(n int, at time.Time, provider, model string, practice bool, charge, estimate usd.Micro) {
		j := aJob(n)
		j.CreatedAt, j.Provider, j.Model, j.Practice, j.State = at, provider, model, practice, job.Saved
		j.Estimate, j.Charge = &estimate, &charge
		if charge == 0 {
			j.Charge = nil
		}
		if estimate == 0 {
			j.Estimate = nil
		}
		insert(t, s, j)
	}
	midnight := time.Date(2026, 3, 14, 0, 0, 0, 0, berlin)
	add(1, midnight.Add(-time.Millisecond), "wavespeed", "a", false, 10, 99)
	add(2, midnight, "wavespeed", "a", false, 0, 20)
	add(3, midnight.Add(23*time.Hour), "wavespeed", "b", false, 30, 0)
	add(4, midnight.Add(5*time.Hour), "aimlapi", "a", false, 0, 0)
	add(5, midnight.Add(5*time.Hour), "wavespeed", "a", true, 0, 1000)
	queued := aJob(6)
	queued.CreatedAt = midnight.Add(time.Hour)
	insert(t, s, queued)
	for name, c := range map[string]struct {
		by   By
		from time.Time
		want []SpendRow
	}{
		"days": {ByDay, midnight.AddDate(0, 0, -1), []SpendRow{
			{Day: midnight, Jobs: 3, Unpriced: 1, Spent: 50, Estimated: 20, Seconds: 15},
			{Day: midnight, Practice: true, Jobs: 1, Spent: 1000, Estimated: 1000, Seconds: 5},
			{Day: midnight.AddDate(0, 0, -1), Jobs: 1, Spent: 10, Seconds: 5},
		}},
		"models": {ByModel, midnight, []SpendRow{
			{Provider: "wavespeed", Model: "a", Practice: true, Jobs: 1, Spent: 1000, Estimated: 1000, Seconds: 5},
			{Provider: "wavespeed", Model: "b", Jobs: 1, Spent: 30, Seconds: 5},
			{Provider: "wavespeed", Model: "a", Jobs: 1, Spent: 20, Estimated: 20, Seconds: 5},
			{Provider: "aimlapi", Model: "a", Jobs: 1, Unpriced: 1, Seconds: 5},
		}},
		"services": {ByService, midnight, []SpendRow{
			{Provider: "wavespeed", Practice: true, Jobs: 1, Spent: 1000, Estimated: 1000, Seconds: 5},
			{Provider: "wavespeed", Jobs: 2, Spent: 50, Estimated: 20, Seconds: 10},
			{Provider: "aimlapi", Jobs: 1, Unpriced: 1, Seconds: 5},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := s.Spend(t.Context(), c.from, c.by, berlin)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got\n%+v\nwant\n%+v", got, c.want)
			}
		})
	}
}

func TestRuns(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	for n, took := range []int{50, 10, 90, 20, 30} {
		j := aJob(n)
		j.State, j.SubmittedAt, j.EndedAt = job.Saved, noon, noon.Add(time.Duration(took)*time.Second)
		insert(t, s, j)
	}
	for n, edit := range []func(*job.Job){
		func(j *job.Job) { j.State = job.Failed },
		func(j *job.Job) { j.Practice = true },
		func(j *job.Job) { j.Seconds = 10 },
		func(j *job.Job) { j.Model = "other" },
		func(j *job.Job) { j.SubmittedAt = time.Time{} },
	} {
		j := aJob(100 + n)
		j.State, j.SubmittedAt, j.EndedAt = job.Saved, noon, noon.Add(time.Hour)
		edit(j)
		insert(t, s, j)
	}
	j := aJob(1)
	if r, err := s.Runs(t.Context(), j.Provider, j.Model, 5, false); err != nil || r != (Runs{Median: 30 * time.Second, Soon: 10 * time.Second, N: 5}) {
		t.Errorf("the runs are %+v (%v)", r, err)
	}
	if r, err := s.Runs(t.Context(), j.Provider, "unheard of", 5, false); err != nil || r != (Runs{}) {
		t.Errorf("the runs of nothing are %+v (%v)", r, err)
	}
	// Of few runs none counts as the soonest.
	if r, err := s.Runs(t.Context(), j.Provider, j.Model, 10, false); err != nil || r.N != 1 || r.Soon != 0 {
		t.Errorf("the runs of one are %+v (%v)", r, err)
	}
}
