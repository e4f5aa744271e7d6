package frames

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"image/png"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"seedreel/state/disk"
)

// Origin is where a picture was taken from.
type Origin struct {
	// Clip is the SHA-256 of the clip's file in hex, Job the id of the job that
	// made it; either is "" if unknown.
	Clip, Job string
	// At is when the picture is shown in the clip.
	At time.Duration
}

// The keywords of the PNG's text chunks. They are read by other programs, so
// their meaning does not change.
const (
	keyClip = "seedreel clip"
	keyJob  = "seedreel job"
	keyAt   = "seedreel time"
)

// maxOrigin bounds how much of a PNG is searched for its origin, in bytes; the
// text precedes the pixels.
const maxOrigin = 64 << 10

// PNG encodes the picture with its origin as text.
func (p *Picture) PNG() ([]byte, error) {
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, p.Image); err != nil {
		return nil, fmt.Errorf("encoding a picture: %w", err)
	}
	return p.Origin.into(b.Bytes()), nil
}

// WritePNG writes the picture to a new file, complete or not at all. If there
// is a file already, the error is fs.ErrExist and the file is not touched.
func (p *Picture) WritePNG(path string) error {
	b, err := p.PNG()
	if err != nil {
		return err
	}
	f, err := disk.Create(path)
	if err != nil {
		return fmt.Errorf("writing a picture: %w", err)
	}
	defer f.Discard()
	if _, err := f.Write(b); err != nil {
		return fmt.Errorf("writing a picture: %w", err)
	}
	if err := f.Keep(); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return &fs.PathError{Op: "writing a picture", Path: filepath.Base(path), Err: fs.ErrExist}
		}
		return fmt.Errorf("writing a picture: %w", err)
	}
	return nil
}

const (
	pngMagic = "\x89PNG\r\n\x1a\n"
	// headEnd is where the first chunk of a PNG, IHDR, ends.
	headEnd = len(pngMagic) + 12 + 13
)

// into inserts the origin after the first chunk of a PNG.
func (o *Origin) into(b []byte) []byte {
	out := append([]byte(nil), b[:headEnd]...)
	for _, t := range []struct{ key, text string }{{keyClip, o.Clip}, {keyJob, o.Job}, {keyAt, o.At.String()}} {
		if t.text != "" {
			out = chunk(out, "tEXt", t.key+"\x00"+t.text)
		}
	}
	return append(out, b[headEnd:]...)
}

func chunk(b []byte, kind, body string) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(body)))
	at := len(b)
	b = append(append(b, kind...), body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[at:]))
}

// ReadOrigin returns the origin that is kept in a PNG. It returns false for a
// picture that has none, or one that does not make sense.
func ReadOrigin(r io.Reader) (o Origin, ok bool) {
	b, err := io.ReadAll(io.LimitReader(r, maxOrigin))
	if err != nil || !strings.HasPrefix(string(b[:min(len(b), len(pngMagic))]), pngMagic) {
		return Origin{}, false
	}
	for b = b[len(pngMagic):]; len(b) >= 12; {
		n := int64(binary.BigEndian.Uint32(b))
		if n > int64(len(b)-12) || string(b[4:8]) == "IDAT" {
			break
		}
		if sum := binary.BigEndian.Uint32(b[8+n:]); string(b[4:8]) == "tEXt" && sum == crc32.ChecksumIEEE(b[4:8+n]) {
			key, text, _ := strings.Cut(string(b[8:8+n]), "\x00")
			if !o.set(key, text) {
				return Origin{}, false
			}
			ok = ok || key == keyClip || key == keyJob
		}
		b = b[12+n:]
	}
	return o, ok
}

// set takes one text. It returns false if that is foreign to its keyword.
func (o *Origin) set(key, text string) bool {
	switch key {
	case keyClip:
		sum, err := hex.DecodeString(text)
		o.Clip = text
		return err == nil && len(sum) == 32
	case keyJob:
		o.Job = text
		return len(text) <= 64 && !strings.ContainsFunc(text, func(r rune) bool {
			return (r < 'a' || r > 'z') && (r < '0' || r > '9')
		})
	case keyAt:
		d, err := time.ParseDuration(text)
		o.At = d
		return err == nil && d >= 0 && d <= maxDuration
	}
	return true
}
