package simulator

import (
	"bytes"
	"errors"
	"fmt"
	"math"

	"github.com/Eyevinn/mp4ff/mp4"
)

// join builds a clip of count frames by repeating a loop from a first frame,
// which is a key frame: one chunk, index first, not fragmented.
func join(loop []byte, first, count int, id string) ([]byte, error) {
	f, err := mp4.DecodeFile(bytes.NewReader(loop))
	if err != nil {
		return nil, fmt.Errorf("joining a clip: %w", err)
	}
	if f.Moov == nil || f.Moov.Trak == nil || f.Mdat == nil || f.Ftyp == nil || f.IsFragmented() {
		return nil, errors.New("joining a clip: the loop is no plain MP4")
	}
	trak := f.Moov.Trak
	table := trak.Mdia.Minf.Stbl
	total := table.Stsz.GetNrSamples()
	if total == 0 || table.Ctts != nil || table.Stss == nil || len(table.Stts.SampleTimeDelta) != 1 {
		return nil, errors.New("joining a clip: the loop has no frames at a steady rate")
	}
	var media bytes.Buffer
	if err := f.CopySampleData(&media, nil, trak, 1, total, nil); err != nil {
		return nil, fmt.Errorf("joining a clip: %w", err)
	}
	mdat := fill(table, media.Bytes(), first, count)
	stretch(f.Moov, count)
	return assemble(f, mdat, id)
}

// fill rewrites the tables for the wanted frames and returns their bytes.
func fill(table *mp4.StblBox, media []byte, first, count int) *mp4.MdatBox {
	total := int(table.Stsz.GetNrSamples())
	starts := make([]int, total+1)
	for i := range total {
		starts[i+1] = starts[i] + int(table.Stsz.GetSampleSize(i+1))
	}
	sizes := make([]uint32, 0, count)
	var keys []uint32
	out := &mp4.MdatBox{}
	for i := range count {
		n := (first + i) % total
		sizes = append(sizes, uint32(starts[n+1]-starts[n]))
		if table.Stss.IsSyncSample(uint32(n + 1)) {
			keys = append(keys, uint32(i+1))
		}
		out.AddSampleData(media[starts[n]:starts[n+1]])
	}
	table.Stsz.SampleUniformSize, table.Stsz.SampleNumber, table.Stsz.SampleSize = 0, uint32(count), sizes
	table.Stss.SampleNumber = keys
	table.Stts.SampleCount = []uint32{uint32(count)}
	table.Stsc.Entries = []mp4.StscEntry{{FirstChunk: 1, SamplesPerChunk: uint32(count), FirstSampleNr: 1}}
	table.Stsc.SetSingleSampleDescriptionID(1)
	return out
}

// stretch sets every duration, all in the track's own time scale, and drops
// the edit list and the encoder's notes, which describe the loop.
func stretch(moov *mp4.MoovBox, count int) {
	trak := moov.Trak
	long := uint64(count) * uint64(trak.Mdia.Minf.Stbl.Stts.SampleTimeDelta[0])
	trak.Mdia.Mdhd.Duration = long
	trak.Tkhd.Duration = long
	moov.Mvhd.Timescale, moov.Mvhd.Duration = trak.Mdia.Mdhd.Timescale, long
	trak.Edts = nil
	trak.Children = without(trak.Children, "edts")
	moov.Children = without(moov.Children, "udta")
}

func without(boxes []mp4.Box, kind string) []mp4.Box {
	var out []mp4.Box
	for _, b := range boxes {
		if b.Type() != kind {
			out = append(out, b)
		}
	}
	return out
}

// assemble writes the boxes, index first, once the position of the frames is
// known.
func assemble(f *mp4.File, mdat *mp4.MdatBox, id string) ([]byte, error) {
	note := mp4.NewFreeBox([]byte("simulated " + id))
	start := f.Ftyp.Size() + f.Moov.Size() + note.Size() + mdat.HeaderSize()
	table := f.Moov.Trak.Mdia.Minf.Stbl
	if table.Stco == nil || start > math.MaxUint32 {
		return nil, errors.New("joining a clip: no room for the index")
	}
	// One chunk is left, so the index shrinks by the offsets of the others.
	start -= 4 * uint64(len(table.Stco.ChunkOffset)-1)
	table.Stco.ChunkOffset = []uint32{uint32(start)}
	var out bytes.Buffer
	for _, b := range []mp4.Box{f.Ftyp, f.Moov, note, mdat} {
		if err := b.Encode(&out); err != nil {
			return nil, fmt.Errorf("joining a clip: %w", err)
		}
	}
	return out.Bytes(), nil
}
