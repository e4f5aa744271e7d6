package simulator

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
)

// still draws a substitute for a clip's last frame: of the clip's size, in a
// colour picked by its seed. The frames of a clip are not decoded here.
func still(t *Task) ([]byte, error) {
	p := image.NewPaletted(image.Rect(0, 0, t.Width, t.Height), nil)
	const shades = 64
	for i := range shades {
		light := uint8(255 * i / shades)
		p.Palette = append(p.Palette, color.RGBA{R: light ^ uint8(t.Seed), G: light ^ uint8(t.Seed>>8), B: light ^ uint8(t.Seed>>16), A: 255})
	}
	for y := range t.Height {
		row := p.Pix[y*p.Stride : y*p.Stride+t.Width]
		for x := range row {
			row[x] = uint8(y * shades / t.Height)
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, p); err != nil {
		return nil, fmt.Errorf("drawing a last frame: %w", err)
	}
	return out.Bytes(), nil
}
