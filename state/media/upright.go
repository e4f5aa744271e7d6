package media

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/image/draw"
	"golang.org/x/image/math/f64"

	"seedreel/client/catalogue"
)

const (
	// maxRedrawn is how many pixels are redrawn at most: two copies of 256 MB.
	maxRedrawn = 64 << 20
	// maxLossless is how large a lossless copy may be, in bytes, before a
	// slightly lossy one is made: the smallest limit of any service.
	maxLossless = 10 << 20
	// copyQuality is the quality of such a JPEG, without visible loss.
	copyQuality = 95
)

// Copy is an upright copy of a picture.
type Copy struct {
	Path string
	// Lossless reports whether every pixel is unchanged.
	Lossless bool
}

// Redraw makes a copy of a picture in a folder: turned for display, its first
// frame, in plain 8-bit colours, so that every service sees the same. The copy
// is named after the picture and its content, and made only once.
func Redraw(path, dir string) (Copy, error) {
	facts, err := Inspect(path)
	if err != nil {
		return Copy{}, err
	}
	if facts.Kind != kindImage {
		return Copy{}, at(path, wrong(NotMedia, "only pictures can be redrawn"))
	}
	if facts.Width > maxRedrawn/facts.Height {
		return Copy{}, at(path, wrong(TooBig, "pictures of more than %d million pixels are not redrawn", maxRedrawn>>20))
	}
	img, err := decodePicture(path)
	if err != nil {
		return Copy{}, err
	}
	name, err := copyName(path)
	if err != nil {
		return Copy{}, err
	}
	plain := redraw(img, facts.Turn)
	var b bytes.Buffer
	c := Copy{Path: filepath.Join(dir, name+".png"), Lossless: !facts.CMYK && !facts.Deep}
	if err := png.Encode(&b, plain); err != nil {
		return Copy{}, fmt.Errorf("encoding a copy: %w", err)
	}
	if o, ok := plain.(interface{ Opaque() bool }); b.Len() > maxLossless && ok && o.Opaque() {
		b.Reset()
		c = Copy{Path: filepath.Join(dir, name+".jpg")}
		if err := jpeg.Encode(&b, plain, &jpeg.Options{Quality: copyQuality}); err != nil {
			return Copy{}, fmt.Errorf("encoding a copy: %w", err)
		}
	}
	return c, keepCopy(c.Path, b.Bytes())
}

// redraw turns a picture and converts it to 8 bits a channel.
func redraw(img image.Image, turn catalogue.Turn) image.Image {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	x, y := float64(w), float64(h)
	to := map[catalogue.Turn]f64.Aff3{
		catalogue.Upright:     {1, 0, 0, 0, 1, 0},
		catalogue.Mirrored:    {-1, 0, x, 0, 1, 0},
		catalogue.Turned180:   {-1, 0, x, 0, -1, y},
		catalogue.Flipped:     {1, 0, 0, 0, -1, y},
		catalogue.Transposed:  {0, 1, 0, 1, 0, 0},
		catalogue.Turned90:    {0, -1, y, 1, 0, 0},
		catalogue.Transversed: {0, -1, y, -1, 0, x},
		catalogue.Turned270:   {0, 1, 0, -1, 0, x},
	}[turn]
	if turn.Sideways() {
		w, h = h, w
	}
	var out draw.Image = image.NewRGBA(image.Rect(0, 0, w, h))
	if clarity(img) != catalogue.Opaque {
		// Only this format keeps the colours under transparency.
		out = image.NewNRGBA(image.Rect(0, 0, w, h))
	}
	// The matrix assumes a picture that begins at 0, 0.
	to[2] -= to[0]*float64(b.Min.X) + to[1]*float64(b.Min.Y)
	to[5] -= to[3]*float64(b.Min.X) + to[4]*float64(b.Min.Y)
	draw.NearestNeighbor.Transform(out, to, img, b, draw.Src, nil)
	return grey(img, out)
}

// grey keeps a greyscale picture greyscale.
func grey(from image.Image, m draw.Image) image.Image {
	if c := from.ColorModel(); c != color.GrayModel && c != color.Gray16Model {
		return m
	}
	g := image.NewGray(m.Bounds())
	draw.Draw(g, g.Rect, m, image.Point{}, draw.Src)
	return g
}

// copyName returns the picture's own name with the start of its digest, so that
// two pictures of one name do not collide.
func copyName(path string) (string, error) {
	f, _, err := open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }() // read only
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", at(path, readError(err))
	}
	base := filepath.Base(path)
	base = strings.TrimSuffix(base, filepath.Ext(base))
	const most = 80
	base = strings.ToValidUTF8(base[:min(len(base), most)], "")
	return base + "-upright-" + hex.EncodeToString(h.Sum(nil)[:6]), nil
}

// keepCopy writes a file atomically.
func keepCopy(path string, b []byte) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("making the folder of copies: %w", err)
	}
	f, err := os.CreateTemp(dir, ".copy-*")
	if err != nil {
		return fmt.Errorf("writing a copy: %w", err)
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("writing a copy: %w", err), os.Remove(f.Name()))
	}
	return nil
}
