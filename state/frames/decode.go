package frames

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Decodes returns why ffmpeg cannot show the first picture of a clip, or nil.
// An ffmpeg that lacks the decoder, does not start or takes too long proves
// nothing. The error is an *Error, unless the context ended.
func (t *Tool) Decodes(ctx context.Context, clip string) error {
	const side = 16 // as little as will do
	s, err := t.Stream(ctx, clip, Shot{W: side, H: side, FPS: 1})
	if err != nil {
		return nil //nolint:nilerr // it proves nothing
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

// lacks reports whether ffmpeg complains about itself and not about the clip.
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
