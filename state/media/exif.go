package media

import (
	"bytes"
	"encoding/binary"
	"io"

	"seedreel/client/catalogue"
)

const (
	// exifMark begins EXIF data in a JPEG, and by mistake in some WebP files.
	exifMark = "Exif\x00\x00"
	// maxExif is how much of EXIF data is read: one JPEG segment holds no more,
	// and the first directory is at the start.
	maxExif = 64 << 10
	// tagOrientation and typeShort are from TIFF 6.0, on which EXIF builds.
	tagOrientation, typeShort = 0x0112, 3
	// maxTags bounds a directory; cameras write a few dozen.
	maxTags = 4096
)

// turnOf reads how a picture is to be turned from EXIF data, which is a small
// TIFF file. Errors in it are not the picture's fault and mean upright.
func turnOf(exif []byte) catalogue.Turn {
	exif = bytes.TrimPrefix(exif, []byte(exifMark))
	return turnIn(bytes.NewReader(exif), int64(len(exif)))
}

// turnIn reads the tag from the first directory of a TIFF file.
func turnIn(r io.ReaderAt, size int64) catalogue.Turn {
	var head [8]byte
	if _, err := r.ReadAt(head[:], 0); err != nil {
		return catalogue.Upright
	}
	var order binary.ByteOrder = binary.LittleEndian
	switch string(head[:4]) {
	case "II*\x00":
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return catalogue.Upright
	}
	at := int64(order.Uint32(head[4:]))
	var count [2]byte
	if _, err := r.ReadAt(count[:], at); err != nil || at >= size {
		return catalogue.Upright
	}
	n := min(int(order.Uint16(count[:])), maxTags)
	tags := make([]byte, 12*n)
	// A truncated directory may still hold the tag.
	got, _ := r.ReadAt(tags, at+2)
	for tags = tags[:got]; len(tags) >= 12; tags = tags[12:] {
		if order.Uint16(tags) == tagOrientation && order.Uint16(tags[2:]) == typeShort {
			return catalogue.TurnOf(int(order.Uint16(tags[8:])))
		}
	}
	return catalogue.Upright
}
