package simulator

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	_ "image/gif" // registered so that its size can be read
	_ "image/jpeg"
	_ "image/png"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"seedreel/client/catalogue"

	_ "golang.org/x/image/bmp"
	_ "golang.org/x/image/tiff"
	_ "golang.org/x/image/webp"
)

// picture is an image whose bytes are known. Format is its name in Go's image
// package.
type picture struct {
	data          []byte
	format        string
	width, height int
}

// checked is one accepted media item. short is the part the task stores;
// picture is nil for a remote link, which is never fetched, and for sound and
// video.
type checked struct {
	short   string
	picture *picture
}

// Errors of media, in actionable words.
var (
	errNoLink   = errors.New("must be an http(s) URL or a base64 data URI")
	errOnlyLink = errors.New("must be a public http(s) URL")
	errBase64   = errors.New("is not valid base64")
	errNoImage  = errors.New("is not an image in a supported format")
	errNoUpload = errors.New("could not be fetched from the given URL")
)

// checkMedia accepts an item of media after checking as much as it can. hosts
// are the names under which the simulator itself is reached.
func (s *Simulator) checkMedia(item string, f *catalogue.Field, hosts []string) (checked, error) {
	if strings.HasPrefix(item, "data:") {
		if a := f.Media.Accepts; f.Media.Kind != "image" && len(a) > 0 && !slices.Contains(a, "data_uri") {
			return checked{}, errOnlyLink
		}
		return checkDataURI(item, f)
	}
	if slices.Contains(f.Media.Accepts, "asset_id") && strings.HasPrefix(item, "asset") {
		return checked{short: item}, nil
	}
	u, err := url.Parse(item)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return checked{}, errNoLink
	}
	id, own := ownUpload(u, hosts)
	if !own {
		return checked{short: item}, nil
	}
	data, err := s.uploadBytes(id)
	if err != nil {
		return checked{}, errNoUpload
	}
	out := checked{short: item}
	if f.Media.Kind == "image" {
		out.picture, err = checkPicture(data, f.Media)
	}
	return out, err
}

// uploadBytes reads a whole upload.
func (s *Simulator) uploadBytes(id string) ([]byte, error) {
	_, body, err := s.openUpload(id)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(body)
	return data, errors.Join(err, body.Close())
}

// ownUpload returns the id of the upload that a link points to, if it is one
// of ours.
func ownUpload(u *url.URL, hosts []string) (id string, own bool) {
	rest, ok := strings.CutPrefix(u.Path, uploadPath)
	if !ok || !slices.Contains(hosts, u.Host) {
		return "", false
	}
	id, _, _ = strings.Cut(rest, "/")
	return id, true
}

func checkDataURI(item string, f *catalogue.Field) (checked, error) {
	head, payload, ok := strings.Cut(strings.TrimPrefix(item, "data:"), ",")
	kind, isBase64 := strings.CutSuffix(head, ";base64")
	if !ok || !isBase64 {
		return checked{}, errNoLink
	}
	data, err := base64.StdEncoding.DecodeString(payload)
	if err != nil || len(data) == 0 {
		return checked{}, errBase64
	}
	if t, _, err := mime.ParseMediaType(kind); err != nil || !strings.HasPrefix(t, f.Media.Kind+"/") {
		return checked{}, fmt.Errorf("is not %s data", f.Media.Kind)
	}
	out := checked{short: fmt.Sprintf("data:%s;sha256=%x", kind, sha256.Sum256(data))}
	if f.Media.Kind == "image" {
		out.picture, err = checkPicture(data, f.Media)
	} else if strings.HasPrefix(http.DetectContentType(data), "text/") {
		err = fmt.Errorf("is not %s data", f.Media.Kind) // clips and sound have too many forms to recognise them all
	}
	return out, err
}

// checkPicture judges by the bytes, never by the name or the declared type.
func checkPicture(data []byte, m *catalogue.MediaSpec) (*picture, error) {
	c, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, errNoImage
	}
	facts := catalogue.Facts{Kind: "image", Format: format, Width: c.Width, Height: c.Height, Bytes: int64(len(data))}
	if bad := m.Problem(facts); bad != "" {
		return nil, errors.New(bad)
	}
	return &picture{data: data, format: format, width: c.Width, height: c.Height}, nil
}
