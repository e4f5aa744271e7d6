package cli

import (
	"context"
	"errors"

	"seedreel/state/engine"
)

// repair looks through the whole history, moves a damaged one aside, brings
// back what the files beside clips and the receipts know, and says what it did.
func (c *commands) repair(ctx context.Context, asJSON bool) error {
	e, r, err := engine.Repair(ctx, engine.Options{
		Getenv: c.o.Getenv, Now: c.o.Now, Version: c.o.Version, Zone: c.o.Zone, Debug: c.debug,
	})
	if e == nil {
		return err
	}
	for _, l := range r.Lines() {
		if asJSON { // what is read by a machine must be one object
			c.tell("%s", l)
			continue
		}
		err = errors.Join(err, c.print("%s", l))
	}
	return errors.Join(err, e.Close())
}
