package frames

import (
	"context"
	"errors"
	"image"
	"io"
	"os"
	"slices"
	"strconv"
	"time"
)

// Moment selects one picture of a clip. The zero value is the first.
type Moment struct {
	last bool
	at   time.Duration
}

// First selects the first picture.
func First() Moment { return Moment{} }

// Last selects the last picture.
func Last() Moment { return Moment{last: true} }

// At selects the picture that is seen at a time. Beyond the end it is the last
// one.
func At(d time.Duration) Moment { return Moment{at: max(d, 0)} }

// Picture is one picture of a clip in the clip's own size.
type Picture struct {
	Image  *image.RGBA
	Origin Origin
}

// slack is less than the time of a picture and more than rounding loses.
const slack = time.Millisecond

// Picture extracts one picture, with the range and matrix of the clip's
// colours respected. The error is an *Error, unless the context ended.
func (t *Tool) Picture(ctx context.Context, c Clip, m Moment) (*Picture, error) {
	f, err := Inspect(c.Path)
	if err != nil {
		return nil, err
	}
	if f.Width < 1 || f.Height < 1 || f.Width > maxPicture || f.Height > maxPicture {
		return nil, &Error{Broken, "the clip does not say how large it is", nil}
	}
	all, err := Times(c.Path)
	if err != nil {
		return nil, err
	}
	w := window{w: f.Width, h: f.Height, matrix: matrix(c.Path, f), until: -1}
	at := m.at
	switch {
	case m.last && len(all) > 0:
		at = all[len(all)-1]
	case m.last:
		at = f.Duration
	case len(all) > 0:
		at = seenAt(all, at)
	}
	if !m.last {
		w.until = at + slack
	}
	// Decoding begins shortly before; a picture that is shown for longer is
	// found from the beginning.
	const before = 2 * time.Second
	for _, from := range []time.Duration{max(at-before, 0), 0} {
		w.from = from
		pix, err := t.final(ctx, c.Path, w)
		if err == nil {
			return &Picture{Image: RGBA(pix, w.w, w.h), Origin: Origin{Clip: c.SHA256, At: at}}, nil
		}
		if ctx.Err() != nil || from == 0 || ProblemOf(err) != Broken {
			return nil, err
		}
	}
	return nil, &Error{Broken, "ffmpeg finds no pictures in it", nil}
}

// seenAt returns when the picture seen at a time begins.
func seenAt(all []time.Duration, at time.Duration) time.Duration {
	i, exact := slices.BinarySearch(all, at+slack)
	if !exact {
		i--
	}
	return all[max(i, 0)]
}

// maxPicture bounds a side of a picture in pixels.
const maxPicture = 8192

// window is a part of a clip whose last picture is wanted.
type window struct {
	w, h   int
	matrix string
	from   time.Duration
	// until is the latest picture, negative for the clip's end.
	until time.Duration
}

// args returns the arguments of ffmpeg.
func (w *window) args(clip string) ([]string, error) {
	a, input, err := opening(clip, w.from, exactly)
	if err != nil {
		return nil, err
	}
	filter := ""
	if w.until >= 0 {
		// The input ends soon after, so that the rest is not decoded.
		a = append(a, "-t", exactly(w.until-w.from+100*time.Millisecond))
		filter = "select='lte(t," + exactly(w.until-w.from) + ")',"
	}
	// Pictures get regular times, or ffmpeg would repeat and drop some.
	filter += "setpts=N/(25*TB),scale=" + strconv.Itoa(w.w) + ":" + strconv.Itoa(w.h) + ":in_color_matrix=" + w.matrix +
		":out_range=pc:sws_dither=none:flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact"
	return append(a, "-i", input, "-an", "-sn", "-dn", "-vf", filter, "-r", "25", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"), nil
}

func exactly(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 6, 64) }

// final returns the last picture within the window.
func (t *Tool) final(ctx context.Context, clip string, w window) ([]byte, error) {
	args, err := w.args(clip)
	if err != nil {
		return nil, &Error{Unreadable, "the clip cannot be read", err}
	}
	st, err := t.stream(ctx, args, w.w*w.h*3)
	if err != nil {
		return nil, err
	}
	defer st.Close()
	// One buffer is filled while the other keeps the picture before.
	kept, next := make([]byte, st.Size()), make([]byte, st.Size())
	for got := 0; ; got++ {
		err := st.Next(next)
		switch {
		case err == nil:
			kept, next = next, kept
		case got > 0 && errors.Is(err, io.EOF):
			return kept, nil
		default:
			return nil, err
		}
	}
}

// Matrix returns the matrix of a clip's colours as ffmpeg's scale filter calls
// it; "auto" if the clip itself states it.
func Matrix(path string) string {
	f, err := Inspect(path)
	if err != nil {
		return "auto" // ffmpeg will not read it either
	}
	return matrix(path, f)
}

func matrix(path string, f Facts) string {
	r, err := os.Open(path)
	if err != nil {
		return "auto" // ffmpeg will not open it either
	}
	defer func() { _ = r.Close() }() // read only
	return matrixName(r, f.Bytes, f)
}
