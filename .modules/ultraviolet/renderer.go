// Package uv is the published module of the same path, with a renderer that
// paints a line of wide letters only where it changes. The published one paints
// such a line anew in every frame, changed or not, which costs 20 times the
// bytes for a typed letter.
package uv

import (
	"io"
	"strings"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	published "published.invalid/ultraviolet"
)

// TerminalRenderer is the published renderer, which is given only those lines
// of wide letters that it has to paint.
type TerminalRenderer struct {
	*published.TerminalRenderer
	profile colorprofile.Profile
	method  ansi.Method
	// shown are the lines of the last frame, nil if the screen may show
	// something else.
	shown []Line
}

// NewTerminalRenderer returns a renderer that writes to w.
func NewTerminalRenderer(w io.Writer, env []string) *TerminalRenderer {
	return &TerminalRenderer{TerminalRenderer: published.NewTerminalRenderer(w, env), profile: colorprofile.Detect(w, env)}
}

// SetColorProfile sets the colours of the terminal.
func (s *TerminalRenderer) SetColorProfile(p colorprofile.Profile) {
	s.profile = p
	s.TerminalRenderer.SetColorProfile(p)
}

// SetWidthMethod sets how the widths of letters are counted.
func (s *TerminalRenderer) SetWidthMethod(m ansi.Method) {
	s.method = m
	s.TerminalRenderer.SetWidthMethod(m)
}

// EnterAltScreen enters the alternate screen.
func (s *TerminalRenderer) EnterAltScreen() {
	s.shown = nil
	s.TerminalRenderer.EnterAltScreen()
}

// ExitAltScreen leaves the alternate screen.
func (s *TerminalRenderer) ExitAltScreen() {
	s.shown = nil
	s.TerminalRenderer.ExitAltScreen()
}

// PrependString adds lines above the screen.
func (s *TerminalRenderer) PrependString(b *RenderBuffer, str string) {
	s.shown = nil
	s.TerminalRenderer.PrependString(b, str)
}

// Resize changes the size of the screen.
func (s *TerminalRenderer) Resize(width, height int) {
	s.shown = nil
	s.TerminalRenderer.Resize(width, height)
}

// Erase lets the next frame be painted whole.
func (s *TerminalRenderer) Erase() {
	s.shown = nil
	s.TerminalRenderer.Erase()
}

// Redraw paints a frame whole.
func (s *TerminalRenderer) Redraw(b *RenderBuffer) {
	s.Erase()
	s.Render(b)
}

// Render paints the frame.
func (s *TerminalRenderer) Render(b *RenderBuffer) {
	if len(s.shown) == len(b.Lines) && len(b.Touched) == len(b.Lines) {
		for y := range b.Lines {
			if s.settle(b, y) {
				b.Touched[y] = &LineData{FirstCell: -1, LastCell: -1}
			}
		}
	}
	s.TerminalRenderer.Render(b)
	s.keep(b)
}

func (s *TerminalRenderer) keep(b *RenderBuffer) {
	if len(s.shown) != len(b.Lines) {
		s.shown = make([]Line, len(b.Lines))
	}
	for y, l := range b.Lines {
		s.shown[y] = append(s.shown[y][:0], l...)
	}
}

// settle paints what has changed in a line if all of it is left of the wide
// letters, and reports whether nothing is left to do. The columns there are
// certain, and the letters stay as they were painted.
//
// The published renderer does not learn of the change. It still holds an older
// line with wide letters, and paints such a line whole when it comes to it, so
// nothing depends on what it holds.
func (s *TerminalRenderer) settle(b *RenderBuffer, y int) bool {
	was, is := s.shown[y], b.Lines[y]
	if len(was) != len(is) || !s.drifts(is) || !s.drifts(was) {
		return false
	}
	first, last := -1, -1
	for x := range is {
		if !is[x].Equal(&was[x]) {
			if first < 0 {
				first = x
			}
			last = x
		}
	}
	if first < 0 {
		return true
	}
	if s.drifts(was[:last+1]) || s.drifts(is[:last+1]) {
		return false
	}
	s.put(is[first:last+1], first, y)
	return true
}

// put writes cells, each of one column, and leaves the pen as it found it:
// without a style, as between two frames.
func (s *TerminalRenderer) put(cells []Cell, x, y int) {
	var out strings.Builder
	var pen Style
	for i := range cells {
		c := &cells[i]
		style := published.ConvertStyle(c.Style, s.profile)
		if !style.Equal(&pen) {
			out.WriteString(style.Diff(&pen))
			pen = style
		}
		out.WriteString(c.Content)
	}
	if !pen.IsZero() {
		out.WriteString(ansi.ResetStyle)
	}
	s.MoveTo(x, y)
	_, _ = s.WriteString(out.String()) // into a buffer
	s.SetPosition(x+len(cells), y)
}

// drifts reports whether a line has a cell after which the columns are not
// certain, as the published renderer does, or which put cannot write.
func (s *TerminalRenderer) drifts(l Line) bool {
	for i := range l {
		c := &l[i]
		if c.Width > 1 || c.Width == 1 && s.method.StringWidth(c.Content) != ansi.StringWidth(c.Content) || !c.Link.IsZero() {
			return true
		}
	}
	return false
}
