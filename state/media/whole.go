package media

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"

	"seedreel/client/catalogue"
)

// maxChunks bounds the walk over a PNG: real ones have one chunk per 8 KB.
const maxChunks = 1 << 16

func cutOff() error { return wrong(Cut, "the picture is cut off, its end is missing") }

// wholePNG walks from chunk to chunk to the last one, IEND. Bytes after it are
// allowed, as every reader ignores them.
func wholePNG(r io.ReaderAt, size int64, f *catalogue.Facts) error {
	var b [8]byte
	at := int64(8)
	for range maxChunks {
		if size-at < 12 {
			return cutOff()
		}
		if _, err := r.ReadAt(b[:], at); err != nil {
			return readError(err)
		}
		n := int64(binary.BigEndian.Uint32(b[:4]))
		if n > 1<<31-1 {
			return wrong(Broken, "the picture is damaged")
		}
		if n > size-at-12 {
			return cutOff()
		}
		switch string(b[4:]) {
		case "IEND":
			return nil
		case "eXIf":
			f.Turn = turnOf(portion(r, at+8, n))
		case "acTL":
			f.Animated = true
		case "tRNS":
			f.SeeThrough = catalogue.PartlyClear
		}
		at += 12 + n
	}
	return wrong(Broken, "the picture is damaged")
}

// portion reads n bytes at an offset, or as many as there are.
func portion(r io.ReaderAt, at, n int64) []byte {
	b := make([]byte, min(n, maxExif))
	got, _ := r.ReadAt(b, at) // a short read is fine
	return b[:got]
}

// wholeWebP compares the length in the header with the file's, and checks the
// chunks.
func wholeWebP(r io.ReaderAt, size int64, f *catalogue.Facts) error {
	var b [8]byte
	if _, err := r.ReadAt(b[:], 0); err != nil {
		return readError(err)
	}
	end := int64(binary.LittleEndian.Uint32(b[4:])) + 8
	if end > size {
		return cutOff()
	}
	at := int64(12)
	for range maxChunks {
		if end-at < 8 {
			return nil
		}
		if _, err := r.ReadAt(b[:], at); err != nil {
			return readError(err)
		}
		n := int64(binary.LittleEndian.Uint32(b[4:]))
		switch string(b[:4]) {
		case "EXIF":
			f.Turn = turnOf(portion(r, at+8, min(n, end-at-8)))
		case "ANIM":
			f.Animated = true
		case "VP8L":
			if !losslessAlpha(portion(r, at+8, min(n, vp8lHeader))) {
				f.SeeThrough = catalogue.Opaque
			}
		}
		at += 8 + n + n%2
	}
	return nil
}

// vp8lHeader is the size of a signature byte, 14 bits each of width and height,
// and a bit for whether transparency is used (WebP lossless bitstream, 3).
const vp8lHeader = 5

func losslessAlpha(b []byte) bool { return len(b) == vp8lHeader && b[4]&0x10 != 0 }

// wholeGIF looks for the trailer, after which some tools leave zeros.
func wholeGIF(r io.ReaderAt, size int64, f *catalogue.Facts) error {
	tail := make([]byte, min(size, headLen))
	if n, err := r.ReadAt(tail, size-int64(len(tail))); n < len(tail) {
		return readError(err)
	}
	if !bytes.HasSuffix(bytes.TrimRight(tail, "\x00"), []byte{0x3b}) {
		return cutOff()
	}
	f.Animated = frames(io.NewSectionReader(r, 0, size)) > 1
	return nil
}

// The blocks of a GIF (GIF89a, appendix A).
const (
	gifExtension, gifImage = 0x21, 0x2c
	gifHeader, gifFrame    = 13, 9
	gifTable               = 0x80 // the flag of a table of colours
	gifTableSize           = 0x07
)

// frames counts the frames of a GIF, up to two.
func frames(r io.Reader) int {
	b := bufio.NewReader(r)
	colours := func(flags byte) error {
		if flags&gifTable == 0 {
			return nil
		}
		_, err := b.Discard(3 << (flags&gifTableSize + 1))
		return err
	}
	var head [gifHeader]byte
	_, err := io.ReadFull(b, head[:])
	err = errors.Join(err, colours(head[10]))
	n := 0
	for err == nil && n < 2 {
		var kind byte
		if kind, err = b.ReadByte(); err != nil {
			break
		}
		switch kind {
		case gifExtension:
			_, err = b.Discard(1)
		case gifImage:
			n++
			var frame [gifFrame + 1]byte // and the width of its codes
			if _, err = io.ReadFull(b, frame[:gifFrame]); err == nil {
				err = colours(frame[gifFrame-1])
			}
			if err == nil {
				_, err = b.Discard(1)
			}
		default:
			return n
		}
		for err == nil {
			var size byte
			if size, err = b.ReadByte(); err != nil || size == 0 {
				break
			}
			_, err = b.Discard(int(size))
		}
	}
	return n
}
