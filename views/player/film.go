package player

import (
	"errors"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/frames"
	"seedreel/ui/bar"
	"seedreel/ui/picture"
	"seedreel/ui/playback"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// slowStart is the initial frame rate of films over a slow line.
const slowStart = 8

// reelMsg carries the pictures of one side.
type reelMsg struct {
	gen, side int
	shot      frames.Shot
	reel      *frames.Reel
	err       error
}

// playing reports whether a film is on the screen.
func (v *Screen) playing() bool { return v.film.State() != playback.Stopped }

// cannot returns why nothing can be played, or "" if it can.
func (v *Screen) cannot() safe.String {
	sd := v.sides[0]
	switch {
	case v.s.Settings.ReducedMotion:
		return "Reduced motion is on: stills only."
	case v.d.Tool == nil:
		return "Playing needs ffmpeg, which is not installed."
	case !v.d.Caps.Mode().Drawn():
		return "Pictures are not drawn here: " + safe.Line(v.d.Caps.Words()) + "."
	case sd.factsErr != nil:
		return words.Sentence(sd.factsErr)
	case sd.strip == nil:
		return "The clip is still looked at."
	case !v.d.Caps.Settled():
		return "The terminal is still asked what it can show."
	}
	return ""
}

// play starts, pauses or resumes.
func (v *Screen) play() tea.Cmd {
	if v.playing() {
		return v.film.Toggle()
	}
	if why := v.cannot(); why != "" {
		v.notice = why
		return nil
	}
	v.notice, v.starting, v.hold = "", true, nil
	return v.begin()
}

// pause shows one frame of the film, near a time.
func (v *Screen) pause(at time.Duration) tea.Cmd {
	if why := v.cannot(); why != "" && !v.s.Settings.ReducedMotion {
		v.notice = why
		return nil
	}
	v.notice, v.starting, v.hold = "", true, &at
	return v.begin()
}

// end shows the exact first or last frame.
func (v *Screen) end(at time.Duration) tea.Cmd {
	switch {
	case v.playing() && at == 0:
		return v.film.Seek(-far)
	case v.playing():
		return v.film.Seek(far)
	case v.sides[0].strip == nil || v.d.Tool == nil:
		return nil
	}
	return v.pause(at)
}

// stepBy shows the frame n after the one in sight, which is the marked still if
// nothing plays.
func (v *Screen) stepBy(n int) tea.Cmd {
	if v.playing() {
		return v.film.Step(n)
	}
	sd := v.sides[0]
	if sd.strip == nil || v.at >= len(sd.strip.At) {
		return v.pause(0)
	}
	frame := time.Duration(0)
	if sd.facts.FPS > 0 {
		frame = time.Duration(float64(time.Second) / rateOf(sd.facts))
	}
	return v.pause(max(sd.strip.At[v.at]+time.Duration(n)*frame+slack, 0))
}

// slack is within every frame, whatever a time was rounded to.
const slack = time.Millisecond

// playPair plays two clips at the same time as soon as the second is known.
func (v *Screen) playPair() tea.Cmd {
	if v.cannot() != "" || v.playing() {
		return nil
	}
	return v.play()
}

// begin plays if all reels are loaded, and otherwise reads the missing ones.
func (v *Screen) begin() tea.Cmd {
	cmds := v.read()
	if !v.starting || !v.ready() {
		return tea.Batch(cmds...)
	}
	v.starting = false
	if v.hold != nil {
		at := *v.hold
		v.hold = nil
		return tea.Batch(append(cmds, v.film.Hold(v.compose(), at))...)
	}
	from := time.Duration(0)
	if !v.single() && v.at > 0 && v.at < len(v.sides[0].strip.At) {
		from = v.sides[0].strip.At[v.at]
	}
	return tea.Batch(append(cmds, v.film.Play(v.compose(), from))...)
}

func (v *Screen) ready() bool {
	for _, sd := range v.sides {
		if sd.reel == nil {
			return false
		}
	}
	return len(v.sides) > 0
}

// read loads the reels in the size in which they will be shown.
func (v *Screen) read() []tea.Cmd {
	var cmds []tea.Cmd
	for i, sd := range v.sides {
		e, ok := v.encoder(sd)
		if !ok || sd.strip == nil {
			continue
		}
		w, h := e.Size()
		want := frames.Shot{W: w, H: h, FPS: rateOf(sd.facts)}
		if sd.reelOf == want || sd.loading == want {
			continue
		}
		sd.loading = want
		gen, ctx, tool, path, facts := v.gen, v.ctx, v.d.Tool, sd.job.Output.Path, sd.facts
		cmds = append(cmds, func() tea.Msg {
			r, err := tool.Reel(ctx, path, facts, want)
			return reelMsg{gen, i, want, r, err}
		})
	}
	return cmds
}

// rateOf returns how many pictures a second are worth reading.
func rateOf(f frames.Facts) float64 {
	const usual, most = 24, 30
	if f.FPS <= 0 {
		return usual
	}
	return min(f.FPS, most)
}

func (v *Screen) reeled(m reelMsg) tea.Cmd {
	if m.gen != v.gen || m.side >= len(v.sides) {
		return nil
	}
	sd := v.sides[m.side]
	if m.shot != sd.loading {
		return nil // the size changed meanwhile
	}
	sd.loading = frames.Shot{}
	if m.err != nil {
		v.starting = false
		v.notice = "It cannot be played: " + safe.Line(m.err.Error()) + "."
		return nil
	}
	sd.reel, sd.reelOf = m.reel, m.shot
	if v.playing() {
		return v.film.Replace(v.compose())
	}
	return v.begin()
}

// refit redraws a film in its new size after the pane has changed.
func (v *Screen) refit() tea.Cmd {
	if v.starting {
		return v.begin()
	}
	if !v.playing() {
		return nil
	}
	if !v.d.Caps.Mode().Drawn() {
		v.film.Stop()
		return nil
	}
	return tea.Batch(append(v.read(), v.film.Replace(v.compose()))...)
}

// encoder returns the encoder for frames of a side in its part of the pane.
func (v *Screen) encoder(sd *side) (picture.Encoder, bool) {
	_, h := v.bodySize()
	h--
	if v.single() {
		h = v.sideHeight()
	}
	return v.d.Album.Film(sd.facts.Width, sd.facts.Height, v.sideWidth(), max(h, 0))
}

// part holds what is needed to draw one side. It is copied for the command that
// draws, which runs concurrently with Update.
type part struct {
	reel *frames.Reel
	enc  picture.Encoder
	id   int
}

// drawn is the content of a frame of the film: one picture a side.
type drawn []*picture.Frame

// compose returns the film of all sides: they run in step, and the shorter one
// waits at its end.
func (v *Screen) compose() *playback.Film {
	var parts []part
	f := &playback.Film{}
	own := 0.0
	for _, sd := range v.sides {
		e, ok := v.encoder(sd)
		if !ok || sd.reel == nil {
			continue
		}
		if e.Mode == picture.Kitty && sd.id == 0 {
			sd.id = v.d.Album.TakeID()
		}
		parts = append(parts, part{sd.reel, e, sd.id})
		f.Length = max(f.Length, sd.reel.Length())
		own = max(own, sd.reel.FPS)
	}
	first := 0.0
	if v.d.Slow {
		first = slowStart
	}
	f.Ladder, f.FPS = playback.Ladder(own, first), own
	tmux := v.d.Album.Tmux()
	f.Draw = func(at time.Duration, r playback.Rung, shown *playback.Frame) (*playback.Frame, error) {
		return drawParts(parts, at, r, shown, tmux)
	}
	return f
}

// drawParts draws all sides at one moment.
func drawParts(parts []part, at time.Duration, r playback.Rung, shown *playback.Frame, tmux bool) (*playback.Frame, error) {
	var before drawn
	if shown != nil {
		before, _ = shown.Shown.(drawn)
	}
	out := &playback.Frame{}
	var all drawn
	var raw strings.Builder
	for i := range parts {
		p := &parts[i]
		pix := p.reel.At(at)
		if pix == nil {
			return nil, errors.New("the clip has no pictures")
		}
		e := p.enc
		e.Shrink(r.Scale)
		if r.Coarse {
			e.Look.Colours = picture.Coarse
		}
		fr, err := e.Frame(frames.RGBA(pix, p.reel.W, p.reel.H), p.id, tmux)
		if err != nil {
			return nil, fmt.Errorf("drawing a frame: %w", err)
		}
		var old *picture.Frame
		if i < len(before) {
			old = before[i]
		}
		out.Bytes += fr.Bytes(old)
		raw.WriteString(fr.Raw)
		all = append(all, fr)
	}
	out.Raw, out.Shown = raw.String(), all
	return out, nil
}

// explain reports why the film stopped by itself.
func (v *Screen) explain() {
	why, err := v.film.Why()
	switch why {
	case playback.NoAnswer:
		v.notice = "The terminal does not answer, so a film cannot be paced: stills only."
	case playback.TooSlow:
		v.notice = "The line is too slow for moving pictures: stills serve better."
	case playback.Broken:
		v.notice = "It cannot be played."
		if err != nil {
			v.notice = "It cannot be played: " + safe.Line(err.Error()) + "."
		}
	case playback.ByHand:
	}
}

// pace returns the frames a second, and whether line or terminal limit them.
func (v *Screen) pace() safe.String {
	r := v.film.Rung()
	var parts []string
	if fps := v.film.FPS(); fps > 0 {
		parts = append(parts, fmt.Sprintf("%.0f fps", fps))
	}
	if r.Scale < 1 {
		parts = append(parts, "smaller")
	}
	if r.Coarse {
		parts = append(parts, "fewer colours")
	}
	if rate := v.film.Rate(); rate > 0 {
		parts = append(parts, "line "+bar.Bytes(int64(rate))+"/s")
	}
	return safe.Line(strings.Join(parts, ", "))
}
