package frames

import (
	"errors"
	"io"
	"os"
	"slices"
	"time"

	"github.com/Eyevinn/mp4ff/mp4"

	"seedreel/state/media"
)

// timing is what the boxes of a track state about when its samples are shown.
type timing struct {
	handler   string
	timescale uint32
	stts      *mp4.SttsBox
	ctts      *mp4.CttsBox
	elst      *mp4.ElstBox
}

// Times returns when each picture of a clip is shown, in the order they are
// shown; the first is at 0. It returns nil without an error for a clip whose
// index lies among its pictures (fragments).
// The error is an *Error.
func Times(path string) ([]time.Duration, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &Error{Unreadable, "the clip cannot be read", err}
	}
	defer func() { _ = f.Close() }() // read only
	stat, err := f.Stat()
	if err != nil {
		return nil, &Error{Unreadable, "the clip cannot be read", err}
	}
	out, err := times(f, stat.Size())
	if errors.Is(err, media.ErrBoxCut) {
		return nil, &Error{Cut, "the clip is cut off, or it is no mp4", err}
	}
	if err != nil {
		return nil, &Error{Broken, "the clip is damaged", err}
	}
	return out, nil
}

func times(r io.ReaderAt, size int64) (out []time.Duration, err error) {
	found := false
	err = media.Boxes(r, 0, size, func(b media.Box) error {
		if b.Kind != "moov" {
			return nil
		}
		return media.Boxes(r, b.Body, b.Next, func(b media.Box) error {
			if b.Kind != "trak" || found {
				return nil
			}
			t := timing{}
			if err := media.Track(r, b, t.take); err != nil || t.handler != "vide" {
				return err
			}
			found = true
			out, err = t.shown()
			return err
		})
	})
	return out, err
}

func (t *timing) take(r io.ReaderAt, b media.Box) (err error) {
	switch b.Kind {
	case "hdlr":
		var x *mp4.HdlrBox
		if x, err = ReadTable[*mp4.HdlrBox](r, b); err == nil && t.handler == "" {
			t.handler = x.HandlerType
		}
	case "mdhd":
		var x *mp4.MdhdBox
		if x, err = ReadTable[*mp4.MdhdBox](r, b); err == nil {
			t.timescale = x.Timescale
		}
	case "stts":
		t.stts, err = ReadTable[*mp4.SttsBox](r, b)
	case "ctts":
		t.ctts, err = ReadTable[*mp4.CttsBox](r, b)
	case "elst":
		t.elst, err = ReadTable[*mp4.ElstBox](r, b)
	}
	return err
}

// shown adds up the tables. Pictures before the beginning of the edit list are
// not shown.
func (t *timing) shown() ([]time.Duration, error) {
	if t.stts == nil || len(t.stts.SampleCount) == 0 {
		return nil, nil
	}
	if t.timescale == 0 {
		return nil, errors.New("a track has no time scale")
	}
	var start int64
	if t.elst != nil {
		for _, e := range t.elst.Entries {
			if e.MediaTime >= 0 {
				start = e.MediaTime
				break
			}
		}
	}
	var shown []int64
	var at int64
	delay := t.delays()
	for i, count := range t.stts.SampleCount {
		if uint64(len(shown))+uint64(count) > maxSamples {
			return nil, errors.New("a track has too many samples")
		}
		for range count {
			if x := at - start + delay(); x >= 0 {
				shown = append(shown, x)
			}
			at += int64(t.stts.SampleTimeDelta[i])
		}
	}
	slices.Sort(shown)
	out := make([]time.Duration, len(shown))
	for i, x := range shown {
		s := min(float64(x-shown[0])/float64(t.timescale), maxDuration.Seconds())
		out[i] = time.Duration(s*float64(time.Second) + 0.5)
	}
	return out, nil
}

// delays returns a function that returns, for one sample after the other, how
// much later than decoded it is shown.
func (t *timing) delays() func() int64 {
	entry, used := 0, uint32(0)
	return func() int64 {
		if t.ctts == nil {
			return 0
		}
		for entry < t.ctts.NrSampleCount() && used >= t.ctts.SampleCount(entry) {
			entry, used = entry+1, 0
		}
		if entry >= t.ctts.NrSampleCount() {
			return 0
		}
		used++
		return int64(t.ctts.SampleOffset[entry])
	}
}
