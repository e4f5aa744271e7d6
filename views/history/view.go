package history

import (
	"strings"

	"seedreel/ui/cursor"
	"seedreel/ui/layout"
	"seedreel/ui/safe"
	"seedreel/views/detail"
)

// View draws the pane.
func (v *Screen) View() string {
	st := v.s.Styles
	left := " " + st.Field.Label.Render("/ ")
	if v.typing {
		left = " " + st.Field.LabelFocused.Render("/ ")
	}
	left += v.searchView()
	right := safe.String("newest first ")
	if v.loaded {
		right = v.found() + "   " + right
	}
	head := layout.Ends(left, st.Text.Quiet.Render(string(right)), v.w)
	return head + "\n" + v.hint(v.w) + "\n" + v.body()
}

func (v *Screen) searchView() string {
	look, st := v.search.Styles(), v.s.Styles.Field
	look.Focused.Text, look.Blurred.Text = st.ValueFocused, st.Value
	look.Focused.Placeholder, look.Blurred.Placeholder = st.Placeholder, st.Placeholder
	v.search.SetStyles(look)
	return cursor.Input(&v.search, max(v.w-searchBeside, 10))
}

func (v *Screen) found() safe.String {
	total := number(v.count, v.capped)
	if v.behind {
		return "searching"
	}
	if v.search.Value() == "" {
		return total + " in all"
	}
	return total + " found"
}

// nothing is what an empty history shows.
func (v *Screen) nothing() string {
	const text safe.Block = "Nothing yet: what you submit is kept here. 1 leads to the form."
	lines := safe.Wrap(text, max(v.w-2, 10))
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = " " + v.s.Styles.Text.Quiet.Render(string(l))
	}
	return strings.Join(out, "\n")
}

func (v *Screen) body() string {
	st := v.s.Styles
	switch {
	case v.err != "":
		return " " + st.Field.Error.Render(string(safe.Truncate(v.err, v.w-2)))
	case len(v.rows) == 0 && v.loaded && v.search.Value() != "":
		return " " + st.Text.Quiet.Render("Nothing matches. esc clears the search.")
	case len(v.rows) == 0 && v.loaded:
		return v.nothing()
	}
	return v.list.View()
}

// Detail draws the selected entry in a pane of the given size in cells.
func (v *Screen) Detail(width, height int) string {
	j := v.Selected()
	if j == nil {
		return ""
	}
	return detail.Of(v.s, j, 0).Pane(width, height)
}

// besideFrom is the width from which an entry is shown beside the list,
// mostBeside the most it takes.
const besideFrom, mostBeside = 110, 60

// Beside returns the width of the entry beside the list.
func (v *Screen) Beside(w int) int {
	if w < besideFrom {
		return 0
	}
	return min(w*2/5, mostBeside)
}
