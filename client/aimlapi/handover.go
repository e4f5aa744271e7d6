package aimlapi

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"seedreel/client"
)

// maxInline bounds a file that becomes part of a request, in bytes: file, text
// and request are in memory together.
const maxInline = 48 << 20

// imageType is a type of a data URI. The maker wants it in lower case.
var imageType = regexp.MustCompile(`^image/[a-z0-9][a-z0-9.+-]{0,63}$`)

var (
	errNotImage = errors.New("the service takes images in the request; anything else must be a public link")
	errChanged  = errors.New("the file is not as long as it was when it was checked")
	errTooBig   = errors.New("the file is too big to be part of a request; give a public link instead")
	errEmpty    = errors.New("the file is empty")
)

// HandOver makes an image a data URI, as the service has no upload for it. The
// progress is that of reading; the bytes travel with the request itself.
func (p *Provider) HandOver(ctx context.Context, f client.File, progress func(sent, total int64)) (string, error) {
	const op = "reading the image"
	kind := strings.ToLower(strings.TrimSpace(f.MIME))
	switch {
	case !imageType.MatchString(kind):
		return "", invalid(op, errNotImage)
	case f.Size <= 0:
		return "", invalid(op, errEmpty)
	case f.Size > maxInline:
		return "", invalid(op, errTooBig)
	}
	rc, err := f.Open()
	if err != nil {
		return "", invalid(op, fmt.Errorf("opening the file: %w", err))
	}
	data, err := readAll(ctx, rc, f.Size, progress)
	if cerr := rc.Close(); err == nil && cerr != nil {
		err = fmt.Errorf("closing the file: %w", cerr)
	}
	if ctx.Err() != nil {
		return "", &client.Error{Kind: client.KindNotSent, Provider: Name, Op: op, Err: context.Cause(ctx)}
	}
	if err != nil {
		return "", invalid(op, err)
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
