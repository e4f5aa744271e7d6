//go:build !windows

package media

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"

	"github.com/Eyevinn/mp4ff/mp4"

	"seedreel/client/catalogue"
)

// exifOf returns EXIF data that holds an orientation.
func exifOf(order binary.AppendByteOrder, n uint16) []byte {
	b := []byte("II*\x00")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		b = []byte("MM\x00*")
	}
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 2)
	for _, tag := range [][2]uint16{{0x010f, 7}, {tagOrientation, n}} {
		b = order.AppendUint16(b, tag[0])
		b = order.AppendUint16(b, typeShort)
		b = order.AppendUint32(b, 1)
		b = order.AppendUint16(b, tag[1])
		b = order.AppendUint16(b, 0)
	}
	return order.AppendUint32(b, 0)
}

func pngChunk(kind string, data []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(append(b, kind...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

func jpegWith(b []byte, segments ...string) []byte {
	out := bytes.Clone(b[:2])
	for _, s := range segments {
		out = append(binary.BigEndian.AppendUint16(append(out, 0xff, s[0]), uint16(len(s)+1)), s[1:]...)
	}
	return append(out, b[2:]...)
}

func pngWith(b []byte, chunk []byte) []byte {
	const head = 8 + 25 // signature and IHDR
	return append(append(bytes.Clone(b[:head]), chunk...), b[head:]...)
}

func webpWith(b []byte, kind string, data []byte) []byte {
	out := append(bytes.Clone(b), kind...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(data)))
	out = append(out, data...)
	if len(data)%2 == 1 {
		out = append(out, 0)
	}
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out
}

func TestTurned(t *testing.T) {
	t.Parallel()
	s := samples(t)
	exif := func(n uint16) []byte { return exifOf(binary.LittleEndian, n) }
	marked := append([]byte(exifMark), exif(6)...)
	for _, c := range []struct {
		name    string
		content []byte
		want    catalogue.Turn
	}{
		{"jpg", jpegWith(s["jpg"], "\xe1"+string(marked)), catalogue.Turned90},
		{"jpg, big endian", jpegWith(s["jpg"], "\xe1"+exifMark+string(exifOf(binary.BigEndian, 8))), catalogue.Turned270},
		{"jpg, after other segments", jpegWith(s["jpg"], "\xe0JFIF\x00", "\xe1http://ns.adobe.com/xap/1.0/\x00", "\xe1"+string(marked)), catalogue.Turned90},
		{"jpg, upside down", jpegWith(s["jpg"], "\xe1"+exifMark+string(exif(3))), catalogue.Turned180},
		{"jpg, upright", jpegWith(s["jpg"], "\xe1"+exifMark+string(exif(1))), catalogue.Upright},
		{"jpg, mirrored at the diagonal", jpegWith(s["jpg"], "\xe1"+exifMark+string(exif(5))), catalogue.Transposed},
		{"jpg, no such number", jpegWith(s["jpg"], "\xe1"+exifMark+string(exif(9))), catalogue.Upright},
		{"jpg, zero", jpegWith(s["jpg"], "\xe1"+exifMark+string(exif(0))), catalogue.Upright},
		{"jpg, broken", jpegWith(s["jpg"], "\xe1"+exifMark+"II*\x00\xff\xff\xff\xff"), catalogue.Upright},
		{"jpg, cut", jpegWith(s["jpg"], "\xe1"+exifMark+string(exif(6)[:20])), catalogue.Upright},
		{"jpg, tags without end", jpegWith(s["jpg"], "\xe1"+exifMark+"II*\x00\x08\x00\x00\x00\xff\xff"), catalogue.Upright},
		{"png", pngWith(s["png"], pngChunk("eXIf", exif(6))), catalogue.Turned90},
		{"png, mark kept by mistake", pngWith(s["png"], pngChunk("eXIf", marked)), catalogue.Turned90},
		{"webp", webpWith(s["webp"], "EXIF", exif(8)), catalogue.Turned270},
		{"webp, odd length before", webpWith(webpWith(s["webp"], "ICCP", []byte("odd")), "EXIF", marked), catalogue.Turned90},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			plain := catalogue.Facts{Width: 320, Height: 200}
			if c.name[:3] == "web" {
				plain = catalogue.Facts{Width: 1, Height: 1}
			}
			if c.want.Sideways() {
				plain.Width, plain.Height = plain.Height, plain.Width
			}
			got, err := Inspect(put(t, "photo", c.content))
			if err != nil || got.Turn != c.want || got.Width != plain.Width || got.Height != plain.Height {
				t.Errorf("%+v, %v; want turn %d, %dx%d", got, err, c.want, plain.Width, plain.Height)
			}
		})
	}
}

// TestUnsupported: a picture of an unsupported variant is not reported as
// damaged.
func TestUnsupported(t *testing.T) {
	t.Parallel()
	const inks = 5
	lossless := []byte("\xff\xd8\xff\xc3\x00\x0b\x08\x00\x10\x00\x10\x01\x01\x11\x00\xff\xda\x00\x08\x01\x01\x00\x01\x00\x00\x00\xff\xd9")
	for name, b := range map[string][]byte{"inks.tif": smallTIFF(inks), "lossless.jpg": lossless} {
		_, err := Inspect(put(t, name, b))
		if ProblemOf(err) != NotMedia || !strings.Contains(err.Error(), "not read here") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTurnedTIFF(t *testing.T) {
	t.Parallel()
	b := smallTIFF(1, [3]uint32{tagOrientation, 1, uint32(catalogue.Turned90)})
	got, err := Inspect(put(t, "scan.tif", b))
	if err != nil || got.Turn != catalogue.Turned90 || got.Width != 1 {
		t.Errorf("%+v %v", got, err)
	}
}

func TestTurnedClip(t *testing.T) {
	t.Parallel()
	const one = 1 << 16
	for _, version := range []byte{0, 1} {
		for want, m := range map[catalogue.Turn][4]int32{
			catalogue.Upright: {one, 0, 0, one}, catalogue.Turned90: {0, one, -one, 0}, catalogue.Turned180: {-one, 0, 0, -one},
			catalogue.Turned270: {0, -one, one, 0}, catalogue.Mirrored: {-one, 0, 0, one}, catalogue.Transposed: {0, one, one, 0},
		} {
			b := film(t, "qt  ", 5000)
			if version == 1 {
				b = filmOfVersion1(t)
			}
			at := bytes.Index(b, []byte("tkhd")) + 4 + 40 + 12*int(version)
			for i, x := range map[int]int32{0: m[0], 1: m[1], 3: m[2], 4: m[3]} {
				binary.BigEndian.PutUint32(b[at+4*i:], uint32(x))
			}
			w, h := 640, 360
			if want.Sideways() {
				w, h = h, w
			}
			got, err := Inspect(put(t, "clip.mov", b))
			if err != nil || got.Turn != want || got.Width != w || got.Height != h {
				t.Errorf("version %d: %+v %v, want %d", version, got, err, want)
			}
		}
	}
}

func filmOfVersion1(t *testing.T) []byte {
	t.Helper()
	moov, trak := mp4.NewMoovBox(), mp4.NewTrakBox()
	moov.AddChild(&mp4.MvhdBox{Timescale: 1000, Duration: 5000, NextTrackID: 3})
	trak.AddChild(&mp4.TkhdBox{Version: 1, TrackID: 1, Width: mp4.Fixed32(640 << 16), Height: mp4.Fixed32(360 << 16)})
	moov.AddChild(trak)
	return encoded(t, func(w io.Writer) error {
		if _, err := io.WriteString(w, "\x00\x00\x00\x10ftypqt  \x00\x00\x02\x00"); err != nil {
			return err
		}
		return moov.Encode(w)
	})
}

// TestBehindTheEnd: phones put a clip after the end marker of a photo.
func TestBehindTheEnd(t *testing.T) {
	t.Parallel()
	s := samples(t)
	clip := append(film(t, "mp42", 3000), bytes.Repeat([]byte("\x00\xff\xd9"), 90_000)...)
	jpg := s["jpg"]
	scan := bytes.Index(jpg, []byte{0xff, jpegSOS})
	for _, c := range []struct {
		name    string
		content []byte
		want    Problem
	}{
		{"a clip behind it", append(bytes.Clone(jpg), clip...), 0},
		{"zeros behind it", append(bytes.Clone(jpg), make([]byte, 300_000)...), 0},
		{"a second photo behind it", append(bytes.Clone(jpg), jpg...), 0},
		{"fill before markers", append(append(bytes.Clone(jpg[:scan]), 0xff, 0xff), jpg[scan:]...), 0},
		{"cut in the scan, a thumbnail before it", append([]byte("\xff\xd8\xff\xe1\x00\x0aExif\xff\xd9\x00\x00"), jpg[2:len(jpg)-40]...), Cut},
		{"cut before the end marker", jpg[:len(jpg)-2], Cut},
		{"cut in the end marker", jpg[:len(jpg)-1], Cut},
		{"cut in a segment", jpg[:scan-3], Cut},
		{"restart markers", append(append(bytes.Clone(jpg[:scan+20]), 0xff, jpegRST0, 0xff, 0x00), jpg[scan+20:]...), 0},
		{"a segment of no length", append(append(bytes.Clone(jpg[:scan]), 0xff, 0xe5, 0, 0), jpg[scan:]...), Broken},
		{"a second scan that is cut", append(bytes.Clone(jpg[:len(jpg)-2]), 0xff, jpegSOS, 0, 8, 1, 2), Cut},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := Inspect(put(t, "photo.jpg", c.content))
			if ProblemOf(err) != c.want || (err == nil) != (c.want == 0) {
				t.Errorf("%+v, %v; want problem %d", got, err, c.want)
			}
		})
	}
}

func TestTraits(t *testing.T) {
	t.Parallel()
	box := image.Rect(0, 0, 40, 30)
	clear, half := image.NewNRGBA(box), image.NewNRGBA(box)
	draw.Draw(half, image.Rect(0, 0, 20, 30), image.White, image.Point{}, draw.Src)
	full := image.NewNRGBA(box)
	draw.Draw(full, box, image.White, image.Point{}, draw.Src)
	full.SetNRGBA(1, 1, color.NRGBA{1, 2, 3, 0xfe})
	pal := image.NewPaletted(box, color.Palette{color.Transparent, color.White})
	asPNG := func(m image.Image) []byte { return encoded(t, func(w io.Writer) error { return png.Encode(w, m) }) }
	loop := func(n int) []byte {
		g := &gif.GIF{}
		for range n {
			g.Image, g.Delay = append(g.Image, image.NewPaletted(box, color.Palette{color.Black, color.White})), append(g.Delay, 10)
		}
		return encoded(t, func(w io.Writer) error { return gif.EncodeAll(w, g) })
	}
	photo := encoded(t, func(w io.Writer) error { return jpeg.Encode(w, full, nil) })
	for _, c := range []struct {
		name    string
		content []byte
		want    catalogue.Facts
	}{
		{"photo", photo, catalogue.Facts{}},
		{"16 bits of grey", asPNG(image.NewGray16(box)), catalogue.Facts{Deep: true}},
		{"16 bits, clear", asPNG(image.NewNRGBA64(box)), catalogue.Facts{Deep: true, SeeThrough: catalogue.AllClear}},
		{"clear", asPNG(clear), catalogue.Facts{SeeThrough: catalogue.AllClear}},
		{"clear by its palette", asPNG(pal), catalogue.Facts{SeeThrough: catalogue.AllClear}},
		{"half clear", asPNG(half), catalogue.Facts{SeeThrough: catalogue.PartlyClear}},
		{"one pixel nearly solid", asPNG(full), catalogue.Facts{SeeThrough: catalogue.PartlyClear}},
		{"an alpha channel that is not used", solidAlpha(t), catalogue.Facts{}},
		{"gif of one frame", loop(1), catalogue.Facts{}},
		{"gif of three", loop(3), catalogue.Facts{Animated: true}},
		{"animated png", pngWith(samples(t)["png"], pngChunk("acTL", make([]byte, 8))), catalogue.Facts{Animated: true}},
		{"animated webp", webpWith(samples(t)["webp"], "ANIM", make([]byte, 6)), catalogue.Facts{Animated: true}},
		{"colours for print", cmykJPEG(), catalogue.Facts{CMYK: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := Look(put(t, "picture", c.content), "")
			have := catalogue.Facts{CMYK: got.CMYK, Deep: got.Deep, Animated: got.Animated, SeeThrough: got.SeeThrough}
			if err != nil || have != c.want {
				t.Errorf("%+v, %v; want %+v", have, err, c.want)
			}
		})
	}
}

// solidAlpha returns a PNG with an alpha channel in which nothing is
// transparent. Go's encoder leaves such a channel out, so one pixel is made
// opaque later.
func solidAlpha(t *testing.T) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, 1, 1))
	b := encoded(t, func(w io.Writer) error { return png.Encode(w, m) })
	// An NRGBA pixel in a stored block: filter byte and four bytes.
	raw := []byte{0, 9, 9, 9, 0xff}
	z := append([]byte{0x78, 0x01, 0x01, 5, 0, 0xfa, 0xff}, raw...)
	z = binary.BigEndian.AppendUint32(z, adler(raw))
	return append(append(bytes.Clone(b[:8+25]), pngChunk("IDAT", z)...), pngChunk("IEND", nil)...)
}

func adler(b []byte) uint32 {
	x, y := uint32(1), uint32(0)
	for _, c := range b {
		x = (x + uint32(c)) % 65521
		y = (y + x) % 65521
	}
	return y<<16 | x
}

// smallTIFF returns the smallest grey TIFF, with more tags inserted in order.
func smallTIFF(colours uint32, more ...[3]uint32) []byte {
	le := binary.LittleEndian
	tags := append([][3]uint32{{256, 1, 1}, {257, 1, 1}, {258, 1, 8}, {259, 1, 1}, {262, 1, colours}, {273, 1, 4}}, more...)
	tags = append(tags, [3]uint32{277, 1, 1}, [3]uint32{278, 1, 1}, [3]uint32{279, 1, 1})
	b := le.AppendUint16([]byte("II*\x00\x08\x00\x00\x00"), uint16(len(tags)))
	for _, tag := range tags {
		b = le.AppendUint16(le.AppendUint16(b, uint16(tag[0])), typeShort)
		b = le.AppendUint32(le.AppendUint32(b, tag[1]), tag[2])
	}
	return le.AppendUint32(b, 0)
}

// cmykJPEG returns the header of a CMYK picture without pixels.
func cmykJPEG() []byte {
	return []byte("\xff\xd8\xff\xc0\x00\x14\x08\x00\x10\x00\x10\x04\x01\x11\x00\x02\x11\x00\x03\x11\x00\x04\x11\x00" +
		"\xff\xda\x00\x0e\x04\x01\x00\x02\x00\x03\x00\x04\x00\x00\x3f\x00\x00\xff\xd9")
}
