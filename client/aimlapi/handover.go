package aimlapi

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"seedreel/client"
)

// maxInline bounds a file that becomes part of a request, in bytes.
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
	uri, err := encode(ctx, rc, kind, f.Size, progress)
	if cerr := rc.Close(); err == nil && cerr != nil {
		err = fmt.Errorf("closing the file: %w", cerr)
	}
	if ctx.Err() != nil {
		return "", &client.Error{Kind: client.KindNotSent, Provider: Name, Op: op, Err: context.Cause(ctx)}
	}
	if err != nil {
		return "", invalid(op, err)
	}
	return uri, nil
}

// encode writes exactly size bytes as a data URI and refuses a file that has
// more or fewer. The URI is the one copy of the file that is made.
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
		// A byte more than is due, to see that the file ends where it should.
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
