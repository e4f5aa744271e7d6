package cursor

import (
	"charm.land/bubbles/v2/textinput"
	"github.com/charmbracelet/x/ansi"
)

// Input renders what of a text input is seen through a window of width cells,
// with the mark if it has the focus. The library's own window is not used: it
// counts letters, which puts the cursor beside a wide one, and at the right edge
// once a long text has moved.
func Input(in *textinput.Model, width int) string {
	if in.Value() == "" {
		in.SetWidth(max(width-1, 1)) // for the placeholder
	} else {
		in.SetWidth(0)
		in.SetCursor(in.Position()) // forgets its window
	}
	view := in.View()
	cell, from := window(in, width)
	if from > 0 {
		whole := view
		view = ansi.TruncateLeft(whole, from, "")
		if ansi.StringWidth(view) > ansi.StringWidth(whole)-from { // half of a wide letter
			view = " " + ansi.TruncateLeft(whole, from+1, "")
		}
	}
	view = ansi.Truncate(view, width, "")
	if !in.Focused() {
		return view
	}
	return Insert(view, cell-from)
}

// Place moves the cursor of a text input to the letter at a cell of its window;
// past either end it goes to that.
func Place(in *textinput.Model, width, cell int) {
	_, from := window(in, width)
	text, at := []rune(in.Value()), 0
	for x := 0; at < len(text); at++ {
		if x += ansi.StringWidth(string(text[at])); x > from+cell {
			break
		}
	}
	in.SetCursor(at)
}

// window returns the cell of the cursor, and the first one that is seen. The
// cursor behind the last letter needs a cell, too.
func window(in *textinput.Model, width int) (cell, from int) {
	text := []rune(in.Value())
	cell = ansi.StringWidth(string(text[:in.Position()]))
	if ansi.StringWidth(string(text)) < width {
		return cell, 0
	}
	return cell, max(cell-width+1, 0)
}
