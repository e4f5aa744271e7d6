// Package safe turns untrusted text into text that a terminal may draw.
//
// Prompts, error messages of services, file names and links come from outside
// and may contain escape sequences, control characters, direction marks or
// invisible letters. They are cleaned here, at the boundary and before any
// styling, because in a styled frame our sequences are indistinguishable from
// theirs. The named types String and Block keep a raw string from compiling
// into a view by accident.
package safe

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// String is one line of text that is safe to draw: valid UTF-8, no control
// characters, no line breaks, no bidirectional controls, no invisible letters,
// and as many cells wide under grapheme counting as under wcwidth counting.
type String string

// Block is safe text that may contain line feeds; each of its lines is a
// String.
type Block string

const (
	// maxLine bounds one line in bytes. No view shows more, and layout cost
	// grows with length, so a hostile megabyte must not reach it.
	maxLine = 64 << 10
	// maxBlock bounds a block in bytes, well above the largest prompt.
	maxBlock = 1 << 20
	// maxMarks is how many combining marks one letter may carry. Real scripts
	// use up to three or four; hundreds paint over the neighbouring rows.
	maxMarks = 4
	// replacement marks a removed character that should leave a visible trace.
	replacement = '\uFFFD'
	// breaker splits a cluster whose width the two counting methods disagree
	// on, so that both count its letters one by one. It has no width.
	breaker = '\u200B'
)

// Line returns raw as one drawable line: breaks and tabs become spaces.
func Line(raw string) String {
	if len(raw) <= maxLine && plain(raw, false) {
		return String(raw)
	}
	return String(agree(clean(limit(raw, maxLine), false)))
}

// Lines returns raw as a drawable block, keeping its line breaks.
func Lines(raw string) Block {
	if len(raw) <= maxBlock && plain(raw, true) {
		return Block(raw)
	}
	s := clean(limit(raw, maxBlock), true)
	if plain(s, true) {
		return Block(s)
	}
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = agree(l)
	}
	return Block(strings.Join(lines, "\n"))
}

// Edit removes what must never be typed or pasted into a field (sequences,
// controls, direction marks, invisible letters) and keeps every visible letter
// unchanged, because the text will be sent and not only drawn.
func Edit(raw string) string {
	if plain(raw, true) {
		return raw
	}
	return clean(raw, true)
}

// String returns the text itself.
func (s String) String() string { return string(s) }

// Width returns the number of cells of the line.
func (s String) Width() int { return ansi.StringWidth(string(s)) }

// Block returns the line as a block of one line.
func (s String) Block() Block { return Block(s) }

// String returns the text itself.
func (b Block) String() string { return string(b) }

// Lines returns the lines of the block.
func (b Block) Lines() []String {
	parts := strings.Split(string(b), "\n")
	out := make([]String, len(parts))
	for i, p := range parts {
		out[i] = String(p)
	}
	return out
}

// limit cuts s to at most n bytes without splitting a rune.
func limit(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// plain reports whether s is only printable ASCII, which needs no work.
func plain(s string, breaks bool) bool {
	for i := range len(s) {
		c := s[i]
		if c >= 0x7f || c < 0x20 && (c != '\n' || !breaks) {
			return false
		}
	}
	return true
}

// clean removes sequences and maps single characters. Whole sequences are
// removed first, so that their payload does not remain as text.
func clean(s string, breaks bool) string {
	s = strings.ToValidUTF8(s, string(replacement))
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = ansi.Strip(s)
	var b strings.Builder
	b.Grow(len(s))
	c := cleaner{breaks: breaks}
	for _, r := range s {
		if out, keep := c.next(r); keep {
			b.WriteRune(out)
		}
	}
	return b.String()
}

// cleaner maps runes one by one; it remembers what marks attach to.
type cleaner struct {
	breaks bool
	prev   rune
	marks  int
}

// next returns what to write for r, and false if r is dropped.
func (c *cleaner) next(r rune) (rune, bool) {
	switch {
	case joiner(r):
		// A joiner is useful only between letters of other scripts and emoji.
		if c.prev < 0x80 && !keycapBase(c.prev) {
			return 0, false
		}
		c.marks++
		return r, c.marks <= maxMarks
	case dropped(r):
		return 0, false
	case unicode.In(r, unicode.Mn, unicode.Me):
		// A mark without a letter would paint on the cell before it.
		if c.prev == 0 || c.prev == ' ' || c.prev == '\n' {
			return 0, false
		}
		c.marks++
		return r, c.marks <= maxMarks
	}
	out := visible(r, c.breaks)
	c.prev, c.marks = out, 0
	return out, true
}

// visible maps a rune that remains on the screen.
func visible(r rune, breaks bool) rune {
	switch {
	case (r == '\n' || r == '\r') && breaks:
		return '\n' // terminals and tmux paste line breaks as CR
	case r == '\t' || r == '\n' || r == '\r' || r == 0x2028 || r == 0x2029:
		return ' '
	case r < 0x20: // the control picture: visible, and inert
		return 0x2400 + r
	case r == 0x7f:
		return 0x2421
	case r <= 0x9f && r >= 0x80, unicode.Is(unicode.Cf, r), unknownWidth(r):
		return replacement
	}
	return r
}

// joiner reports whether r is a zero width character that emoji and scripts
// need.
func joiner(r rune) bool {
	return r == 0x200C || r == 0x200D || r == 0xFE0E || r == 0xFE0F
}

// keycapBase reports whether r is an ASCII character that may begin a keycap
// emoji.
func keycapBase(r rune) bool {
	return r >= '0' && r <= '9' || r == '#' || r == '*'
}

// dropped reports whether r is removed without a trace: zero width spaces and
// joiners (including U+2060, with which ui/cursor marks the cursor), fillers
// and the variation selectors that can smuggle data.
func dropped(r rune) bool {
	switch {
	case r == 0x00AD, r == 0x034F, r == 0x180E, r == 0x200B, r == 0x2060, r == 0xFEFF:
		return true
	case r == 0x115F, r == 0x1160, r == 0x3164, r == 0xFFA0, r == 0x17B4, r == 0x17B5:
		return true
	case r >= 0x180B && r <= 0x180F, r >= 0xFE00 && r <= 0xFE0D, r >= 0xE0100 && r <= 0xE01EF:
		return true
	case r >= 0x2061 && r <= 0x2064:
		return true
	}
	return false
}

// unknownWidth reports whether r is in a private use, tag, noncharacter or
// replacement range, whose width depends on the font at the other end.
func unknownWidth(r rune) bool {
	switch {
	case r >= 0xE000 && r <= 0xF8FF, r >= 0xE0000:
		return true
	case r >= 0xFDD0 && r <= 0xFDEF, r&0xFFFE == 0xFFFE:
		return true
	}
	return r == 0xFFFC
}
