package frames

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/Eyevinn/mp4ff/mp4"

	"seedreel/state/media"
)

const (
	// maxSamples bounds the pictures and sounds of one track: six hours.
	maxSamples = 1 << 20
	// maxTable bounds one table of a track in bytes, slightly above what so
	// many samples need.
	maxTable = 16 << 20
)

// sample is one picture, or one piece of sound, in the file. In the first of a
// track, sync is set if it does not need others before it.
type sample struct {
	at   int64
	size uint32
	sync bool
}

// film is a file as described by its boxes.
type film struct {
	r    io.ReaderAt
	size int64
	// data holds the bodies of the mdat boxes, in file order.
	data   []media.Box
	tracks []*trackTable
	trex   map[uint32]*mp4.TrexBox
}

// trackTable is one track: its kind and where its samples are.
type trackTable struct {
	id      uint32
	handler string
	kind    string // from the sample entry
	config  *config
	sizes   *mp4.StszBox
	runs    *mp4.StscBox
	starts  interface{ GetOffset(n int) (uint64, error) }
	chunks  int
	keys    *mp4.StssBox
	samples []sample
}

// Whole returns nil if a clip is complete: its boxes end where the file does,
// every picture and sound in its tables lies in the media data and is not
// blank, and the first picture can be decoded from what precedes it. It does
// not decode the pictures, which takes ffmpeg. The error is an *Error; Whole
// never panics or allocates much, even on hostile input.
func Whole(r io.ReaderAt, size int64) error {
	f := film{r: r, size: size, trex: map[uint32]*mp4.TrexBox{}}
	err := f.read()
	switch {
	case errors.Is(err, media.ErrBoxCut), errors.Is(err, errOutside), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return &Error{Cut, "the clip is cut off: not all of its pictures are there", err}
	case err != nil:
		return &Error{Broken, "the clip is damaged", err}
	}
	return nil
}

var (
	errOutside = errors.New("a sample lies outside of the media data")
	errNoMovie = fmt.Errorf("there is no moov box: %w", media.ErrBoxCut)
)

func (f *film) read() error {
	movie := false
	err := media.Boxes(f.r, 0, f.size, func(b media.Box) error {
		switch b.Kind {
		case "mdat":
			f.data = append(f.data, b)
		case "moov":
			movie = true
			return media.Boxes(f.r, b.Body, b.Next, f.movie)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if !movie {
		return errNoMovie
	}
	// Fragments come second: their defaults may be in a moov at the end.
	fragments := false
	err = media.Boxes(f.r, 0, f.size, func(b media.Box) error {
		switch b.Kind {
		case "moof":
			fragments = true
			return f.fragment(b)
		case "\x00\x00\x00\x00":
			if fragments { // otherwise it is padding: the tables name every sample
				return errOutside
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	pictures := false
	for _, t := range f.tracks {
		if err := f.check(t); err != nil {
			return err
		}
		pictures = pictures || t.handler == "vide"
	}
	if !pictures {
		return errors.New("the file has no pictures")
	}
	return nil
}

func (f *film) movie(b media.Box) error {
	switch b.Kind {
	case "mvex":
		return media.Boxes(f.r, b.Body, b.Next, func(x media.Box) error {
			if x.Kind != "trex" {
				return nil
			}
			t, err := ReadTable[*mp4.TrexBox](f.r, x)
			if err == nil {
				f.trex[t.TrackID] = t
			}
			return err
		})
	case "trak":
		t := &trackTable{}
		if err := walkTrack(f.r, b, 0, t.take); err != nil {
			return err
		}
		if t.handler != "vide" && t.handler != "soun" {
			return nil
		}
		f.tracks = append(f.tracks, t)
		return t.lay()
	}
	return nil
}

func (t *trackTable) take(r io.ReaderAt, b media.Box) (err error) {
	switch b.Kind {
	case "tkhd":
		var x *mp4.TkhdBox
		if x, err = ReadTable[*mp4.TkhdBox](r, b); err == nil {
			t.id = x.TrackID
		}
	case "hdlr":
		var x *mp4.HdlrBox
		if x, err = ReadTable[*mp4.HdlrBox](r, b); err == nil && t.handler == "" { // QuickTime has a second one in minf
			t.handler = x.HandlerType
		}
	case "stsd":
		t.kind, t.config, err = entry(r, b)
	case "stsz":
		t.sizes, err = ReadTable[*mp4.StszBox](r, b)
	case "stsc":
		t.runs, err = ReadTable[*mp4.StscBox](r, b)
	case "stss":
		t.keys, err = ReadTable[*mp4.StssBox](r, b)
	case "stco":
		var x *mp4.StcoBox
		if x, err = ReadTable[*mp4.StcoBox](r, b); err == nil {
			t.starts, t.chunks = x, len(x.ChunkOffset)
		}
	case "co64":
		var x *mp4.Co64Box
		if x, err = ReadTable[*mp4.Co64Box](r, b); err == nil {
			t.starts, t.chunks = x, len(x.ChunkOffset)
		}
	}
	return err
}

// lay locates each sample by the tables: how many a chunk has, where chunks
// begin, how long samples are.
func (t *trackTable) lay() error {
	if t.sizes == nil || t.sizes.SampleNumber == 0 {
		return nil // the samples of a fragmented film are elsewhere
	}
	n := t.sizes.SampleNumber
	if n > maxSamples || t.runs == nil || t.starts == nil || len(t.runs.Entries) == 0 || t.runs.Entries[0].FirstChunk != 1 {
		return errors.New("the tables of a track do not fit together")
	}
	t.samples = make([]sample, 0, n)
	run := 0
	for chunk := 1; uint32(len(t.samples)) < n; chunk++ {
		for run+1 < len(t.runs.Entries) && int(t.runs.Entries[run+1].FirstChunk) <= chunk {
			run++
		}
		if chunk > t.chunks || t.runs.Entries[run].SamplesPerChunk == 0 {
			return errors.New("the tables of a track name more samples than chunks hold")
		}
		start, err := t.starts.GetOffset(chunk)
		if err != nil {
			return fmt.Errorf("finding a chunk: %w", err)
		}
		at := int64(min(start, 1<<62))
		for range min(t.runs.Entries[run].SamplesPerChunk, n-uint32(len(t.samples))) {
			i := len(t.samples) + 1
			s := sample{at: at, size: t.sizes.GetSampleSize(i)}
			// It does not matter for the others.
			s.sync = i == 1 && (t.keys == nil || len(t.keys.SampleNumber) > 0 && t.keys.SampleNumber[0] == 1)
			t.samples = append(t.samples, s)
			at += int64(s.size)
		}
	}
	return nil
}

// fragment adds the samples of one moof box.
func (f *film) fragment(moof media.Box) error {
	end := moof.Start
	return media.Boxes(f.r, moof.Body, moof.Next, func(traf media.Box) error {
		if traf.Kind != "traf" {
			return nil
		}
		var head *mp4.TfhdBox
		var t *trackTable
		base := end
		return media.Boxes(f.r, traf.Body, traf.Next, func(b media.Box) (err error) {
			switch b.Kind {
			case "tfhd":
				if head, err = ReadTable[*mp4.TfhdBox](f.r, b); err != nil {
					return err
				}
				t, base = f.track(head.TrackID), baseOf(head, moof, base)
				end = base
			case "trun":
				x, err := ReadTable[*mp4.TrunBox](f.r, b)
				if err != nil || head == nil {
					return cmp.Or(err, errors.New("a fragment has no head"))
				}
				x.AddSampleDefaultValues(head, f.trex[head.TrackID])
				if x.HasDataOffset() {
					end = base + int64(x.DataOffset)
				}
				end, err = t.add(x, end)
				return err
			}
			return nil
		})
	})
}

// track returns the table of a track, or nil if the track is not checked.
func (f *film) track(id uint32) *trackTable {
	if i := slices.IndexFunc(f.tracks, func(t *trackTable) bool { return t.id == id }); i >= 0 {
		return f.tracks[i]
	}
	return nil
}

// baseOf returns the base of the offsets in a fragment's runs: the one its head
// names, else before, where the previous fragment ended.
func baseOf(head *mp4.TfhdBox, moof media.Box, before int64) int64 {
	switch {
	case head.HasBaseDataOffset():
		return int64(min(head.BaseDataOffset, 1<<62))
	case head.DefaultBaseIfMoof():
		return moof.Start
	}
	return before
}

// add adds the samples of one run, which begin at the offset at, and returns
// where they end. Tracks that are not checked have no table.
func (t *trackTable) add(x *mp4.TrunBox, at int64) (int64, error) {
	const notSync = 1 << 16 // sample_is_non_sync_sample
	if t != nil && len(t.samples)+len(x.Samples) > maxSamples {
		return 0, errors.New("a track has too many samples")
	}
	for _, s := range x.Samples {
		if t != nil {
			t.samples = append(t.samples, sample{at: at, size: s.Size, sync: s.Flags&notSync == 0})
		}
		at += int64(s.Size)
	}
	return at, nil
}

// check checks every sample of a track.
func (f *film) check(t *trackTable) error {
	if len(t.samples) == 0 {
		if t.handler == "vide" {
			return errors.New("a track has no pictures")
		}
		return nil
	}
	sum := int64(0)
	for i, s := range t.samples {
		if sum += int64(s.size); sum > f.size {
			return errOutside // many samples on the same bytes would take forever
		}
		if !f.holds(s) {
			return fmt.Errorf("sample %d of %d: %w", i+1, len(t.samples), errOutside)
		}
		if err := f.look(t, i, s); err != nil {
			return fmt.Errorf("sample %d of %d: %w", i+1, len(t.samples), err)
		}
	}
	return nil
}

// holds reports whether a sample lies within one of the mdat boxes.
func (f *film) holds(s sample) bool {
	i, exact := slices.BinarySearchFunc(f.data, s.at, func(b media.Box, at int64) int { return cmp.Compare(b.Body, at) })
	if !exact {
		i--
	}
	return i >= 0 && i < len(f.data) && s.at+int64(s.size) <= f.data[i].Next
}

// ReadTable decodes one box of a track of a foreign file. Decoders allocate as much as a table
// claims to need, but only after comparing that with the box, whose size is
// bounded here.
func ReadTable[T mp4.Box](r io.ReaderAt, b media.Box) (T, error) {
	return media.ReadBoxUpTo[T](r, b, maxTable)
}
