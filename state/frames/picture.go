package frames

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/Eyevinn/mp4ff/avc"
	"github.com/Eyevinn/mp4ff/hevc"
	"github.com/Eyevinn/mp4ff/mp4"

	"seedreel/state/media"
)

const (
	// maxSample bounds one picture in bytes, several times the size of the
	// largest 8K frame.
	maxSample = 64 << 20
	// blankRun is a number of zeros in a row that no picture contains: H.264
	// and H.265 put a 3 after every second one (emulation prevention).
	blankRun = 64
)

// config is what precedes the pictures of H.264 and H.265.
type config struct {
	hevc bool
	// lengths is the size in bytes of a unit's length field.
	lengths int
	// sets are the parameter sets, which are needed to decode a picture; there
	// may be more among the pictures.
	sets [][]byte
}

// entry reads the first sample entry: its four letters and, for H.264 and
// H.265, the decoder's configuration.
func entry(r io.ReaderAt, stsd media.Box) (kind string, c *config, err error) {
	const tableHead = 8   // version, flags and the number of entries
	const visualHead = 78 // the fields of a VisualSampleEntry
	if stsd.Next-stsd.Body < tableHead {
		return "", nil, media.ErrBoxCut
	}
	err = media.Boxes(r, stsd.Body+tableHead, stsd.Next, func(e media.Box) error {
		if kind != "" {
			return nil
		}
		kind = e.Kind
		switch kind {
		case "avc1", "avc3", "hvc1", "hev1":
		default:
			return nil
		}
		err := media.Boxes(r, e.Body+visualHead, e.Next, func(b media.Box) (err error) {
			switch b.Kind {
			case "avcC":
				c, err = avcConfig(r, b)
			case "hvcC":
				c, err = hevcConfig(r, b)
			}
			return err
		})
		if err == nil && c == nil {
			err = errors.New("nothing says how to decode its pictures")
		}
		return err
	})
	return kind, c, err
}

// lengthSize reads the two bits that hold the size of length fields; the
// library assumes 4 without looking.
func lengthSize(r io.ReaderAt, b media.Box, at int64) (int, error) {
	var x [1]byte
	if b.Body+at >= b.Next {
		return 0, media.ErrBoxCut
	}
	if _, err := r.ReadAt(x[:], b.Body+at); err != nil {
		return 0, err
	}
	return int(x[0]&3) + 1, nil
}

func avcConfig(r io.ReaderAt, b media.Box) (*config, error) {
	x, err := ReadTable[*mp4.AvcCBox](r, b)
	if err != nil {
		return nil, err
	}
	n, err := lengthSize(r, b, 4)
	return &config{lengths: n, sets: append(x.SPSnalus, x.PPSnalus...)}, err
}

func hevcConfig(r io.ReaderAt, b media.Box) (*config, error) {
	x, err := ReadTable[*mp4.HvcCBox](r, b)
	if err != nil {
		return nil, err
	}
	c := &config{hevc: true}
	for _, a := range x.NaluArrays {
		c.sets = append(c.sets, a.Nalus...)
	}
	c.lengths, err = lengthSize(r, b, 21)
	return c, err
}

var errBlank = errors.New("it is blank")

// look checks one sample. In H.264 and H.265 it checks the units of the
// picture, and the first picture must be decodable by itself.
func (f *film) look(t *trackTable, i int, s sample) error {
	if s.size == 0 && i > 0 {
		return nil // nothing is shown, as for a dropped frame
	}
	if t.handler == "soun" && t.kind != "mp4a" {
		return nil // uncompressed sound may be silence
	}
	if s.size == 0 || s.size > maxSample {
		return fmt.Errorf("it has %d bytes", s.size)
	}
	buf := make([]byte, s.size)
	if _, err := f.r.ReadAt(buf, s.at); err != nil {
		return fmt.Errorf("reading it: %w", err)
	}
	if t.config == nil {
		if zeros(buf) == len(buf) {
			return errBlank
		}
		return nil
	}
	units, err := t.config.units(buf)
	if err != nil || i > 0 {
		return err
	}
	if !s.sync {
		return errors.New("it needs pictures before it")
	}
	return t.config.undecodable(units)
}

// zeros returns the length of the longest run of zeros.
func zeros(b []byte) int {
	longest, run := 0, 0
	for _, x := range b {
		if x != 0 {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// units splits a picture into units. Their lengths must add up, which those of
// unrelated bytes do not.
func (c *config) units(b []byte) (units [][]byte, err error) {
	for len(b) > 0 {
		if len(b) < c.lengths {
			return nil, errors.New("a unit is cut")
		}
		var head [4]byte
		copy(head[4-c.lengths:], b)
		n := int64(binary.BigEndian.Uint32(head[:]))
		b = b[c.lengths:]
		switch {
		case n == 0:
			return nil, errBlank
		case n > int64(len(b)):
			return nil, fmt.Errorf("a unit of %d bytes, %d are there", n, len(b))
		case b[0]&0x80 != 0:
			return nil, errors.New("a unit is none of a picture") // forbidden_zero_bit
		case zeros(b[:n]) >= blankRun:
			return nil, errBlank
		}
		units = append(units, b[:n])
		b = b[n:]
	}
	return units, nil
}

// undecodable returns why a first picture cannot be decoded by itself, or nil.
func (c *config) undecodable(units [][]byte) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("reading the first picture: %v", v)
		}
	}()
	if c.hevc {
		return c.standsHEVC(units)
	}
	sps, pps := map[uint32]*avc.SPS{}, map[uint32]*avc.PPS{}
	for _, u := range append(c.sets[:len(c.sets):len(c.sets)], units...) {
		if len(u) == 0 {
			return errBlank
		}
		switch kind := avc.GetNaluType(u[0]); kind {
		case avc.NALU_SPS:
			x, err := avc.ParseSPSNALUnit(u, false)
			if err != nil {
				return fmt.Errorf("reading its parameters: %w", err)
			}
			sps[x.ParameterID] = x
		case avc.NALU_PPS:
			x, err := avc.ParsePPSNALUnit(u, sps)
			if err != nil {
				return fmt.Errorf("reading its parameters: %w", err)
			}
			pps[x.PicParameterSetID] = x
		case avc.NALU_IDR, avc.NALU_NON_IDR:
			x, err := avc.ParseSliceHeader(u, sps, pps)
			if err != nil {
				return fmt.Errorf("reading its head: %w", err)
			}
			// The types are repeated five higher for "all of the picture".
			if x.SliceType%5 != avc.SLICE_I && x.SliceType%5 != avc.SLICE_SI {
				return errors.New("it needs pictures before it")
			}
			return nil
		default: // of no use for the first picture
		}
	}
	return errors.New("there is no picture in it")
}

func (c *config) standsHEVC(units [][]byte) error {
	seen := map[hevc.NaluType]bool{}
	for _, u := range append(c.sets[:len(c.sets):len(c.sets)], units...) {
		if len(u) < 2 {
			return errBlank
		}
		kind := hevc.GetNaluType(u[0])
		if !hevc.IsVideoNaluType(kind) {
			seen[kind] = true
			continue
		}
		switch {
		case !seen[hevc.NALU_SPS] || !seen[hevc.NALU_PPS]:
			return errors.New("its parameters are missing")
		case kind < hevc.NALU_BLA_W_LP || kind > hevc.NALU_IRAP_VCL23:
			return errors.New("it needs pictures before it")
		}
		return nil
	}
	return errors.New("there is no picture in it")
}
