package media

import (
	"bufio"
	"fmt"
	"image"
	"image/draw"
	"io"

	"seedreel/client/catalogue"
)

// decodePicture decodes a file that Inspect accepted. A panic of a decoder
// means a damaged picture.
func decodePicture(path string) (img image.Image, err error) {
	f, size, err := open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // read only
	defer func() {
		if v := recover(); v != nil {
			err = at(path, &Error{Problem: Broken, Text: "the picture is damaged", Err: fmt.Errorf("decoding: %v", v)})
		}
	}()
	img, _, err = image.Decode(bufio.NewReader(io.NewSectionReader(f, 0, size)))
	if err != nil {
		return nil, at(path, &Error{Problem: Broken, Text: "the picture is damaged", Err: err})
	}
	return img, nil
}

// clarity returns how much of a picture is transparent.
func clarity(img image.Image) catalogue.SeeThrough {
	if o, ok := img.(interface{ Opaque() bool }); ok && o.Opaque() {
		return catalogue.Opaque
	}
	b := img.Bounds()
	// Go row by row: At of an interface is slow, and a copy of all is large.
	row := image.NewAlpha(image.Rect(0, 0, b.Dx(), 1))
	solid := true
	shown := false
	for y := b.Min.Y; y < b.Max.Y; y++ {
		draw.Draw(row, row.Rect, img, image.Pt(b.Min.X, y), draw.Src)
		for _, a := range row.Pix {
			solid = solid && a == 0xff
			shown = shown || a != 0
		}
		if shown && !solid {
			return catalogue.PartlyClear
		}
	}
	switch {
	case !shown:
		return catalogue.AllClear
	case solid:
		return catalogue.Opaque
	}
	return catalogue.PartlyClear
}
