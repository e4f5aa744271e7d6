package media

import (
	"io"

	"github.com/Eyevinn/mp4ff/mp4"
)

// Box is where one box of an ISO media file stands: its type and offsets.
type Box struct {
	Kind string
	// Start is where its header begins, Body what follows the header, Next
	// where the next box begins.
	Start, Body, Next int64
}

// ErrBoxCut tells that a box is longer than what is there: the file was cut.
var ErrBoxCut = errBoxCut

// Boxes calls visit with the boxes between two offsets of a file. Nothing is
// believed: lengths are checked against the range, and their number is
// bounded.
func Boxes(r io.ReaderAt, from, to int64, visit func(Box) error) error {
	return eachBox(r, from, to, func(b box) error {
		return visit(Box{Kind: b.kind, Start: b.start, Body: b.body, Next: b.next})
	})
}

// ReadBox decodes one small box. Large ones are refused, as decoders allocate
// what their tables claim; a panic in the decoder is an error.
func ReadBox[T mp4.Box](r io.ReaderAt, b Box) (T, error) {
	return decode[T](r, box{kind: b.Kind, start: b.Start, body: b.Body, next: b.Next})
}
