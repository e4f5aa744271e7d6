// Package slate draws the clips of the simulator: a mosaic whose colours and
// tiles follow from the model, the seed and the prompt, with the seed and the
// first words of the prompt on it, and a bar that fills while the clip runs.
// Equal cards make equal bytes.
//
// It writes H.264 in the Constrained Baseline Profile without an encoder: a
// macroblock is either predicted exactly from its neighbours or stored as it is
// (I_PCM). For flat tiles and a few words that is small, and it is lossless.
package slate

import (
	"errors"
	"image"
)

// Card is what a clip shows.
type Card struct {
	// Width and Height are the frame in pixels. Both must be even, as colours
	// are stored for two by two pixels.
	Width, Height int
	// Frames is the number of frames.
	Frames int
	// Model, Seed and Prompt name the take.
	Model  string
	Seed   int64
	Prompt string
}

// The bounds of a frame's sides: a few macroblocks, and twice what services
// make.
const minSide, maxSide = 64, 8192

// ErrSize is returned for a frame that cannot be drawn.
var ErrSize = errors.New("drawing a clip: no such frame size")

// Film is a clip as a list of frames, to be put into a file.
type Film struct {
	// SPS and PPS are the parameter sets, without a start code.
	SPS, PPS []byte
	// Frames hold one unit each, after its length in four bytes.
	Frames [][]byte
	// Keys are the numbers of the key frames, from 0: the first and the last,
	// which are the ones that are looked at by themselves.
	Keys []int
}

func (c *Card) drawable() bool {
	return min(c.Width, c.Height) >= minSide && max(c.Width, c.Height) <= maxSide && c.Width%2+c.Height%2 == 0
}

// Film draws and codes the clip.
func (c *Card) Film() (*Film, error) {
	if !c.drawable() || c.Frames < 1 {
		return nil, ErrSize
	}
	e := newCoder(c.Width, c.Height)
	f := &Film{SPS: e.sps(), PPS: e.pps()}
	c.draw(e.now)
	for i := range c.Frames {
		var changed image.Rectangle
		if i > 0 {
			changed = c.advance(e.now, i)
		}
		key := i == 0 || i == c.Frames-1
		if key {
			f.Keys = append(f.Keys, i)
			changed = e.blocks()
		}
		unit, err := e.frame(i, key, changed)
		if err != nil {
			return nil, err
		}
		f.Frames = append(f.Frames, unit)
	}
	return f, nil
}

// barRow returns the row of macroblocks of the bar, the lowest that is seen as a
// whole.
func (c *Card) barRow() int { return c.Height/block - 1 }

// advance draws what is new in a frame, the next piece of the bar, and returns
// its macroblocks.
func (c *Card) advance(p *image.YCbCr, i int) image.Rectangle {
	wide := c.Width / block // whole macroblocks, so none is drawn twice
	from, to := wide*(i-1)/max(c.Frames-1, 1), wide*i/max(c.Frames-1, 1)
	row := c.barRow()
	r := image.Rect(from, row, to, row+1)
	fill(p, image.Rect(from*block, row*block, to*block, (row+1)*block), ink)
	return r
}
