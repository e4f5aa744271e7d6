package download

import (
	"bufio"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"

	"seedreel/state/frames"
)

const (
	// maxStill bounds a picture in bytes, maxPixels in what it takes in memory:
	// one of 4K has 8 million pixels.
	maxStill  int64 = 64 << 20
	maxPixels       = 40_000_000
)

var errNotStill = errors.New("the first bytes are not those of a picture")

// picture is a kind of picture that a service may return.
type picture struct {
	ext    string
	is     func(head string) bool
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

// pictureOf returns the kind of a picture by its first bytes.
func pictureOf(r io.ReaderAt) (picture, error) {
	var b [headLen]byte
	if _, err := r.ReadAt(b[:], 0); errors.Is(err, io.EOF) {
		return picture{}, errNotStill
	} else if err != nil {
		return picture{}, err
	}
	for _, k := range []picture{
		{".png", func(s string) bool { return s[:8] == "\x89PNG\r\n\x1a\n" }, png.DecodeConfig, png.Decode},
		{".jpg", func(s string) bool { return s[:3] == "\xff\xd8\xff" }, jpeg.DecodeConfig, jpeg.Decode},
		{".webp", func(s string) bool { return s[:4] == "RIFF" && s[8:] == "WEBP" }, webp.DecodeConfig, webp.Decode},
	} {
		if k.is(string(b[:])) {
			return k, nil
		}
	}
	return picture{}, errNotStill
}

// stillExtension returns the file name extension that the first bytes of a
// picture call for.
func stillExtension(r io.ReaderAt) (string, error) {
	k, err := pictureOf(r)
	return k.ext, err
}

// wholeStill returns an error if a picture cannot be read to its end. Its size
// is checked first, as a few bytes may unfold to gigabytes.
func wholeStill(f io.ReaderAt, n int64) error {
	k, err := pictureOf(f)
	if err != nil {
		return err
	}
	c, err := k.config(bufio.NewReader(io.NewSectionReader(f, 0, n)))
	if err != nil {
		return fmt.Errorf("reading the picture: %w", err)
	}
	if c.Width <= 0 || c.Height <= 0 || c.Width > maxPixels/c.Height {
		return fmt.Errorf("the picture has %d by %d pixels", c.Width, c.Height)
	}
	if _, err := k.decode(bufio.NewReader(io.NewSectionReader(f, 0, n))); err != nil {
		return fmt.Errorf("reading the picture: %w", err)
	}
	return nil
}

// extension returns the file name extension that a part's first bytes call for.
func (p *part) extension() (string, error) {
	if p.still {
		return stillExtension(p.f)
	}
	return extension(p.f)
}

// whole returns an error if a part is not all of a clip, or of a picture.
func (p *part) whole() error {
	if p.still {
		return wholeStill(p.f, p.have)
	}
	return frames.Whole(p.f, p.have)
}
