package slate

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"

	"github.com/Eyevinn/mp4ff/bits"
)

// block is the side of a macroblock in pixels; its colours have half of that.
const block = 16

// The types of NAL units, with their priority (ITU-T H.264, 7.4.1).
const (
	unitKey   = 0x65
	unitDelta = 0x41
	unitSPS   = 0x67
	unitPPS   = 0x68
)

// The directions of prediction of a macroblock's brightness and colours (8.3.3
// and 8.3.4), which are numbered differently, and of neither.
const (
	fromAbove, fromLeft           = 0, 1
	coloursFromLeft, coloursAbove = 1, 2
)

// numberBits is the length of a frame's number.
const numberBits = 8

// coder turns pictures of one size into units.
type coder struct {
	width, height int
	// wide and high are the frame in macroblocks.
	wide, high int
	now        *image.YCbCr
	// stored marks the macroblocks of the current frame that are I_PCM, which
	// decides on the code of those beside them.
	stored []bool
}

func newCoder(width, height int) *coder {
	wide, high := (width+block-1)/block, (height+block-1)/block
	return &coder{
		width: width, height: height, wide: wide, high: high,
		now:    image.NewYCbCr(image.Rect(0, 0, wide*block, high*block), image.YCbCrSubsampleRatio420),
		stored: make([]bool, wide*high),
	}
}

// blocks returns all macroblocks.
func (e *coder) blocks() image.Rectangle { return image.Rect(0, 0, e.wide, e.high) }

// pen writes the fields of a unit.
type pen struct {
	bytes.Buffer
	*bits.EBSPWriter
}

func newPen(kind byte) *pen {
	p := &pen{}
	p.WriteByte(kind)
	p.EBSPWriter = bits.NewEBSPWriter(&p.Buffer)
	return p
}

// fields writes fixed-length fields, given as pairs of value and length.
func (p *pen) fields(pairs ...uint) {
	for i := 0; i < len(pairs); i += 2 {
		p.EBSPWriter.Write(pairs[i], int(pairs[i+1]))
	}
}

// numbers writes Exp-Golomb codes.
func (p *pen) numbers(all ...uint) {
	for _, n := range all {
		p.WriteExpGolomb(n)
	}
}

// level returns the smallest level that allows so large a frame (table A-1).
func (e *coder) level() uint {
	for _, l := range []struct {
		blocks int
		level  uint
	}{{1620, 30}, {3600, 31}, {8192, 40}, {8704, 42}, {22080, 50}, {36864, 51}} {
		if e.wide*e.high <= l.blocks {
			return l.level
		}
	}
	return 62
}

// sps returns the sequence parameter set (7.3.2.1).
func (e *coder) sps() []byte {
	const baseline, constrained = 66, 0xc0
	p := newPen(unitSPS)
	p.fields(baseline, 8, constrained, 8, e.level(), 8)
	// Frames are shown in the order of decoding (2), with one to refer to.
	p.numbers(0, numberBits-4, 2, 1)
	p.fields(0, 1)
	p.numbers(uint(e.wide-1), uint(e.high-1))
	p.fields(1, 1, 1, 1, 1, 1) // frames only, direct 8x8, cropped
	p.numbers(0, uint(e.wide*block-e.width)/2, 0, uint(e.high*block-e.height)/2)
	p.fields(1, 1, 0, 1, 0, 1) // there is more (VUI), no aspect ratio, no overscan
	const bt709 = 1
	p.fields(1, 1, 5, 3, 0, 1, 1, 1, bt709, 8, bt709, 8, bt709, 8)
	p.fields(0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1) // no places, times, buffers, structures, bounds
	p.WriteRbspTrailingBits()
	return p.Bytes()
}

// pps returns the picture parameter set (7.3.2.2).
func (e *coder) pps() []byte {
	p := newPen(unitPPS)
	p.numbers(0, 0)
	p.fields(0, 1, 0, 1) // CAVLC
	p.numbers(0, 0, 0)
	p.fields(0, 1, 0, 2)
	p.numbers(0, 0, 0)
	p.fields(1, 1, 0, 1, 0, 1) // the filter between blocks can be switched off
	p.WriteRbspTrailingBits()
	return p.Bytes()
}

// header begins the unit of frame i (7.3.3).
func header(i int, key bool) *pen {
	const predicted, onlyIntra = 5, 7 // the types of slices
	p := newPen(unitDelta)
	if key {
		p = newPen(unitKey)
		p.numbers(0, onlyIntra, 0)
		p.fields(0, numberBits)
		p.numbers(uint(i % 2)) // it differs between neighbours
		p.fields(0, 2)
	} else {
		p.numbers(0, predicted, 0)
		p.fields(uint(i), numberBits)
		p.fields(0, 3) // the usual number and order of references, and they go as usual
	}
	p.numbers(0, 1) // the usual quantiser, no filter between blocks
	return p
}

// frame codes the picture as frame i, of which only some macroblocks differ
// from the frame before. A key frame needs all of them.
func (e *coder) frame(i int, key bool, changed image.Rectangle) ([]byte, error) {
	p := header(i, key)
	clear(e.stored)
	skipped := uint(0)
	for y := range e.high {
		for x := range e.wide {
			if !image.Pt(x, y).In(changed) {
				skipped++
				continue
			}
			kinds := uint(0)
			if !key {
				const intra = 5 // where their types begin among the predicted
				kinds = intra
				p.numbers(skipped)
				skipped = 0
			}
			e.block(p, x, y, kinds)
		}
	}
	if skipped > 0 {
		p.numbers(skipped)
	}
	p.WriteRbspTrailingBits()
	if err := p.AccError(); err != nil {
		return nil, fmt.Errorf("coding a frame: %w", err)
	}
	return append(binary.BigEndian.AppendUint32(nil, uint32(p.Len())), p.Bytes()...), nil
}

// block codes one macroblock; kinds is where the types begin (7.3.5).
func (e *coder) block(p *pen, x, y int, kinds uint) {
	bright, ok := direction(e.now.Y, e.now.YStride, x, y, block, fromAbove, fromLeft)
	blue, okBlue := direction(e.now.Cb, e.now.CStride, x, y, block/2, coloursAbove, coloursFromLeft)
	if ok && okBlue && foretold(e.now.Cr, e.now.CStride, x, y, block/2, blue == coloursFromLeft) {
		p.numbers(kinds+1+bright, blue, 0)
		// No coefficients (table 9-5): the code depends on how many the
		// neighbours have, and I_PCM counts as all of them.
		if y > 0 && e.stored[(y-1)*e.wide+x] || x > 0 && e.stored[y*e.wide+x-1] {
			p.fields(3, 6)
		} else {
			p.fields(1, 1)
		}
		return
	}
	const asIs = 25
	e.stored[y*e.wide+x] = true
	p.numbers(kinds + asIs)
	p.StuffByteWithZeros()
	samples(p, e.now.Y, e.now.YStride, x, y, block)
	samples(p, e.now.Cb, e.now.CStride, x, y, block/2)
	samples(p, e.now.Cr, e.now.CStride, x, y, block/2)
}

// direction returns the direction from which a part of a macroblock is
// predicted exactly.
func direction(pix []byte, stride, x, y, side int, above, left uint) (uint, bool) {
	if foretold(pix, stride, x, y, side, false) {
		return above, true
	}
	return left, foretold(pix, stride, x, y, side, true)
}

// foretold reports whether a part of a macroblock repeats the last column of
// the one on its left, or the last row of the one above.
func foretold(pix []byte, stride, x, y, side int, left bool) bool {
	if left && x == 0 || !left && y == 0 {
		return false
	}
	at := y*side*stride + x*side
	for j := range side {
		row := pix[at+j*stride : at+j*stride+side]
		if !left {
			if !bytes.Equal(row, pix[at-stride:at-stride+side]) {
				return false
			}
			continue
		}
		for _, v := range row {
			if v != pix[at+j*stride-1] {
				return false
			}
		}
	}
	return true
}

// samples writes a part of a macroblock as it is.
func samples(p *pen, pix []byte, stride, x, y, side int) {
	for j := range side {
		at := (y*side+j)*stride + x*side
		for _, v := range pix[at : at+side] {
			p.EBSPWriter.Write(uint(v), 8)
		}
	}
}
