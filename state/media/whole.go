package media

import (
	"bytes"
	"encoding/binary"
	"io"
)

// maxChunks bounds the walk over a PNG: real ones have one chunk each 8 KB.
const maxChunks = 1 << 16

// tailLen is how far from the end a JPEG's end marker is looked for: cameras
// put previews and notes behind it.
const tailLen = 64 << 10

func cutOff() error { return wrong(Cut, "the picture is cut off, its end is missing") }

// wholePNG walks from chunk to chunk to the last one, IEND. Bytes behind it
// are allowed, as every reader ignores them.
func wholePNG(r io.ReaderAt, size int64) error {
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
		if string(b[4:]) == "IEND" {
			return nil
		}
		at += 12 + n
	}
	return wrong(Broken, "the picture is damaged")
}

// wholeJPEG looks for the end marker FF D9 near the end of the file, behind the
// start of the scan: before it stand thumbnails, which have end markers too.
func wholeJPEG(r io.ReaderAt, size int64) error {
	scan, err := startOfScan(r, size)
	if err != nil {
		return err
	}
	from := max(scan, size-tailLen)
	tail := make([]byte, size-from)
	if n, err := r.ReadAt(tail, from); n < len(tail) {
		return readError(err)
	}
	if bytes.Contains(tail, []byte{0xff, 0xd9}) {
		return nil
	}
	return cutOff()
}

// startOfScan steps over a JPEG's header segments (ITU-T T.81, B.1) to the
// first scan.
func startOfScan(r io.ReaderAt, size int64) (int64, error) {
	const startOfScanMarker, fill = 0xda, 0xff
	var b [4]byte
	at := int64(2)
	for range maxChunks {
		if size-at < 4 {
			return 0, cutOff()
		}
		if _, err := r.ReadAt(b[:], at); err != nil {
			return 0, readError(err)
		}
		switch {
		case b[0] != fill:
			return 0, wrong(Broken, "the picture is damaged")
		case b[1] == fill:
			at++
			continue
		case b[1] == startOfScanMarker:
			return at, nil
		}
		at += 2 + int64(binary.BigEndian.Uint16(b[2:]))
	}
	return 0, wrong(Broken, "the picture is damaged")
}

// wholeRIFF compares the length in the header with the file's.
func wholeRIFF(r io.ReaderAt, size int64) error {
	var b [8]byte
	if _, err := r.ReadAt(b[:], 0); err != nil {
		return readError(err)
	}
	if int64(binary.LittleEndian.Uint32(b[4:]))+8 > size {
		return cutOff()
	}
	return nil
}

// wholeGIF looks for the trailer, behind which some tools leave zeros.
func wholeGIF(r io.ReaderAt, size int64) error {
	tail := make([]byte, min(size, headLen))
	if n, err := r.ReadAt(tail, size-int64(len(tail))); n < len(tail) {
		return readError(err)
	}
	if bytes.HasSuffix(bytes.TrimRight(tail, "\x00"), []byte{0x3b}) {
		return nil
	}
	return cutOff()
}
