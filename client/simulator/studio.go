package simulator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/Eyevinn/mp4ff/mp4"

	"seedreel/assets"
	"seedreel/client/secret"
)

// The time limits of FFmpeg for a clip and of a download waiting for it, and
// its largest source and frame, in pixels.
const (
	drawLimit    = time.Minute
	drawPatience = 15 * time.Second
	maxSource    = 50_000_000
	maxFrame     = 2_200_000
)

// studio provides the clips: the user's own picture in slow motion if there is
// one and FFmpeg to draw it, else a clip that needs none. The choice for a task is
// made once, so that its clip is the same bytes on every request.
type studio struct {
	ffmpeg, cache string
	slot          chan struct{} // one drawing at a time, as it runs on the user's machine
	mu            sync.Mutex
	open          map[string]*drawing
	closed        bool
	running       sync.WaitGroup
}

// drawing is one clip being drawn.
type drawing struct {
	cancel context.CancelFunc
	done   chan struct{}
}

func newStudio(ffmpeg, cache string) *studio {
	return &studio{ffmpeg: ffmpeg, cache: cache, slot: make(chan struct{}, 1), open: map[string]*drawing{}}
}

// start starts drawing a task's clip in the background.
func (s *studio) start(ctx context.Context, t *Task, p *picture) {
	if s.ffmpeg == "" || s.cache == "" || p.width*p.height > maxSource || t.Width*t.Height > maxFrame {
		return
	}
	// The request's files end with it, and many pictures that wait to be drawn
	// would not fit in memory.
	dir, err := s.copied(p)
	if err != nil {
		return // the clip that needs no FFmpeg takes its place
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		_ = os.RemoveAll(dir) // leftovers are harmless
		return
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx)) // the request ends long before
	d := &drawing{cancel: cancel, done: make(chan struct{})}
	s.open[t.ID] = d
	s.running.Go(func() {
		defer close(d.done)
		defer cancel()
		// On any error, the clip that needs no FFmpeg takes its place.
		_ = s.draw(ctx, *t, p.format, dir)
		_ = os.RemoveAll(dir) // leftovers are harmless
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.open, t.ID)
	})
}

// close stops all drawings and waits until they have ended.
func (s *studio) close() {
	s.mu.Lock()
	s.closed = true
	for _, d := range s.open {
		d.cancel()
	}
	s.mu.Unlock()
	s.running.Wait()
}

// clip returns a task's clip. A drawing that takes too long is abandoned.
func (s *studio) clip(ctx context.Context, t *Task) ([]byte, error) {
	s.mu.Lock()
	d := s.open[t.ID]
	s.mu.Unlock()
	if d != nil {
		patience := time.NewTimer(drawPatience)
		defer patience.Stop()
		select {
		case <-d.done:
		case <-ctx.Done():
			return nil, fmt.Errorf("waiting for a clip: %w", ctx.Err())
		case <-patience.C:
			d.cancel()
			<-d.done
		}
	}
	if s.cache != "" {
		if b, err := os.ReadFile(s.file(t)); err == nil {
			return b, nil
		}
	}
	return builtIn(t)
}

func (s *studio) file(t *Task) string { return filepath.Join(s.cache, t.file()+".mp4") }

// copied returns a new folder with a copy of a picture.
func (s *studio) copied(p *picture) (dir string, err error) {
	from, err := p.open()
	if err != nil {
		return "", err
	}
	defer func() { _ = from.Close() }() // only read from
	if dir, err = os.MkdirTemp(s.cache, "draw-*"); err != nil {
		return "", fmt.Errorf("drawing a clip: %w", err)
	}
	to, err := os.OpenFile(filepath.Join(dir, "picture"), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = io.Copy(to, from)
		err = errors.Join(err, to.Close())
	}
	if err != nil {
		return "", errors.Join(fmt.Errorf("drawing a clip: %w", err), os.RemoveAll(dir))
	}
	return dir, nil
}

// draw makes the clip of the picture in a folder and renames it into place.
func (s *studio) draw(ctx context.Context, t Task, format, dir string) error {
	select {
	case s.slot <- struct{}{}:
		defer func() { <-s.slot }()
	case <-ctx.Done():
		return fmt.Errorf("drawing a clip: %w", ctx.Err())
	}
	ctx, cancel := context.WithTimeout(ctx, drawLimit)
	defer cancel()
	label, err := t.card().Label()
	if err != nil {
		return err
	}
	for name, data := range map[string][]byte{"badge": assets.Badge(), "label": label} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			return fmt.Errorf("drawing a clip: %w", err)
		}
	}
	cmd := secret.Command(ctx, s.ffmpeg, drawArgs(&t, format, dir)...)
	cmd.WaitDelay = time.Second
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("drawing a clip: %w: %s", err, out)
	}
	drawn, err := os.ReadFile(filepath.Join(dir, "drawn.mp4"))
	if err != nil {
		return fmt.Errorf("drawing a clip: %w", err)
	}
	clip, err := finish(drawn, &t)
	if err != nil {
		return err
	}
	whole := filepath.Join(dir, "clip.mp4")
	if err := os.WriteFile(whole, clip, 0o600); err != nil {
		return fmt.Errorf("drawing a clip: %w", err)
	}
	if err := ctx.Err(); err != nil { // abandoned: another has been served instead
		return fmt.Errorf("drawing a clip: %w", err)
	}
	if err := os.Rename(whole, s.file(&t)); err != nil {
		return fmt.Errorf("drawing a clip: %w", err)
	}
	return nil
}

// drawArgs returns FFmpeg's arguments to move slowly into the picture and lay
// the labels over it: that it is simulated, and which take it is. The inputs' formats are named, so that no file can pass
// as a playlist, and only files may be opened.
func drawArgs(t *Task, format, dir string) []string {
	in := func(format, name string) []string {
		return []string{"-protocol_whitelist", "file", "-f", format + "_pipe", "-i", "file:" + filepath.Join(dir, name)}
	}
	n := Frames(t.Seconds)
	scale := 2 // drawn larger, else the slow movement jitters by whole pixels
	if t.Width*t.Height > maxFrame/2 {
		scale = 1
	}
	filter := fmt.Sprintf("[0:v]scale=%[1]d:%[2]d:force_original_aspect_ratio=increase,crop=%[1]d:%[2]d,setsar=1,"+
		"zoompan=z='1+0.15*on/%[3]d':x='(iw-iw/zoom)*(0.3+0.4*on/%[3]d)':y='(ih-ih/zoom)/2':d=%[3]d:s=%[4]dx%[5]d:fps=%[6]d[moving];"+
		"[1:v]scale=%[7]d:-2[badge];[moving][badge]overlay=(W-w)/2:H/24:eof_action=repeat[marked];"+
		"[marked][2:v]overlay=(W-w)/2:H-h-H/24:eof_action=repeat,format=yuv420p[out]",
		t.Width*scale, t.Height*scale, n, t.Width, t.Height, framesPerSecond, min(t.Width, 2*t.Height)*2/5)
	args := []string{"-v", "error", "-nostdin", "-y"}
	args = append(args, in(format, "picture")...)
	args = append(args, in("png", "badge")...)
	args = append(args, in("png", "label")...)
	return append(args, "-filter_complex", filter, "-map", "[out]", "-frames:v", strconv.Itoa(n),
		"-c:v", "libx264", "-preset", "veryfast", "-crf", "26", "-bf", "0",
		"-g", strconv.Itoa(framesPerSecond), "-keyint_min", strconv.Itoa(framesPerSecond), "-sc_threshold", "0",
		"-bsf:v", "filter_units=remove_types=6", "-map_metadata", "-1", "-fflags", "+bitexact", "-movflags", "+faststart", "-f", "mp4",
		"file:"+filepath.Join(dir, "drawn.mp4"))
}

// finish checks FFmpeg's output and writes it in the form of all clips.
func finish(drawn []byte, t *Task) ([]byte, error) {
	f, err := mp4.DecodeFile(bytes.NewReader(drawn))
	if err != nil {
		return nil, fmt.Errorf("checking a drawn clip: %w", err)
	}
	if f.Moov == nil || f.Moov.Trak == nil {
		return nil, errors.New("checking a drawn clip: no picture in it")
	}
	table := f.Moov.Trak.Mdia.Minf.Stbl
	if int(table.Stsz.GetNrSamples()) != Frames(t.Seconds) || table.Stsd.AvcX == nil ||
		int(table.Stsd.AvcX.Width) != t.Width || int(table.Stsd.AvcX.Height) != t.Height {
		return nil, errors.New("checking a drawn clip: not the wanted length and frame")
	}
	return join(drawn, 0, Frames(t.Seconds), t.ID)
}
