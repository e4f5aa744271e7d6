package queue

import (
	"errors"
	"strings"
	"testing"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/store"
)

func TestSeeds(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.order()
	o.Count = 3
	drawn := r.add(o)
	for i, j := range drawn {
		seed, ok := j.Values.Int(catalogue.RoleSeed)
		if !j.HasSeed || !ok || seed != j.Seed || seed < 0 || seed > 1<<31-1 || (i > 0 && seed == drawn[i-1].Seed) || j.Batch == "" || j.Batch != drawn[0].Batch {
			t.Errorf("drawn: %+v", j)
		}
		if len(j.ID) != 12 || strings.Trim(j.ID, "abcdefghijklmnopqrstuvwxyz234567") != "" {
			t.Errorf("id %q", j.ID)
		}
	}
	for fixed, want := range map[int64][]int64{7: {7, 8, 9}, 1<<31 - 2: {1<<31 - 2, 1<<31 - 1, 0}} {
		o.Values[catalogue.RoleSeed] = catalogue.Int(fixed)
		for i, j := range r.add(o) {
			if j.Seed != want[i] {
				t.Errorf("fixed %d: clip %d has %d", fixed, i, j.Seed)
			}
		}
	}
	o.Values[catalogue.RoleSeed] = catalogue.Int(-1) // the services' word for random
	if j := r.add(o)[0]; j.Seed < 0 {
		t.Errorf("-1 gives %d", j.Seed)
	}
	o = r.order()
	o.Model = r.cat.Model(catalogue.Ref{Provider: "wavespeed", ID: "v/seedless"})
	if j := r.add(o)[0]; j.HasSeed || j.Values[catalogue.RoleSeed].IsSet() || j.Batch != "" {
		t.Errorf("a model without a seed got %+v", j)
	}
	if o.Values[catalogue.RoleSeed].IsSet() {
		t.Error("the order's own values were changed")
	}
}

func TestAddIsGuardedAndHappensOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.order()
	o.Nonce = "key press"
	first, second := r.add(o), r.add(o)
	if first[0].ID != second[0].ID {
		t.Error("one confirmation made two jobs")
	}
	o.Nonce, o.Guard.DuplicateWindow = "another", time.Minute
	_, err := r.q.Add(t.Context(), o)
	if d, ok := errors.AsType[*store.ErrDuplicate](err); !ok || d.ID != first[0].ID {
		t.Errorf("the same inputs give %v", err)
	}
	o.Values = o.Values.Clone()
	o.Values[catalogue.RoleSeed] = catalogue.Int(5)
	limit := usd.Micro(200_000)
	o.Guard = store.Guard{DailyLimit: &limit, SpentSince: noon}
	_, err = r.q.Add(t.Context(), o)
	if b, ok := errors.AsType[*store.ErrBudget](err); !ok || b.Spent != 180_000 {
		t.Errorf("over the limit: %v", err)
	}
}
