// Package editor holds a text of several lines with a cursor and a selection,
// wrapped to a width. It draws nothing itself: its owner gets the visible rows
// and styles them.
//
// It exists because of the cost of a key. The text area of bubbles renders
// every row of the text in its Update and again in its View, 3 ms for a prompt
// of 4,000 letters; here a key rewraps only the line it changed, and only the
// visible rows are ever drawn.
package editor

import (
	"strings"
	"unicode/utf8"
)

// Text is the text, its cursor and its selection. Use New.
type Text struct {
	lines []line
	at    place
	// anchor is the other end of the selection while selecting.
	anchor    place
	selecting bool
	width     int
	height    int
	top       int
	// goal is the cell that up and down aim for, -1 after other moves.
	goal int

	history history
}

// place is a gap between two letters: a line and a byte offset in it.
type place struct{ line, byte int }

func (p place) before(q place) bool {
	return p.line < q.line || p.line == q.line && p.byte < q.byte
}

// line is one line of the text. Its rows are computed when needed.
type line struct {
	text  string
	rows  []span
	runes int
}

func newLine(text string) line { return line{text: text, runes: utf8.RuneCountInString(text)} }

// New returns an empty text, 80 cells wide and one row high.
func New() *Text { return &Text{lines: []line{{}}, width: 80, height: 1, goal: -1} }

// SetWidth wraps the text to a width in cells, at least 4.
func (t *Text) SetWidth(cells int) {
	cells = max(cells, 4)
	if cells == t.width {
		return
	}
	t.width, t.goal = cells, -1
	for i := range t.lines {
		t.lines[i].rows = nil
	}
}

// SetHeight sets how many rows are visible.
func (t *Text) SetHeight(rows int) { t.height = max(rows, 1) }

// SetValue replaces the text; the cursor goes to its end. It can be undone.
func (t *Text) SetValue(s string) {
	// The first text of all is no step: there is nothing to go back to.
	if was := t.Value(); s != was && (was != "" || len(t.history.past) > 0) {
		t.step(other)
	}
	t.lines, t.at, t.selecting, t.top = []line{{}}, place{}, false, 0
	t.put(s)
}

// Value returns the text.
func (t *Text) Value() string {
	if len(t.lines) == 1 {
		return t.lines[0].text
	}
	var b strings.Builder
	for i := range t.lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(t.lines[i].text)
	}
	return b.String()
}

// Count returns the number of characters, line ends included.
func (t *Text) Count() int {
	n := len(t.lines) - 1
	for i := range t.lines {
		n += t.lines[i].runes
	}
	return n
}

// Insert replaces the selection, or inserts at the cursor, and puts the cursor
// after the new text. The text must be fit for drawing; see safe.Edit.
func (t *Text) Insert(s string) {
	_, _, chosen := t.selection()
	if s == "" && !chosen {
		return
	}
	if chosen {
		t.history.last = other
	}
	d := kindOf(s, t.history.last)
	t.step(d)
	t.put(s)
	if d == typing && strings.TrimSpace(s) == "" {
		t.history.last = other // the next word is a step of its own
	}
}

// put is Insert without a step.
func (t *Text) put(s string) {
	t.cut()
	t.goal = -1
	here := t.lines[t.at.line].text
	head, tail := here[:t.at.byte], here[t.at.byte:]
	parts := strings.Split(s, "\n")
	last := len(parts) - 1
	if last == 0 {
		t.lines[t.at.line] = newLine(head + s + tail)
		t.at.byte += len(s)
		return
	}
	fresh := make([]line, len(parts))
	for i, p := range parts {
		switch i {
		case 0:
			p = head + p
		case last:
			p += tail
		}
		fresh[i] = newLine(p)
	}
	t.splice(t.at.line, t.at.line+1, fresh)
	t.at = place{t.at.line + last, len(parts[last])}
}

// Left returns the letter before the cursor, "" at the start of a line.
func (t *Text) Left() string {
	s := t.lines[t.at.line].text
	return s[t.left(t.at):t.at.byte]
}

// Delete removes the selection, or else the text between the cursor and the end
// of a move. At the start or the end of a line a move within it removes the
// line end.
func (t *Text) Delete(m Move) {
	if from, to, ok := t.selection(); ok {
		t.step(other)
		t.remove(from, to)
		return
	}
	if from, to := t.span(m); from != to {
		t.step(erasing)
		t.remove(from, to)
	}
}

// span returns the ends of the text between the cursor and the end of a move.
// At the start or the end of a line a move within it covers the line end.
func (t *Text) span(m Move) (from, to place) {
	t.selecting = false // going back and forth selects nothing
	at, last := t.at, t.history.last
	switch {
	case (m == WordLeft || m == LineStart) && at.byte == 0:
		m = Left
	case (m == WordRight || m == LineEnd) && at.byte == len(t.lines[at.line].text):
		m = Right
	}
	t.Go(m, true)
	from, to, _ = t.selection()
	t.at, t.selecting, t.history.last = at, false, last
	return from, to
}

// between returns the text between two places.
func (t *Text) between(from, to place) string {
	if from.line == to.line {
		return t.lines[from.line].text[from.byte:to.byte]
	}
	var b strings.Builder
	b.WriteString(t.lines[from.line].text[from.byte:])
	for i := from.line + 1; i < to.line; i++ {
		b.WriteString("\n" + t.lines[i].text)
	}
	b.WriteString("\n" + t.lines[to.line].text[:to.byte])
	return b.String()
}

// Word changes the word at or after the cursor, which moves behind it.
func (t *Text) Word(change func(word string) string) {
	t.Go(WordRight, false)
	s := t.lines[t.at.line].text
	from := t.wordStart(s, t.at.byte)
	t.step(other)
	to := change(s[from:t.at.byte])
	t.lines[t.at.line] = newLine(s[:from] + to + s[t.at.byte:])
	t.at.byte = from + len(to)
}

// cut removes the selection.
func (t *Text) cut() {
	from, to, ok := t.selection()
	t.selecting = false
	if ok {
		t.remove(from, to)
	}
}

// remove removes the text between two places and puts the cursor there.
func (t *Text) remove(from, to place) {
	t.selecting = false
	joined := newLine(t.lines[from.line].text[:from.byte] + t.lines[to.line].text[to.byte:])
	t.splice(from.line, to.line+1, []line{joined})
	t.at, t.goal = from, -1
}

// selection returns the ends of the selection, in the order of the text.
func (t *Text) selection() (from, to place, ok bool) {
	if !t.selecting || t.at == t.anchor {
		return place{}, place{}, false
	}
	if t.at.before(t.anchor) {
		return t.at, t.anchor, true
	}
	return t.anchor, t.at, true
}

// splice replaces the lines from up to, not including, to.
func (t *Text) splice(from, to int, fresh []line) {
	if len(fresh) == to-from {
		copy(t.lines[from:to], fresh)
		return
	}
	out := make([]line, 0, len(t.lines)+len(fresh)-(to-from))
	out = append(out, t.lines[:from]...)
	out = append(out, fresh...)
	t.lines = append(out, t.lines[to:]...)
}
