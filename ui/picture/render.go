package picture

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"golang.org/x/image/draw"
)

// Encoder draws pixels for one box of cells.
type Encoder struct {
	Mode       Mode
	Look       Look
	Cols, Rows int
	// Aspect is the height of a cell over its width, 0 for the usual 2.
	Aspect float64
	// Dots is how many pixels wide a cell of a Kitty image is; below 8 the
	// image has a palette of 256 colours.
	Dots int
}

// Size returns the most pixels the encoder uses: scaling to more is a waste.
func (e *Encoder) Size() (w, h int) {
	if e.Mode == Kitty {
		aspect := e.Aspect
		if aspect <= 0 {
			aspect = defaultAspect
		}
		return e.Cols * e.Dots, int(float64(e.Rows*e.Dots)*aspect + .5)
	}
	return e.Cols * e.Look.wide(), e.Rows * tall
}

// leastDots is how many pixels wide a cell of a film is at least.
const leastDots = 2

// Shrink makes frames cheaper: part is how much of the width and height is left.
// A Kitty image keeps its cells and loses pixels, a mosaic has nothing but cells.
func (e *Encoder) Shrink(part float64) {
	if e.Mode == Kitty {
		e.Dots = min(e.Dots, max(int(float64(e.Dots)*part+.5), leastDots))
		return
	}
	e.Cols, e.Rows = max(int(float64(e.Cols)*part), 1), max(int(float64(e.Rows)*part), 1)
}

// firstStep is how much larger than needed a huge picture is after the cheap
// first step.
const firstStep = 4

// scale scales an image to the encoder's size on a middle grey, on which
// transparent drawings in black and in white are both visible, and turns it
// upright. Outside of keep, a part of the upright picture, it is dimmed.
func (e *Encoder) scale(img image.Image, turn int, keep image.Rectangle) *image.RGBA {
	w, h := e.Size()
	whole := image.Rect(0, 0, img.Bounds().Dx(), img.Bounds().Dy())
	if turn >= firstSideways && turn <= lastTurn {
		w, h = h, w
		whole.Max.X, whole.Max.Y = whole.Max.Y, whole.Max.X
	}
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(dst, dst.Rect, image.NewUniform(color.Gray{0x77}), image.Point{}, draw.Src)
	b := img.Bounds()
	src := img
	if b.Dx() > 2*firstStep*w && b.Dy() > 2*firstStep*h {
		// Huge pictures get a cheap first step.
		mid := image.NewRGBA(image.Rect(0, 0, w*firstStep, h*firstStep))
		draw.ApproxBiLinear.Scale(mid, mid.Rect, img, b, draw.Src, nil)
		src = mid
	}
	draw.BiLinear.Scale(dst, dst.Rect, src, src.Bounds(), draw.Over, nil)
	dst = upright(dst, turn)
	dim(dst, mapRect(keep, whole, dst.Rect))
	return dst
}

// mapRect maps a rectangle of one picture to the same part of another.
func mapRect(r, from, to image.Rectangle) image.Rectangle {
	if r.Empty() || from.Empty() {
		return to
	}
	x := func(v int) int { return (v-from.Min.X)*to.Dx()/from.Dx() + to.Min.X }
	y := func(v int) int { return (v-from.Min.Y)*to.Dy()/from.Dy() + to.Min.Y }
	return image.Rect(x(r.Min.X), y(r.Min.Y), x(r.Max.X), y(r.Max.Y))
}

// dim removes colour and most of the light from everything outside of keep, so
// that the cut part differs even in a dark or grey picture.
func dim(m *image.RGBA, keep image.Rectangle) {
	for y := m.Rect.Min.Y; y < m.Rect.Max.Y; y++ {
		for x := m.Rect.Min.X; x < m.Rect.Max.X; x++ {
			if (image.Point{X: x, Y: y}).In(keep) {
				continue
			}
			o := m.PixOffset(x, y)
			p := m.Pix[o : o+3]
			v := uint8((int(p[0])*3 + int(p[1])*6 + int(p[2])) / 10 / 4)
			if (x+y)%8 == 0 {
				v += 24 // a hatch, for pictures that are dark themselves
			}
			p[0], p[1], p[2] = v, v, v
		}
	}
}

// Picture is an encoded image, shared by all that show it. It is immutable.
type Picture struct {
	Info       Info
	Mode       Mode
	Cols, Rows int
	// Crop is what a service would keep, empty if none was requested.
	Crop image.Rectangle

	lines []string // of a mosaic
	png64 string   // of a Kitty image
}

// Bytes estimates what showing the picture costs on the wire.
func (p *Picture) Bytes() int {
	n := len(p.png64)
	for _, l := range p.lines {
		n += len(l)
	}
	return n
}

// bytes estimates the picture's size in memory.
func (p *Picture) bytes() int { return p.Bytes() + 256 }

func (e *Encoder) picture(scaled *image.RGBA) (*Picture, error) {
	p := &Picture{Mode: e.Mode, Cols: e.Cols, Rows: e.Rows}
	if e.Mode != Kitty {
		p.lines = Mosaic(scaled, e.Look).Lines()
		return p, nil
	}
	var err error
	p.png64, err = e.png(scaled)
	return p, err
}

func (e *Encoder) png(scaled *image.RGBA) (string, error) {
	var b bytes.Buffer
	// Higher levels take 6 times as long for 4 % fewer bytes.
	enc := png.Encoder{CompressionLevel: png.BestSpeed}
	var img image.Image = scaled
	if e.Dots < 8 {
		img = paletted(scaled)
		enc.CompressionLevel = png.DefaultCompression
	}
	if err := enc.Encode(&b, img); err != nil {
		return "", fmt.Errorf("encoding a picture: %w", err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

// Frame is one picture of a film, ready to be shown.
type Frame struct {
	// Raw is sent to the terminal before Lines are drawn; "" for mosaics.
	Raw   string
	Lines []string
	// Grid is the mosaic, nil for Kitty.
	Grid *Grid
}

// Bytes estimates the bytes needed to show the frame after old.
func (f *Frame) Bytes(old *Frame) int {
	if f.Grid == nil {
		n := len(f.Raw)
		if old == nil || old.Grid != nil || len(old.Lines) != len(f.Lines) {
			for _, l := range f.Lines {
				n += len(l)
			}
		}
		return n
	}
	if old == nil {
		return f.Grid.Delta(nil)
	}
	return f.Grid.Delta(old.Grid)
}

// Frame encodes a frame of pixels. The id is the Kitty image that all frames of
// the film share: each replaces the one before it.
func (e *Encoder) Frame(img *image.RGBA, id int, tmux bool) (*Frame, error) {
	if w, h := e.Size(); img.Rect.Dx() != w || img.Rect.Dy() != h {
		scaled := image.NewRGBA(image.Rect(0, 0, w, h))
		draw.ApproxBiLinear.Scale(scaled, scaled.Rect, img, img.Rect, draw.Src, nil)
		img = scaled
	}
	if e.Mode != Kitty {
		g := Mosaic(img, e.Look)
		return &Frame{Lines: g.Lines(), Grid: g}, nil
	}
	data, err := e.png(img)
	if err != nil {
		return nil, err
	}
	return &Frame{Raw: transmit(id, data, e.Cols, e.Rows, tmux), Lines: placeholders(id, e.Cols, e.Rows)}, nil
}
