package cli

import (
	"context"
	"errors"

	"seedreel/state/engine"
)

// repair checks the whole history, moves a damaged one aside, restores what the
// files beside the clips and the receipts contain, and reports what it did.
func (c *commands) repair(ctx context.Context, asJSON bool) error {
	e, r, err := engine.Repair(ctx, engine.Options{
		Getenv: c.o.Getenv, Now: c.o.Now, Version: c.o.Version, Zone: c.o.Zone, Debug: c.debug,
	})
	if e == nil {
		return err
	}
	for _, l := range r.Lines() {
		if asJSON { // the output for a program must be one object
			c.tell("%s", l)
			continue
		}
		err = errors.Join(err, c.print("%s", l))
	}
	return errors.Join(err, e.Close())
}
