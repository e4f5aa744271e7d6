package layout

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Ends writes one line of w cells with left and right at its ends. What does
// not fit is taken from the left part.
func Ends(left, right string, w int) string {
	room := w - ansi.StringWidth(right)
	if room < 0 {
		return FitLine(right, max(w, 0))
	}
	// Two texts that touch read as one.
	if gap := min(1, room); right != "" && ansi.StringWidth(left) > room-gap {
		left = ansi.Truncate(left, room-gap, "…")
	} else if ansi.StringWidth(left) > room {
		left = ansi.Truncate(left, room, "…")
	}
	return left + strings.Repeat(" ", room-ansi.StringWidth(left)) + right
}
