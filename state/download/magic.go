package download

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// headLen is how many bytes tell a clip: the size, type and brand of its first
// box (ISO/IEC 14496-12, 4.3).
const headLen = 12

var errNotVideo = errors.New("the first bytes are not those of an mp4 file")

// extension tells the file name's extension by the first bytes.
func extension(r io.ReaderAt) (string, error) {
	var b [headLen]byte
	if _, err := r.ReadAt(b[:], 0); err != nil {
		if errors.Is(err, io.EOF) {
			return "", errNotVideo
		}
		return "", err
	}
	if string(b[4:8]) != "ftyp" {
		return "", errNotVideo
	}
	if string(b[8:12]) == "qt  " {
		return ".mov", nil
	}
	return ".mp4", nil
}

// wholeBoxes checks that the file's boxes end exactly where the file does. It
// stands in for a length that the server did not give.
func wholeBoxes(r io.ReaderAt, size int64) error {
	var b [16]byte
	for at := int64(0); at < size; {
		if size-at < 8 {
			return fmt.Errorf("%d bytes are left after the last box", size-at)
		}
		if _, err := r.ReadAt(b[:8], at); err != nil {
			return err
		}
		n := int64(binary.BigEndian.Uint32(b[:4]))
		switch {
		case n == 0:
			return nil // up to the end, by definition
		case n == 1:
			if _, err := r.ReadAt(b[8:16], at+8); err != nil {
				return fmt.Errorf("a box is cut: %w", err)
			}
			n = int64(min(binary.BigEndian.Uint64(b[8:16]), 1<<62))
			if n < 16 {
				return fmt.Errorf("a box at %d has a size of %d", at, n)
			}
		case n < 8:
			return fmt.Errorf("a box at %d has a size of %d", at, n)
		}
		if n > size-at {
			return fmt.Errorf("a box at %d has %d bytes, %d are here", at, n, size-at)
		}
		at += n
	}
	return nil
}

// Verify looks at a clip on disk: a plain file, the first bytes of an mp4, its
// length and SHA-256. It is for a file whose bookkeeping a crash cut short.
// The error's kind is NotVideo when something else stands there, Disk when it
// cannot be read.
func Verify(path string) (Result, error) {
	const op = "verifying a clip"
	// Before opening: a pipe would hold us until somebody writes to it.
	if info, err := os.Stat(path); err != nil {
		return Result{}, diskError(op, err)
	} else if !info.Mode().IsRegular() {
		return Result{}, fail(NotVideo, op, errors.New("not a plain file"))
	}
	f, err := os.Open(path)
	if err != nil {
		return Result{}, diskError(op, err)
	}
	defer func() { _ = f.Close() }() // read only
	if _, err := extension(f); err != nil {
		if errors.Is(err, errNotVideo) {
			return Result{}, fail(NotVideo, op, err)
		}
		return Result{}, diskError(op, err)
	}
	sum, n, err := digest(f)
	if err != nil {
		return Result{}, diskError(op, err)
	}
	return Result{Path: path, Bytes: n, SHA256: sum}, nil
}
