package film

import (
	"fmt"
	"math"

	"github.com/Eyevinn/mp4ff/mp4"
)

// clockRate is the units a second of the film's own clock.
const clockRate = 1000

// movie returns the index of a film whose samples begin at an offset.
func movie(lanes []*lane, order []chunk, begin uint64) (*mp4.MoovBox, error) {
	for _, l := range lanes {
		l.offsets, l.per = nil, nil
	}
	at := begin
	for _, c := range order {
		c.lane.offsets = append(c.lane.offsets, at)
		c.lane.per = append(c.lane.per, uint32(c.to-c.from))
		for _, x := range c.lane.pieces[c.from:c.to] {
			at += uint64(x.size)
		}
	}
	moov := mp4.NewMoovBox()
	head := mp4.CreateMvhd()
	head.Timescale, head.NextTrackID = clockRate, uint32(len(lanes)+1)
	moov.AddChild(head)
	for i, l := range lanes {
		trak, err := l.trak(uint32(i + 1))
		if err != nil {
			return nil, err
		}
		head.Duration = max(head.Duration, trak.Tkhd.Duration)
		moov.AddChild(trak)
	}
	return moov, nil
}

// trak returns the boxes of one track.
func (l *lane) trak(id uint32) (*mp4.TrakBox, error) {
	units := uint64(0)
	for _, x := range l.pieces {
		units += uint64(x.dur)
	}
	shown := units - uint64(min(max(l.start, 0), int64(units)))
	if l.like.handler == "vide" {
		shown = units // the delay of its pictures is not part of the track
	}
	head := *l.like.head
	head.Version, head.Flags, head.TrackID = 0, 7, id
	head.CreationTime, head.ModificationTime = 0, 0
	head.Duration = uint64(math.Round(float64(shown) / float64(l.like.timescale) * clockRate))
	trak := mp4.NewTrakBox()
	trak.AddChild(&head)
	if l.start > 0 {
		edts := &mp4.EdtsBox{}
		edts.AddChild(&mp4.ElstBox{Entries: []mp4.ElstEntry{{SegmentDuration: head.Duration, MediaTime: l.start, MediaRateInteger: 1}}})
		trak.AddChild(edts)
	}
	name := "video"
	if l.like.handler == "soun" {
		name = "audio"
	}
	hdlr, err := mp4.CreateHdlr(name)
	if err != nil {
		return nil, fmt.Errorf("writing the index: %w", err)
	}
	mdia, minf, dinf := mp4.NewMdiaBox(), mp4.NewMinfBox(), &mp4.DinfBox{}
	const undetermined = 0x55c4 // the language "und"
	mdhd := &mp4.MdhdBox{Timescale: l.like.timescale, Duration: units, Language: undetermined}
	if units > math.MaxUint32 {
		mdhd.Version = 1
	}
	mdia.AddChild(mdhd)
	mdia.AddChild(hdlr)
	if l.like.handler == "soun" {
		minf.AddChild(mp4.CreateSmhd())
	} else {
		minf.AddChild(mp4.CreateVmhd())
	}
	dinf.AddChild(mp4.CreateDref())
	minf.AddChild(dinf)
	stbl, err := l.tables()
	if err != nil {
		return nil, err
	}
	minf.AddChild(stbl)
	mdia.AddChild(minf)
	trak.AddChild(mdia)
	return trak, nil
}

// chunks returns the table of how many samples each chunk has.
func (l *lane) chunks() (*mp4.StscBox, error) {
	stsc := &mp4.StscBox{}
	for i, n := range l.per {
		if i > 0 && l.per[i-1] == n {
			continue
		}
		if err := stsc.AddEntry(uint32(i+1), n, 1); err != nil {
			return nil, fmt.Errorf("writing the index: %w", err)
		}
	}
	return stsc, nil
}

// tables returns the tables of the samples.
func (l *lane) tables() (*mp4.StblBox, error) {
	stts, ctts, stsz, stss := &mp4.SttsBox{}, &mp4.CttsBox{}, &mp4.StszBox{}, &mp4.StssBox{}
	var counts []uint32
	var delays []int32
	every, delayed := true, false
	for i, x := range l.pieces {
		if k := len(stts.SampleTimeDelta); k > 0 && stts.SampleTimeDelta[k-1] == x.dur {
			stts.SampleCount[k-1]++
		} else {
			stts.SampleCount, stts.SampleTimeDelta = append(stts.SampleCount, 1), append(stts.SampleTimeDelta, x.dur)
		}
		if k := len(delays); k > 0 && delays[k-1] == x.delay {
			counts[k-1]++
		} else {
			counts, delays = append(counts, 1), append(delays, x.delay)
		}
		stsz.SampleSize = append(stsz.SampleSize, x.size)
		if x.sync {
			stss.SampleNumber = append(stss.SampleNumber, uint32(i+1))
		}
		every, delayed = every && x.sync, delayed || x.delay != 0
	}
	stsz.SampleNumber = uint32(len(l.pieces))
	stbl := mp4.NewStblBox()
	stbl.AddChild(mp4.CreateUnknownBox("stsd", uint64(len(l.like.stsd)+8), l.like.stsd))
	stbl.AddChild(stts)
	if l.like.handler == "vide" && delayed {
		if err := ctts.AddSampleCountsAndOffset(counts, delays); err != nil {
			return nil, fmt.Errorf("writing the index: %w", err)
		}
		stbl.AddChild(ctts)
	}
	if !every {
		stbl.AddChild(stss)
	}
	stsc, err := l.chunks()
	if err != nil {
		return nil, err
	}
	stbl.AddChild(stsc)
	stbl.AddChild(stsz)
	if k := len(l.offsets); k > 0 && l.offsets[k-1] > math.MaxUint32 {
		stbl.AddChild(&mp4.Co64Box{ChunkOffset: l.offsets})
		return stbl, nil
	}
	stco := &mp4.StcoBox{}
	for _, at := range l.offsets {
		stco.ChunkOffset = append(stco.ChunkOffset, uint32(at))
	}
	stbl.AddChild(stco)
	return stbl, nil
}
