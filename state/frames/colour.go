package frames

import (
	"io"

	"github.com/Eyevinn/mp4ff/avc"
	"github.com/Eyevinn/mp4ff/hevc"
	"github.com/Eyevinn/mp4ff/mp4"

	"seedreel/state/media"
)

// unspecified is the matrix of a clip that does not name one (ITU-T H.273).
const unspecified = 2

// matrixName returns what ffmpeg's scale filter calls the matrix from YCbCr to
// RGB of a clip. A clip that names none is read as players do: BT.601 up to
// the size of standard television, BT.709 above. "auto" leaves it to ffmpeg,
// which knows what the clip names.
func matrixName(r io.ReaderAt, size int64, f Facts) string {
	const tallest, widest = 576, 1024
	switch {
	case namesMatrix(r, size):
		return "auto"
	case f.Height > tallest || f.Width > widest:
		return "bt709"
	}
	return "bt601"
}

// namesMatrix reports whether a clip names its matrix, in a colr box or in the
// parameters of its pictures.
func namesMatrix(r io.ReaderAt, size int64) bool {
	named := false
	// A damaged clip names none; decoding it fails later.
	_ = media.Boxes(r, 0, size, func(b media.Box) error {
		if b.Kind != "moov" {
			return nil
		}
		return media.Boxes(r, b.Body, b.Next, func(b media.Box) error {
			if b.Kind == "trak" {
				named = named || trackNamesMatrix(r, b, 0)
			}
			return nil
		})
	})
	return named
}

func trackNamesMatrix(r io.ReaderAt, b media.Box, depth int) bool {
	const deepest = 3
	named := false
	_ = media.Boxes(r, b.Body, b.Next, func(b media.Box) error {
		switch b.Kind {
		case "mdia", "minf", "stbl":
			named = named || depth < deepest && trackNamesMatrix(r, b, depth+1)
		case "stsd":
			named = named || entryNamesMatrix(r, b)
		}
		return nil
	})
	return named
}

// entryNamesMatrix looks at the first sample entry.
func entryNamesMatrix(r io.ReaderAt, stsd media.Box) bool {
	_, c, err := entry(r, stsd)
	if err == nil && c != nil && c.namesMatrix() {
		return true
	}
	const tableHead, visualHead = 8, 78
	named := false
	_ = media.Boxes(r, stsd.Body+tableHead, stsd.Next, func(e media.Box) error {
		return media.Boxes(r, e.Body+visualHead, e.Next, func(b media.Box) error {
			if b.Kind != "colr" {
				return nil
			}
			x, err := media.ReadBox[*mp4.ColrBox](r, b)
			named = named || err == nil && (x.ColorType == mp4.ColorTypeOnScreenColors || x.ColorType == mp4.QuickTimeColorParameters) &&
				x.MatrixCoefficients != unspecified
			return nil
		})
	})
	return named
}

// namesMatrix reports whether one of the parameter sets names the matrix.
func (c *config) namesMatrix() (named bool) {
	defer func() {
		if recover() != nil {
			named = false // the library's parser met foreign bytes
		}
	}()
	for _, u := range c.sets {
		switch {
		case len(u) < 2:
		case c.hevc && hevc.GetNaluType(u[0]) == hevc.NALU_SPS:
			x, err := hevc.ParseSPSNALUnit(u)
			named = named || err == nil && x.VUI != nil && x.VUI.ColourDescriptionFlag && x.VUI.MatrixCoefficients != unspecified
		case !c.hevc && avc.GetNaluType(u[0]) == avc.NALU_SPS:
			x, err := avc.ParseSPSNALUnit(u, true)
			named = named || err == nil && x.VUI != nil && x.VUI.ColourDescriptionFlag && x.VUI.MatrixCoefficients != unspecified
		}
	}
	return named
}
