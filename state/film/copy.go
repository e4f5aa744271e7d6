package film

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/Eyevinn/mp4ff/aac"
	"github.com/Eyevinn/mp4ff/mp4"
)

// piece is a sample of the film: bytes of a clip, or data made here.
type piece struct {
	sample
	clip int
	data []byte
}

// lane is a track of the film.
type lane struct {
	like   *track
	pieces []piece
	// start is when in the track its presentation begins.
	start int64
	// offsets holds the place of each chunk of the file, per how many pieces
	// it has.
	offsets []uint64
	per     []uint32
}

// silence returns a piece of silence for a track of AAC-LC, nil if the track is
// something else. In a raw data block of silence no band has a value, so the
// bytes do not depend on the sample rate (ISO/IEC 14496-3, 4.5.2).
func silence(t *track) []byte {
	x, err := mp4.DecodeBox(0, bytes.NewReader(withHead("stsd", t.stsd)))
	if err != nil {
		return nil
	}
	stsd, ok := x.(*mp4.StsdBox)
	if !ok || stsd.Mp4a == nil || stsd.Mp4a.Esds == nil || stsd.Mp4a.Esds.DecConfigDescriptor == nil || stsd.Mp4a.Esds.DecConfigDescriptor.DecSpecificInfo == nil {
		return nil
	}
	c, err := aac.DecodeAudioSpecificConfig(bytes.NewReader(stsd.Mp4a.Esds.DecConfigDescriptor.DecSpecificInfo.DecConfig))
	if err != nil || c.ObjectType != aac.AAClc || c.SBRPresentFlag {
		return nil
	}
	switch c.ChannelConfiguration {
	case 1:
		return []byte{0x01, 0x18, 0x20, 0x07}
	case 2:
		return []byte{0x21, 0x10, 0x04, 0x60, 0x8c, 0x1c}
	}
	return nil
}

func withHead(kind string, body []byte) []byte {
	var b bytes.Buffer
	_ = mp4.EncodeHeaderWithSize(kind, uint64(len(body)+8), false, &b) // a buffer takes all
	b.Write(body)
	return b.Bytes()
}

// pictures lines up the pictures of all clips.
func (p *Plan) pictures() (l *lane, starts []int64) {
	l = &lane{like: p.clips[0].picture}
	for _, c := range p.clips {
		// The film begins as late as the clip whose pictures wait the longest.
		decoded := int64(0)
		shown := c.picture.shown()
		for i, s := range c.picture.samples {
			l.start = max(l.start, decoded-shown[i]+c.first(shown))
			decoded += int64(s.dur)
		}
	}
	at := int64(0)
	for n, c := range p.clips {
		starts = append(starts, at)
		all, shown := c.picture.samples, c.picture.shown()
		if p.cut[n] {
			all = all[:len(all)-1]
		}
		decoded := int64(0)
		for i, s := range all {
			s.delay = int32(shown[i] - c.first(shown) + l.start - decoded)
			decoded += int64(s.dur)
			l.pieces = append(l.pieces, piece{sample: s, clip: n})
		}
		at += decoded
	}
	return l, append(starts, at)
}

// first returns when the first picture is shown.
func (c *clip) first(shown []int64) int64 {
	first := int64(math.MaxInt64)
	for _, at := range shown {
		first = min(first, at)
	}
	return first
}

// sounds lines up the sound of all clips so that each begins with the pictures
// of its clip, to half a piece (about 11 ms). Missing sound is silence.
func (p *Plan) sounds(starts []int64) *lane {
	l := &lane{}
	for _, c := range p.clips {
		if c.sound != nil && l.like == nil {
			l.like = c.sound
		}
	}
	quiet, usual := silence(l.like), l.like.samples[0].dur
	at := int64(0) // the end of what is lined up, from the presentation's beginning
	scale := float64(l.like.timescale) / float64(p.clips[0].picture.timescale)
	for n, c := range p.clips {
		end := int64(math.Round(float64(starts[n+1]) * scale))
		if c.sound != nil {
			begin := c.sound.start
			if n == 0 {
				l.start, at = begin, -begin
				begin = 0
			}
			decoded := int64(0)
			for _, s := range c.sound.samples {
				mid := decoded + int64(s.dur)/2
				decoded += int64(s.dur)
				if mid < begin || at+int64(s.dur)/2 >= end {
					continue
				}
				l.pieces = append(l.pieces, piece{sample: s, clip: n})
				at += int64(s.dur)
			}
		}
		for quiet != nil && usual > 0 && at+int64(usual)/2 < end {
			l.pieces = append(l.pieces, piece{sample: sample{size: uint32(len(quiet)), dur: usual, sync: true}, clip: n, data: quiet})
			at += int64(usual)
		}
		if k := len(l.pieces); quiet == nil && k > 0 && at+int64(usual) < end {
			// Its last piece is shown for longer, so that the next clip is in
			// time.
			l.pieces[k-1].dur += uint32(end - at)
			at = end
		}
	}
	return l
}

// copy writes the film without decoding anything: the index first.
func (p *Plan) copy(ctx context.Context, f io.Writer, progress func(float64)) error {
	picture, starts := p.pictures()
	lanes := []*lane{picture}
	if p.Sound {
		lanes = append(lanes, p.sounds(starts))
	}
	order, sum := interleave(lanes)
	head, err := index(lanes, order, sum)
	if err != nil {
		return &Error{Text: "the clips cannot be joined", Err: err}
	}
	w := bufio.NewWriterSize(f, 1<<20)
	if _, err := w.Write(head); err != nil {
		return writing(err)
	}
	if err := p.pour(ctx, w, order, sum, progress); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return writing(err)
	}
	return nil
}

// pour writes the samples.
func (p *Plan) pour(ctx context.Context, w io.Writer, order []chunk, sum int64, progress func(float64)) error {
	from := source{plan: p, files: make([]*os.File, len(p.clips))}
	defer from.close()
	done := int64(0)
	for _, c := range order {
		if ctx.Err() != nil {
			return fmt.Errorf("joining clips: %w", context.Cause(ctx))
		}
		for _, x := range c.lane.pieces[c.from:c.to] {
			data, err := from.read(&x)
			if err != nil {
				return err
			}
			if _, err := w.Write(data); err != nil {
				return writing(err)
			}
			done += int64(len(data))
		}
		progress(float64(done) / float64(max(sum, 1)))
	}
	return nil
}

// source reads samples from the clips, each of which it opens once.
type source struct {
	plan  *Plan
	files []*os.File
	buf   []byte
}

func (s *source) close() {
	for _, f := range s.files {
		if f != nil {
			_ = f.Close() // read only
		}
	}
}

// read returns the bytes of a piece until the next call.
func (s *source) read(x *piece) (_ []byte, err error) {
	if x.data != nil {
		return x.data, nil
	}
	if s.files[x.clip] == nil {
		if s.files[x.clip], err = os.Open(s.plan.clips[x.clip].path); err != nil {
			return nil, &Error{Clip: x.clip + 1, Text: "the clip cannot be read", Err: err}
		}
	}
	s.buf = append(s.buf[:0], make([]byte, x.size)...)
	if _, err := s.files[x.clip].ReadAt(s.buf, x.at); err != nil {
		return nil, &Error{Clip: x.clip + 1, Text: "the clip cannot be read", Err: err}
	}
	return s.buf, nil
}

// chunk is a run of pieces of one lane.
type chunk struct {
	lane     *lane
	from, to int
}

// interleave orders the pieces of all lanes in chunks of half a second, so
// that a player finds sound and pictures near each other. It returns the sum of
// their sizes.
func interleave(lanes []*lane) (order []chunk, sum int64) {
	const every = 0.5
	next := make([]int, len(lanes))
	at := make([]int64, len(lanes))
	for until := every; ; until += every {
		left := false
		for i, l := range lanes {
			c := chunk{l, next[i], next[i]}
			for c.to < len(l.pieces) && float64(at[i])/float64(l.like.timescale) < until {
				at[i] += int64(l.pieces[c.to].dur)
				sum += int64(l.pieces[c.to].size)
				c.to++
			}
			if c.to > c.from {
				order = append(order, c)
			}
			next[i] = c.to
			left = left || c.to < len(l.pieces)
		}
		if !left {
			return order, sum
		}
	}
}

// index returns all that precedes the samples in the file.
func index(lanes []*lane, order []chunk, sum int64) ([]byte, error) {
	ftyp := mp4.NewFtyp("isom", 0x200, []string{"isom", "iso2", "avc1", "mp41"})
	// The size of the index does not depend on the offsets in it.
	first, err := movie(lanes, order, 0)
	if err != nil {
		return nil, err
	}
	head := uint64(8)
	if sum > math.MaxUint32-16 {
		head = 16
	}
	var b bytes.Buffer
	begin := ftyp.Size() + first.Size() + head
	moov, err := movie(lanes, order, begin)
	if err != nil {
		return nil, err
	}
	if moov.Size() != first.Size() {
		return nil, errors.New("the index changed its size")
	}
	if err := errors.Join(ftyp.Encode(&b), moov.Encode(&b), mp4.EncodeHeaderWithSize("mdat", uint64(sum)+head, head == 16, &b)); err != nil {
		return nil, fmt.Errorf("writing the index: %w", err)
	}
	return b.Bytes(), nil
}
