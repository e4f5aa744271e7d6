package frames

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	// stillSide is the longer side of a still in pixels, as many as a quarter
	// of a large terminal shows.
	stillSide = 640
	// stillQuality is the JPEG quality; a still takes about 30 KB.
	stillQuality = 85
	// maxCache bounds the folder of stills in bytes.
	maxCache = 128 << 20
	// suffix marks our files in the folder; others are left alone.
	suffix = ".still.jpg"
)

// Clip is a saved clip.
type Clip struct {
	Path string
	// SHA256 is the hash of the file, in hex; "" if unknown.
	SHA256 string
}

// Strip holds the stills of a clip in order.
type Strip struct {
	Facts Facts
	// Paths are JPEG files, At the time in the clip that each shows.
	Paths []string
	At    []time.Duration
}

// Strip makes n stills spread evenly over a clip, or returns those made before
// in the folder dir, which is created if missing. The error is an *Error,
// unless the context ended.
func (t *Tool) Strip(ctx context.Context, c Clip, n int, dir string) (*Strip, error) {
	facts, err := Inspect(c.Path)
	if err != nil {
		return nil, err
	}
	if n < 1 || facts.Duration <= 0 || facts.Width <= 0 || facts.Height <= 0 {
		return nil, &Error{Broken, "the clip does not say how long and how large it is", nil}
	}
	s := &Strip{Facts: facts}
	name, err := stillName(c, n)
	if err != nil {
		return nil, err
	}
	whole := true
	for i := range n {
		p := filepath.Join(dir, fmt.Sprintf("%s-%d-%d%s", name, n, i, suffix))
		_, err := os.Stat(p)
		whole = whole && err == nil
		s.Paths = append(s.Paths, p)
		s.At = append(s.At, facts.Duration*time.Duration(i)/time.Duration(n))
	}
	if whole {
		return s, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, &Error{NoRoom, "the folder of stills cannot be made", err}
	}
	if err := t.fill(ctx, c.Path, s); err != nil {
		return nil, err
	}
	prune(dir, maxCache)
	return s, nil
}

// Still makes one picture from the middle of a clip, or returns the one made
// before in the folder dir. The error is an *Error, unless the context ended.
func (t *Tool) Still(ctx context.Context, c Clip, dir string) (path string, err error) {
	name, err := stillName(c, 1)
	if err != nil {
		return "", err
	}
	path = filepath.Join(dir, name+suffix)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	f, err := Inspect(c.Path)
	if err != nil {
		return "", err
	}
	if f.Duration <= 0 || f.Width <= 0 || f.Height <= 0 {
		return "", &Error{Broken, "the clip does not say how long and how large it is", nil}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", &Error{NoRoom, "the folder of stills cannot be made", err}
	}
	w, h := within(f.Width, f.Height, stillSide)
	pix, err := t.one(ctx, c.Path, Shot{W: w, H: h, FPS: max(f.FPS, 1), From: f.Duration / 2})
	if ProblemOf(err) == Broken {
		// A clip of one picture has none in its middle.
		pix, err = t.one(ctx, c.Path, Shot{W: w, H: h, FPS: max(f.FPS, 1)})
	}
	if err != nil {
		return "", err
	}
	if err := writeStill(path, pix, w, h); err != nil {
		return "", err
	}
	prune(dir, maxCache)
	return path, nil
}

// one returns the first picture of a stream.
func (t *Tool) one(ctx context.Context, clip string, s Shot) ([]byte, error) {
	st, err := t.Stream(ctx, clip, s)
	if err != nil {
		return nil, err
	}
	defer st.Close()
	buf := make([]byte, st.Size())
	return buf, st.Next(buf)
}

// stillName identifies a clip by its content if the hash is known, else by size
// and modification time.
func stillName(c Clip, n int) (string, error) {
	stat, err := os.Stat(c.Path)
	if err != nil {
		return "", &Error{Unreadable, "the clip cannot be read", err}
	}
	id := fmt.Sprintf("%s\x00%d\x00%d\x00%d", c.SHA256, stat.Size(), stat.ModTime().UnixNano(), n)
	if c.SHA256 == "" {
		id += "\x00" + c.Path
	}
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:12]), nil
}

// fill reads the pictures and writes them. For a clip that ends early it
// repeats the last picture.
func (t *Tool) fill(ctx context.Context, clip string, s *Strip) error {
	w, h := within(s.Facts.Width, s.Facts.Height, stillSide)
	st, err := t.Stream(ctx, clip, Shot{W: w, H: h, FPS: float64(len(s.Paths)) / s.Facts.Duration.Seconds()})
	if err != nil {
		return err
	}
	defer st.Close()
	buf := make([]byte, st.Size())
	for i, p := range s.Paths {
		if err := st.Next(buf); err != nil && (i == 0 || !errors.Is(err, io.EOF)) {
			return err
		} else if err != nil {
			return s.repeat(buf, w, h, i)
		}
		if err := writeStill(p, buf, w, h); err != nil {
			return err
		}
	}
	return nil
}

// repeat writes the last picture for the rest of the strip.
func (s *Strip) repeat(last []byte, w, h, from int) error {
	for _, p := range s.Paths[from:] {
		if err := writeStill(p, last, w, h); err != nil {
			return err
		}
	}
	return nil
}

// within returns a size of the same shape whose longer side is at most side.
func within(w, h, side int) (int, int) {
	long := max(w, h)
	if long <= side {
		return w, h
	}
	return max(w*side/long, 1), max(h*side/long, 1)
}

// RGBA copies a picture of three bytes a pixel into an image.
func RGBA(pix []byte, w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for i, o := 0, 0; i+2 < len(pix) && o+3 < len(m.Pix); i, o = i+3, o+4 {
		m.Pix[o], m.Pix[o+1], m.Pix[o+2], m.Pix[o+3] = pix[i], pix[i+1], pix[i+2], 255
	}
	return m
}

// writeStill writes under another name first, so that a still is complete or
// missing.
func writeStill(path string, pix []byte, w, h int) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "new-*"+suffix)
	if err != nil {
		return &Error{NoRoom, "the stills cannot be written", err}
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // the next prune removes what is left
			err = &Error{NoRoom, "the stills cannot be written", err}
		}
	}()
	err = jpeg.Encode(f, RGBA(pix, w, h), &jpeg.Options{Quality: stillQuality})
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// prune removes the oldest stills until the folder is within its size. It skips
// what it cannot remove.
func prune(dir string, most int64) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	type still struct {
		path string
		size int64
		at   time.Time
	}
	var all []still
	var sum int64
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !strings.HasSuffix(e.Name(), suffix) || !info.Mode().IsRegular() {
			continue
		}
		all = append(all, still{filepath.Join(dir, e.Name()), info.Size(), info.ModTime()})
		sum += info.Size()
	}
	slices.SortFunc(all, func(a, b still) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.path, b.path)) })
	for _, s := range all {
		if sum <= most {
			return
		}
		if os.Remove(s.path) == nil {
			sum -= s.size
		}
	}
}
