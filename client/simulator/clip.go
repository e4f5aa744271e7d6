package simulator

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"seedreel/assets"
	"seedreel/client/catalogue"
	"seedreel/client/simulator/slate"
)

// UsualSeconds is the length of a clip where the catalogue has none.
const UsualSeconds = 5

// The clips' frame rate, and the size class of a clip where the catalogue has
// none.
const (
	framesPerSecond = 24
	usualResolution = "720p"
)

// Frames returns the number of frames in a clip of that many seconds: the
// services deliver one more than rate times length.
func Frames(seconds int) int { return framesPerSecond*seconds + 1 }

// size is a frame in pixels.
type size struct{ w, h int }

func (s size) area() int      { return s.w * s.h }
func (s size) ratio() float64 { return float64(s.w) / float64(s.h) }

func parseSize(text string) (size, error) {
	a, b, _ := strings.Cut(text, "x")
	w, err1 := strconv.Atoi(a)
	h, err2 := strconv.Atoi(b)
	return size{w, h}, errors.Join(err1, err2)
}

// frameOf returns the frame that a service would make: the catalogue's own
// figure, else that of another model of its family, else the resolution's
// number of lines in the wanted ratio. Only a first image determines the
// ratio: references do not, by the upstream's table.
func (s *Simulator) frameOf(m *catalogue.Model, v catalogue.Values, p *picture) size {
	var imgW, imgH int
	ratio := 16.0 / 9
	if p != nil && v[catalogue.RoleFirstFrame].IsSet() {
		imgW, imgH = p.width, p.height
		ratio = float64(imgW) / float64(imgH)
	}
	if w, h, ok := m.Frame(v, imgW, imgH); ok && w > 0 && h > 0 {
		return size{w, h}
	}
	if r, ok := catalogue.ParseRatio(v.Text(catalogue.RoleAspectRatio)); ok {
		ratio = r
	}
	resolution := cmp.Or(m.ResolutionOf(v), usualResolution)
	if sizes := s.familySizes(m, resolution); len(sizes) > 0 {
		if x := sizes[catalogue.Nearest(sizes, ratio)]; x[0] > 0 && x[1] > 0 {
			return size{x[0], x[1]}
		}
	}
	return spread(lines(resolution), ratio)
}

// familySizes returns the documented sizes of a resolution, the model's own
// first.
func (s *Simulator) familySizes(m *catalogue.Model, resolution string) map[string][2]int {
	if sizes := m.FrameSizes[resolution]; len(sizes) > 0 {
		return sizes
	}
	for _, o := range s.catalogue.Now().All() {
		if o.Provider == m.Provider && o.Family == m.Family && len(o.FrameSizes[resolution]) > 0 {
			return o.FrameSizes[resolution]
		}
	}
	return nil
}

// lines parses "720p" or "4k" as a number of picture lines.
func lines(resolution string) int {
	if k, ok := strings.CutSuffix(resolution, "k"); ok {
		if n, err := strconv.Atoi(k); err == nil && n > 0 && n <= 8 {
			return n * 540
		}
	}
	if n, err := strconv.Atoi(strings.TrimSuffix(resolution, "p")); err == nil && n > 0 && n <= 4320 {
		return n
	}
	return 720
}

// spread returns a frame of the given ratio with as many pixels as 16:9 has at
// that many lines and even sides, as every ratio of a class costs about the
// same to make.
func spread(lines int, ratio float64) size {
	area := float64(lines*lines) * 16 / 9
	h := math.Sqrt(area / ratio)
	even := func(x float64) int { return max(2, int(math.Round(x/2))*2) }
	return size{even(h * ratio), even(h)}
}

// loopFor returns the name of the built-in loop for a frame: of exactly that
// size, else the largest of the same ratio that is not larger, else the
// smallest of the nearest ratio. So only 4k and undocumented sizes are
// inexact.
func loopFor(want size) (string, error) {
	best := ""
	var least [3]int
	for _, class := range assets.ClipClasses() {
		s, err := parseSize(class)
		if err != nil {
			return "", fmt.Errorf("choosing a clip: %w", err)
		}
		if s == want {
			return class, nil
		}
		// In order of weight: another ratio, too large, far from the area.
		cost := [3]int{misfit(s, want), 0, want.area() - s.area()}
		if s.area() > want.area() {
			cost[1], cost[2] = 1, s.area()-want.area()
		}
		if best == "" || slices.Compare(cost[:], least[:]) < 0 {
			best, least = class, cost
		}
	}
	return best, nil
}

// misfit returns the distance of two ratios in steps of four per cent, within
// which the documented sizes of one ratio differ.
func misfit(s, want size) int {
	return int(math.Abs(math.Log(s.ratio()/want.ratio())) / 0.04)
}

// card returns what the task's clip shows.
func (t *Task) card() *slate.Card {
	return &slate.Card{
		Width: t.Width, Height: t.Height, Frames: Frames(t.Seconds),
		Model: t.Model, Seed: t.Seed, Prompt: t.Values.Text(catalogue.RolePrompt),
	}
}

// builtIn makes a task's clip without FFmpeg: a drawn one that shows what take
// it is, else, for frames that cannot be drawn, a built-in loop. The id is
// written into the file, so that no two clips have the same bytes.
func builtIn(t *Task) ([]byte, error) {
	film, err := t.card().Film()
	if errors.Is(err, slate.ErrSize) {
		return loopClip(t)
	}
	if err != nil {
		return nil, err
	}
	return reel(film, t.ID)
}

// loopClip extends a built-in loop to the length of a task. The seed picks the
// second at which it starts.
func loopClip(t *Task) ([]byte, error) {
	class, err := loopFor(size{t.Width, t.Height})
	if err != nil {
		return nil, err
	}
	loop, ok := assets.Clip(class)
	if !ok {
		return nil, fmt.Errorf("choosing a clip: no loop of %s", class)
	}
	return join(loop, int(t.Seed&1)*framesPerSecond, Frames(t.Seconds), t.ID)
}
