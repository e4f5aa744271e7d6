package frames

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"seedreel/client/secret"
)

const (
	// runLimit bounds ffmpeg's run on one clip; a clip of 12 s takes about 1 s.
	runLimit = 60 * time.Second
	// graceLimit is how long its pipes may stay open after it is killed.
	graceLimit = 2 * time.Second
	// maxWords bounds what is kept of its error output, in bytes.
	maxWords = 4 << 10
	// maxSide is the largest side that pictures are scaled to.
	maxSide = 4096
)

// Tool is the ffmpeg of this machine.
type Tool struct{ path string }

// Find looks for ffmpeg; exec.LookPath fits as look. The error is an *Error
// with the problem NoTool.
func Find(look func(name string) (string, error)) (*Tool, error) {
	path, err := look("ffmpeg")
	if err == nil && !filepath.IsAbs(path) {
		err = exec.ErrDot // one in the current folder is not used
	}
	if err != nil {
		return nil, &Error{NoTool, "ffmpeg is not installed", err}
	}
	return &Tool{path}, nil
}

// Installed returns the ffmpeg of this machine, nil if there is none.
func Installed() *Tool {
	t, err := Find(exec.LookPath)
	if err != nil {
		return nil
	}
	return t
}

// Shot selects the pictures of a clip and their size.
type Shot struct {
	W, H int
	// FPS is the number of pictures a second, at most the clip's own.
	FPS float64
	// From is where to begin.
	From time.Duration
}

// args returns the arguments of ffmpeg.
func (s *Shot) args(clip string) ([]string, error) {
	if s.W < 1 || s.H < 1 || s.W > maxSide || s.H > maxSide || s.FPS <= 0 || s.From < 0 {
		return nil, fmt.Errorf("pictures of %dx%d at %g a second cannot be", s.W, s.H, s.FPS)
	}
	a, input, err := opening(clip, s.From, seconds)
	if err != nil {
		return nil, err
	}
	filter := "fps=" + strconv.FormatFloat(s.FPS, 'f', 6, 64) + ",scale=" + strconv.Itoa(s.W) + ":" + strconv.Itoa(s.H) + ":flags=area"
	return append(a, "-i", input, "-an", "-sn", "-dn", "-vf", filter, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"), nil
}

// opening returns the first arguments of ffmpeg, to begin at a time, and the clip
// as its input. The path has a protocol prefix, so that no name can be taken for
// another one or for an option.
func opening(clip string, from time.Duration, seconds func(time.Duration) string) (a []string, input string, err error) {
	abs, err := filepath.Abs(clip)
	if err != nil {
		return nil, "", fmt.Errorf("finding the clip: %w", err)
	}
	a = []string{"-v", "error", "-nostdin", "-protocol_whitelist", "file,pipe"}
	if from > 0 {
		a = append(a, "-ss", seconds(from))
	}
	return a, "file:" + abs, nil
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }

// Stream reads pictures as ffmpeg decodes them.
type Stream struct {
	cmd    *exec.Cmd
	out    io.ReadCloser
	cancel context.CancelFunc
	ctx    context.Context //nolint:containedctx // distinguishes a time limit from a failure when the stream ends
	words  limited
	size   int
	got    int
}

// Stream starts ffmpeg. Close must be called.
func (t *Tool) Stream(ctx context.Context, clip string, s Shot) (*Stream, error) {
	args, err := s.args(clip)
	if err != nil {
		return nil, &Error{Broken, "the clip has no pictures of that size", err}
	}
	return t.stream(ctx, args, s.W*s.H*3)
}

// Command prepares a run of ffmpeg without keys in its environment. It is
// killed with its children when the context ends.
func (t *Tool) Command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := secret.Command(ctx, t.path, args...)
	cmd.WaitDelay = graceLimit
	alone(cmd)
	return cmd
}

// stream starts ffmpeg to write pictures of size bytes.
func (t *Tool) stream(ctx context.Context, args []string, size int) (_ *Stream, err error) {
	ctx, cancel := context.WithTimeout(ctx, runLimit)
	st := &Stream{cmd: t.Command(ctx, args...), cancel: cancel, ctx: ctx, size: size}
	st.cmd.Stderr = &st.words
	if st.out, err = st.cmd.StdoutPipe(); err == nil {
		err = st.cmd.Start()
	}
	if err != nil {
		cancel()
		return nil, &Error{NoTool, "ffmpeg does not start", err}
	}
	return st, nil
}

// Size returns the size of one picture in bytes: three a pixel, red first.
func (s *Stream) Size() int { return s.size }

// Next reads the next picture into buf, which must have Size bytes, and returns
// io.EOF after the last. Other errors are an *Error.
func (s *Stream) Next(buf []byte) error {
	_, err := io.ReadFull(s.out, buf[:s.size])
	if err == nil {
		s.got++
		return nil
	}
	waited := s.cmd.Wait()
	switch {
	case s.ctx.Err() != nil && errors.Is(context.Cause(s.ctx), context.DeadlineExceeded):
		return &Error{TimedOut, fmt.Sprintf("ffmpeg took more than %d seconds", int(runLimit.Seconds())), s.ctx.Err()}
	case s.ctx.Err() != nil:
		return fmt.Errorf("reading pictures: %w", s.ctx.Err())
	case s.got > 0:
		return io.EOF // complaints after some pictures are harmless
	}
	why := strings.TrimSpace(s.words.b.String())
	if waited == nil {
		waited = err
	}
	return &Error{Broken, "ffmpeg finds no pictures in it", fmt.Errorf("running ffmpeg: %w: %s", waited, why)}
}

// Close kills ffmpeg with its children if it is still running.
func (s *Stream) Close() {
	s.cancel()
	if s.cmd.ProcessState == nil {
		// It was killed, so how it ended means nothing.
		_ = s.cmd.Wait()
	}
}

// limited keeps the beginning of what is written to it.
type limited struct{ b bytes.Buffer }

// Write never fails: a program that cannot write its errors would hang.
func (l *limited) Write(p []byte) (int, error) {
	l.b.Write(p[:min(len(p), max(maxWords-l.b.Len(), 0))])
	return len(p), nil
}

// Reel holds all pictures of a clip at a small size, for moving back and forth.
type Reel struct {
	W, H int
	FPS  float64
	// Pictures have three bytes a pixel, red first.
	Pictures [][]byte
}

// maxReel bounds a reel in bytes. A clip of 12 s at 24 pictures a second takes
// 8 MB at the size of a mosaic of 86x28 cells.
const maxReel = 96 << 20

// Reel reads a whole clip. It takes fewer pictures a second from long clips, so
// that they fit.
func (t *Tool) Reel(ctx context.Context, clip string, f Facts, s Shot) (*Reel, error) {
	length := f.Duration.Seconds()
	if length > 0 && s.W > 0 && s.H > 0 {
		most := float64(maxReel) / float64(s.W*s.H*3)
		s.FPS = min(s.FPS, max(most/length, 0.1))
	}
	st, err := t.Stream(ctx, clip, s)
	if err != nil {
		return nil, err
	}
	defer st.Close()
	r := &Reel{W: s.W, H: s.H, FPS: s.FPS}
	for (len(r.Pictures)+1)*st.Size() <= maxReel+st.Size() {
		buf := make([]byte, st.Size())
		err := st.Next(buf)
		if errors.Is(err, io.EOF) {
			return r, nil
		}
		if err != nil {
			return nil, err
		}
		r.Pictures = append(r.Pictures, buf)
	}
	return r, nil
}

// Length returns how long the reel runs.
func (r *Reel) Length() time.Duration {
	if r.FPS <= 0 {
		return 0
	}
	return time.Duration(float64(len(r.Pictures)) / r.FPS * float64(time.Second))
}

// At returns the picture at a time, or the nearest one outside the reel. It
// returns nil if the reel is empty.
func (r *Reel) At(at time.Duration) []byte {
	if len(r.Pictures) == 0 {
		return nil
	}
	i := int(at.Seconds()*r.FPS + 1e-6)
	return r.Pictures[min(max(i, 0), len(r.Pictures)-1)]
}
