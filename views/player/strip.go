package player

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/catalogue"
	"seedreel/state/frames"
	"seedreel/state/media"
	"seedreel/ui/picture"
)

// inspectedMsg carries the facts about a clip, with its stills if they could be
// made.
type inspectedMsg struct {
	gen, side          int
	facts              frames.Facts
	strip              *frames.Strip
	factsErr, stripErr error
}

// inspect reads the clip of a side.
func (v *Screen) inspect(i int) tea.Cmd {
	gen, ctx, tool, dir := v.gen, v.ctx, v.d.Tool, v.d.Cache
	out := v.sides[i].job.Output
	clip := frames.Clip{Path: out.Path, SHA256: out.SHA256}
	draws := v.d.Caps.Mode().Drawn()
	return func() tea.Msg {
		m := inspectedMsg{gen: gen, side: i}
		m.facts, m.factsErr = frames.Inspect(clip.Path)
		if m.factsErr == nil && tool != nil && draws {
			m.strip, m.stripErr = tool.Strip(ctx, clip, stills, dir)
		}
		return m
	}
}

func (v *Screen) inspected(m inspectedMsg) tea.Cmd {
	if m.gen != v.gen || m.side >= len(v.sides) {
		return nil
	}
	sd := v.sides[m.side]
	sd.facts, sd.factsErr, sd.strip, sd.stripErr = m.facts, m.factsErr, m.strip, m.stripErr
	cmds := []tea.Cmd{v.lay()}
	switch {
	case v.single() && v.inspectedAll():
		cmds = append(cmds, v.playPair())
	case v.goes:
		v.goes = false
		cmds = append(cmds, v.play())
	}
	return tea.Batch(cmds...)
}

// inspectedAll reports whether all clips were read.
func (v *Screen) inspectedAll() bool {
	for _, sd := range v.sides {
		if sd.facts.Width == 0 && sd.factsErr == nil {
			return false
		}
	}
	return true
}

// grid is the layout of stills.
type grid struct{ cols, rows, w, h int }

// gridOf returns the layout that shows stills of that shape largest. Each has a
// line below it for the time.
func gridOf(n, w, h, imgW, imgH int, aspect float64) grid {
	var best grid
	area := -1
	for cols := 1; cols <= n; cols++ {
		rows := (n + cols - 1) / cols
		g := grid{cols: cols, rows: rows, w: (w - (cols - 1)) / cols, h: h/rows - 1}
		c, r := picture.Fit(imgW, imgH, g.w, g.h, aspect)
		if c*r > area {
			area, best = c*r, g
		}
	}
	return best
}

// single reports whether one still a side is shown large: two clips are
// compared at the same moment.
func (v *Screen) single() bool { return len(v.sides) > 1 }

// layStrip requests the stills in the size in which they are shown. A still in
// another size is freed once its successor has arrived.
func (v *Screen) layStrip() tea.Cmd {
	var cmds []tea.Cmd
	for _, sd := range v.sides {
		if sd.strip == nil {
			continue
		}
		if len(sd.shots) != len(sd.strip.Paths) {
			sd.shots = make([]shot, len(sd.strip.Paths))
		}
		w, h := v.bodySize()
		g := gridOf(len(sd.shots), w, h, sd.facts.Width, sd.facts.Height, v.d.Caps.Aspect())
		for i := range sd.shots {
			if v.single() {
				if i != v.at {
					continue
				}
				g = grid{cols: 1, rows: 1, w: v.sideWidth(), h: v.sideHeight()}
			}
			cmds = append(cmds, v.want(&sd.shots[i], picture.Request{Path: sd.strip.Paths[i], Cols: g.w, Rows: g.h}))
		}
	}
	return tea.Batch(cmds...)
}

// want requests a picture, unless it has been requested already.
func (v *Screen) want(s *shot, r picture.Request) tea.Cmd {
	r = v.d.Album.Wish(r)
	if s.want == r {
		return nil
	}
	s.want, s.err = r, nil
	return v.d.Album.Load(v.ctx, r)
}

// loaded stores a requested picture; others are stale.
func (v *Screen) loaded(m picture.LoadedMsg) tea.Cmd {
	var cmds []tea.Cmd
	take := func(s *shot) {
		if s.want != m.Request || s.want.Path == "" {
			return
		}
		old := s.pic
		s.pic, s.err = m.Picture, m.Err
		if old != nil && old != s.pic {
			cmds = append(cmds, v.d.Album.Hide(old))
		}
		if s.pic != nil {
			var cmd tea.Cmd
			s.lines, cmd = v.d.Album.Show(s.pic)
			cmds = append(cmds, cmd)
		}
	}
	for _, sd := range v.sides {
		for i := range sd.shots {
			take(&sd.shots[i])
		}
	}
	take(&v.poster)
	return tea.Batch(cmds...)
}

// layPoster requests the image that the clip was made from, which is shown if
// the clip itself cannot be.
func (v *Screen) layPoster() tea.Cmd {
	if len(v.sides) == 0 || v.d.Tool != nil || !v.d.Caps.Mode().Drawn() {
		return nil
	}
	path := posterOf(v.sides[0].job.Values)
	if path == "" {
		return nil
	}
	w, h := v.bodySize()
	return v.want(&v.poster, picture.Request{Path: path, Cols: w, Rows: max(h-cardLines, 0)})
}

// posterOf returns the local image that a clip begins with, or is based on.
func posterOf(values catalogue.Values) string {
	for _, r := range []catalogue.Role{catalogue.RoleFirstFrame, catalogue.RoleReferenceImages} {
		for _, item := range values.Media(r) {
			if it, err := media.Parse(item, ""); err == nil && it.Kind == media.Path {
				return it.Value
			}
		}
	}
	return ""
}

// seekBy is how far a key moves a film.
const seekBy = time.Second

// far is a step beyond every end.
const far = time.Hour

// seek moves the film, or the mark over the stills.
func (v *Screen) seek(n int) tea.Cmd {
	if v.playing() {
		return v.film.Seek(time.Duration(n) * seekBy)
	}
	v.at = min(max(v.at+n, 0), stills-1)
	if v.single() {
		return v.layStrip()
	}
	return nil
}
