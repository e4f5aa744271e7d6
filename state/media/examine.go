package media

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif" // for DecodeConfig
	"image/jpeg"
	_ "image/png" // for DecodeConfig
	"io"
	"math"
	"slices"
	"unicode/utf8"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	_ "golang.org/x/image/webp" // for DecodeConfig

	"seedreel/client/catalogue"
)

// The kinds of media in catalogue.Facts.
const (
	kindImage = "image"
	kindVideo = "video"
	kindAudio = "audio"
)

// headLen is how much of a file's start is read to identify it.
const headLen = 512

// maxSide exceeds every picture that a service takes; formats store up to 2^31,
// at which the product of both sides would overflow.
const maxSide = 1 << 24

// format is a kind of content identified by its first bytes.
type format struct {
	name, kind, mime string
	magic            func(head []byte) bool
}

func formats() []format {
	return []format{
		{"jpg", kindImage, "image/jpeg", starts("\xff\xd8\xff")},
		{"png", kindImage, "image/png", starts("\x89PNG\r\n\x1a\n")},
		{"gif", kindImage, "image/gif", func(b []byte) bool { return starts("GIF87a")(b) || starts("GIF89a")(b) }},
		{"webp", kindImage, "image/webp", riff("WEBP")},
		{"bmp", kindImage, "image/bmp", bitmap},
		{"tiff", kindImage, "image/tiff", func(b []byte) bool { return starts("II*\x00")(b) || starts("MM\x00*")(b) }},
		{"mov", kindVideo, "video/quicktime", func(b []byte) bool { return ftyp(b) && string(b[8:12]) == "qt  " }},
		{"m4a", kindAudio, "audio/mp4", func(b []byte) bool { return ftyp(b) && string(b[8:12]) == "M4A " }},
		{"mp4", kindVideo, "video/mp4", movie},
		{"wav", kindAudio, "audio/wav", riff("WAVE")},
		{"mp3", kindAudio, "audio/mpeg", mp3},
	}
}

func starts(magic string) func([]byte) bool {
	return func(b []byte) bool { return bytes.HasPrefix(b, []byte(magic)) }
}

func riff(form string) func([]byte) bool {
	return func(b []byte) bool { return len(b) >= 12 && string(b[:4]) == "RIFF" && string(b[8:12]) == form }
}

// bitmap: many a text begins with the two letters, so check the reserved zeros
// too.
func bitmap(b []byte) bool {
	return len(b) >= 18 && string(b[:2]) == "BM" && bytes.Equal(b[6:10], make([]byte, 4)) && b[15] == 0 && b[16] == 0 && b[17] == 0
}

func ftyp(b []byte) bool { return len(b) >= 12 && string(b[4:8]) == "ftyp" }

// movie: HEIC and AVIF pictures start with the same box but are no clips.
func movie(b []byte) bool {
	if !ftyp(b) {
		return false
	}
	switch string(b[8:12]) {
	case "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis", "crx ":
		return false
	}
	return true
}

// mp3: an ID3 tag, or a frame header whose fields all hold allowed values.
func mp3(b []byte) bool {
	if starts("ID3")(b) {
		return len(b) >= 10
	}
	return len(b) >= 4 && b[0] == 0xff && b[1]&0xe0 == 0xe0 && b[1]&0x18 != 0x08 && b[1]&0x06 == 0x02 &&
		b[2]&0xf0 != 0xf0 && b[2]&0x0c != 0x0c
}

func mimeOf(name string) string {
	for _, f := range formats() {
		if f.name == name {
			return f.mime
		}
	}
	return "application/octet-stream"
}

// examine identifies a file. It reads the start, the few places with the size
// of the picture, and the end; never the pixels.
func examine(r io.ReaderAt, size int64) (catalogue.Facts, error) {
	head := make([]byte, min(size, headLen))
	if n, err := r.ReadAt(head, 0); n < len(head) {
		return catalogue.Facts{}, readError(err)
	}
	for _, f := range formats() {
		if !f.magic(head) {
			continue
		}
		facts := catalogue.Facts{Kind: f.kind, Format: f.name, Bytes: size}
		var err error
		switch f.kind {
		case kindImage:
			err = picture(r, size, &facts)
		case kindVideo:
			err = clip(r, size, &facts)
		case kindAudio:
			if f.name == "wav" {
				err = wave(r, size, &facts)
			}
		}
		if err != nil {
			return catalogue.Facts{}, err
		}
		return facts, nil
	}
	return catalogue.Facts{}, unknown(head)
}

// unknown returns an error that names the kind of a file that is not media,
// where that is easy.
func unknown(head []byte) error {
	switch {
	case ftyp(head):
		return wrong(NotMedia, "HEIC, AVIF and raw pictures are not taken, save it as JPEG or PNG")
	case bytes.HasPrefix(bytes.TrimSpace(head), []byte("<svg")):
		return wrong(NotMedia, "SVG drawings are not taken, save it as PNG")
	case text(head):
		return wrong(NotMedia, "the file holds text, whatever its name says")
	}
	return wrong(NotMedia, "the content is no image, video or sound that is known here")
}

func text(b []byte) bool {
	// The last character may be cut off at the end of the head.
	for i := 0; i < utf8.UTFMax && len(b) > 0 && !utf8.Valid(b); i++ {
		b = b[:len(b)-1]
	}
	return len(b) > 0 && utf8.Valid(b) && bytes.IndexByte(b, 0) < 0
}

func picture(r io.ReaderAt, size int64, f *catalogue.Facts) error {
	if size > maxImage {
		return wrong(TooBig, "the picture has %d MB, no service takes more than %d MB", size>>20, maxImage>>20)
	}
	cfg, name, err := config(r, size)
	if err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
			return &Error{Problem: Cut, Text: "the picture is cut off, its end is missing", Err: err}
		}
		if unsupported(err) {
			return &Error{Problem: NotMedia, Text: "the picture is of a kind that is not read here, save it as plain JPEG or PNG", Err: err}
		}
		return &Error{Problem: Broken, Text: "the picture is damaged", Err: err}
	}
	if cfg.Width <= 0 || cfg.Height <= 0 || cfg.Width > maxSide || cfg.Height > maxSide {
		return wrong(Broken, "the picture claims to be %d by %d pixels, which cannot be", cfg.Width, cfg.Height)
	}
	f.Width, f.Height = cfg.Width, cfg.Height
	colours(cfg.ColorModel, f)
	switch name {
	case "png":
		err = wholePNG(r, size, f)
	case "jpeg":
		var exif []byte
		exif, err = walkJPEG(r, size)
		f.Turn = turnOf(exif)
	case "webp":
		err = wholeWebP(r, size, f)
	case "gif":
		err = wholeGIF(r, size, f)
	case "tiff":
		f.Turn = turnIn(r, size)
	}
	if f.Turn.Sideways() {
		f.Width, f.Height = f.Height, f.Width
	}
	return err
}

// colours derives the facts about colours and transparency from the colour
// model in a picture's header.
func colours(m color.Model, f *catalogue.Facts) {
	switch m {
	case color.CMYKModel:
		f.CMYK = true
	case color.Gray16Model:
		f.Deep = true
	case color.RGBA64Model:
		f.Deep = true
	case color.NRGBA64Model:
		f.Deep, f.SeeThrough = true, catalogue.PartlyClear
	case color.NRGBAModel, color.NYCbCrAModel, color.AlphaModel, color.Alpha16Model:
		f.SeeThrough = catalogue.PartlyClear
	default:
		if p, ok := m.(color.Palette); ok && slices.ContainsFunc(p, seeThrough) {
			f.SeeThrough = catalogue.PartlyClear
		}
	}
}

// seeThrough reports whether a colour is not fully opaque.
func seeThrough(c color.Color) bool {
	_, _, _, a := c.RGBA()
	return a < math.MaxUint16
}

// unsupported reports whether a reader knows the format but not this variant,
// such as lossless JPEGs or TIFFs for print.
func unsupported(err error) bool {
	if _, ok := errors.AsType[jpeg.UnsupportedError](err); ok {
		return true
	}
	_, ok := errors.AsType[tiff.UnsupportedError](err)
	return ok || errors.Is(err, bmp.ErrUnsupported)
}

// config reads the picture's size. The readers of some formats allocate what
// the file claims, so they get only a bounded part of its start, and a panic in
// one of them means a damaged picture, not the end of the program.
func config(r io.ReaderAt, size int64) (cfg image.Config, name string, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("reading the picture's header: %v", v)
		}
	}()
	return image.DecodeConfig(io.NewSectionReader(r, 0, size))
}

func readError(err error) error {
	return &Error{Problem: Unreadable, Text: "the file cannot be read", Err: err}
}
