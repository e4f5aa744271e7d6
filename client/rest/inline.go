package rest

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

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

// Inline turns a file into a data URI of a type, for services without an
// upload. progress reports the reading; the bytes travel with the request
// itself.
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
	uri, err := encode(ctx, rc, kind, f.Size, progress)
	if cerr := rc.Close(); err == nil && cerr != nil {
		err = fmt.Errorf("closing the file: %w", cerr)
	}
	if ctx.Err() != nil {
		return "", &client.Error{Kind: client.KindNotSent, Provider: c.name, Op: op, Err: context.Cause(ctx)}
	}
	if err != nil {
		return "", invalid(err)
	}
	return uri, nil
}

// encode writes exactly size bytes as a data URI and rejects a file that has
// more or fewer. The URI is the only copy made of the file.
func encode(ctx context.Context, r io.Reader, kind string, size int64, progress func(sent, total int64)) (string, error) {
	const step = 256 << 10
	head := "data:" + kind + ";base64,"
	var b strings.Builder
	b.Grow(len(head) + base64.StdEncoding.EncodedLen(int(size)))
	b.WriteString(head)
	out := base64.NewEncoder(base64.StdEncoding, &b)
	for sent := int64(0); ; {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		// One byte more than expected, to check that the file ends where it
		// should.
		n, err := io.CopyN(out, r, min(step, size-sent+1))
		if sent += n; sent > size {
			return "", errChanged
		}
		if n > 0 && progress != nil {
			progress(sent, size)
		}
		switch {
		case errors.Is(err, io.EOF) && sent == size:
			if err := out.Close(); err != nil {
				return "", fmt.Errorf("encoding the file: %w", err)
			}
			return b.String(), nil
		case errors.Is(err, io.EOF):
			return "", errChanged
		case err != nil:
			return "", fmt.Errorf("reading the file: %w", err)
		}
	}
}
