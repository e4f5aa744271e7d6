package media

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/Eyevinn/mp4ff/mp4"
)

const (
	// maxBoxes bounds a walk over boxes; a fragmented film has a few thousand.
	maxBoxes = 1 << 16
	// maxSmallBox bounds the two boxes that are decoded, which have about 100
	// bytes. The tables beside them are skipped: decoders trust the lengths
	// stored there.
	maxSmallBox = 1 << 10
)

// Box is the place of one box in an ISO media file: its type and offsets.
type Box struct {
	Kind string
	// Start is the offset of its header, Body of what follows the header, Next
	// of the next box.
	Start, Body, Next int64
}

// ErrBoxCut is returned if a box extends beyond the end: the file was cut.
var ErrBoxCut = errors.New("a box is longer than what is there")

// Boxes calls visit with the boxes between two offsets of a file. It trusts
// nothing: lengths are checked against the range, and the number of boxes is
// bounded.
func Boxes(r io.ReaderAt, from, to int64, visit func(Box) error) error {
	var b [16]byte
	for range maxBoxes {
		if from >= to {
			return nil
		}
		if to-from < 8 {
			return ErrBoxCut
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
				return ErrBoxCut
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
			return ErrBoxCut
		}
		if err := visit(Box{Kind: string(b[4:8]), Start: from, Body: from + head, Next: from + n}); err != nil {
			return err
		}
		from += n
	}
	return errors.New("too many boxes")
}

// Track calls take with the boxes of a track, those within its containers too.
func Track(r io.ReaderAt, track Box, take func(io.ReaderAt, Box) error) error {
	return within(r, track, 3, take)
}

func within(r io.ReaderAt, b Box, deeper int, take func(io.ReaderAt, Box) error) error {
	return Boxes(r, b.Body, b.Next, func(c Box) error {
		switch c.Kind {
		case "mdia", "minf", "stbl", "edts":
			if deeper == 0 {
				return errors.New("boxes within boxes")
			}
			return within(r, c, deeper-1, take)
		}
		return take(r, c)
	})
}

// ReadBox decodes one small box.
func ReadBox[T mp4.Box](r io.ReaderAt, b Box) (T, error) { return ReadBoxUpTo[T](r, b, maxSmallBox) }

// ReadBoxUpTo decodes one box of a foreign file. It refuses one longer than
// most, as decoders allocate what their tables claim, and returns a panic in the
// decoder as an error: it means a damaged file.
func ReadBoxUpTo[T mp4.Box](r io.ReaderAt, b Box, most int64) (x T, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("reading a %s box: %v", b.Kind, v)
		}
	}()
	if b.Next-b.Start > most {
		return x, fmt.Errorf("a %s box of %d bytes", b.Kind, b.Next-b.Start)
	}
	got, err := mp4.DecodeBox(uint64(b.Start), io.NewSectionReader(r, b.Start, b.Next-b.Start))
	if err != nil {
		return x, fmt.Errorf("reading a %s box: %w", b.Kind, err)
	}
	x, ok := got.(T)
	if !ok {
		return x, fmt.Errorf("reading a %s box: it is a %s", b.Kind, got.Type())
	}
	return x, nil
}
