package media

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/Eyevinn/mp4ff/mp4"

	"seedreel/client/catalogue"
)

const (
	// maxBoxes bounds a walk over boxes; a fragmented film has a few thousand.
	maxBoxes = 1 << 16
	// maxSmallBox bounds the two boxes that are decoded, which have about 100
	// bytes. The tables beside them are skipped: decoders trust the lengths
	// stored there.
	maxSmallBox = 1 << 10
)

var errBoxCut = errors.New("a box is longer than what is there")

// box is the place of one box in an ISO media file: its type and the range of
// its body.
type box struct {
	kind       string
	start      int64 // of the header
	body, next int64
}

// eachBox calls visit with the boxes between two offsets.
func eachBox(r io.ReaderAt, from, to int64, visit func(box) error) error {
	var b [16]byte
	for range maxBoxes {
		if from >= to {
			return nil
		}
		if to-from < 8 {
			return errBoxCut
		}
		if _, err := r.ReadAt(b[:8], from); err != nil {
			return err
		}
		n, head := int64(binary.BigEndian.Uint32(b[:4])), int64(8)
		switch n {
		case 0:
			n = to - from // by definition, up to the end
		case 1:
			if to-from < 16 {
				return errBoxCut
			}
			if _, err := r.ReadAt(b[8:], from+8); err != nil {
				return err
			}
			n, head = int64(min(binary.BigEndian.Uint64(b[8:]), math.MaxInt64)), 16
		}
		if n < head {
			return fmt.Errorf("a box of %d bytes at %d", n, from)
		}
		if n > to-from {
			return errBoxCut
		}
		if err := visit(box{kind: string(b[4:8]), start: from, body: from + head, next: from + n}); err != nil {
			return err
		}
		from += n
	}
	return errors.New("too many boxes")
}

// clip reads the length and frame size of an mp4 or mov file from its "moov"
// box.
func clip(r io.ReaderAt, size int64, f *catalogue.Facts) error {
	found := false
	err := eachBox(r, 0, size, func(b box) error {
		if b.kind != "moov" {
			return nil
		}
		found = true
		return movieBox(r, b, f)
	})
	switch {
	case errors.Is(err, errBoxCut), err == nil && !found:
		// Many cameras write "moov" last, so if it is missing, so is the end.
		return wrong(Cut, "the video is cut off, its end is missing")
	case err != nil:
		return &Error{Problem: Broken, Text: "the video is damaged", Err: err}
	}
	return nil
}

func movieBox(r io.ReaderAt, moov box, f *catalogue.Facts) error {
	return eachBox(r, moov.body, moov.next, func(b box) error {
		switch b.kind {
		case "mvhd":
			x, err := decode[*mp4.MvhdBox](r, b)
			if err != nil {
				return err
			}
			// All ones means "not known"; a fragmented film has 0.
			if x.Timescale > 0 && x.Duration < math.MaxUint32 {
				f.Seconds = float64(x.Duration) / float64(x.Timescale)
			}
		case "trak":
			return eachBox(r, b.body, b.next, func(t box) error {
				if t.kind != "tkhd" {
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
func trackHeader(r io.ReaderAt, tkhd box, f *catalogue.Facts) error {
	x, err := decode[*mp4.TkhdBox](r, tkhd)
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
func matrixTurn(r io.ReaderAt, tkhd box, version byte) catalogue.Turn {
	const (
		one    = 1 << 16 // 16.16 fixed point
		short  = 40      // bytes before the matrix with times of 32 bits
		long   = 52      // and of 64
		corner = 5 * 4   // a b u c d
	)
	at := tkhd.body + short
	if version == 1 {
		at = tkhd.body + long
	}
	var b [corner]byte
	if at+corner > tkhd.next {
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

// decode reads one small box. The bytes are untrusted: a panic in the decoder
// means a damaged file.
func decode[T mp4.Box](r io.ReaderAt, b box) (x T, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("reading a %s box: %v", b.kind, v)
		}
	}()
	if b.next-b.start > maxSmallBox {
		return x, fmt.Errorf("a %s box of %d bytes", b.kind, b.next-b.start)
	}
	got, err := mp4.DecodeBox(uint64(b.start), io.NewSectionReader(r, b.start, b.next-b.start))
	if err != nil {
		return x, fmt.Errorf("reading a %s box: %w", b.kind, err)
	}
	x, ok := got.(T)
	if !ok {
		return x, fmt.Errorf("reading a %s box: it is a %s", b.kind, got.Type())
	}
	return x, nil
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
