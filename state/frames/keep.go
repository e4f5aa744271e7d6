package frames

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// String returns "first", "last" or the time in seconds: a part of a file's
// name.
func (m Moment) String() string {
	switch {
	case m.last:
		return "last"
	case m.at == 0:
		return "first"
	}
	return fmt.Sprintf("%gs", m.at.Seconds())
}

// Keep writes a picture of a job's clip into a folder, which is made if it is
// missing, and returns its path: the same for the same job and moment, so that
// the same order has the same path. A picture that is there is kept.
func (t *Tool) Keep(ctx context.Context, dir, job string, c Clip, m Moment) (string, error) {
	out := filepath.Join(dir, job+"-"+m.String()+".png")
	if _, err := os.Lstat(out); err == nil {
		return out, nil
	}
	p, err := t.Picture(ctx, c, m)
	if err != nil {
		return "", err
	}
	p.Origin.Job = job
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("making a folder for pictures: %w", err)
	}
	if err := p.WritePNG(out); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	return out, nil
}
