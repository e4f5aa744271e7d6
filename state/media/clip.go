package media

import (
	"encoding/binary"
	"errors"
	"io"
	"math"

	"github.com/Eyevinn/mp4ff/mp4"

	"seedreel/client/catalogue"
)

// clip reads the length and frame size of an mp4 or mov file from its "moov"
// box.
func clip(r io.ReaderAt, size int64, f *catalogue.Facts) error {
	found := false
	err := Boxes(r, 0, size, func(b Box) error {
		if b.Kind != "moov" {
			return nil
		}
		found = true
		return movieBox(r, b, f)
	})
	switch {
	case errors.Is(err, ErrBoxCut), err == nil && !found:
		// Many cameras write "moov" last, so if it is missing, so is the end.
		return wrong(Cut, "the video is cut off, its end is missing")
	case err != nil:
		return &Error{Problem: Broken, Text: "the video is damaged", Err: err}
	}
	return nil
}

func movieBox(r io.ReaderAt, moov Box, f *catalogue.Facts) error {
	return Boxes(r, moov.Body, moov.Next, func(b Box) error {
		switch b.Kind {
		case "mvhd":
			x, err := ReadBox[*mp4.MvhdBox](r, b)
			if err != nil {
				return err
			}
			// All ones means "not known"; a fragmented film has 0.
			if x.Timescale > 0 && x.Duration < math.MaxUint32 {
				f.Seconds = float64(x.Duration) / float64(x.Timescale)
			}
		case "trak":
			return Boxes(r, b.Body, b.Next, func(t Box) error {
				if t.Kind != "tkhd" {
					return nil
				}
				return trackHeader(r, t, f)
			})
		}
		return nil
	})
}

// trackHeader takes the size of a track if it is larger than those before:
// sound tracks have none, and of several pictures the largest counts.
func trackHeader(r io.ReaderAt, tkhd Box, f *catalogue.Facts) error {
	x, err := ReadBox[*mp4.TkhdBox](r, tkhd)
	if err != nil {
		return err
	}
	w, h := int(x.Width)>>16, int(x.Height)>>16
	if w*h <= f.Width*f.Height {
		return nil
	}
	f.Width, f.Height, f.Turn = w, h, matrixTurn(r, tkhd, x.Version)
	if f.Turn.Sideways() {
		f.Width, f.Height = h, w
	}
	return nil
}

// matrixTurn reads how a track is turned for display (ISO/IEC 14496-12, 8.3.2),
// which the box's decoder skips. It takes any matrix other than a turn by
// quarters for upright.
func matrixTurn(r io.ReaderAt, tkhd Box, version byte) catalogue.Turn {
	const (
		one    = 1 << 16 // 16.16 fixed point
		short  = 40      // bytes before the matrix with times of 32 bits
		long   = 52      // and of 64
		corner = 5 * 4   // a b u c d
	)
	at := tkhd.Body + short
	if version == 1 {
		at = tkhd.Body + long
	}
	var b [corner]byte
	if at+corner > tkhd.Next {
		return catalogue.Upright
	}
	if _, err := r.ReadAt(b[:], at); err != nil {
		return catalogue.Upright
	}
	number := func(i int) int32 { return int32(binary.BigEndian.Uint32(b[4*i:])) }
	switch [4]int32{number(0), number(1), number(3), number(4)} {
	case [4]int32{-one, 0, 0, one}:
		return catalogue.Mirrored
	case [4]int32{-one, 0, 0, -one}:
		return catalogue.Turned180
	case [4]int32{one, 0, 0, -one}:
		return catalogue.Flipped
	case [4]int32{0, one, one, 0}:
		return catalogue.Transposed
	case [4]int32{0, one, -one, 0}:
		return catalogue.Turned90
	case [4]int32{0, -one, -one, 0}:
		return catalogue.Transversed
	case [4]int32{0, -one, one, 0}:
		return catalogue.Turned270
	}
	return catalogue.Upright
}

// wave computes the length of a WAV file: the bytes of its data divided by the
// bytes a second given in its format.
func wave(r io.ReaderAt, size int64, f *catalogue.Facts) error {
	var b [16]byte
	rate := int64(0)
	for at := int64(12); at+8 <= size; {
		if _, err := r.ReadAt(b[:8], at); err != nil {
			return readError(err)
		}
		n := int64(binary.LittleEndian.Uint32(b[4:8]))
		switch string(b[:4]) {
		case "fmt ":
			if n < 16 || at+24 > size {
				return wrong(Broken, "the sound is damaged")
			}
			if _, err := r.ReadAt(b[:], at+8); err != nil {
				return readError(err)
			}
			rate = int64(binary.LittleEndian.Uint32(b[8:12]))
		case "data":
			if n == math.MaxUint32 || n == 0 {
				n = size - at - 8 // written to a pipe, so the length could not be filled in
			}
			if n > size-at-8 {
				return wrong(Cut, "the sound is cut off, its end is missing")
			}
			if rate > 0 {
				f.Seconds = float64(n) / float64(rate)
			}
			return nil
		}
		at += 8 + n + n%2
	}
	return wrong(Cut, "the sound is cut off, its end is missing")
}
