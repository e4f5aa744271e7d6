package engine

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Repaired is the result of Repair.
type Repaired struct {
	// PutAside is where a damaged history was moved, "" if it was sound.
	// Nothing is ever deleted.
	PutAside string
	// FromSidecars and FromReceipts count the jobs restored. Those from
	// sidecars are complete; those from receipts have lost prompt and values,
	// but they were paid for and their clips can be fetched.
	FromSidecars, FromReceipts int
	// BadSidecars counts the unusable sidecars.
	BadSidecars int
	// Uncertain and Requeued count the jobs left behind by dead processes.
	Uncertain, Requeued int
}

// Lines describes in plain words what was done. Paths in it are untrusted.
func (r *Repaired) Lines() []string {
	var out []string
	add := func(n int, format string, a ...any) {
		if n > 0 {
			out = append(out, fmt.Sprintf(format, a...))
		}
	}
	if r.PutAside != "" {
		out = append(out, "The history was damaged. It was moved to "+r.PutAside+" and a new one was begun.")
	} else {
		out = append(out, "The history is sound.")
	}
	add(r.FromSidecars, "%d jobs came back from the files beside their clips.", r.FromSidecars)
	add(r.FromReceipts, "%d paid jobs came back from the receipts; their prompts are lost, their clips are fetched by seedreel wait.", r.FromReceipts)
	add(r.BadSidecars, "%d files beside clips could not be used.", r.BadSidecars)
	add(r.Requeued, "%d jobs whose upload was cut off wait again.", r.Requeued)
	add(r.Uncertain, "%d jobs may have been sent when their program ended; they are looked for.", r.Uncertain)
	if len(out) == 1 && r.PutAside == "" {
		out = append(out, "Nothing was missing.")
	}
	return out
}

// Repair opens the engine after checking the whole history, moves a damaged one
// aside, and restores what sidecars and receipts hold. It sends nothing and is
// idempotent. The engine is returned open even with an error of a later step.
func Repair(ctx context.Context, o Options) (e *Engine, r Repaired, err error) {
	o.Thorough = true
	e, err = Open(ctx, o)
	if err != nil {
		return nil, r, err
	}
	r.PutAside = e.Store.Recovered
	var errs []error
	dir, err := e.Paths.ClipsDir(e.Settings.ClipsDir, o.Getenv)
	errs = append(errs, err)
	if err == nil {
		// Sidecars first: they hold more than receipts.
		added, bad, err := e.Queue.Sidecars(ctx, dir)
		r.FromSidecars, r.BadSidecars = len(added), bad
		errs = append(errs, err)
	}
	paid, err := e.Queue.Rebuild(ctx, time.Time{})
	r.FromReceipts = len(paid)
	errs = append(errs, err)
	rec, err := e.Queue.Recover(ctx)
	r.Uncertain, r.Requeued = len(rec.Uncertain), len(rec.Requeued)
	errs = append(errs, err)
	if err := errors.Join(errs...); err != nil {
		return e, r, fmt.Errorf("repairing: %w", err)
	}
	e.Log.Logger().Info("repaired", "aside", r.PutAside, "sidecars", r.FromSidecars, "bad", r.BadSidecars, "receipts", r.FromReceipts)
	return e, r, nil
}
