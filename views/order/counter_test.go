package order

import (
	"testing"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/find"
	"seedreel/state/job"
	"seedreel/state/order"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/studio"
)

// A search that was asked for ends with what it has found, when, and when the
// next one is.
func TestASearchEndsWithItsResult(t *testing.T) {
	due := time.Date(2026, 7, 1, 14, 2, 5, 0, time.UTC)
	for name, x := range map[string]struct {
		after job.Job
		want  safe.String
	}{
		"under way": {job.Job{State: job.Uncertain, NextAt: due}, ""},
		"not found": {
			job.Job{State: job.Uncertain, NextAt: due.Add(30 * time.Second), Lookup: job.Lookup{At: due, Looks: 1, Doubt: find.DoubtLag}},
			"Not found so far: the service's list shows nothing later yet. Looked at 14:02:05. Next look at 14:02:35.",
		},
		"failed": {
			job.Job{State: job.Uncertain, NextAt: due.Add(time.Minute), Lookup: job.Lookup{At: due.Add(-time.Hour), Looks: 1, Trouble: "making the list (500)"}},
			"The last search failed: making the list (500). Next look at 14:03:05.",
		},
		"found":             {job.Job{State: job.Submitted}, "Found at the service: it was taken. It goes on by itself."},
		"it was never made": {job.Job{State: job.Failed}, ""}, // the message about its end says so
	} {
		t.Run(name, func(t *testing.T) {
			s := &studio.Studio{Zone: time.UTC}
			tray := toast.New(func() time.Time { return due })
			s.Toasts = tray
			c := New(s, nil)
			c.looking["a"] = due
			x.after.ID = "a"
			s.Live.Jobs = []*job.Job{&x.after}
			c.Update(studio.ChangedMsg{What: studio.Jobs})
			if said, _ := tray.Shown(); said.Text != x.want {
				t.Errorf("it says %q, want %q", said.Text, x.want)
			}
		})
	}
}

// The question about the first order of a session is for orders that are paid:
// neither practice nor a simulator on this machine asks it.
func TestOnlyPaidOrdersCountAsTheFirst(t *testing.T) {
	for name, x := range map[string]struct {
		practice bool
		address  safe.String
		want     bool
	}{
		"the service itself":          {want: true},
		"practice":                    {practice: true},
		"a simulator on this machine": {address: "SIMULATOR at 127.0.0.1:9"},
	} {
		t.Run(name, func(t *testing.T) {
			asked := ""
			c := New(&studio.Studio{Account: func(provider string) safe.String {
				asked = provider
				return x.address
			}}, nil)
			m := &catalogue.Model{Provider: "wavespeed"}
			a := &asking{p: &order.Prepared{Lines: []order.Line{{Model: m, Practice: x.practice}}}}
			if got := c.pays(a); got != x.want {
				t.Errorf("it pays: %v, want %v", got, x.want)
			}
			if !x.practice && asked != m.Provider {
				t.Errorf("asked for the address of %q", asked)
			}
		})
	}
}
