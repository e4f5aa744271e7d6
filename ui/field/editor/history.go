package editor

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// mostMoments bounds how many steps can be undone, mostKills how many cut texts
// are kept.
const mostMoments, mostKills = 200, 32

// deed is the kind of the last edit: edits of a kind that follow each other
// directly are one step, and texts cut in a row are one text.
type deed int

const (
	other deed = iota
	typing
	erasing
	killing
	yanking
)

// moment is the text before or after a step.
type moment struct {
	lines []line
	at    place
}

// history holds what can be undone, done again, and brought back.
type history struct {
	past, future []moment
	kills        []string
	last         deed
	// turn is which of the kept texts was brought back, counted from the newest.
	turn int
}

// now returns the present text as a moment. Lines are replaced and never
// changed in place, but their slice is, so it is copied.
func (t *Text) now() moment { return moment{slices.Clone(t.lines), t.at} }

// step keeps the present text to be undone, unless the edit continues the one
// before.
func (t *Text) step(d deed) {
	h := &t.history
	joins := d != other && d != yanking && d == h.last && len(h.past) > 0
	h.last = d
	if joins {
		return
	}
	h.past = append(h.past, t.now())
	if n := len(h.past) - mostMoments; n > 0 {
		h.past = slices.Delete(h.past, 0, n)
	}
	h.future = nil
}

// Undo returns to the text before the last step and reports whether there was
// one.
func (t *Text) Undo() bool { return t.travel(&t.history.past, &t.history.future) }

// Redo does again what was undone last and reports whether there was anything.
func (t *Text) Redo() bool { return t.travel(&t.history.future, &t.history.past) }

func (t *Text) travel(from, to *[]moment) bool {
	n := len(*from)
	if n == 0 {
		return false
	}
	m := (*from)[n-1]
	*from, *to = (*from)[:n-1], append(*to, t.now())
	t.lines, t.at = m.lines, m.at
	for i := range t.lines {
		t.lines[i].rows = nil // wrapped to another width, maybe
	}
	t.selecting, t.goal, t.history.last = false, -1, other
	return true
}

// keep adds a cut text to those that can be brought back. Texts cut in a row
// become one, in the order of the text.
func (t *Text) keep(text string, before bool) {
	h := &t.history
	switch n := len(h.kills); {
	case h.last != killing || n == 0:
		h.kills = append(h.kills, text)
		if n == mostKills {
			h.kills = slices.Delete(h.kills, 0, 1)
		}
	case before:
		h.kills[n-1] = text + h.kills[n-1]
	default:
		h.kills[n-1] += text
	}
}

// Kill cuts the selection, or else the text up to the end of a move, to be
// brought back by Yank.
func (t *Text) Kill(m Move) {
	from, to, chosen := t.selection()
	back := false
	if chosen {
		t.history.last = other
	} else {
		from, to = t.span(m)
		back = from.before(t.at)
	}
	if from == to {
		return
	}
	t.keep(t.between(from, to), back)
	t.step(killing)
	t.remove(from, to)
}

// Yank inserts the text that was cut last.
func (t *Text) Yank() {
	if len(t.history.kills) > 0 {
		t.yank(0)
	}
}

// YankOlder replaces the text that was just brought back by the one cut before
// it; after the oldest comes the newest again.
func (t *Text) YankOlder() {
	h := &t.history
	if h.last != yanking || len(h.kills) == 0 {
		return
	}
	t.Undo()
	t.history.future = nil
	t.yank((h.turn + 1) % len(h.kills))
}

func (t *Text) yank(turn int) {
	h := &t.history
	t.step(yanking)
	t.put(h.kills[len(h.kills)-1-turn])
	h.turn = turn
}

// Transpose swaps the letters before and at the cursor, which moves behind
// them. At the end of a line it swaps the last two.
func (t *Text) Transpose() {
	t.selecting = false
	s := t.lines[t.at.line].text
	mid := t.at
	if mid.byte == len(s) && mid.byte > 0 {
		mid.byte = t.left(mid)
	}
	if mid.byte == 0 {
		return
	}
	from := t.left(mid)
	n, _ := cluster(s[mid.byte:])
	t.step(other)
	t.lines[mid.line] = newLine(s[:from] + s[mid.byte:mid.byte+n] + s[from:mid.byte] + s[mid.byte+n:])
	t.at, t.goal = place{mid.line, mid.byte + n}, -1
}

// Inherit takes over the text, its history and the cut texts of another, which
// must not be used any more.
func (t *Text) Inherit(old *Text) {
	t.lines, t.at, t.history = old.lines, old.at, old.history
	for i := range t.lines {
		t.lines[i].rows = nil
	}
	t.selecting, t.top, t.goal = false, 0, -1
}

// kindOf returns what kind of edit an insertion is: letters are one step up to
// the end of a word, everything else is a step of its own.
func kindOf(s string, last deed) deed {
	r, n := utf8.DecodeRuneInString(s)
	if n != len(s) || last != typing && unicode.IsSpace(r) || r == '\n' {
		return other
	}
	return typing
}
