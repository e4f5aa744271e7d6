package simulator

import (
	"fmt"

	"github.com/Eyevinn/mp4ff/mp4"

	"seedreel/client/simulator/slate"
)

// reelScale is the number of units of time in a second of a drawn clip.
const reelScale = 512 * framesPerSecond

// reel puts the frames of a drawn clip into a file: one chunk, index first, not
// fragmented.
func reel(film *slate.Film, id string) ([]byte, error) {
	moov := mp4.NewMoovBox()
	moov.AddChild(mp4.CreateMvhd())
	trak := mp4.CreateEmptyTrak(1, reelScale, "video", "und")
	moov.AddChild(trak)
	if err := trak.SetAVCDescriptor("avc1", [][]byte{film.SPS}, [][]byte{film.PPS}, true); err != nil {
		return nil, fmt.Errorf("describing a clip: %w", err)
	}
	count := uint32(len(film.Frames))
	table := trak.Mdia.Minf.Stbl
	keys := &mp4.StssBox{}
	for _, i := range film.Keys {
		keys.SampleNumber = append(keys.SampleNumber, uint32(i+1))
	}
	table.AddChild(keys)
	table.Stts.SampleCount, table.Stts.SampleTimeDelta = []uint32{count}, []uint32{reelScale / framesPerSecond}
	table.Stsc.Entries = []mp4.StscEntry{{FirstChunk: 1, SamplesPerChunk: count, FirstSampleNr: 1}}
	table.Stsc.SetSingleSampleDescriptionID(1)
	table.Stsz.SampleNumber = count
	table.Stco.ChunkOffset = []uint32{0}
	mdat := &mp4.MdatBox{}
	for _, unit := range film.Frames {
		table.Stsz.SampleSize = append(table.Stsz.SampleSize, uint32(len(unit)))
		mdat.AddSampleData(unit)
	}
	stretch(moov, len(film.Frames))
	f := &mp4.File{Ftyp: mp4.NewFtyp("isom", 512, []string{"isom", "iso2", "avc1", "mp41"}), Moov: moov}
	return assemble(f, mdat, id)
}
