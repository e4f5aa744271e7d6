//go:build !windows

package media

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"seedreel/client/catalogue"

	"github.com/Eyevinn/mp4ff/mp4"
	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
)

// paint returns a small picture that does not compress to nothing.
func paint() image.Image {
	m := image.NewPaletted(image.Rect(0, 0, 320, 200), color.Palette{color.Black, color.White, color.Gray{99}})
	for i := range m.Pix {
		m.Pix[i] = uint8(i * i % 3)
	}
	return m
}

func encoded(t testing.TB, f func(io.Writer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// samples returns one complete file of each format.
func samples(t testing.TB) map[string][]byte {
	t.Helper()
	webp, err := base64.StdEncoding.DecodeString("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA")
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{
		"png":  encoded(t, func(w io.Writer) error { return png.Encode(w, paint()) }),
		"jpg":  encoded(t, func(w io.Writer) error { return jpeg.Encode(w, paint(), nil) }),
		"gif":  encoded(t, func(w io.Writer) error { return gif.Encode(w, paint(), nil) }),
		"bmp":  encoded(t, func(w io.Writer) error { return bmp.Encode(w, paint()) }),
		"tiff": encoded(t, func(w io.Writer) error { return tiff.Encode(w, paint(), nil) }),
		"webp": webp,
		"mp4":  film(t, "isom", 5000),
		"mov":  film(t, "qt  ", 5000),
		"wav":  sound(32_000),
		"mp3":  append([]byte("ID3\x04\x00\x00\x00\x00\x00\x00\xff\xfb\x90\x00"), make([]byte, 400)...),
		"m4a":  append([]byte("\x00\x00\x00\x10ftypM4A \x00\x00\x00\x00"), make([]byte, 16)...),
	}
}

// film returns the frame of a video of milliseconds, 640 by 360.
func film(t testing.TB, brand string, millis uint64) []byte {
	t.Helper()
	moov := mp4.NewMoovBox()
	moov.AddChild(&mp4.MvhdBox{Timescale: 1000, Duration: millis, NextTrackID: 3})
	for _, size := range [][2]uint32{{640, 360}, {0, 0}} {
		trak := mp4.NewTrakBox()
		trak.AddChild(&mp4.TkhdBox{TrackID: 1, Duration: millis, Width: mp4.Fixed32(size[0] << 16), Height: mp4.Fixed32(size[1] << 16)})
		moov.AddChild(trak)
	}
	return encoded(t, func(w io.Writer) error {
		if _, err := io.WriteString(w, "\x00\x00\x00\x10ftyp"+brand+"\x00\x00\x02\x00\x00\x00\x00\x0cmdatabcd"); err != nil {
			return err
		}
		return moov.Encode(w)
	})
}

// sound returns a WAV file of that many bytes, 16,000 of them a second.
func sound(n uint32) []byte {
	b := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data")
	b = binary.LittleEndian.AppendUint32(b, n)
	return append(b, make([]byte, n)...)
}

// hugePNG returns a valid header that claims a size, without pixels.
func hugePNG(w, h uint32) []byte {
	chunk := func(kind string, data []byte) []byte {
		b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
		b = append(append(b, kind...), data...)
		return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	b := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(head, 8, 2, 0, 0, 0))...)
	return append(append(b, chunk("IDAT", []byte("x"))...), chunk("IEND", nil)...)
}

func put(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestInspectFormats(t *testing.T) {
	t.Parallel()
	kinds := map[string]catalogue.Facts{
		"png": {Kind: "image", Width: 320, Height: 200}, "jpg": {Kind: "image", Width: 320, Height: 200},
		"gif": {Kind: "image", Width: 320, Height: 200}, "bmp": {Kind: "image", Width: 320, Height: 200},
		"tiff": {Kind: "image", Width: 320, Height: 200}, "webp": {Kind: "image", Width: 1, Height: 1},
		"mp4": {Kind: "video", Width: 640, Height: 360, Seconds: 5}, "mov": {Kind: "video", Width: 640, Height: 360, Seconds: 5},
		"wav": {Kind: "audio", Seconds: 2}, "mp3": {Kind: "audio"}, "m4a": {Kind: "audio"},
	}
	mimes := map[string]string{
		"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "bmp": "image/bmp", "tiff": "image/tiff", "webp": "image/webp",
		"mp4": "video/mp4", "mov": "video/quicktime", "wav": "audio/wav", "mp3": "audio/mpeg", "m4a": "audio/mp4",
	}
	for format, content := range samples(t) {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			path := put(t, "named-otherwise.txt", content) // the name must not matter
			want := kinds[format]
			want.Item, want.Format, want.Bytes = path, format, int64(len(content))
			if got, err := Inspect(path); got != want || err != nil {
				t.Errorf("got  %+v\nwant %+v\n%v", got, want, err)
			}
			if got, err := Look(path, ""); got != want || err != nil {
				t.Errorf("Look: %+v %v", got, err)
			}
			f, err := File(path)
			if err != nil || f.MIME != mimes[format] || f.Size != int64(len(content)) || f.Name != "named-otherwise.txt" {
				t.Fatalf("File: %+v %v", f, err)
			}
			for range 2 {
				r, err := f.Open()
				if err != nil {
					t.Fatal(err)
				}
				if b, err := io.ReadAll(r); !bytes.Equal(b, content) || err != nil {
					t.Errorf("the content is another: %v", err)
				}
				if err := r.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestInspectContent(t *testing.T) {
	t.Parallel()
	s := samples(t)
	cut := func(format string, n int) []byte { return s[format][:n] }
	half := func(format string) []byte { return cut(format, len(s[format])/2) }
	for _, c := range []struct {
		name    string
		content []byte
		want    Problem // 0 means accepted
	}{
		{"50,000 x 50,000", hugePNG(50_000, 50_000), 0},
		{"2^31 wide", hugePNG(1<<31-1, 1<<31-1), Broken},
		{"2^32 wide", hugePNG(1<<32-1, 1), Broken},
		{"no width", hugePNG(0, 5), Broken},
		{"png, half", half("png"), Cut},
		{"png, without its last byte", cut("png", len(s["png"])-1), Cut},
		{"png, magic only", cut("png", 8), Cut},
		{"png, magic and zeros", append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 99)...), Broken},
		{"png, more behind it", append(bytes.Clone(s["png"]), "PK\x03\x04 a polyglot"...), 0},
		{"jpg, half", half("jpg"), Cut},
		{"jpg, half, with a thumbnail", append([]byte("\xff\xd8\xff\xe1\x00\x08Exif\xff\xd9"), half("jpg")[2:]...), Cut},
		{"jpg, with a thumbnail", append([]byte("\xff\xd8\xff\xe1\x00\x08Exif\xff\xd9"), s["jpg"][2:]...), 0},
		{"jpg, magic only", cut("jpg", 3), Cut},
		{"jpg, more behind it", append(bytes.Clone(s["jpg"]), "\xff\xd8 a preview"...), 0},
		{"gif, half", half("gif"), Cut},
		{"webp, cut", cut("webp", len(s["webp"])-1), Cut},
		{"mp4, half", half("mp4"), Cut},
		{"mp4, start only", cut("mp4", 28), Cut},
		{"mp4, box of no size", append([]byte("\x00\x00\x00\x10ftypisom\x00\x00\x00\x00"), 0, 0, 0, 3, 'a', 'b', 'c', 'd'), Broken},
		{"wav, half", half("wav"), Cut},
		{"text called png", []byte("not a picture\n"), NotMedia},
		{"text in another script", []byte("絵ではない"), NotMedia},
		{"svg", []byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), NotMedia},
		{"heic", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), NotMedia},
		{"program", []byte("\x7fELF\x02\x01\x01\x00\x00\x00\x00"), NotMedia},
		{"one byte", []byte{0x89}, NotMedia},
		{"nothing", nil, Empty},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := put(t, "a.png", c.content)
			got, err := Inspect(path)
			if ProblemOf(err) != c.want || (err == nil) != (c.want == 0) {
				t.Fatalf("%+v %v (%d), want %d", got, err, ProblemOf(err), c.want)
			}
			sentence(t, err)
			if _, ferr := File(path); ProblemOf(ferr) != c.want {
				t.Errorf("File: %v", ferr)
			}
		})
	}
}

// sentence checks for one line that names the file and nothing of its folder.
func sentence(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if e, ok := errors.AsType[*Error](err); !ok || e.Path == "" || strings.ContainsAny(e.Error(), "\n/") || !strings.HasPrefix(e.Error(), filepath.Base(e.Path)+": ") {
		t.Errorf("not one sentence: %q", err)
	}
}

func TestInspectPlaces(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	big, err := os.Create(at("sparse.png"))
	if err != nil {
		t.Fatal(err)
	}
	_, werr := big.Write(samples(t)["png"])
	l, lerr := new(net.ListenConfig).Listen(t.Context(), "unix", at("socket"))
	if err := errors.Join(
		werr, lerr, big.Truncate(20<<20), big.Close(),
		syscall.Mkfifo(at("pipe"), 0o600),
		os.WriteFile(at("zeros"), nil, 0o600), os.Truncate(at("zeros"), 20<<20),
		os.WriteFile(at("huge"), nil, 0o600), os.Truncate(at("huge"), maxClip+1),
		os.WriteFile(at("large.png"), samples(t)["png"], 0o600), os.Truncate(at("large.png"), maxImage+1),
		os.WriteFile(at("secret"), []byte("x"), 0o600), os.Chmod(at("secret"), 0),
		os.Symlink("loop", at("loop")), os.Symlink("sparse.png", at("link")),
	); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	for path, want := range map[string]Problem{
		at("none"): Missing, "": Missing, at("a\x00b"): Missing, dir: Folder, at("pipe"): Special, "/dev/zero": Special, "/dev/tty": Special,
		at("socket"): Special, at("zeros"): NotMedia, at("huge"): TooBig, at("large.png"): TooBig, at("loop"): Unreadable,
		at("sparse.png"): 0, at("link"): 0, at("sparse.png/x"): Unreadable,
	} {
		if path == "/dev/tty" {
			if f, err := os.Open(path); err != nil {
				continue // without a terminal, the device cannot be opened
			} else if err := f.Close(); err != nil {
				t.Fatal(err)
			}
		}
		_, err := Inspect(path)
		if ProblemOf(err) != want || (err == nil) != (want == 0) {
			t.Errorf("%s: %v (%d), want %d", path, err, ProblemOf(err), want)
		}
	}
	if os.Geteuid() != 0 {
		if _, err := Inspect(at("secret")); ProblemOf(err) != Unreadable {
			t.Errorf("a file that is not ours to read: %v", err)
		}
	}
}

func TestFileThatChanges(t *testing.T) {
	t.Parallel()
	path := put(t, "a.png", samples(t)["png"])
	f, err := File(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r, err := f.Open(); err == nil {
		t.Errorf("another file is sent under the size of the first: %v", r.Close())
	}
}

func TestLook(t *testing.T) {
	t.Parallel()
	if got, err := Look("https://example.com/a.png", ""); (got != catalogue.Facts{Item: "https://example.com/a.png", Link: true}) || err != nil {
		t.Errorf("a link: %+v %v", got, err)
	}
	uri := "data:image/png;base64," + base64.StdEncoding.EncodeToString(samples(t)["png"])
	if got, err := Look(uri, ""); err != nil || got.Width != 320 || got.Format != "png" || got.Link {
		t.Errorf("a data URI: %+v %v", got.Format, err)
	}
	for _, bad := range []string{
		"", "data:text/plain,x", "data:image/png,x", "data:image/png;base64,%%", "data:image/png;base64,", "data:image/png;base64",
		"data:image/png;base64," + base64.StdEncoding.EncodeToString(film(t, "isom", 1)),
	} {
		if got, err := Look(bad, ""); err == nil {
			t.Errorf("%.40q: %+v", bad, got)
		}
	}
}

// FuzzExamine passes arbitrary bytes as a file.
func FuzzExamine(f *testing.F) {
	for _, b := range samples(f) {
		if len(b) < 10_000 {
			f.Add(b)
		}
		f.Add(b[:len(b)/2])
	}
	f.Add(hugePNG(1<<31-1, 1))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) == 0 {
			return
		}
		facts, err := examine(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			if _, ok := errors.AsType[*Error](err); !ok {
				t.Errorf("not an error of ours: %v", err)
			}
			return
		}
		if facts.Kind == "" || facts.Format == "" || facts.Bytes != int64(len(b)) || facts.Seconds < 0 || facts.Seconds != facts.Seconds {
			t.Errorf("facts %+v", facts)
		}
		if facts.Kind == kindImage && (facts.Width <= 0 || facts.Height <= 0 || facts.Width*facts.Height < 0) {
			t.Errorf("size of %+v", facts)
		}
	})
}
