package download

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

// drawing returns a picture of noise, so that it does not shrink to nothing.
func drawing(t *testing.T, format string) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 96, 54))
	copy(m.Pix, film(7, len(m.Pix)))
	var b bytes.Buffer
	err := png.Encode(&b, m)
	if format == "jpg" {
		b.Reset()
		err = jpeg.Encode(&b, m, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// huge returns a picture whose header announces far more than it has.
func huge(t *testing.T) []byte {
	t.Helper()
	b := drawing(t, "png")
	binary.BigEndian.PutUint32(b[16:], 1<<20)
	binary.BigEndian.PutUint32(b[20:], 1<<20)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}

// A picture that goes with a clip keeps the rules of the clip: checked whole,
// never over another file, not looked at as a clip is.
func TestStill(t *testing.T) {
	t.Parallel()
	whole1 := drawing(t, "png")
	for name, c := range map[string]struct {
		sent []byte
		file string
		kind Kind
	}{
		"png":           {whole1, "n-last.png", Unknown},
		"jpeg":          {drawing(t, "jpg"), "n-last.jpg", Unknown},
		"a page":        {[]byte("<html>a page, not a picture"), "", NotVideo},
		"a clip":        {film(1, 5000), "", NotVideo},
		"cut":           {whole1[:len(whole1)-500], "", Damaged},
		"far too large": {huge(t), "", Damaged},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, whole(c.sent, `"v"`))
			dir := t.TempDir()
			d := newDownloader(t, Options{Look: func(context.Context, string) error { return errors.New("it has no clip's pictures") }})
			r, err := d.Get(t.Context(), Order{URL: s.URL, Dir: dir, Name: "n-last", JobID: "j-2", Still: true})
			if KindOf(err) != c.kind || (err == nil) != (c.file != "") {
				t.Fatalf("%+v, %v", r, err)
			}
			path := filepath.Join(dir, "sent")
			if err := os.WriteFile(path, c.sent, 0o600); err != nil {
				t.Fatal(err)
			}
			v, err := VerifyStill(path)
			if KindOf(err) != c.kind {
				t.Errorf("VerifyStill: %v", err)
			}
			if c.file == "" {
				return
			}
			want(t, filepath.Join(dir, c.file), c.sent)
			if r.SHA256 != v.SHA256 || r.Bytes != v.Bytes || filepath.Base(r.Path) != c.file {
				t.Errorf("%+v, then %+v", r, v)
			}
		})
	}
}

func TestAStillLeavesAnothersFile(t *testing.T) {
	t.Parallel()
	pic := drawing(t, "png")
	s := serve(t, whole(pic, ""))
	dir := t.TempDir()
	theirs := filepath.Join(dir, "n-last.png")
	if err := os.WriteFile(theirs, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := newDownloader(t, Options{}).Get(t.Context(), Order{URL: s.URL, Dir: dir, Name: "n-last", JobID: "j-2", Still: true})
	if err != nil || filepath.Base(r.Path) != "n-last-2.png" {
		t.Fatalf("%+v, %v", r, err)
	}
	want(t, theirs, []byte("mine"))
	want(t, r.Path, pic)
}

func TestAStillHasALimitOfItsOwn(t *testing.T) {
	t.Parallel()
	s := serve(t, whole(append(drawing(t, "png"), make([]byte, maxStill)...), ""))
	_, err := newDownloader(t, Options{}).Get(t.Context(), Order{URL: s.URL, Dir: t.TempDir(), Name: "n", JobID: "j-2", Still: true})
	if KindOf(err) != TooLarge {
		t.Error(err)
	}
}
