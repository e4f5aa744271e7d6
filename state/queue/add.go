package queue

import (
	"context"
	"fmt"

	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/state/store"
)

// Order is what a person confirmed.
type Order struct {
	Model  *catalogue.Model
	Values catalogue.Values
	// Count is the number of clips; 0 is 1.
	Count    int
	Practice bool
	// Labels are what the clips can be found by.
	Labels job.Labels
	// Estimate is the price of one clip as it was shown. Where only bounds are
	// known the upper one is kept.
	Estimate catalogue.Estimate
	// Guard is what the order has to pass; its Input and Nonce are filled in.
	Guard store.Guard
	// Nonce names the confirmation: adding the same one again adds nothing.
	Nonce string
}

// Add puts the jobs of an order on disk, queued, all or none. A model that
// takes a seed always gets one: it makes the clip repeatable, and it is what a
// request whose answer was lost is found by. A seed given for several clips
// counts upwards. It fails with the errors of store.Insert.
func (q *Queue) Add(ctx context.Context, o Order) ([]*job.Job, error) {
	input, err := store.InputHash(o.Model.Provider, o.Model.ID, o.Practice, o.Values)
	if err != nil {
		return nil, fmt.Errorf("adding jobs: %w", err)
	}
	count := max(o.Count, 1)
	batch := ""
	if count > 1 {
		if batch, err = q.newID(); err != nil {
			return nil, fmt.Errorf("adding jobs: %w", err)
		}
	}
	jobs := make([]*job.Job, count)
	for i := range jobs {
		if jobs[i], err = q.newJob(&o, i); err != nil {
			return nil, fmt.Errorf("adding jobs: %w", err)
		}
		jobs[i].Batch = batch
	}
	g := o.Guard
	g.Input, g.Nonce = input, o.Nonce
	stored, err := q.o.Store.Insert(ctx, jobs, g)
	if err != nil {
		return nil, fmt.Errorf("adding jobs: %w", err)
	}
	return stored, nil
}

// newJob makes the n-th job of an order.
func (q *Queue) newJob(o *Order, n int) (*job.Job, error) {
	id, err := q.newID()
	if err != nil {
		return nil, err
	}
	w := job.Wanted{
		Provider: o.Model.Provider, Model: o.Model.ID, Practice: o.Practice, Labels: o.Labels, Values: o.Values,
		Seconds: o.Model.Seconds(o.Values), EstimateBasis: o.Estimate.Basis(),
	}
	if most, ok := o.Estimate.Ceiling(); ok {
		w.Estimate = &most
	}
	if lo, hi, ok := o.Model.SeedRange(); ok {
		seed, fixed := o.Values.Int(catalogue.RoleSeed)
		if fixed && seed >= lo && seed <= hi {
			// Past the end it goes on at the beginning.
			seed = lo + (seed-lo+int64(n))%(hi-lo+1)
		} else if seed, err = q.between(lo, hi); err != nil {
			return nil, err
		}
		if w.Values = w.Values.Clone(); w.Values == nil {
			w.Values = catalogue.Values{}
		}
		w.Values[catalogue.RoleSeed] = catalogue.Int(seed)
	}
	return job.New(id, q.o.Now(), w), nil
}
