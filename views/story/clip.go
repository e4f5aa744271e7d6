package story

import (
	"fmt"
	"os"

	"github.com/Eyevinn/mp4ff/mp4"
)

// Clip holds what a decoder finds in a file.
type Clip struct {
	Width, Height, Frames int
	// Seconds is the length stated in the file.
	Seconds float64
}

// ReadClip decodes the structure of an MP4 file.
func ReadClip(path string) (Clip, error) {
	f, err := os.Open(path)
	if err != nil {
		return Clip{}, err
	}
	defer func() { _ = f.Close() }() // read only
	m, err := mp4.DecodeFile(f)
	if err != nil {
		return Clip{}, fmt.Errorf("decoding %s: %w", path, err)
	}
	if m.Moov == nil || m.Moov.Trak == nil || m.Moov.Trak.Mdia.Minf.Stbl.Stsd.AvcX == nil {
		return Clip{}, fmt.Errorf("decoding %s: no H.264 picture in it", path)
	}
	table, head := m.Moov.Trak.Mdia.Minf.Stbl, m.Moov.Mvhd
	return Clip{
		Width: int(table.Stsd.AvcX.Width), Height: int(table.Stsd.AvcX.Height), Frames: int(table.Stsz.GetNrSamples()),
		Seconds: float64(head.Duration) / float64(head.Timescale),
	}, nil
}
