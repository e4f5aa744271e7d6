package store

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/internal/guard"
	"seedreel/state/job"
)

// inLine returns the numbers of the jobs that wait, in order.
func inLine(t testing.TB, s *Store) (out []string) {
	t.Helper()
	jobs, err := s.Line(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range jobs {
		out = append(out, j.ID)
	}
	return out
}

// claimed claims what is due and returns the ids in the order of the tasks.
func claimed(t testing.TB, s *Store, now time.Time) (out []string) {
	t.Helper()
	c, err := s.Claim(t.Context(), now, ask("a"))
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range c.Jobs {
		out = append(out, j.ID)
	}
	return out
}

// What leaves is what is at the front of the line, however it was moved.
func TestTheLineLeavesInItsOrder(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	insert(t, s, aJob(1), aJob(2), aJob(3), aJob(4))
	id := func(n int) string { return aJob(n).ID }
	for _, c := range []struct {
		n, by, place int
		want         []string
	}{
		{3, -1, 2, []string{id(1), id(3), id(2), id(4)}},
		{1, 2, 3, []string{id(3), id(2), id(1), id(4)}},
		{4, -1 << 30, 1, []string{id(4), id(3), id(2), id(1)}},
		{4, -1, 1, []string{id(4), id(3), id(2), id(1)}},
		{3, 1 << 30, 4, []string{id(4), id(2), id(1), id(3)}},
	} {
		place, err := s.MoveInLine(t.Context(), id(c.n), c.by)
		if got := inLine(t, s); err != nil || place != c.place || !slices.Equal(got, c.want) {
			t.Errorf("job %d by %d is at %d of %v, want %d of %v (%v)", c.n, c.by, place, got, c.place, c.want, err)
		}
	}
	insert(t, s, aJob(5)) // a new one is the last
	if got, want := claimed(t, s, noon.Add(time.Hour)), []string{id(4), id(2), id(1), id(3), id(5)}; !slices.Equal(got, want) {
		t.Errorf("claimed are %v, want %v", got, want)
	}
}

// However jobs are moved, the line holds each of them once, and the others keep
// their order.
func TestMovingKeepsTheLineWhole(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	var want []string
	for n := range 8 {
		insert(t, s, aJob(n))
		want = append(want, aJob(n).ID)
	}
	rapid.Check(t, func(r *rapid.T) {
		at, by := rapid.IntRange(0, len(want)-1).Draw(r, "at"), rapid.IntRange(-10, 10).Draw(r, "by")
		id := want[at]
		to := min(max(at+by, 0), len(want)-1)
		want = slices.Insert(slices.Delete(want, at, at+1), to, id)
		place, err := s.MoveInLine(t.Context(), id, by)
		if got := inLine(t, s); err != nil || place != to+1 || !slices.Equal(got, want) {
			r.Fatalf("%s by %d is at %d of %v, want %v (%v)", id, by, place, got, want, err)
		}
	})
}

func TestAJobIsHeldBackAndGoesOn(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	a, b := openAt(t, path, &clock{t: noon}), openAt(t, path, &clock{t: noon})
	insert(t, a, aJob(1), aJob(2))
	if j, err := a.PauseJob(t.Context(), aJob(1).ID, true); err != nil || !j.Paused || j.Waiting != job.WaitPaused {
		t.Fatalf("it is %+v (%v)", j, err)
	}
	// Another process heeds it.
	if got := claimed(t, b, noon.Add(time.Hour)); !slices.Equal(got, []string{aJob(2).ID}) {
		t.Errorf("claimed are %v", got)
	}
	if _, err := b.PauseJob(t.Context(), aJob(1).ID, false); err != nil {
		t.Fatal(err)
	}
	if got := claimed(t, a, noon.Add(2*time.Hour)); !slices.Contains(got, aJob(1).ID) {
		t.Errorf("afterwards claimed are %v", got)
	}
	advance(t, a, aJob(1).ID, job.Submitting)
	for name, do := range map[string]func() error{
		"paused": func() error { _, err := a.PauseJob(t.Context(), aJob(1).ID, true); return err },
		"moved":  func() error { _, err := a.MoveInLine(t.Context(), aJob(1).ID, 1); return err },
	} {
		if err := do(); !errors.As(err, new(*ErrStale)) {
			t.Errorf("what has left is %s: %v", name, err)
		}
	}
}

func TestTheWholeLineIsHeldBack(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	a, b := openAt(t, path, &clock{t: noon}), openAt(t, path, &clock{t: noon})
	insert(t, a, aJob(1), aJob(2))
	if err := a.PauseLine(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	c, err := b.Claim(t.Context(), noon.Add(time.Hour), ask("b"))
	if err != nil || len(c.Jobs) > 0 || c.Waiting[job.WaitLine] != 2 {
		t.Fatalf("claimed are %v, waiting %v (%v)", c.Jobs, c.Waiting, err)
	}
	if on, err := b.LinePaused(t.Context()); err != nil || !on {
		t.Errorf("it is paused: %t (%v)", on, err)
	}
	insert(t, b, aJob(3))
	if err := b.PauseLine(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if j, err := a.Job(t.Context(), aJob(1).ID); err != nil || j.Waiting != "" {
		t.Errorf("it waits for %q (%v)", j.Waiting, err)
	}
	if got := claimed(t, a, noon.Add(2*time.Hour)); len(got) != 3 {
		t.Errorf("afterwards claimed are %v", got)
	}
}

// A process that has begun with a job cannot send it any more once it is held
// back or changed.
func TestWhatIsHeldBackIsTakenFromWhoHasBegun(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(s *Store) error{
		"held back": func(s *Store) error { _, err := s.PauseJob(t.Context(), aJob(1).ID, true); return err },
		"changed": func(s *Store) error {
			_, err := s.Edit(t.Context(), aJob(1).ID, aJob(9).Wanted(), guard.New(guard.Terms{}))
			return err
		},
	} {
		s, _ := open(t)
		insert(t, s, aJob(1))
		if got := claimed(t, s, noon.Add(time.Hour)); len(got) != 1 {
			t.Fatalf("claimed are %v", got)
		}
		if err := change(s); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		_, err := s.Step(t.Context(), aJob(1).ID, "a", []job.State{job.Queued}, func(j *job.Job) { j.State = job.Submitting })
		if !errors.As(err, new(*ErrStale)) {
			t.Errorf("%s: the step goes on: %v", name, err)
		}
	}
}

func TestAWaitingJobIsEdited(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	first := aJob(1)
	first.Key = "k"
	insert(t, s, first, aJob(2))
	was, err := s.Job(t.Context(), first.ID)
	if err != nil {
		t.Fatal(err)
	}
	w := was.Wanted()
	dear := usd.Micro(500_000)
	w.Values = catalogue.Values{catalogue.RolePrompt: catalogue.Text("an otter"), catalogue.RoleSeed: catalogue.Int(9)}
	w.Model, w.Estimate, w.Seconds = "vendor/model-pro", &dear, 8
	edit := func(limit usd.Micro) (*job.Job, error) {
		return s.Edit(t.Context(), first.ID, w, guard.New(guard.Terms{Limit: limited(limit), Since: noon.Add(-time.Hour), Distinct: true}))
	}
	// Two of 18 cents are promised; it may cost 32 more, and no more.
	if _, err := edit(679_999); !errors.As(err, new(*ErrBudget)) {
		t.Errorf("over the limit: %v", err)
	}
	j, err := edit(680_000)
	if err != nil {
		t.Fatal(err)
	}
	if j.Prompt != "an otter" || j.Seed != 9 || j.Model != "vendor/model-pro" || j.Seconds != 8 || *j.Estimate != dear || j.Key != "" ||
		j.Shot != was.Shot || j.Seq != was.Seq || j.State != job.Queued {
		t.Errorf("it is %+v", j)
	}
	day, err := s.Committed(t.Context(), noon.Add(-time.Hour), false)
	if err != nil || day.Total != 680_000 {
		t.Errorf("promised are %s (%v)", day.Total, err)
	}
	if rows, _, err := s.Page(t.Context(), Query{Search: "otter"}); err != nil || len(rows) != 1 {
		t.Errorf("a search finds %d (%v)", len(rows), err)
	}
	// Cheaper is never refused, and the same as another one is.
	cheap := usd.Micro(1)
	w.Estimate = &cheap
	if _, err := edit(1); err != nil {
		t.Errorf("cheaper: %v", err)
	}
	other := aJob(2).Wanted()
	other.Values[catalogue.RoleSeed] = catalogue.Int(2)
	insert(t, s, job.New("job000000077", noon, other))
	w = other
	if _, err := edit(0); !errors.As(err, new(*ErrDuplicate)) {
		t.Errorf("the same as another: %v", err)
	}
	advance(t, s, first.ID, job.Submitting)
	if _, err := edit(0); !errors.As(err, new(*ErrStale)) {
		t.Errorf("after it has left: %v", err)
	}
	if _, err := s.Edit(t.Context(), aJob(2).ID, w, guard.Guard{}); !errors.Is(err, ErrNoGuard) {
		t.Errorf("nobody agreed: %v", err)
	}
}

// What was promised on an earlier day and is edited today counts today, in full:
// otherwise each old job could be made as dear as the limit by itself.
func TestAnEditedJobOfAnEarlierDayCountsToday(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	insert(t, s, aJob(1), aJob(2))
	today := noon.Add(12 * time.Hour)
	s.now = func() time.Time { return today.Add(time.Hour) }
	edit := func(n int) error {
		w := aJob(n).Wanted()
		dear := usd.Micro(500_000)
		w.Estimate = &dear
		_, err := s.Edit(t.Context(), aJob(n).ID, w, guard.New(guard.Terms{Limit: limited(500_000), Since: today}))
		return err
	}
	if err := edit(1); err != nil {
		t.Fatal(err)
	}
	day, err := s.Committed(t.Context(), today, false)
	if err != nil || day.Total != 500_000 {
		t.Errorf("promised today are %s (%v)", day.Total, err)
	}
	if err := edit(2); !errors.As(err, new(*ErrBudget)) {
		t.Errorf("a second one: %v", err)
	}
}
