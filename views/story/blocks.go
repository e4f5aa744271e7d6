package story

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
)

// quadrants returns the letters that make up pictures in a terminal, with the
// quarters that they fill: top left, top right, bottom left, bottom right.
func quadrants() map[rune][4]bool {
	const o, x = false, true
	return map[rune][4]bool{
		' ': {o, o, o, o}, '▘': {x, o, o, o}, '▝': {o, x, o, o}, '▀': {x, x, o, o}, '▖': {o, o, x, o}, '▌': {x, o, x, o},
		'▞': {o, x, x, o}, '▛': {x, x, x, o}, '▗': {o, o, o, x}, '▚': {x, o, o, x}, '▐': {o, x, o, x}, '▜': {x, x, o, x},
		'▄': {o, o, x, x}, '▙': {x, o, x, x}, '▟': {o, x, x, x}, '█': {x, x, x, x},
	}
}

// mosaic collects the cells that are pictures, four pixels each: as letters of
// a font they would leave gaps.
type mosaic struct {
	quarters map[rune][4]bool
	pixels   *image.NRGBA
	used     bool
}

func newMosaic(cols, rows int) *mosaic {
	return &mosaic{quarters: quadrants(), pixels: image.NewNRGBA(image.Rect(0, 0, 2*cols, 2*rows))}
}

// take paints a run of letters that is part of a picture; it returns false for
// any other.
func (m *mosaic) take(text string, l look, x, y int) bool {
	if blank := strings.TrimSpace(text) == ""; blank && l.bg != "" {
		// The same colour may be over itself, so letters decide whether this is
		// part of a picture.
		for i := range len(text) {
			for _, p := range [...]image.Point{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
				m.pixels.SetNRGBA(2*(x+i)+p.X, 2*y+p.Y, paint(l.bg))
			}
		}
		return false
	} else if blank || l.fg == "" {
		return false
	}
	for _, r := range text {
		if _, ok := m.quarters[r]; !ok {
			return false
		}
	}
	fg, bg := paint(l.fg), color.NRGBA{}
	if l.bg != "" {
		bg = paint(l.bg)
	}
	for _, r := range text {
		for i, filled := range m.quarters[r] {
			c := bg
			if filled {
				c = fg
			}
			m.pixels.SetNRGBA(2*x+i%2, 2*y+i/2, c)
		}
		x++
	}
	m.used = true
	return true
}

func paint(hex string) color.NRGBA {
	c := color.NRGBA{A: 255}
	// A bad colour is black: look writes them itself.
	_, _ = fmt.Sscanf(hex, "#%02x%02x%02x", &c.R, &c.G, &c.B)
	return c
}

// svg returns the picture as an element of the drawing, or "" if there is none.
func (m *mosaic) svg() (string, error) {
	if !m.used {
		return "", nil
	}
	var b bytes.Buffer
	enc := png.Encoder{CompressionLevel: png.BestCompression}
	if err := enc.Encode(&b, m.pixels); err != nil {
		return "", fmt.Errorf("encoding the picture: %w", err)
	}
	size := m.pixels.Bounds().Size()
	return fmt.Sprintf(`<image x="%g" y="%g" width="%g" height="%g" preserveAspectRatio="none" style="image-rendering:pixelated" href="data:image/png;base64,%s"/>`+"\n",
		margin, margin, float64(size.X)/2*cellW, float64(size.Y)/2*cellH, base64.StdEncoding.EncodeToString(b.Bytes())), nil
}
