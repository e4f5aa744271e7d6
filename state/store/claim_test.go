package store

import (
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"seedreel/state/job"
)

func noLimit(Service) Limit { return Limit{} }

// ask is a claim without bounds.
func ask(owner string) ClaimRequest {
	return ClaimRequest{Owner: owner, TTL: time.Minute, Limits: noLimit, Polls: 100, Downloads: 2}
}

func claimIDs(t *testing.T, s *Store, now time.Time, r ClaimRequest) ([]string, *Claimed) {
	t.Helper()
	c, err := s.Claim(t.Context(), now, r)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, j := range c.Jobs {
		ids = append(ids, j.ID)
	}
	return ids, c
}

func ids(ns ...int) []string {
	var out []string
	for _, n := range ns {
		out = append(out, aJob(n).ID)
	}
	return out
}

func TestALeaseIsOneOwnersUntilItRunsOut(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	a, b := openAt(t, path, &clock{t: noon}), openAt(t, path, &clock{t: noon})
	insert(t, a, aJob(1))
	if got, c := claimIDs(t, a, noon, ask("a")); !reflect.DeepEqual(got, ids(1)) || !c.Wake.Equal(noon.Add(time.Minute)) {
		t.Fatalf("a got %v, wake %v", got, c.Wake)
	}
	if got, c := claimIDs(t, b, noon.Add(59*time.Second), ask("b")); got != nil || !c.Wake.Equal(noon.Add(time.Minute)) {
		t.Fatalf("b got %v, wake %v", got, c.Wake)
	}
	if ok, err := a.Renew(t.Context(), aJob(1).ID, "a", noon.Add(90*time.Second)); err != nil || !ok {
		t.Fatal(ok, err)
	}
	if got, _ := claimIDs(t, b, noon.Add(61*time.Second), ask("b")); got != nil {
		t.Fatalf("b got %v although it was renewed", got)
	}
	if got, _ := claimIDs(t, b, noon.Add(91*time.Second), ask("b")); !reflect.DeepEqual(got, ids(1)) {
		t.Fatalf("b got %v of an old lease", got)
	}
	if ok, err := a.Renew(t.Context(), aJob(1).ID, "a", noon.Add(time.Hour)); err != nil || ok {
		t.Errorf("a renewed what is b's (%v, %v)", ok, err)
	}
	if _, err := a.Settle(t.Context(), aJob(1).ID, "a", []job.State{job.Queued}, func(*job.Job) {}); err == nil {
		t.Error("a settled what is b's")
	}
	if err := a.Release(t.Context(), aJob(1).ID, "a"); err != nil {
		t.Fatal(err)
	}
	// The clock is set back by a day: b's lease is too far ahead to be true.
	if got, _ := claimIDs(t, a, noon.Add(-24*time.Hour), ask("a")); !reflect.DeepEqual(got, ids(1)) {
		t.Errorf("after the clock was set back a got %v", got)
	}
	if n, err := b.Unlease(t.Context(), func(o string) bool { return o != "a" }); err != nil || n != 1 {
		t.Errorf("freed %d leases of the dead (%v)", n, err)
	}
	if got, _ := claimIDs(t, b, noon.Add(-24*time.Hour), ask("b")); !reflect.DeepEqual(got, ids(1)) {
		t.Errorf("b got %v of the dead", got)
	}
}

func TestSlotsInFlight(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	insert(t, s, aJob(1), aJob(2), aJob(3), aJob(4))
	r := ask("a")
	r.Limits = func(Service) Limit { return Limit{InFlight: 2} }
	got, c := claimIDs(t, s, noon, r)
	if !reflect.DeepEqual(got, ids(1, 2)) || c.Waiting[job.WaitSlots] != 2 {
		t.Fatalf("got %v, waiting %v", got, c.Waiting)
	}
	if j, err := s.Job(t.Context(), aJob(3).ID); err != nil || j.Waiting != job.WaitSlots {
		t.Errorf("the third waits for %q (%v)", j.Waiting, err)
	}
	advance(t, s, aJob(1).ID, job.Submitting, job.Submitted)
	if got, _ := claimIDs(t, s, noon.Add(2*time.Minute), r); !reflect.DeepEqual(got, append(ids(1), ids(2)...)) {
		// 1 is due for a poll, 2's lease expired; 3 has no room.
		t.Fatalf("got %v", got)
	}
	advance(t, s, aJob(1).ID, job.Completed)
	got, _ = claimIDs(t, s, noon.Add(2*time.Minute), r)
	if !reflect.DeepEqual(got, ids(3)) {
		t.Fatalf("got %v after one ended", got)
	}
	if j, err := s.Job(t.Context(), aJob(3).ID); err != nil || j.Waiting != "" {
		t.Errorf("the third still waits for %q (%v)", j.Waiting, err)
	}
}

func TestSubmitsAMinuteAreSharedByAllProcesses(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	a, b := openAt(t, path, &clock{t: noon}), openAt(t, path, &clock{t: noon})
	for n := 1; n <= 5; n++ {
		insert(t, a, aJob(n))
	}
	other := aJob(6)
	other.Provider = "aimlapi"
	practice := aJob(7)
	practice.Practice = true
	insert(t, a, other, practice)
	limited := func(owner string) ClaimRequest {
		r := ask(owner)
		r.Limits = func(sv Service) Limit {
			if sv == (Service{Provider: "wavespeed"}) {
				return Limit{PerMinute: 2}
			}
			return Limit{}
		}
		return r
	}
	got, c := claimIDs(t, a, noon, limited("a"))
	if !reflect.DeepEqual(got, ids(6, 1, 2, 7)) || c.Waiting[job.WaitRate] != 3 || !c.Wake.Equal(noon.Add(time.Minute)) {
		t.Fatalf("a got %v, waiting %v, wake %v", got, c.Waiting, c.Wake)
	}
	for _, id := range got {
		advance(t, a, id, job.Submitting, job.Submitted)
		if _, err := a.Advance(t.Context(), id, []job.State{job.Submitted}, func(j *job.Job) { j.NextAt = noon.Add(30 * time.Minute) }); err != nil {
			t.Fatal(err)
		}
	}
	// The POST of the first left late: its slot moves along.
	if _, err := a.Post(t.Context(), aJob(1).ID, "a", []job.State{job.Submitted}, noon.Add(30*time.Second), func(*job.Job) {}); err != nil {
		t.Fatal(err)
	}
	if got, c = claimIDs(t, b, noon.Add(59*time.Second), limited("b")); got != nil || !c.Wake.Equal(noon.Add(time.Minute)) {
		t.Fatalf("b got %v within the minute, wake %v", got, c.Wake)
	}
	if got, c = claimIDs(t, b, noon.Add(60*time.Second), limited("b")); !reflect.DeepEqual(got, ids(3)) || !c.Wake.Equal(noon.Add(90*time.Second)) {
		t.Fatalf("b got %v after a minute, wake %v", got, c.Wake)
	}
}

func TestDownloadsGoBySoonestExpiryTwoAtATime(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	for n := 1; n <= 4; n++ {
		id := insert(t, s, aJob(n))[0].ID
		advance(t, s, id, job.Submitting, job.Submitted, job.Completed)
		if n == 4 {
			continue // no expiry known: last
		}
		if _, err := s.Advance(t.Context(), id, []job.State{job.Completed}, func(j *job.Job) {
			j.Output.Expires = noon.Add(time.Duration(10-n) * time.Hour)
		}); err != nil {
			t.Fatal(err)
		}
	}
	r := ask("a")
	r.NoDownloads, r.DownloadsAt = "disk", noon.Add(time.Minute)
	if got, c := claimIDs(t, s, noon, r); got != nil || c.Waiting["disk"] != 4 || !c.Wake.Equal(noon.Add(time.Minute)) {
		t.Fatalf("got %v with a full disk, waiting %v", got, c.Waiting)
	}
	if got, _ := claimIDs(t, s, noon, ask("a")); !reflect.DeepEqual(got, ids(3, 2)) {
		t.Fatalf("got %v", got)
	}
	if got, _ := claimIDs(t, s, noon, ask("b")); got != nil {
		t.Fatalf("a third and fourth download began: %v", got)
	}
	if _, err := s.Settle(t.Context(), aJob(3).ID, "a", []job.State{job.Completed}, func(j *job.Job) { j.State = job.Saved }); err != nil {
		t.Fatal(err)
	}
	if got, _ := claimIDs(t, s, noon, ask("b")); !reflect.DeepEqual(got, ids(1)) {
		t.Errorf("got %v next", got)
	}
}

func TestHoldsAndGates(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	sv := Service{Provider: "wavespeed"}
	insert(t, s, aJob(1), aJob(2))
	until := noon.Add(30 * time.Second)
	if err := s.Hold(t.Context(), sv, until, "rate"); err != nil {
		t.Fatal(err)
	}
	// A shorter wait must not open it earlier.
	if err := s.Hold(t.Context(), sv, noon.Add(time.Second), "rate"); err != nil {
		t.Fatal(err)
	}
	if got, c := claimIDs(t, s, noon.Add(29*time.Second), ask("a")); got != nil || !c.Wake.Equal(until) || c.Waiting["rate"] != 2 {
		t.Fatalf("got %v, wake %v, waiting %v", got, c.Wake, c.Waiting)
	}
	r := ask("a")
	r.Gates = map[Service]Gate{sv: {Why: "offline", Until: until.Add(time.Second)}}
	if got, c := claimIDs(t, s, until, r); got != nil || c.Waiting["offline"] != 2 {
		t.Fatalf("got %v through a closed gate, waiting %v", got, c.Waiting)
	}
	// Its time has come: one goes to try.
	if got, c := claimIDs(t, s, until.Add(time.Second), r); !reflect.DeepEqual(got, ids(1)) || c.Waiting["offline"] != 1 {
		t.Fatalf("got %v to try, waiting %v", got, c.Waiting)
	}
}

func TestPollsWaitForTheirTime(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	insert(t, s, aJob(1), aJob(2), aJob(3))
	for i, n := range []int{1, 2, 3} {
		advance(t, s, aJob(n).ID, job.Submitting, job.Submitted)
		at := noon.Add(time.Duration(i) * time.Minute)
		if n == 3 {
			at = noon.Add(48 * time.Hour) // written before the clock was set back
		}
		if _, err := s.Advance(t.Context(), aJob(n).ID, []job.State{job.Submitted}, func(j *job.Job) { j.NextAt = at }); err != nil {
			t.Fatal(err)
		}
	}
	got, c := claimIDs(t, s, noon, ask("a"))
	if !reflect.DeepEqual(got, ids(1, 3)) || !c.Wake.Equal(noon.Add(time.Minute)) {
		t.Errorf("got %v, wake %v", got, c.Wake)
	}
	r := ask("a")
	r.Polls = 2
	if got, _ := claimIDs(t, s, noon.Add(59*time.Second+999*time.Millisecond), r); got != nil {
		t.Errorf("got %v before its time", got)
	}
	if got, _ := claimIDs(t, s, noon.Add(time.Minute), r); !reflect.DeepEqual(got, ids(1, 2)) {
		// The leases expire at this very moment; there is room for two.
		t.Errorf("got %v", got)
	}
}

func TestAnUncertainJobIsOnlyLookedForWhenATimeIsSet(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	insert(t, s, aJob(1))
	advance(t, s, aJob(1).ID, job.Submitting, job.Uncertain)
	if got, c := claimIDs(t, s, noon, ask("a")); got != nil || !c.Wake.IsZero() {
		t.Fatalf("got %v, wake %v", got, c.Wake)
	}
	if _, err := s.Advance(t.Context(), aJob(1).ID, []job.State{job.Uncertain}, func(j *job.Job) { j.NextAt = noon }); err != nil {
		t.Fatal(err)
	}
	if got, _ := claimIDs(t, s, noon, ask("a")); !reflect.DeepEqual(got, ids(1)) {
		t.Errorf("got %v", got)
	}
}
