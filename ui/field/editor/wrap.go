package editor

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"seedreel/ui/safe"
)

// span is one row of a line, in bytes of its text.
type span struct{ from, to int }

// cluster returns the first letter of s as a person perceives it, with its
// marks and joined parts, and how many cells it takes when drawn.
func cluster(s string) (length, cells int) {
	if s[0] < utf8.RuneSelf && (len(s) == 1 || s[1] < utf8.RuneSelf) {
		return 1, 1
	}
	c, _ := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	return len(c), ansi.StringWidth(drawn(c))
}

// drawn returns a letter as displayed. Letters whose width differs between
// terminals are displayed in a form of the same width everywhere; the text
// itself keeps them.
func drawn(letter string) string {
	if ansi.StringWidth(letter) == ansi.StringWidthWc(letter) {
		return letter
	}
	return string(safe.Line(letter))
}

// wrap breaks a line into rows. A row reserves its last cell for the cursor or
// for the space it was broken at. It is broken after a space or a wide letter,
// and within a word only if the word does not fit into a row.
func wrap(s string, width int) []span {
	rows := make([]span, 0, len(s)/width+1)
	start, used := 0, 0
	brk, atBrk := 0, 0 // the last possible break in this row, and the cells up to it
	end := func(at, cells int) {
		rows = append(rows, span{start, at})
		start, used, brk = at, used-cells, at
	}
	for i := 0; i < len(s); {
		n, cells := cluster(s[i:])
		space := s[i] == ' '
		room := width - 1
		if space {
			room = width
		}
		if used+cells > room && brk > start && !space {
			end(brk, atBrk)
		}
		if used+cells > room && i > start {
			end(i, used)
		}
		used += cells
		i += n
		if space || cells > 1 {
			brk, atBrk = i, used
		}
	}
	rows = append(rows, span{start, len(s)})
	if used >= width { // the cursor after the last letter needs a cell
		rows = append(rows, span{len(s), len(s)})
	}
	return rows
}

// rows returns the rows of a line.
func (t *Text) rows(i int) []span {
	l := &t.lines[i]
	if l.rows == nil {
		l.rows = wrap(l.text, t.width)
	}
	return l.rows
}

// row returns the row of a place. The gap between two rows belongs to the
// second.
func (t *Text) row(p place) int {
	rows := t.rows(p.line)
	for i := len(rows) - 1; i > 0; i-- {
		if rows[i].from <= p.byte {
			return i
		}
	}
	return 0
}

// Rows returns how many rows the whole text takes.
func (t *Text) Rows() int {
	n := 0
	for i := range t.lines {
		n += len(t.rows(i))
	}
	return n
}

// Top reports whether the cursor is in the first row of the text.
func (t *Text) Top() bool { return t.at.line == 0 && t.row(t.at) == 0 }

// Bottom reports whether the cursor is in the last row of the text.
func (t *Text) Bottom() bool {
	return t.at.line == len(t.lines)-1 && t.row(t.at) == len(t.rows(t.at.line))-1
}

// Row is one visible row, in three parts: before, in and after the selection.
// Letters are in the form in which they are drawn.
type Row struct{ Before, Selected, After string }

// View returns the visible rows, at most as many as the height, and the cell
// and the row of the cursor among them.
func (t *Text) View() (rows []Row, x, y int) {
	y = t.row(t.at)
	for i := range t.at.line {
		y += len(t.rows(i))
	}
	t.top = max(min(t.top, y, t.Rows()-t.height), y-t.height+1, 0)
	skip := t.top
	for i := 0; i < len(t.lines) && len(rows) < t.height; i++ {
		all := t.rows(i)
		for j := min(skip, len(all)); j < len(all) && len(rows) < t.height; j++ {
			rows = append(rows, t.drawRow(i, all[j]))
		}
		skip -= min(skip, len(all))
	}
	r := t.rows(t.at.line)[t.row(t.at)]
	return rows, cells(t.lines[t.at.line].text[r.from:t.at.byte]), y - t.top
}

// drawRow splits a row where the selection begins and ends.
func (t *Text) drawRow(i int, r span) Row {
	s := t.lines[i].text
	from, to, ok := t.selection()
	if !ok || i < from.line || i > to.line {
		return Row{Before: draw(s[r.from:r.to])}
	}
	a, b := r.from, r.to
	if i == from.line {
		a = min(max(from.byte, r.from), r.to)
	}
	if i == to.line {
		b = max(min(to.byte, r.to), a)
	}
	return Row{draw(s[r.from:a]), draw(s[a:b]), draw(s[b:r.to])}
}

// draw returns all letters of s in the form in which they are drawn, each by
// itself: over a whole row, widths counted too large and too small would cancel
// out.
func draw(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		n, _ := cluster(s[i:])
		if letter := s[i : i+n]; n == 1 && s[i] < utf8.RuneSelf {
			b.WriteString(letter)
		} else {
			b.WriteString(drawn(letter))
		}
		i += n
	}
	return b.String()
}

// cells returns the width of s when drawn.
func cells(s string) int { return ansi.StringWidth(draw(s)) }
