package film

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/Eyevinn/mp4ff/mp4"

	"seedreel/state/frames"
	"seedreel/state/media"
)

// maxSamples bounds the samples of one track, about six hours of sound.
const maxSamples = 1 << 20

// sample is one picture, or one piece of sound, of a track. Times are in units
// of the track.
type sample struct {
	at    int64
	size  uint32
	dur   uint32
	delay int32 // how much later than decoded it is shown
	sync  bool
}

// track is one track of a clip.
type track struct {
	handler   string
	timescale uint32
	// plain is set if the track is shown as it is, not turned or scaled.
	plain   bool
	head    *mp4.TkhdBox
	stsd    []byte
	entries []byte // what must agree for copying
	stts    *mp4.SttsBox
	ctts    *mp4.CttsBox
	stsz    *mp4.StszBox
	stsc    *mp4.StscBox
	stss    *mp4.StssBox
	chunks  []uint64
	elst    *mp4.ElstBox
	samples []sample
	// start is when in the track its presentation begins.
	start int64
}

// clip is one input with its tracks; a track is nil if there is none.
type clip struct {
	path           string
	facts          frames.Facts
	stat           os.FileInfo
	picture, sound *track
	// odd is why the boxes cannot be copied, "" if they can.
	odd string
}

// open reads a clip. A clip of a strange structure is not an error, it is only
// not copied.
func open(path string) (*clip, error) {
	facts, err := frames.Inspect(path)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, &frames.Error{Problem: frames.Unreadable, Text: "the clip cannot be read", Err: err}
	}
	defer func() { _ = f.Close() }() // read only
	c := &clip{path: path, facts: facts}
	if c.stat, err = f.Stat(); err != nil {
		return nil, &frames.Error{Problem: frames.Unreadable, Text: "the clip cannot be read", Err: err}
	}
	if err := frames.Whole(f, c.stat.Size()); err != nil {
		return nil, err
	}
	if err := c.read(f, c.stat.Size()); err != nil {
		c.odd = "its boxes are unusual"
	}
	return c, nil
}

// read reads the tables of the clip's tracks.
func (c *clip) read(r io.ReaderAt, size int64) error {
	var brand bool
	err := media.Boxes(r, 0, size, func(b media.Box) error {
		switch b.Kind {
		case "moof":
			brand = true
		case "moov":
			return media.Boxes(r, b.Body, b.Next, func(b media.Box) error {
				if b.Kind != "trak" {
					return nil
				}
				return c.track(r, b)
			})
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case brand:
		return errors.New("it is in fragments")
	case c.picture == nil:
		return errors.New("it has no pictures")
	}
	return nil
}

func (c *clip) track(r io.ReaderAt, b media.Box) error {
	t := &track{}
	if err := media.Track(r, b, t.take); err != nil {
		return err
	}
	to := &c.picture
	if t.handler == "soun" {
		to = &c.sound
	} else if t.handler != "vide" {
		return nil // subtitles and data are left out
	}
	if *to != nil {
		return errors.New("it has several tracks of a kind")
	}
	*to = t
	return t.lay()
}

// table reads a table into to.
func table[T mp4.Box](r io.ReaderAt, b media.Box, to *T) (err error) {
	*to, err = frames.ReadTable[T](r, b)
	return err
}

func (t *track) take(r io.ReaderAt, b media.Box) (err error) {
	switch b.Kind {
	case "tkhd":
		if err = table(r, b, &t.head); err == nil {
			t.plain, err = unturned(r, b)
		}
	case "hdlr":
		var x *mp4.HdlrBox
		if err = table(r, b, &x); err == nil && t.handler == "" {
			t.handler = x.HandlerType
		}
	case "mdhd":
		var x *mp4.MdhdBox
		if err = table(r, b, &x); err == nil {
			t.timescale = x.Timescale
		}
	case "stsd":
		t.stsd, t.entries, err = descriptions(r, b)
	case "stts":
		err = table(r, b, &t.stts)
	case "ctts":
		err = table(r, b, &t.ctts)
	case "stsz":
		err = table(r, b, &t.stsz)
	case "stsc":
		err = table(r, b, &t.stsc)
	case "stss":
		err = table(r, b, &t.stss)
	case "elst":
		err = table(r, b, &t.elst)
	case "stco":
		var x *mp4.StcoBox
		if err = table(r, b, &x); err == nil {
			for _, at := range x.ChunkOffset {
				t.chunks = append(t.chunks, uint64(at))
			}
		}
	case "co64":
		var x *mp4.Co64Box
		if err = table(r, b, &x); err == nil {
			t.chunks = x.ChunkOffset
		}
	}
	return err
}

// unturned reports whether a tkhd box has the matrix of no rotation.
func unturned(r io.ReaderAt, b media.Box) (bool, error) {
	const matrix, tail = 36, 36 + 8 // it precedes width and height
	unity := []byte{0, 1, 0, 0, 11: 0, 16: 0, 17: 1, 32: 0x40, 35: 0}
	got := make([]byte, matrix)
	if b.Next-b.Body < tail {
		return false, media.ErrBoxCut
	}
	if _, err := r.ReadAt(got, b.Next-tail); err != nil {
		return false, fmt.Errorf("reading a matrix: %w", err)
	}
	return bytes.Equal(got, unity), nil
}

// maxEntry bounds the description of a track in bytes.
const maxEntry = 64 << 10

// descriptions reads the description of a track, whole and without what does
// not matter for decoding: bit rates and the encoder's name.
func descriptions(r io.ReaderAt, b media.Box) (whole, needed []byte, err error) {
	if b.Next-b.Body > maxEntry {
		return nil, nil, errors.New("a description is too long")
	}
	whole = make([]byte, b.Next-b.Body)
	if _, err := r.ReadAt(whole, b.Body); err != nil {
		return nil, nil, fmt.Errorf("reading a description: %w", err)
	}
	x, err := frames.ReadTable[*mp4.StsdBox](r, b)
	if err != nil {
		return nil, nil, err
	}
	if len(x.Children) != 1 {
		return nil, nil, errors.New("a track has several descriptions")
	}
	needed, err = essence(x.Children[0])
	return whole, needed, err
}

func essence(e mp4.Box) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s ", e.Type())
	var parts []mp4.Box
	switch e := e.(type) {
	case *mp4.VisualSampleEntryBox:
		fmt.Fprintf(&b, "%dx%d ", e.Width, e.Height)
		parts = e.Children
	case *mp4.AudioSampleEntryBox:
		fmt.Fprintf(&b, "%d %d ", e.ChannelCount, e.SampleRate)
		if e.Esds != nil && e.Esds.DecConfigDescriptor != nil && e.Esds.DecConfigDescriptor.DecSpecificInfo != nil {
			b.Write(e.Esds.DecConfigDescriptor.DecSpecificInfo.DecConfig)
			return b.Bytes(), nil
		}
		parts = e.Children
	default:
		return nil, errors.New("a description is of an unknown kind")
	}
	for _, p := range parts {
		if p.Type() == "btrt" {
			continue
		}
		if err := p.Encode(&b); err != nil {
			return nil, fmt.Errorf("comparing descriptions: %w", err)
		}
	}
	return b.Bytes(), nil
}

// lay fills in the samples from the tables.
func (t *track) lay() error {
	if t.head == nil || t.timescale == 0 || t.stsz == nil || t.stsc == nil || t.stts == nil || t.stsd == nil ||
		t.stsz.SampleNumber == 0 || t.stsz.SampleNumber > maxSamples || len(t.stsc.Entries) == 0 || t.stsc.Entries[0].FirstChunk != 1 {
		return errors.New("the tables of a track do not fit together")
	}
	n := int(t.stsz.SampleNumber)
	t.samples = make([]sample, 0, n)
	run := 0
	for i := 0; len(t.samples) < n; i++ {
		for run+1 < len(t.stsc.Entries) && int(t.stsc.Entries[run+1].FirstChunk) <= i+1 {
			run++
		}
		per := t.stsc.Entries[run].SamplesPerChunk
		if i >= len(t.chunks) || per == 0 {
			return errors.New("the tables of a track name more samples than chunks hold")
		}
		at := int64(min(t.chunks[i], 1<<62))
		for k := uint32(0); k < per && len(t.samples) < n; k++ {
			s := sample{at: at, size: t.stsz.GetSampleSize(len(t.samples) + 1), sync: t.stss == nil}
			t.samples = append(t.samples, s)
			at += int64(s.size)
		}
	}
	if t.stss != nil {
		for _, k := range t.stss.SampleNumber {
			if k >= 1 && int(k) <= n {
				t.samples[k-1].sync = true
			}
		}
	}
	return t.time()
}

// time fills in when the samples are shown.
func (t *track) time() error {
	i := 0
	for k, count := range t.stts.SampleCount {
		for range count {
			if i == len(t.samples) {
				return errors.New("a track has more times than samples")
			}
			t.samples[i].dur = t.stts.SampleTimeDelta[k]
			i++
		}
	}
	if i < len(t.samples) {
		return errors.New("a track has samples without times")
	}
	for i, k := 0, 0; t.ctts != nil && k < t.ctts.NrSampleCount(); k++ {
		for range t.ctts.SampleCount(k) {
			if i == len(t.samples) {
				return errors.New("a track has more times than samples")
			}
			t.samples[i].delay = t.ctts.SampleOffset[k]
			i++
		}
	}
	if t.elst == nil {
		return nil
	}
	if len(t.elst.Entries) != 1 || t.elst.Entries[0].MediaTime < 0 || t.elst.Entries[0].MediaTime > 1<<40 || t.elst.Entries[0].MediaRateInteger != 1 {
		return errors.New("a track is edited")
	}
	t.start = t.elst.Entries[0].MediaTime
	return nil
}

// units returns the sum of the durations of the samples.
func (t *track) units() (n int64) {
	for _, s := range t.samples {
		n += int64(s.dur)
	}
	return n
}

// shown returns when each sample is shown, counted from the beginning of the
// presentation, in the order of decoding.
func (t *track) shown() []int64 {
	out := make([]int64, len(t.samples))
	at := -t.start
	for i, s := range t.samples {
		out[i] = at + int64(s.delay)
		at += int64(s.dur)
	}
	return out
}

// steady reports whether the pictures follow each other at one rate from the
// beginning of the presentation.
func (t *track) steady() bool {
	all := t.shown()
	slices.Sort(all)
	for i, at := range all {
		if at != int64(i)*int64(t.samples[0].dur)+all[0] || t.samples[i].dur != t.samples[0].dur {
			return false
		}
	}
	return all[0] == 0 || t.elst == nil
}

// lastDecodedIsLastShown reports whether the picture shown last can be taken
// off: no other needs a picture that is decoded after all others.
func (t *track) lastDecodedIsLastShown() bool {
	all := t.shown()
	return all[len(all)-1] == slices.Max(all)
}

// length returns how long so many units of a track last.
func (t *track) length(units int64) time.Duration {
	return time.Duration(float64(units) / float64(t.timescale) * float64(time.Second))
}
