package film

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"time"

	"seedreel/state/disk"
	"seedreel/state/frames"
)

// Part is one clip of a film.
type Part struct {
	Path string
	// Continued is set if the clip begins with the last picture of the one
	// before, which would be seen twice.
	Continued bool
}

// Options are how to join.
type Options struct {
	// Silent leaves the sound out.
	Silent bool
	// KeepDoubled keeps the doubled pictures of continued clips.
	KeepDoubled bool
}

// Plan is what Make will do.
type Plan struct {
	// Encode is set if the pictures are encoded once more, which takes ffmpeg
	// and costs a little quality; Why is the reason, as a sentence.
	Encode bool
	Why    string
	Length time.Duration
	Width  int
	Height int
	FPS    float64
	Sound  bool
	// Silences is the number of clips without sound that get silence.
	Silences int
	// Dropped is the number of doubled pictures that are left out.
	Dropped int
	// Bytes is about how large the film gets.
	Bytes int64

	clips []*clip
	// cut is, for each clip, whether its last picture is left out.
	cut []bool
}

// maxParts bounds the clips of a film; each is held open while it is copied.
const maxParts = 1000

// NewPlan looks at the clips of a film. The error is an *Error.
func NewPlan(parts []Part, o Options) (*Plan, error) {
	if len(parts) == 0 {
		return nil, &Error{Text: "there are no clips to join"}
	}
	if len(parts) > maxParts {
		return nil, &Error{Text: fmt.Sprintf("%d clips are too many, a film has at most %d; join some of them first", len(parts), maxParts)}
	}
	p := &Plan{cut: make([]bool, len(parts))}
	for i, part := range parts {
		c, err := open(part.Path)
		if err != nil {
			return nil, &Error{Clip: i + 1, Text: err.Error(), Err: err}
		}
		p.clips = append(p.clips, c)
		p.Sound = p.Sound || c.facts.Sound && !o.Silent
		if i > 0 && part.Continued && !o.KeepDoubled && p.clips[i-1].facts.Frames > 1 {
			p.cut[i-1] = true
			p.Dropped++
		}
	}
	for _, c := range p.clips {
		if p.Sound && !c.facts.Sound {
			p.Silences++
		}
	}
	p.Why = p.obstacle()
	p.Encode = p.Why != ""
	p.measure()
	return p, nil
}

// obstacle returns why the clips cannot be copied, or "".
func (p *Plan) obstacle() string {
	first := p.clips[0]
	var sound *track
	for i, c := range p.clips {
		n := i + 1
		switch {
		case c.odd != "":
			return fmt.Sprintf("clip %d cannot be copied: %s", n, c.odd)
		case c.facts.Width != first.facts.Width || c.facts.Height != first.facts.Height:
			return fmt.Sprintf("clip %d is %dx%d, clip 1 is %dx%d", n, c.facts.Width, c.facts.Height, first.facts.Width, first.facts.Height)
		case !c.picture.plain:
			return fmt.Sprintf("clip %d is turned", n)
		case !c.picture.steady():
			return fmt.Sprintf("the pictures of clip %d do not come at a steady rate", n)
		case c.rate() != first.rate():
			return fmt.Sprintf("clip %d has %.4g pictures a second, clip 1 has %.4g", n, c.facts.FPS, first.facts.FPS)
		case c.picture.timescale != first.picture.timescale:
			return fmt.Sprintf("clip %d counts its time otherwise than clip 1", n)
		case !bytes.Equal(c.picture.entries, first.picture.entries):
			return fmt.Sprintf("clip %d is encoded otherwise than clip 1", n)
		case p.cut[i] && !c.picture.lastDecodedIsLastShown():
			return fmt.Sprintf("clip %d needs its doubled last picture for others before it", n)
		}
		if !p.Sound || c.sound == nil {
			continue
		}
		if sound == nil {
			sound = c.sound
		}
		if c.sound.timescale != sound.timescale || !bytes.Equal(c.sound.entries, sound.entries) {
			return fmt.Sprintf("the sound of clip %d is encoded otherwise than that of others", n)
		}
	}
	if p.Silences > 0 && silence(sound) == nil {
		return "there are clips without sound, and silence has to be made for them"
	}
	return ""
}

// rate returns the rate of the pictures in thousandths.
func (c *clip) rate() int64 { return int64(math.Round(c.facts.FPS * 1000)) }

// measure fills in the facts of the film.
func (p *Plan) measure() {
	type form struct {
		w, h int
		rate int64
	}
	length := map[form]time.Duration{}
	longest := form{}
	for i, c := range p.clips {
		d := c.facts.Duration
		if p.cut[i] && c.facts.FPS > 0 {
			d -= time.Duration(float64(time.Second) / c.facts.FPS)
		}
		p.Length += d
		p.Bytes += c.stat.Size()
		f := form{c.facts.Width, c.facts.Height, c.rate()}
		length[f] += d
		if length[f] > length[longest] {
			longest = f
		}
	}
	// The film takes the form that most of it has already.
	p.Width, p.Height, p.FPS = longest.w, longest.h, float64(longest.rate)/1000
	if p.Encode {
		p.Width, p.Height = p.Width/2*2, p.Height/2*2 // the encoder wants even sides
		if p.FPS <= 0 || p.FPS > 120 {
			p.FPS = 24
		}
		return
	}
	first := p.clips[0].picture
	units := int64(0)
	for i, c := range p.clips {
		units += c.picture.units()
		if p.cut[i] {
			units -= int64(c.picture.samples[0].dur)
		}
	}
	p.Length, p.FPS = first.length(units), p.clips[0].facts.FPS
}

// Film is a film that was made.
type Film struct {
	Facts frames.Facts
	Path  string
}

// Make writes the film to a new file, complete or not at all, and reports the
// share that is done, from 0 to 1. The tool is needed only if the plan
// encodes. If there is a file already, it is not touched and the error is
// fs.ErrExist. Other errors are an *Error, unless the context ended.
func (p *Plan) Make(ctx context.Context, output string, tool *frames.Tool, progress func(share float64)) (*Film, error) {
	if progress == nil {
		progress = func(float64) {}
	}
	if p.Encode && tool == nil {
		return nil, &Error{Text: "these clips cannot be copied as they are (" + p.Why + "), and ffmpeg is not installed; install it to join them"}
	}
	if err := p.unchanged(); err != nil {
		return nil, err
	}
	if free, ok := disk.Free(filepath.Dir(output)); ok && free < p.Bytes {
		return nil, &Error{Text: fmt.Sprintf("the film takes about %d MB, and %d MB are free in its folder", p.Bytes>>20+1, free>>20)}
	}
	f, err := disk.Create(output)
	if err != nil {
		return nil, writing(err)
	}
	defer f.Discard()
	if p.Encode {
		err = p.encode(ctx, tool, f, progress)
	} else {
		err = p.copy(ctx, f, progress)
	}
	if err != nil {
		return nil, err
	}
	facts, err := check(f)
	if err != nil {
		return nil, &Error{Text: "the film that was made is not whole, so it was thrown away", Err: err}
	}
	if err := f.Keep(); err != nil {
		return nil, writing(err)
	}
	progress(1)
	return &Film{Facts: facts, Path: output}, nil
}

// unchanged returns an error if a clip is not the one that was looked at.
func (p *Plan) unchanged() error {
	for i, c := range p.clips {
		now, err := os.Stat(c.path)
		if err != nil || !os.SameFile(now, c.stat) || now.Size() != c.stat.Size() || !now.ModTime().Equal(c.stat.ModTime()) {
			return &Error{Clip: i + 1, Text: "it changed since it was looked at; try again", Err: err}
		}
	}
	return nil
}

func check(f *disk.New) (frames.Facts, error) {
	stat, err := os.Stat(f.PartPath())
	if err != nil {
		return frames.Facts{}, fmt.Errorf("checking a film: %w", err)
	}
	if err := frames.Whole(f, stat.Size()); err != nil {
		return frames.Facts{}, err
	}
	return frames.Read(f, stat.Size())
}

// writing returns an error of the output file; one that is there stays
// recognisable.
func writing(err error) error {
	if errors.Is(err, fs.ErrExist) {
		return &Error{Text: "there is a file of that name already, and it is not replaced; choose another name", Err: err}
	}
	if disk.Full(err) {
		return &Error{Text: "the disk is full", Err: err}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return &Error{Text: "there is no such folder to write the film into", Err: err}
	}
	return &Error{Text: "the film cannot be written", Err: err}
}
