package order

import (
	"strconv"

	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/state/random"
)

// build makes the n-th job of a line. A model that takes a seed always gets
// one: it makes the clip repeatable, and it identifies a request whose answer
// was lost. A seed given for several clips counts upwards.
func (d *Desk) build(l *Line, from *Draft, n int, batch string) (*job.Job, error) {
	id, err := random.ID(d.o.Rand)
	if err != nil {
		return nil, err
	}
	w := job.Wanted{
		Provider: l.Model.Provider, Model: l.Model.ID, Labels: from.labels, Values: l.Values.Clone(), Seconds: l.Model.Seconds(l.Values),
	}
	if from.kind == retry {
		w = from.of.Wanted()
		if from.silent {
			w.Values = silenced(w.Values)
		}
	} else if err := d.seed(l, &w, n); err != nil {
		return nil, err
	}
	if from.kind == clip {
		w.Taken = from.taken
		w.Key = from.key(n, l.Practice)
	}
	if from.kind == edit {
		id = from.of.ID // an earlier job is another one
	}
	w.Practice, w.Batch, w.Estimate, w.EstimateBasis = l.Practice, batch, nil, l.Each.Basis()
	if most, ok := l.Each.Ceiling(); ok {
		w.Estimate = &most
	}
	j := job.New(id, d.o.Now(), w)
	if from.kind == retry {
		j.Prompt, j.Seed, j.HasSeed = from.of.Prompt, from.of.Seed, from.of.HasSeed
	}
	return j, nil
}

// key returns the key of the n-th job. Practice has keys of its own, so that
// what was practised can be made.
func (d Draft) key(n int, practice bool) string {
	k := d.taken.Key
	if k == "" {
		return ""
	}
	k = job.KeptKey(k, practice)
	if n > 0 {
		k += "/" + strconv.Itoa(n+1)
	}
	return k
}

// seed sets the seed of the n-th job of a line, if its model takes one.
func (d *Desk) seed(l *Line, w *job.Wanted, n int) error {
	lo, hi, ok := l.Model.SeedRange()
	if !ok {
		return nil
	}
	seed, fixed := fixedSeed(l)
	if fixed {
		// Wrap around at the end of the range.
		seed = lo + (seed-lo+int64(n))%(hi-lo+1)
	} else {
		var err error
		if seed, err = random.Between(d.o.Rand, lo, hi); err != nil {
			return err
		}
		w.OwnSeed = true
	}
	if w.Values == nil {
		w.Values = catalogue.Values{}
	}
	w.Values[catalogue.RoleSeed] = catalogue.Int(seed)
	return nil
}

// fixedSeed returns the seed that a person chose.
func fixedSeed(l *Line) (int64, bool) {
	lo, hi, ok := l.Model.SeedRange()
	seed, fixed := l.Values.Int(catalogue.RoleSeed)
	return seed, ok && fixed && seed >= lo && seed <= hi
}
