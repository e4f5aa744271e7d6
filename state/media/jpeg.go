package media

import (
	"bufio"
	"errors"
	"io"
	"strings"
)

// The markers of a JPEG that the walk needs (ITU-T T.81, B.1).
const (
	jpegFill  = 0xff
	jpegTemp  = 0x01
	jpegRST0  = 0xd0
	jpegRST7  = 0xd7
	jpegSOI   = 0xd8
	jpegEOI   = 0xd9
	jpegSOS   = 0xda
	jpegAPP1  = 0xe1
	jpegStuff = 0x00
)

// walkJPEG follows the segments and scans of a JPEG to its end marker, and
// returns its EXIF data. It ignores what follows the end marker: phones put
// whole clips there. End markers of thumbnails are inside segments, which are
// skipped by their length.
func walkJPEG(r io.ReaderAt, size int64) (exif []byte, err error) {
	w := jpegWalk{r: bufio.NewReaderSize(io.NewSectionReader(r, 0, size), maxExif)}
	if _, err := w.r.Discard(2); err != nil {
		return nil, w.problem(err)
	}
	for range maxChunks {
		m, err := w.marker()
		if err != nil {
			return nil, w.problem(err)
		}
		switch {
		case m == jpegEOI:
			return w.exif, nil
		case m == jpegTemp, m >= jpegRST0 && m <= jpegSOI:
			continue
		}
		if err := w.segment(m); err != nil {
			return nil, w.problem(err)
		}
		w.inScan = w.inScan || m == jpegSOS
	}
	return nil, wrong(Broken, "the picture is damaged")
}

var errNoMarker = errors.New("there is something else in the place of a marker")

type jpegWalk struct {
	r *bufio.Reader
	// inScan is true from the first scan on: from then data of any length
	// precedes a marker.
	inScan bool
	exif   []byte
}

// marker reads up to the next marker.
func (w *jpegWalk) marker() (byte, error) {
	for {
		b, err := w.r.ReadByte()
		if err != nil {
			return 0, err
		}
		if b != jpegFill {
			if !w.inScan {
				return 0, errNoMarker
			}
			continue
		}
		for b == jpegFill {
			if b, err = w.r.ReadByte(); err != nil {
				return 0, err
			}
		}
		if b != jpegStuff && (!w.inScan || b < jpegRST0 || b > jpegRST7) {
			return b, nil
		}
		if !w.inScan {
			return 0, errNoMarker
		}
	}
}

// segment skips one segment, keeping its data if it is the first EXIF one.
func (w *jpegWalk) segment(marker byte) error {
	var b [2]byte
	if _, err := io.ReadFull(w.r, b[:]); err != nil {
		return err
	}
	n := int(b[0])<<8 + int(b[1]) - len(b)
	if n < 0 {
		return errNoMarker
	}
	if marker == jpegAPP1 && w.exif == nil {
		if head, err := w.r.Peek(min(n, len(exifMark))); err == nil && strings.HasPrefix(string(head), exifMark) {
			w.exif = make([]byte, n)
			_, err := io.ReadFull(w.r, w.exif)
			return err
		}
	}
	_, err := w.r.Discard(n)
	return err
}

func (w *jpegWalk) problem(err error) error {
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return cutOff()
	case errors.Is(err, errNoMarker):
		return wrong(Broken, "the picture is damaged")
	}
	return readError(err)
}
