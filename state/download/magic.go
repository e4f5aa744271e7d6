package download

import (
	"errors"
	"io"
	"os"

	"seedreel/state/frames"
)

// headLen is how many bytes identify a clip: the size, type and brand of its
// first box (ISO/IEC 14496-12, 4.3).
const headLen = 12

var errNotVideo = errors.New("the first bytes are not those of an mp4 file")

// extension returns the file name extension that the first bytes call for.
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

// Verify checks that a clip on disk is a plain file and complete, as
// frames.Whole defines it, and returns its length and SHA-256. It is for a file
// whose bookkeeping a crash cut short. The error's kind is NotVideo if it is
// not a clip, Damaged if a part of the clip is missing, Disk if it cannot be
// read.
func Verify(path string) (Result, error) { return verify(path, false) }

// VerifyStill does as Verify for a picture that goes with a clip.
func VerifyStill(path string) (Result, error) { return verify(path, true) }

func verify(path string, still bool) (Result, error) {
	const op = "verifying a file"
	kind, whole := extension, frames.Whole
	if still {
		kind, whole = stillExtension, wholeStill
	}
	// Check before opening: opening a pipe blocks until somebody writes to it.
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
	if _, err := kind(f); err != nil {
		if errors.Is(err, errNotVideo) || errors.Is(err, errNotStill) {
			return Result{}, fail(NotVideo, op, err)
		}
		return Result{}, diskError(op, err)
	}
	info, err := f.Stat()
	if err != nil {
		return Result{}, diskError(op, err)
	}
	if err := whole(f, info.Size()); err != nil {
		return Result{}, fail(Damaged, op, err)
	}
	sum, n, err := digest(f)
	if err != nil {
		return Result{}, diskError(op, err)
	}
	return Result{Path: path, Bytes: n, SHA256: sum}, nil
}
