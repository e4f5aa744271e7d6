package engine

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/dustin/go-humanize/english"
)

// Rebuilt counts what came back from the second records of jobs.
type Rebuilt struct {
	// FromSidecars and FromReceipts count the jobs restored. Those from
	// sidecars are complete; those from receipts have lost prompt and values,
	// but they were paid for and their clips can be fetched.
	FromSidecars, FromReceipts int
	// BadSidecars counts the unusable sidecars.
	BadSidecars int
	// Behind is set if the history was an older copy, which lacked them.
	Behind bool
}

// Repaired is the result of Repair.
type Repaired struct {
	Rebuilt
	// PutAside is where a damaged history was moved, "" if it was sound or
	// missing. Nothing is ever deleted.
	PutAside string
	// Missing is set if there was no history, or an empty one.
	Missing bool
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
	switch {
	case r.PutAside != "":
		out = append(out, "The history was damaged. It was moved to "+r.PutAside+" and a new one was begun.")
	case r.Behind:
		out = append(out, "The history was older than the receipts. What it lacked was added.")
	case r.Missing:
		out = append(out, "The history was missing or empty. A new one was begun.")
	default:
		out = append(out, "The history is sound.")
	}
	add(r.FromSidecars, "%d jobs came back from the files beside their clips.", r.FromSidecars)
	add(r.FromReceipts, "%d paid jobs came back from the receipts; their prompts are lost, their clips are fetched by seedreel wait.", r.FromReceipts)
	add(r.BadSidecars, "%d files beside clips could not be used.", r.BadSidecars)
	add(r.Requeued, "%d jobs whose upload was cut off wait again.", r.Requeued)
	add(r.Uncertain, "%d jobs may have been sent when their program ended; they are looked for.", r.Uncertain)
	if len(out) == 1 && r.PutAside == "" && !r.Missing {
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
	r.Rebuilt, err = e.restore(ctx)
	r.FromSidecars += e.Rebuilt.FromSidecars
	r.Behind = e.Rebuilt.Behind
	r.Missing = r.PutAside == "" && !r.Behind && e.Rebuilt != Rebuilt{}
	r.FromReceipts += e.Rebuilt.FromReceipts
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

// restore adds the jobs that sidecars and receipts hold and the history does
// not.
func (e *Engine) restore(ctx context.Context) (r Rebuilt, err error) {
	var errs []error
	dir, err := e.Paths.ClipsDir(e.Settings.ClipsDir, e.o.Getenv)
	errs = append(errs, err)
	if err == nil {
		// Sidecars first: they hold more than receipts.
		added, bad, err := e.Queue.Sidecars(ctx, dir)
		r.FromSidecars, r.BadSidecars = len(added), bad
		errs = append(errs, err)
	}
	paid, err := e.Queue.Rebuild(ctx, time.Time{})
	r.FromReceipts = len(paid)
	return r, errors.Join(append(errs, err)...)
}

// rebuild fills a fresh history before anything else uses it: jobs that were
// paid for go on, and the day's limit counts them. A failure is a notice, and
// the next start tries again.
func (e *Engine) rebuild(ctx context.Context) error {
	behind, err := e.Store.Behind(ctx)
	if err != nil && ctx.Err() == nil {
		e.Notices = append(e.Notices, fmt.Sprintf("It is not known whether the history has all that was paid for: %v", err))
	}
	err = e.Store.Rebuild(ctx, func() (err error) {
		e.Rebuilt, err = e.restore(ctx)
		return err
	})
	e.Rebuilt.Behind = behind
	if ctx.Err() != nil {
		return ctx.Err()
	}
	what := "The history was missing or empty"
	if behind {
		what = "The history was older than the receipts"
	}
	if e.Store.Recovered != "" {
		what = fmt.Sprintf("The history was damaged (it is kept as %s)", filepath.Base(e.Store.Recovered))
	}
	var back []string
	if n := e.Rebuilt.FromSidecars; n > 0 {
		back = append(back, english.Plural(n, "job", "")+" from the files beside the clips")
	}
	if n := e.Rebuilt.FromReceipts; n > 0 {
		back = append(back, english.Plural(n, "paid job", "")+" from the receipts, without the prompt")
	}
	switch {
	case err != nil:
		e.Notices = append(e.Notices, fmt.Sprintf("%s, and not all of it could be rebuilt: %v", what, err))
	case len(back) > 0:
		e.Notices = append(e.Notices, what+" and was rebuilt: "+strings.Join(back, ", ")+".")
	case e.Store.Recovered != "":
		e.Notices = append(e.Notices, what+" and a new one was begun.")
	default:
		return nil
	}
	e.Log.Logger().Warn("rebuilt the history", "sidecars", e.Rebuilt.FromSidecars, "receipts", e.Rebuilt.FromReceipts, "bad", e.Rebuilt.BadSidecars, "err", err)
	return nil
}
