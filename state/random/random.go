// Package random draws ids and numbers from a source of random bytes, which
// tests replace.
package random

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
)

// IDLetters is the length of an id: 60 bits, so that no two are equal.
const IDLetters = 12

// ID returns an id of IDLetters letters of a-z2-7.
func ID(source io.Reader) (string, error) {
	b, err := Bytes(source, 8)
	if err != nil {
		return "", err
	}
	return strings.ToLower(base32.StdEncoding.EncodeToString(b))[:IDLetters], nil
}

// Between returns a number from lo to hi, both included.
func Between(source io.Reader, lo, hi int64) (int64, error) {
	b, err := Bytes(source, 8)
	if err != nil {
		return 0, err
	}
	if hi <= lo {
		return lo, nil
	}
	return lo + int64(binary.LittleEndian.Uint64(b)>>1)%(hi-lo+1), nil
}

// Bytes returns n bytes.
func Bytes(source io.Reader, n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(source, b); err != nil {
		return nil, fmt.Errorf("drawing at random: %w", err)
	}
	return b, nil
}
