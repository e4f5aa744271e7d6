package picture

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/gif"  // reads pictures
	_ "image/jpeg" // reads pictures
	_ "image/png"  // reads pictures
	"io"
	"io/fs"
	"os"

	_ "golang.org/x/image/bmp"  // reads pictures
	_ "golang.org/x/image/tiff" // reads pictures
	_ "golang.org/x/image/webp" // reads pictures
)

// The limits of decoding. A file of a few hundred bytes can claim to be 50,000
// pixels wide and high, and decoders allocate what it claims.
const (
	maxPixels = 64 << 20
	maxBytes  = 30 << 20
)

// Problem classifies why a picture is not drawn.
type Problem int

// The problems of a picture.
const (
	// Unreadable: it is missing, may not be read, or is not a plain file.
	Unreadable Problem = iota + 1
	// NotPicture: no decoder knows it, or it is damaged.
	NotPicture
	// TooLarge: more pixels or bytes than are decoded for a preview.
	TooLarge
)

// Error explains why a picture is not drawn. Its text is one sentence without
// the name of the file.
type Error struct {
	Problem Problem
	Text    string
	Err     error
}

// Error returns the sentence.
func (e *Error) Error() string { return e.Text }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// gate lets one picture be decoded at a time, as each may take 256 MB.
type gate chan struct{}

func newGate() gate { return make(gate, 1) }

// decode reads the picture in a file after its header was found harmless.
func (g gate) decode(ctx context.Context, path string) (image.Image, Info, error) {
	f, info, err := open(path)
	if err != nil {
		return nil, Info{}, err
	}
	defer func() { _ = f.Close() }() // read only
	if err := info.look(f); err != nil {
		return nil, info, err
	}
	select {
	case g <- struct{}{}:
		defer func() { <-g }()
	case <-ctx.Done():
		return nil, info, fmt.Errorf("waiting to decode a picture: %w", ctx.Err())
	}
	img, err := guarded(func() (image.Image, error) {
		img, _, err := image.Decode(bufio.NewReader(io.LimitReader(f, maxBytes)))
		return img, err
	})
	if err != nil {
		return nil, info, &Error{NotPicture, "the picture is damaged", err}
	}
	return img, info, nil
}

// describe reads only the facts of a picture.
func describe(path string) (Info, error) {
	f, info, err := open(path)
	if err != nil {
		return Info{}, err
	}
	defer func() { _ = f.Close() }() // read only
	return info, info.look(f)
}

// open opens only plain files: a pipe would block forever.
func open(path string) (*os.File, Info, error) {
	stat, err := os.Stat(path)
	if err == nil && !stat.Mode().IsRegular() {
		err = fs.ErrInvalid
	}
	if err != nil {
		return nil, Info{}, &Error{Unreadable, "the picture cannot be read", err}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, Info{}, &Error{Unreadable, "the picture cannot be read", err}
	}
	return f, Info{Path: path, Bytes: stat.Size()}, nil
}

// look reads the header and rejects what is too large. It leaves the file at
// its start.
func (i *Info) look(f *os.File) error {
	if i.Bytes > maxBytes {
		return &Error{TooLarge, fmt.Sprintf("a preview is made of pictures up to %d MB", maxBytes>>20), nil}
	}
	cfg, err := guarded(func() (image.Config, error) {
		cfg, format, err := image.DecodeConfig(bufio.NewReader(io.LimitReader(f, maxBytes)))
		i.Format = format
		return cfg, err
	})
	if err != nil {
		return &Error{NotPicture, "this is no picture that can be drawn", err}
	}
	i.Width, i.Height = cfg.Width, cfg.Height
	if cfg.Width <= 0 || cfg.Height <= 0 {
		return &Error{NotPicture, "the picture has no pixels", nil}
	}
	if cfg.Width > maxPixels/cfg.Height {
		return &Error{TooLarge, fmt.Sprintf("a preview is made of pictures up to %d million pixels", maxPixels>>20), nil}
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return &Error{Unreadable, "the picture cannot be read", err}
	}
	return nil
}

// guarded turns a panic of a decoder into an error, as the bytes are untrusted.
func guarded[T any](read func() (T, error)) (out T, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("decoding: %v", v)
		}
	}()
	return read()
}

// ProblemOf returns the problem of the first *Error in err's chain, 0 if there
// is none.
func ProblemOf(err error) Problem {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Problem
	}
	return 0
}
