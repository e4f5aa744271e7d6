package account

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/state/store"
	"seedreel/state/store/storetest"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// bank is a service whose bill a test writes.
type bank struct {
	client.Provider
	paid  map[string]usd.Micro
	odd   error
	asked int
}

// Charge returns what the test has written.
func (b *bank) Charge(_ context.Context, id string, _ time.Time) (usd.Micro, bool, error) {
	b.asked++
	p, ok := b.paid[id]
	return p, ok, b.odd
}

// desk is an account over a store and a clock of its own.
type desk struct {
	*Account
	st   *store.Store
	bank *bank
	now  time.Time
	who  string
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{bank: &bank{paid: map[string]usd.Micro{}}, now: noon, who: "mine"}
	d.st = storetest.Open(t, func() time.Time { return d.now })
	d.Account = New(Options{
		Providers: func(string, bool) (client.Provider, error) { return d.bank, nil },
		Account:   func(string, bool) string { return d.who },
		Store:     d.st, Now: func() time.Time { return d.now },
	})
	return d
}

// saved records a clip that was made at noon.
func (d *desk) saved(t *testing.T, id string) *job.Job {
	t.Helper()
	j := job.New("job"+id, noon.Add(-time.Minute), job.Wanted{Provider: "p", Model: "m", Values: catalogue.Values{catalogue.RolePrompt: catalogue.Text(id)}})
	j.State, j.RemoteID, j.Account, j.SubmittedAt, j.EndedAt, j.SavedAt = job.Saved, id, "mine", noon.Add(-time.Minute), noon, noon
	out, err := d.st.Record(t.Context(), []*job.Job{j}, "")
	if err != nil {
		t.Fatal(err)
	}
	return out[0]
}

// pass asks for everything that gets due within a time.
func (d *desk) pass(t *testing.T, span time.Duration) {
	t.Helper()
	end := d.now.Add(span)
	for {
		b, next, err := d.NextBill(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if b != nil {
			continue
		}
		if next.IsZero() || next.After(end) {
			d.now = end
			return
		}
		d.now = next
	}
}

func (d *desk) total(t *testing.T) usd.Micro {
	t.Helper()
	day, err := d.st.Committed(t.Context(), noon.Add(-time.Hour), false)
	if err != nil {
		t.Fatal(err)
	}
	return day.Total
}

func TestLateBillsCorrectTheSums(t *testing.T) {
	t.Parallel()
	const month = 31 * 24 * time.Hour
	for _, tc := range []struct {
		name  string
		after time.Duration
		paid  usd.Micro
	}{
		{"booked late", time.Hour, 600_000},
		{"corrected upwards in hours", 7 * time.Hour, 700_000},
		{"corrected downwards in days", 3 * 24 * time.Hour, 300_000},
		{"refunded in a week", 8 * 24 * time.Hour, 0},
	} {
		d := newDesk(t)
		if tc.name != "booked late" {
			d.bank.paid["r"] = 600_000
		}
		d.saved(t, "r")
		d.pass(t, tc.after)
		d.bank.paid["r"] = tc.paid
		d.pass(t, month)
		j, err := d.st.Job(t.Context(), "jobr")
		if err != nil || j.Charge == nil || *j.Charge != tc.paid || d.total(t) != tc.paid {
			t.Errorf("%s: charge %v, %s in the sum (%v), want %s", tc.name, j.Charge, d.total(t), err, tc.paid)
		}
		if d.bank.asked > 12 {
			t.Errorf("%s: asked %d times", tc.name, d.bank.asked)
		}
		if d.pass(t, month); !j.BillAt.IsZero() {
			t.Errorf("%s: asked for again at %s", tc.name, j.BillAt)
		}
	}
}

// A refund that comes after the person has deleted the entry is still money.
func TestBillsOfDeletedJobsAreCorrected(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.bank.paid["r"] = 600_000
	d.saved(t, "r")
	d.pass(t, time.Minute)
	if err := d.st.Delete(t.Context(), "jobr"); err != nil {
		t.Fatal(err)
	}
	d.bank.paid["r"] = 100_000
	d.pass(t, 24*time.Hour)
	if got := d.total(t); got != 100_000 {
		t.Errorf("%s in the sum", got)
	}
}

func TestWhatABillLeavesOutIsKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.bank.odd = &client.Error{Kind: client.KindUnavailable, Provider: "p", Err: fmt.Errorf("a line of JPY 60: %w", client.ErrOdd)}
	d.saved(t, "r")
	d.pass(t, time.Minute)
	notes, err := d.st.BillNotes(t.Context(), noon.Add(-time.Hour), false)
	if err != nil || len(notes) != 1 || notes[0].Note != "a line of JPY 60: not counted" {
		t.Errorf("notes are %v (%v)", notes, err)
	}
	// A service that does not answer takes nothing back.
	d.bank.odd = &client.Error{Kind: client.KindUnavailable, Provider: "p"}
	d.pass(t, time.Hour)
	if notes, err = d.st.BillNotes(t.Context(), noon.Add(-time.Hour), false); err != nil || len(notes) != 1 {
		t.Errorf("after an outage notes are %v (%v)", notes, err)
	}
	// What was put right is no longer told.
	d.bank.odd, d.bank.paid["r"] = nil, 600_000
	d.pass(t, 24*time.Hour)
	if notes, err = d.st.BillNotes(t.Context(), noon.Add(-time.Hour), false); err != nil || len(notes) != 0 {
		t.Errorf("in the end notes are %v (%v)", notes, err)
	}
}

func TestNoBillIsAskedForWithAnotherAccount(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.bank.paid["r"] = 600_000
	j := d.saved(t, "r")
	d.who = "another"
	d.pass(t, 10*24*time.Hour)
	if _, _, err := d.Settle(t.Context(), j); d.bank.asked > 0 || !errors.Is(err, ErrOtherAccount) {
		t.Errorf("asked %d times (%v)", d.bank.asked, err)
	}
	d.who = "mine"
	d.pass(t, 24*time.Hour)
	if got := d.total(t); got != 600_000 {
		t.Errorf("%s in the sum once the account is back", got)
	}
}

func TestTwoProcessesAskForABillOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.saved(t, "r")
	d.now = noon.Add(time.Hour)
	one, _, err := d.st.NextBill(t.Context(), d.now, job.BillsSince(d.now), billClaim)
	two, _, err2 := d.st.NextBill(t.Context(), d.now, job.BillsSince(d.now), billClaim)
	if err := errors.Join(err, err2); err != nil || one == nil || two != nil {
		t.Errorf("claimed %v and %v (%v)", one, two, err)
	}
}
