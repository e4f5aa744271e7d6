package frames

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Decodes reports what keeps ffmpeg from showing the first picture of a clip.
// An ffmpeg that has no decoder for it, that does not start or takes too long
// has no say. The error is an *Error, but for a context that ended.
func (t *Tool) Decodes(ctx context.Context, clip string) error {
	const side = 16 // as little as does
	s, err := t.Stream(ctx, clip, Shot{W: side, H: side, FPS: 1})
	if err != nil {
		return nil //nolint:nilerr // it has no say
	}
	defer s.Close()
	err = s.Next(make([]byte, s.Size()))
	switch {
	case err == nil, ProblemOf(err) == TimedOut:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("looking at a clip: %w", ctx.Err())
	case ProblemOf(err) == Broken && lacks(errors.Unwrap(err)):
		return nil
	}
	return err
}

// lacks reports whether ffmpeg complains of itself and not of the clip.
func lacks(err error) bool {
	if err == nil {
		return false
	}
	for _, words := range []string{"no decoder", "Decoder not found", "Unknown decoder", "not found for codec", "Unknown encoder", "No such filter"} {
		if strings.Contains(strings.ToLower(err.Error()), strings.ToLower(words)) {
			return true
		}
	}
	return false
}
