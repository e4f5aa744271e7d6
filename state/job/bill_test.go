package job

import (
	"testing"
	"time"
)

func TestBillsAreAskedForAtAFallingPace(t *testing.T) {
	t.Parallel()
	ended := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	j := &Job{RemoteID: "r", EndedAt: ended}
	var asked []time.Duration
	for at := j.NextBill(ended, false); !at.IsZero(); at = j.NextBill(at, false) {
		asked = append(asked, at.Sub(ended))
		if len(asked) > 30 {
			t.Fatal("asked without an end")
		}
	}
	last := asked[len(asked)-1]
	if asked[0] != 30*time.Second || len(asked) > 12 || last < 14*24*time.Hour || last > 31*24*time.Hour {
		t.Errorf("asked at %v", asked)
	}
	for i := 1; i < len(asked); i++ {
		if asked[i] < 2*asked[i-1] {
			t.Errorf("asked at %s and at %s", asked[i-1], asked[i])
		}
	}
	day := ended.Add(24 * time.Hour)
	if got := j.NextBill(day, true).Sub(day); got != 6*time.Hour {
		t.Errorf("after trouble it is asked for in %s", got)
	}
	for name, j := range map[string]*Job{
		"never sent": {EndedAt: ended}, "not ended": {RemoteID: "r"}, "practice of yesterday": {RemoteID: "r", EndedAt: ended, Practice: true},
	} {
		if got := j.NextBill(day, false); !got.IsZero() {
			t.Errorf("%s: asked for at %s", name, got)
		}
	}
	// A clock that was set back must not ask at once again and again.
	if got := j.NextBill(ended.Add(-time.Hour), false); got.Sub(ended) != 30*time.Second-time.Hour {
		t.Errorf("before the end it is asked for at %s", got)
	}
}
