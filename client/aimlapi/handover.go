package aimlapi

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"seedreel/client"
	"seedreel/client/rest"
)

// imageType matches the type of a data URI. The maker requires lower case.
var imageType = regexp.MustCompile(`^image/[a-z0-9][a-z0-9.+-]{0,63}$`)

var errNotImage = errors.New("the service takes images in the request; anything else must be a public link")

// HandOver turns an image into a data URI, as the service has no upload for
// it.
func (p *Provider) HandOver(ctx context.Context, f client.File, progress func(sent, total int64)) (string, error) {
	const op = "reading the image"
	kind := strings.ToLower(strings.TrimSpace(f.MIME))
	if !imageType.MatchString(kind) {
		return "", rest.Invalid(Name, op, errNotImage)
	}
	return p.rest.Inline(ctx, op, kind, f, progress)
}
