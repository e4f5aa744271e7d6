package picture

import (
	"image"

	"golang.org/x/image/draw"
	"golang.org/x/image/math/f64"
)

// The first value of the EXIF tag Orientation that swaps width and height, and
// the last value.
const (
	firstSideways = 5
	lastTurn      = 8
)

// upright returns an image as it is to be seen, by the number of the EXIF tag
// Orientation. Upright images are returned unchanged.
func upright(m *image.RGBA, turn int) *image.RGBA {
	if turn <= 1 || turn > lastTurn {
		return m
	}
	w, h := m.Rect.Dx(), m.Rect.Dy()
	x, y := float64(w), float64(h)
	to := map[int]f64.Aff3{
		2: {-1, 0, x, 0, 1, 0},
		3: {-1, 0, x, 0, -1, y},
		4: {1, 0, 0, 0, -1, y},
		5: {0, 1, 0, 1, 0, 0},
		6: {0, -1, y, 1, 0, 0},
		7: {0, -1, y, -1, 0, x},
		8: {0, 1, 0, -1, 0, x},
	}[turn]
	if turn >= firstSideways {
		w, h = h, w
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	// Quarter turns map pixels exactly.
	draw.NearestNeighbor.Transform(out, to, m, m.Rect, draw.Src, nil)
	return out
}
