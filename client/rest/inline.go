package rest

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"

	"seedreel/client"
)

// MaxInline bounds a file that becomes part of a request, in bytes: file, text
// and request are in memory together.
const MaxInline = 48 << 20

var (
	errChanged = errors.New("the file is not as long as it was when it was checked")
	errTooBig  = errors.New("the file is too big to be part of a request; give a public link instead")
	errEmpty   = errors.New("the file is empty")
)

// Inline makes a file a data URI of a type, for services without an upload. The
// progress is that of reading; the bytes travel with the request itself.
func (c *Client) Inline(ctx context.Context, op, kind string, f client.File, progress func(sent, total int64)) (string, error) {
	invalid := func(err error) error {
		return &client.Error{Kind: client.KindInvalid, Provider: c.name, Op: op, Err: err}
	}
	switch {
	case f.Size <= 0:
		return "", invalid(errEmpty)
	case f.Size > MaxInline:
		return "", invalid(errTooBig)
	}
	rc, err := f.Open()
	if err != nil {
		return "", invalid(fmt.Errorf("opening the file: %w", err))
	}
	data, err := readAll(ctx, rc, f.Size, progress)
	if cerr := rc.Close(); err == nil && cerr != nil {
		err = fmt.Errorf("closing the file: %w", cerr)
	}
	if ctx.Err() != nil {
		return "", &client.Error{Kind: client.KindNotSent, Provider: c.name, Op: op, Err: context.Cause(ctx)}
	}
	if err != nil {
		return "", invalid(err)
	}
	return "data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(data), nil
}

// readAll reads exactly size bytes and refuses a file that has more or fewer.
func readAll(ctx context.Context, r io.Reader, size int64, progress func(sent, total int64)) ([]byte, error) {
	const step = 256 << 10
	var b bytes.Buffer
	b.Grow(int(size) + bytes.MinRead)
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n, err := io.CopyN(&b, r, step)
		if int64(b.Len()) > size {
			return nil, errChanged
		}
		if n > 0 && progress != nil {
			progress(int64(b.Len()), size)
		}
		switch {
		case errors.Is(err, io.EOF) && int64(b.Len()) == size:
			return b.Bytes(), nil
		case errors.Is(err, io.EOF):
			return nil, errChanged
		case err != nil:
			return nil, fmt.Errorf("reading the file: %w", err)
		}
	}
}
