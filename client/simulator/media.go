package simulator

import (
	"bufio"
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

// picture is an image whose bytes are known. They can be read until the request
// ends. Format is its name in Go's image
// package.
type picture struct {
	open          func() (opened, error)
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

// checkMedia accepts an item of media after checking as much as it can.
func (s *Simulator) checkMedia(r *http.Request, item string, f *catalogue.Field) (checked, error) {
	if strings.HasPrefix(item, "data:") {
		if a := f.Media.Accepts; f.Media.Kind != "image" && len(a) > 0 && !slices.Contains(a, "data_uri") {
			return checked{}, errOnlyLink
		}
		return checkDataURI(item, f, bodyOf(r.Context()))
	}
	if slices.Contains(f.Media.Accepts, "asset_id") && strings.HasPrefix(item, "asset") {
		return checked{short: item}, nil
	}
	u, err := url.Parse(item)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return checked{}, errNoLink
	}
	id, own := ownUpload(u, s.hosts(r))
	if !own {
		return checked{short: item}, nil
	}
	x, file, err := s.openUpload(id)
	if err != nil || file.Close() != nil {
		return checked{}, errNoUpload
	}
	out := checked{short: item}
	if f.Media.Kind == "image" {
		open := func() (opened, error) {
			_, file, err := s.openUpload(id)
			return file, err
		}
		out.picture, err = checkPicture(open, x.Size, f.Media)
	}
	return out, err
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

func checkDataURI(item string, f *catalogue.Field, b *body) (checked, error) {
	head, payload, ok := strings.Cut(strings.TrimPrefix(item, "data:"), ",")
	kind, isBase64 := strings.CutSuffix(head, ";base64")
	if !ok || !isBase64 {
		return checked{}, errNoLink
	}
	file := b.aside[payload]
	if file == nil {
		data, err := base64.StdEncoding.DecodeString(payload)
		file = &inline{size: int64(len(data)), sum: sha256.Sum256(data), head: data, data: data, err: err}
	}
	if file.err != nil || file.size == 0 {
		return checked{}, errBase64
	}
	if t, _, err := mime.ParseMediaType(kind); err != nil || !strings.HasPrefix(t, f.Media.Kind+"/") {
		return checked{}, fmt.Errorf("is not %s data", f.Media.Kind)
	}
	out := checked{short: fmt.Sprintf("data:%s;sha256=%x", kind, file.sum)}
	var err error
	if f.Media.Kind == "image" {
		out.picture, err = checkPicture(file.open, file.size, f.Media)
	} else if strings.HasPrefix(http.DetectContentType(file.head), "text/") {
		err = fmt.Errorf("is not %s data", f.Media.Kind) // clips and sound have too many forms to recognise them all
	}
	return out, err
}

// checkPicture judges by the bytes, never by the name or the declared type.
func checkPicture(open func() (opened, error), bytes int64, m *catalogue.MediaSpec) (*picture, error) {
	file, err := open()
	if err != nil {
		return nil, errNoUpload
	}
	defer func() { _ = file.Close() }() // only read from
	// With both, no decoder reads more than it needs into memory.
	from := struct {
		*bufio.Reader
		io.ReaderAt
	}{bufio.NewReader(file), file}
	c, format, err := image.DecodeConfig(from)
	if err != nil {
		return nil, errNoImage
	}
	facts := catalogue.Facts{Kind: "image", Format: format, Width: c.Width, Height: c.Height, Bytes: bytes}
	if bad := m.Problem(facts); bad != "" {
		return nil, errors.New(bad)
	}
	return &picture{open: open, format: format, width: c.Width, height: c.Height}, nil
}
