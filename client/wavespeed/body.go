package wavespeed

import (
	"errors"
	"fmt"
	"io"
	"sync"

	"seedreel/client"
	"seedreel/client/rest"
)

var errChanged = errors.New("the file changed while it was sent")

// body is a file being sent. It reports progress, never after stop, and
// distinguishes errors of the file from those of the network.
type body struct {
	rc       io.ReadCloser
	total    int64
	progress func(sent, total int64)

	mu      sync.Mutex
	sent    int64
	stopped bool
	err     error
}

func open(f client.File, progress func(sent, total int64)) (*body, error) {
	rc, err := f.Open()
	if err != nil {
		return nil, rest.Invalid(Name, uploading, fmt.Errorf("opening the file: %w", err))
	}
	return &body{rc: rc, total: f.Size, progress: progress}, nil
}

// Read reads from the file, at most as many bytes as were announced.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.rc.Read(p)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sent += int64(n)
	if b.sent == b.total && err == nil {
		// Read one byte further now: net/http does so too, but perhaps only
		// after the service has answered.
		m, perr := io.ReadFull(b.rc, make([]byte, 1))
		b.sent += int64(m)
		err = perr
	}
	switch {
	case b.sent > b.total, errors.Is(err, io.EOF) && b.sent < b.total:
		b.err = errChanged
		return 0, b.err
	case err != nil && !errors.Is(err, io.EOF):
		b.err = fmt.Errorf("reading the file: %w", err)
		return n, b.err
	}
	if n > 0 && b.progress != nil && !b.stopped {
		b.progress(b.sent, b.total)
	}
	return n, err
}

// Close closes the file.
func (b *body) Close() error { return b.rc.Close() }

// stop ends the progress reports: net/http may read on for a moment after the
// answer has arrived, and a report after the return would be unexpected.
func (b *body) stop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stopped = true
}

// blame returns the file's own error if there was one, even if the service
// accepted what it got: a truncated picture is not what was asked for.
func (b *body) blame(err error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err != nil {
		return rest.Invalid(Name, uploading, b.err)
	}
	return err
}
