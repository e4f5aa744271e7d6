// Package frames inspects saved clips: their facts, stills, and their pictures
// in sequence.
//
// The facts come from the clip's own boxes and need nothing else. Pictures need
// ffmpeg, which is used if it is installed but not required: decoding video is
// not what this program is for. Clips are untrusted, so ffmpeg may open only
// this one file, has a time limit, and is killed with its children.
package frames

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"time"

	"github.com/Eyevinn/mp4ff/mp4"

	"seedreel/state/media"
)

// Facts describes a clip.
type Facts struct {
	Width, Height int // pixels
	// Codec is the name of the picture's encoding, such as "H.264 High".
	Codec string
	// Frames is the number of pictures, 0 if the file does not state it.
	Frames int
	// FPS is pictures a second, 0 if unknown.
	FPS      float64
	Duration time.Duration
	Bytes    int64
	// Sound is set if there is a sound track.
	Sound bool
}

// maxDuration is longer than any real clip; hostile files claim centuries.
const maxDuration = 24 * time.Hour

// Inspect reads the facts of a file. The error is an *Error.
func Inspect(path string) (Facts, error) {
	stat, err := os.Stat(path)
	if err == nil && !stat.Mode().IsRegular() {
		err = errors.New("it is no plain file")
	}
	if err != nil {
		return Facts{}, &Error{Unreadable, "the clip cannot be read", err}
	}
	f, err := os.Open(path)
	if err != nil {
		return Facts{}, &Error{Unreadable, "the clip cannot be read", err}
	}
	defer func() { _ = f.Close() }() // read only
	return Read(f, stat.Size())
}

// Read reads the facts of size bytes. The error is an *Error; Read never panics
// and allocates little, even on hostile input.
func Read(r io.ReaderAt, size int64) (Facts, error) {
	f := Facts{Bytes: size}
	var movie, found bool
	err := media.Boxes(r, 0, size, func(b media.Box) error {
		if b.Kind != "moov" {
			return nil
		}
		movie = true
		return media.Boxes(r, b.Body, b.Next, func(t media.Box) error {
			if t.Kind != "trak" {
				return nil
			}
			tr, err := readTrack(r, t)
			if err != nil {
				return err
			}
			if tr.handler == "soun" {
				f.Sound = true
			}
			if tr.handler == "vide" && !found {
				found = true
				tr.fill(&f)
			}
			return nil
		})
	})
	switch {
	case errors.Is(err, media.ErrBoxCut), err == nil && !movie:
		return f, &Error{Cut, "the clip is cut off, or it is no mp4", err}
	case err != nil:
		return f, &Error{Broken, "the clip is damaged", err}
	case !found:
		return f, &Error{Broken, "the file has no pictures", nil}
	}
	return f, nil
}

// track is what the boxes of one track contain.
type track struct {
	handler   string
	timescale uint32
	duration  uint64
	codec     string
	w, h      int
	samples   uint32
}

func (t *track) fill(f *Facts) {
	f.Width, f.Height, f.Codec = t.w, t.h, t.codec
	f.Frames = int(t.samples)
	if t.timescale > 0 && t.duration > 0 {
		seconds := float64(t.duration) / float64(t.timescale)
		if seconds > maxDuration.Seconds() {
			return
		}
		f.Duration = time.Duration(seconds * float64(time.Second))
		if fps := float64(f.Frames) / seconds; fps <= 1000 {
			f.FPS = fps
		}
	}
}

// readTrack descends trak > mdia > minf > stbl.
func readTrack(r io.ReaderAt, trak media.Box) (track, error) {
	var t track
	err := walkTrack(r, trak, 0, t.read)
	return t, err
}

// walkTrack calls read for the boxes of a track. The depth is bounded: a
// hostile file can nest a million of them.
func walkTrack(r io.ReaderAt, b media.Box, depth int, read func(io.ReaderAt, media.Box) error) error {
	const deepest = 3
	return media.Boxes(r, b.Body, b.Next, func(c media.Box) error {
		switch c.Kind {
		case "mdia", "minf", "stbl":
			if depth == deepest {
				return errors.New("boxes within boxes")
			}
			return walkTrack(r, c, depth+1, read)
		}
		return read(r, c)
	})
}

// read evaluates one box.
func (t *track) read(r io.ReaderAt, b media.Box) error {
	switch b.Kind {
	case "mdhd":
		x, err := media.ReadBox[*mp4.MdhdBox](r, b)
		if err != nil {
			return err
		}
		if x.Duration < math.MaxUint32 { // all ones means "not known"
			t.timescale, t.duration = x.Timescale, x.Duration
		}
	case "hdlr":
		x, err := media.ReadBox[*mp4.HdlrBox](r, b)
		if err != nil {
			return err
		}
		if t.handler == "" { // QuickTime has a second one in minf
			t.handler = x.HandlerType
		}
	case "stsd":
		return t.describe(r, b)
	case "stsz":
		// Version and flags, the common size, the count; the table that follows
		// is not needed.
		var head [12]byte
		if err := readIn(r, b, head[:]); err != nil {
			return err
		}
		t.samples = min(binary.BigEndian.Uint32(head[8:]), math.MaxInt32)
	}
	return nil
}

// describe reads the first sample entry: which codec, and the frame's size.
func (t *track) describe(r io.ReaderAt, stsd media.Box) error {
	const tableHead = 8 // version, flags and the number of entries
	if stsd.Next-stsd.Body < tableHead {
		return media.ErrBoxCut
	}
	return media.Boxes(r, stsd.Body+tableHead, stsd.Next, func(e media.Box) error {
		if t.codec != "" {
			return nil
		}
		t.codec = codecName(e.Kind)
		// Reserved bytes, the data reference and two more fields come before
		// width and height (ISO/IEC 14496-12, VisualSampleEntry).
		var head [28]byte
		if err := readIn(r, e, head[:]); err != nil {
			return nil //nolint:nilerr // other kinds of tracks have shorter entries
		}
		t.w, t.h = int(binary.BigEndian.Uint16(head[24:])), int(binary.BigEndian.Uint16(head[26:]))
		if x, err := media.ReadBox[*mp4.VisualSampleEntryBox](r, e); err == nil && x.AvcC != nil {
			t.codec += profileName(x.AvcC.AVCProfileIndication)
		}
		return nil
	})
}

func readIn(r io.ReaderAt, b media.Box, into []byte) error {
	if b.Next-b.Body < int64(len(into)) {
		return media.ErrBoxCut
	}
	if _, err := r.ReadAt(into, b.Body); err != nil {
		return fmt.Errorf("reading a %s box: %w", b.Kind, err)
	}
	return nil
}

// codecName returns the common name for a sample entry's four letters.
func codecName(kind string) string {
	switch kind {
	case "avc1", "avc3":
		return "H.264"
	case "hvc1", "hev1":
		return "H.265"
	case "av01":
		return "AV1"
	case "vp09":
		return "VP9"
	case "mp4v":
		return "MPEG-4"
	}
	return strings.TrimSpace(kind)
}

// profileName returns the name of an H.264 profile (ITU-T H.264, A.2).
func profileName(profile byte) string {
	switch profile {
	case 66:
		return " Baseline"
	case 77:
		return " Main"
	case 100:
		return " High"
	}
	return ""
}
