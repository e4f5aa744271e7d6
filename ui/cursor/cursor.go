// Package cursor carries the position of the terminal's own cursor through
// rendered text.
//
// A component that has the cursor writes a mark of no width into its block. Any
// later operation on the block (joining, padding, scrolling, clipping, covering
// it with a dialog) moves or removes the mark with the text around it. The
// program removes the mark from the finished frame and places the real cursor
// there, so no offsets need adding up and nothing blinks over a slow line.
package cursor

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Mark is U+2060 WORD JOINER: no width under any counting, and never part of
// untrusted text because ui/safe drops it.
const Mark = "\u2060"

// Insert puts the mark before cell x of one line, which may contain sequences.
// It pads a line shorter than x with spaces.
func Insert(line string, x int) string {
	w := ansi.StringWidth(line)
	if x >= w {
		return line + strings.Repeat(" ", x-w) + Mark
	}
	if x <= 0 {
		return Mark + line
	}
	return ansi.Truncate(line, x, "") + Mark + ansi.TruncateLeft(line, x, "")
}

// Find removes all marks from a finished frame and returns the position of the
// last one, which is the one drawn on top.
func Find(view string) (clean string, x, y int, ok bool) {
	at := strings.LastIndex(view, Mark)
	if at < 0 {
		return view, 0, 0, false
	}
	before := view[:at]
	y = strings.Count(before, "\n")
	x = ansi.StringWidth(Strip(before[strings.LastIndexByte(before, '\n')+1:]))
	return Strip(view), x, y, true
}

// Strip removes the marks from a block that has lost the focus.
func Strip(view string) string { return strings.ReplaceAll(view, Mark, "") }
