package ark

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"seedreel/client"
	"seedreel/client/rest"
)

// inlineType matches the type of a data URI. The service requires lower case.
var inlineType = regexp.MustCompile(`^(image|audio)/[a-z0-9][a-z0-9.+-]{0,63}$`)

var (
	errVideoFile = errors.New("the service takes videos as web links only; put the file online and give its link")
	errOtherFile = errors.New("the service takes images and sound in the request, and no other files")
)

// HandOver turns an image or a sound into a data URI, as the service has no
// upload.
func (p *Provider) HandOver(ctx context.Context, f client.File, progress func(sent, total int64)) (string, error) {
	const op = "reading the file"
	kind := strings.ToLower(strings.TrimSpace(f.MIME))
	switch {
	case strings.HasPrefix(kind, "video/"):
		return "", rest.Invalid(Name, op, errVideoFile)
	case !inlineType.MatchString(kind):
		return "", rest.Invalid(Name, op, errOtherFile)
	}
	return p.rest.Inline(ctx, op, kind, f, progress)
}
