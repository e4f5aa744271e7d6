// Package cursor carries the place of the terminal's own cursor through
// rendered text.
//
// A component that has the cursor writes a mark of no width into its block;
// whatever is then done with the block (joined, padded, scrolled, clipped,
// covered by a dialog) moves or removes the mark with the text around it. The
// program takes it out of the finished frame and places the real cursor there,
// so nobody has to add up offsets and nothing blinks over a slow line.
package cursor

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Mark is U+2060 WORD JOINER: no width under any counting, and never part of
// foreign text because ui/safe drops it.
const Mark = "\u2060"

// Insert puts the mark before cell x of one line, which may hold sequences.
// A line shorter than x is filled with spaces.
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

// Find takes all marks out of a finished frame and returns the place of the
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

// Strip removes the marks of a block that has lost the focus.
func Strip(view string) string { return strings.ReplaceAll(view, Mark, "") }
