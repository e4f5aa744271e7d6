package engine

import (
	"context"
	"errors"
	"io/fs"
	"os"
)

// rememberKey records that there is a key. Where there is none and nobody is
// looking, a home that had one does not begin to practise: a script that lost
// its key has to fail.
func (e *Engine) rememberKey(ctx context.Context) error {
	keyed := e.Services.Keyed()
	if !keyed && !e.o.Unattended {
		return nil
	}
	had, err := e.Store.HadKey(ctx)
	if err != nil {
		return err
	}
	if keyed {
		if had || e.Store.ReadOnly() != nil {
			return nil
		}
		return e.Store.RecordKey(ctx)
	}
	// The file outlives its last key.
	if _, err := os.Lstat(e.Paths.CredentialsFile()); had || !errors.Is(err, fs.ErrNotExist) {
		e.Services.Steady()
	}
	return nil
}
