//go:build !windows

package media

import (
	"encoding/binary"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"testing"

	"seedreel/client/catalogue"
)

// TestRedraw: the copy looks like the picture when displayed, is named by
// content, and leaves the picture alone.
func TestRedraw(t *testing.T) {
	t.Parallel()
	const w, h = 6, 4
	red, blue := color.NRGBA{0xff, 0, 0, 0xff}, color.NRGBA{0, 0, 0xff, 0xff}
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		m.Pix[i] = 0xff
	}
	m.SetNRGBA(0, 0, red)
	m.SetNRGBA(w-1, 0, blue)
	stored := encoded(t, func(out io.Writer) error { return png.Encode(out, m) })
	for turn, want := range map[catalogue.Turn][2]image.Point{
		catalogue.Upright: {{}, {X: w - 1}}, catalogue.Mirrored: {{X: w - 1}, {}}, catalogue.Turned180: {{X: w - 1, Y: h - 1}, {Y: h - 1}},
		catalogue.Flipped: {{Y: h - 1}, {X: w - 1, Y: h - 1}}, catalogue.Transposed: {{}, {Y: w - 1}}, catalogue.Turned90: {{X: h - 1}, {X: h - 1, Y: w - 1}},
		catalogue.Transversed: {{X: h - 1, Y: w - 1}, {X: h - 1}}, catalogue.Turned270: {{Y: w - 1}, {}},
	} {
		path := put(t, "photo.png", pngWith(stored, pngChunk("eXIf", exifOf(binary.LittleEndian, uint16(turn)))))
		dir := t.TempDir()
		c, err := Redraw(path, dir)
		if err != nil || !c.Lossless {
			t.Fatalf("turn %d: %+v %v", turn, c, err)
		}
		got, err := decodePicture(c.Path)
		if err != nil {
			t.Fatal(err)
		}
		at := func(p image.Point) color.Color { return color.NRGBAModel.Convert(got.At(p.X, p.Y)) }
		if at(want[0]) != red || at(want[1]) != blue {
			t.Errorf("turn %d: the corners are elsewhere", turn)
		}
		if f, err := Inspect(c.Path); err != nil || f.Turn != catalogue.Upright || f.CanBeRedrawn() {
			t.Errorf("turn %d: the copy is %+v, %v", turn, f, err)
		}
		if again, err := Redraw(path, dir); err != nil || again != c {
			t.Errorf("made again it is %+v, %v", again, err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
			t.Errorf("the folder holds %d files, %v", len(left), err)
		}
	}
	deep := put(t, "deep.png", encoded(t, func(out io.Writer) error { return png.Encode(out, image.NewGray16(image.Rect(0, 0, w, h))) }))
	c, err := Redraw(deep, t.TempDir())
	if err != nil || c.Lossless {
		t.Errorf("16 bits: %+v %v", c, err)
	}
	if f, err := Inspect(c.Path); err != nil || f.Deep {
		t.Errorf("the copy of 16 bits: %+v %v", f, err)
	}
	if _, err := Redraw(put(t, "clip.mp4", film(t, "isom", 1000)), t.TempDir()); ProblemOf(err) != NotMedia {
		t.Errorf("a clip: %v", err)
	}
}
