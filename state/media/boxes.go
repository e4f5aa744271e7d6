package media

import (
	"errors"
	"io"

	"github.com/Eyevinn/mp4ff/mp4"
)

// Box is the place of one box in an ISO media file: its type and offsets.
type Box struct {
	Kind string
	// Start is the offset of its header, Body of what follows the header, Next
	// of the next box.
	Start, Body, Next int64
}

// ErrBoxCut is returned if a box extends beyond the end: the file was cut.
var ErrBoxCut = errBoxCut

// Boxes calls visit with the boxes between two offsets of a file. It trusts
// nothing: lengths are checked against the range, and the number of boxes is
// bounded.
func Boxes(r io.ReaderAt, from, to int64, visit func(Box) error) error {
	return eachBox(r, from, to, func(b box) error {
		return visit(Box{Kind: b.kind, Start: b.start, Body: b.body, Next: b.next})
	})
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

// ReadBox decodes one small box. It refuses large ones, as decoders allocate
// what their tables claim, and returns a panic in the decoder as an error.
func ReadBox[T mp4.Box](r io.ReaderAt, b Box) (T, error) {
	return decode[T](r, box{kind: b.Kind, start: b.Start, body: b.Body, next: b.Next})
}
