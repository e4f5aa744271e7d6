package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// newPath returns the full path of a file that is to be made. It is an error if
// there is one already, or no folder for it: better now than after the clip was
// paid for.
func (c *commands) newPath(path string) (string, error) {
	path, err := c.outputFile(path)
	if err != nil {
		return "", err
	}
	if _, err := os.Lstat(path); err == nil {
		return "", exit(ExitInvalid, "There is a file %s already, and it is not replaced.", path)
	}
	if dir, err := os.Stat(filepath.Dir(path)); err != nil || !dir.IsDir() {
		return "", exit(ExitInvalid, "There is no folder %s.", filepath.Dir(path))
	}
	return path, nil
}

// saveAs copies the clip of a job to a path where there is nothing.
func (c *commands) saveAs(ctx context.Context, e *engine.Engine, id, path string) error {
	j, err := find(ctx, e, id)
	if err != nil {
		return err
	}
	if j.State != job.Saved {
		return nil // told by its own line and code
	}
	if err := copyFile(j.Output.Path, path); err != nil {
		return exit(ExitTrouble, "The clip is %s; copying it: %s", safe.Line(j.Output.Path), words.Error(err))
	}
	c.tell("%s", path)
	return nil
}

// copyFile copies a file, whole or not at all, and replaces none.
func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("opening the clip: %w", err)
	}
	defer func() { _ = in.Close() }() // read only
	part, err := os.CreateTemp(filepath.Dir(to), ".seedreel-*")
	if err != nil {
		return fmt.Errorf("making the copy: %w", err)
	}
	defer func() {
		if gone := os.Remove(part.Name()); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}()
	_, err = io.Copy(part, in)
	if err = errors.Join(err, part.Chmod(0o644), part.Sync(), part.Close()); err != nil {
		return fmt.Errorf("writing the copy: %w", err)
	}
	// A link, unlike a new name, replaces nothing.
	err = os.Link(part.Name(), to)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		// Not every disk has links.
		if _, there := os.Lstat(to); errors.Is(there, fs.ErrNotExist) {
			err = os.Rename(part.Name(), to)
		}
	}
	if err != nil {
		return fmt.Errorf("naming the copy: %w", err)
	}
	return nil
}
