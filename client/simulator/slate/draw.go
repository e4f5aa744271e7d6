package slate

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
)

// The colours of letters and of what is behind them, within the range of
// video.
var (
	ink   = color.YCbCr{Y: 230, Cb: 128, Cr: 128}
	paper = color.YCbCr{Y: 24, Cb: 128, Cr: 128}
)

// fill paints a rectangle. It clips to the picture.
func fill(p *image.YCbCr, r image.Rectangle, c color.YCbCr) {
	r = r.Intersect(p.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			p.Y[p.YOffset(x, y)] = c.Y
			at := p.COffset(x, y)
			p.Cb[at], p.Cr[at] = c.Cb, c.Cr
		}
	}
}

// draw paints the first frame.
func (c *Card) draw(p *image.YCbCr) {
	c.mosaic(p)
	c.line(p, "SIMULATED", c.Height/24, min(c.letters(), c.Width/(10*basicfont.Face7x13.Advance)))
	c.names(p, c.Height*2/5)
	fill(p, image.Rect(0, c.barRow()*block, p.Rect.Max.X, p.Rect.Max.Y), paper)
}

// letters returns the size of letters in multiples of the font's own: as large
// as a frame of this size needs.
func (c *Card) letters() int { return max(2, min(c.Width, c.Height)/240) }

// names writes the seed and the first words of the prompt, and returns where.
func (c *Card) names(p *image.YCbCr, y int) image.Rectangle {
	k := c.letters()
	seed := fmt.Sprintf("seed %d", c.Seed)
	r := c.line(p, seed, y, min(2*k, c.Width/((len(seed)+2)*basicfont.Face7x13.Advance)))
	for _, words := range wrap(c.Prompt, c.Width/(k*basicfont.Face7x13.Advance)-2, 2) {
		r = r.Union(c.line(p, words, r.Max.Y, k))
	}
	return r
}

// Label returns the seed and the first words of the prompt as a PNG, to be laid
// over another picture of the card's size.
func (c *Card) Label() ([]byte, error) {
	if !c.drawable() {
		return nil, ErrSize
	}
	p := newCoder(c.Width, c.Height).now
	fill(p, p.Rect, paper)
	var out bytes.Buffer
	if err := png.Encode(&out, p.SubImage(c.names(p, 0))); err != nil {
		return nil, fmt.Errorf("drawing a label: %w", err)
	}
	return out.Bytes(), nil
}

// mosaic paints tiles in four colours, mirrored, so that two takes are told
// apart at the size of a thumbnail.
func (c *Card) mosaic(p *image.YCbCr) {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d\x00%s", c.Model, c.Seed, c.Prompt))
	var palette [4]color.YCbCr
	for i := range palette {
		turn := 2 * math.Pi * (float64(sum[0])/256 + float64(i)*(0.1+0.15*float64(sum[1])/256))
		palette[i] = color.YCbCr{Y: 60 + 36*uint8(i), Cb: uint8(128 + 60*math.Cos(turn)), Cr: uint8(128 + 60*math.Sin(turn))}
	}
	const half = 5 // columns on each side
	side := (c.Width/(2*half) + block - 1) / block * block
	rows := (c.Height + side - 1) / side
	for y := range rows {
		for x := range 2 * half {
			column := min(x, 2*half-1-x)
			bits := sum[2+(y*half+column)%(len(sum)-2)] >> (y * half / len(sum) % 4 * 2)
			fill(p, image.Rect(x*side, y*side, (x+1)*side, (y+1)*side), palette[bits%4])
		}
	}
}

// line writes one line in the middle of the frame, on a dark ground, with
// letters k times the font's size, and returns the ground.
func (c *Card) line(p *image.YCbCr, text string, y, k int) image.Rectangle {
	face := basicfont.Face7x13
	k = max(k, 1)
	w, h := (len(text)+1)*face.Advance, face.Height+3
	small := image.NewAlpha(image.Rect(0, 0, w, h))
	d := font.Drawer{Dst: small, Src: image.Opaque, Face: face, Dot: fixed.P(face.Advance/2, face.Ascent+1)}
	d.DrawString(text)
	at := image.Pt((c.Width-w*k)/2/block*block, y/block*block) // on the grid, so that the ground is predicted
	ground := image.Rect(at.X, at.Y, at.X+(w*k+block-1)/block*block, at.Y+(h*k+block-1)/block*block)
	fill(p, ground, paper)
	for j := range h {
		for i := range w {
			if small.AlphaAt(i, j).A > 0 {
				fill(p, image.Rect(at.X+i*k, at.Y+j*k, at.X+(i+1)*k, at.Y+(j+1)*k), ink)
			}
		}
	}
	return ground.Intersect(p.Rect)
}

// wrap breaks the words of a text that the font has into lines.
func wrap(text string, wide, lines int) []string {
	var out []string
	for _, w := range strings.Fields(strings.Map(printable, text)) {
		if len(w) > wide {
			w = w[:max(wide, 0)]
		}
		last := len(out) - 1
		switch {
		case last >= 0 && len(out[last])+1+len(w) <= wide:
			out[last] += " " + w
		case len(out) == lines:
			return out
		default:
			out = append(out, w)
		}
	}
	return out
}

// printable replaces what the font has no letter for.
func printable(r rune) rune {
	if r < ' ' || r > '~' {
		return ' '
	}
	return r
}
