package editor

import (
	"unicode"
	"unicode/utf8"
)

// Move is a movement of the cursor.
type Move int

// The moves. Up, Down and pages go by rows as displayed, LineStart and LineEnd
// by lines as written.
const (
	Left Move = iota
	Right
	WordLeft
	WordRight
	Up
	Down
	PageUp
	PageDown
	LineStart
	LineEnd
	Begin
	End
)

// Go moves the cursor, along with the end of the selection when selecting.
func (t *Text) Go(m Move, selecting bool) {
	if selecting && !t.selecting {
		t.anchor = t.at
	}
	t.selecting = selecting
	t.history.last = other // what is typed elsewhere is a step of its own
	goal := t.goal
	t.goal = -1
	switch m {
	case Left:
		t.at = t.leftOf(t.at)
	case Right:
		t.at = t.rightOf(t.at)
	case WordLeft:
		t.wordLeft()
	case WordRight:
		t.wordRight()
	case Up:
		t.climb(-1, goal)
	case Down:
		t.climb(1, goal)
	case PageUp:
		t.climb(-t.height, goal)
	case PageDown:
		t.climb(t.height, goal)
	case LineStart:
		t.at.byte = 0
	case LineEnd:
		t.at.byte = len(t.lines[t.at.line].text)
	case Begin:
		t.at = place{}
	case End:
		last := len(t.lines) - 1
		t.at = place{last, len(t.lines[last].text)}
	}
}

// left returns where the letter before p begins. It counts letters from the
// start of a row, as their beginnings cannot be found backwards.
func (t *Text) left(p place) int {
	s := t.lines[p.line].text
	rows := t.rows(p.line)
	i := t.row(p)
	for i > 0 && rows[i].from >= p.byte {
		i--
	}
	at := rows[i].from
	for at < p.byte {
		n, _ := cluster(s[at:])
		if at+n >= p.byte {
			break
		}
		at += n
	}
	return at
}

func (t *Text) leftOf(p place) place {
	switch {
	case p.byte > 0:
		return place{p.line, t.left(p)}
	case p.line > 0:
		return place{p.line - 1, len(t.lines[p.line-1].text)}
	}
	return p
}

func (t *Text) rightOf(p place) place {
	s := t.lines[p.line].text
	switch {
	case p.byte < len(s):
		n, _ := cluster(s[p.byte:])
		return place{p.line, p.byte + n}
	case p.line < len(t.lines)-1:
		return place{p.line + 1, 0}
	}
	return p
}

// wordLeft goes to the start of the word before the cursor, in any line.
func (t *Text) wordLeft() {
	for {
		s := t.lines[t.at.line].text[:t.at.byte]
		for s != "" {
			r, n := utf8.DecodeLastRuneInString(s)
			if !unicode.IsSpace(r) {
				t.at.byte = t.wordStart(s, len(s))
				return
			}
			s = s[:len(s)-n]
		}
		t.at.byte = 0
		if t.at.line == 0 {
			return
		}
		t.at = t.leftOf(t.at)
	}
}

// wordStart returns where the word that ends at byte at of s begins.
func (t *Text) wordStart(s string, at int) int {
	for at > 0 {
		r, n := utf8.DecodeLastRuneInString(s[:at])
		if unicode.IsSpace(r) {
			break
		}
		at -= n
	}
	return at
}

// wordRight goes to the end of the word at or after the cursor, in any line.
func (t *Text) wordRight() {
	for {
		s := t.lines[t.at.line].text
		word := false
		for t.at.byte < len(s) {
			r, n := utf8.DecodeRuneInString(s[t.at.byte:])
			if space := unicode.IsSpace(r); space && word {
				return
			} else if !space {
				word = true
			}
			t.at.byte += n
		}
		if word || t.at.line == len(t.lines)-1 {
			return
		}
		t.at = t.rightOf(t.at)
	}
}

// climb goes some rows up or down, at most to the first or the last one, to the
// cell where the first of several such moves began.
func (t *Text) climb(by, goal int) {
	row := t.row(t.at)
	if goal < 0 {
		goal = cells(t.lines[t.at.line].text[t.rows(t.at.line)[row].from:t.at.byte])
	}
	t.goal = goal
	row += by
	for row < 0 && t.at.line > 0 {
		t.at.line--
		row += len(t.rows(t.at.line))
	}
	for row >= len(t.rows(t.at.line)) && t.at.line < len(t.lines)-1 {
		row -= len(t.rows(t.at.line))
		t.at.line++
	}
	rows := t.rows(t.at.line)
	row = min(max(row, 0), len(rows)-1)
	t.at.byte = t.reach(rows[row], row == len(rows)-1, goal)
}

// reach returns the byte of the current line that is goal cells into a row.
// Unless the row is the last, it stays short of the end: that gap belongs to
// the next row.
func (t *Text) reach(r span, last bool, goal int) int {
	s := t.lines[t.at.line].text
	at := r.from
	for used := 0; at < r.to; {
		n, w := cluster(s[at:])
		if used+w > goal || !last && at+n >= r.to {
			break
		}
		used += w
		at += n
	}
	return at
}

// Place puts the cursor at a cell of a visible row, along with the end of the
// selection when selecting. Above and below the visible rows it goes on by a
// row.
func (t *Text) Place(x, y int, selecting bool) {
	if selecting && !t.selecting {
		t.anchor = t.at
	}
	t.selecting, t.goal = selecting, -1
	t.history.last = other
	want := max(t.top+min(max(y, -1), t.height), 0)
	last := len(t.lines) - 1
	for i := range t.lines {
		rows := t.rows(i)
		if want >= len(rows) && i < last {
			want -= len(rows)
			continue
		}
		row := min(want, len(rows)-1)
		t.at.line = i
		t.at.byte = t.reach(rows[row], row == len(rows)-1, max(x, 0))
		return
	}
}
