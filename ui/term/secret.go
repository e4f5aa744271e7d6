package term

import (
	"context"
	"fmt"

	"github.com/charmbracelet/x/term"
)

// Secret reads a line of the terminal fd without showing it. When ctx ends first,
// the terminal shows again what is typed; the read itself cannot be ended.
func Secret(ctx context.Context, fd uintptr) (string, error) {
	old, err := term.GetState(fd)
	if err != nil {
		return "", fmt.Errorf("reading without showing it: %w", err)
	}
	type line struct {
		text []byte
		err  error
	}
	read := make(chan line, 1)
	go func() {
		text, err := term.ReadPassword(fd)
		read <- line{text, err}
	}()
	select {
	case l := <-read:
		return string(l.text), l.err
	case <-ctx.Done():
		_ = term.Restore(fd, old) // there is nothing else to do about it
		return "", ctx.Err()
	}
}
