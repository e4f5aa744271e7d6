package order_test

import (
	"testing"

	"seedreel/client/catalogue"
)

func TestSeeds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	drawn := w.buy(w.clip("v/lite", 3))
	for i, j := range drawn {
		seed, ok := j.Values.Int(catalogue.RoleSeed)
		if !j.HasSeed || !ok || seed != j.Seed || seed < 0 || seed > 1<<31-1 || (i > 0 && seed == drawn[i-1].Seed) || j.Batch == "" || j.Batch != drawn[0].Batch || !j.Lookup.OwnSeed {
			t.Errorf("drawn: %+v", j)
		}
		if len(j.ID) != 12 {
			t.Errorf("id %q", j.ID)
		}
	}
	for fixed, want := range map[int64][]int64{7: {7, 8, 9}, 1<<31 - 2: {1<<31 - 2, 1<<31 - 1, 0}} {
		for i, j := range w.buy(w.clip("v/lite", 3, fixed)) {
			if j.Seed != want[i] || j.Lookup.OwnSeed {
				t.Errorf("fixed %d: clip %d has %d", fixed, i, j.Seed)
			}
		}
	}
	if j := w.buy(w.clip("v/old", 1))[0]; j.HasSeed || j.Values[catalogue.RoleSeed].IsSet() || j.Batch != "" {
		t.Errorf("a model without a seed got %+v", j)
	}
}
