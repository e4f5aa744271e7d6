package layout

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Ends returns one line of w cells with left and right at its ends. It
// truncates the left part if both do not fit.
func Ends(left, right string, w int) string {
	room := w - ansi.StringWidth(right)
	if room < 0 {
		return FitLine(right, max(w, 0))
	}
	// Two adjoining texts would read as one.
	if gap := min(1, room); right != "" && ansi.StringWidth(left) > room-gap {
		left = ansi.Truncate(left, room-gap, "…")
	} else if ansi.StringWidth(left) > room {
		left = ansi.Truncate(left, room, "…")
	}
	return left + strings.Repeat(" ", room-ansi.StringWidth(left)) + right
}
