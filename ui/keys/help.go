package keys

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"seedreel/ui/layout"
	"seedreel/ui/theme"
)

// Columns of the help: the least width of one, and the space between two.
const (
	leastColumn = 40
	columnGap   = 3
	mostColumns = 4
)

// Full returns the help screen: every binding under its heading, unavailable
// ones with the reason. If the width allows, the groups are set in columns,
// filled from left to right.
func (m Map) Full(width int, st *theme.Styles) []string {
	n := max(min((width+columnGap)/(leastColumn+columnGap), mostColumns), 1)
	for {
		column := max((width-(n-1)*columnGap)/n, 0)
		cols := fill(m.blocks(column, st), n)
		if n == len(cols) || n == 1 {
			return beside(cols, column)
		}
		n = len(cols) // wider columns if there are fewer groups
	}
}

// blocks returns the groups as lines of at most width cells.
func (m Map) blocks(width int, st *theme.Styles) [][]string {
	var out [][]string
	for _, g := range m.Groups() {
		keyW := 0
		for _, b := range m {
			if b.Group == g {
				keyW = max(keyW, ansi.StringWidth(b.Help().Key))
			}
		}
		keyW = min(keyW, max(width/2, 1))
		block := []string{st.Text.Title.Render(ansi.Truncate(g, max(width, 0), "…"))}
		for _, b := range m {
			if b.Group == g && b.Help().Key != "" {
				block = append(block, b.rows(keyW, width, st)...)
			}
		}
		out = append(out, block)
	}
	return out
}

// fill distributes blocks, in order, over at most n columns that are as short
// as possible.
func fill(blocks [][]string, n int) [][]string {
	least, all := 0, 0
	for _, b := range blocks {
		least, all = max(least, len(b)), all+len(b)+1
	}
	for height := max(least, all/n); ; height++ {
		var cols [][]string
		for _, b := range blocks {
			last := len(cols) - 1
			if last >= 0 && len(cols[last])+1+len(b) <= height {
				cols[last] = append(append(cols[last], ""), b...)
				continue
			}
			cols = append(cols, append([]string(nil), b...))
		}
		if len(cols) <= n {
			return cols
		}
	}
}

// beside puts columns next to each other.
func beside(cols [][]string, width int) []string {
	var out []string
	for i, c := range cols {
		for len(out) < len(c) {
			out = append(out, "")
		}
		for y := range out {
			if i > 0 {
				out[y] = layout.FitLine(out[y], i*(width+columnGap))
			}
			if y < len(c) {
				out[y] += c[y]
			}
		}
	}
	return out
}

// rows renders a binding in as many lines as its words take.
func (b Binding) rows(keyW, width int, st *theme.Styles) []string {
	h := b.Help()
	key := h.Key + strings.Repeat(" ", max(keyW-ansi.StringWidth(h.Key), 0))
	style, head := st.Footer.Help, st.Footer.Key.Render(key)
	text := h.Desc
	if b.Why != "" {
		style, head, text = st.Footer.Disabled, st.Footer.Disabled.Render(key), h.Desc+": "+b.Why
	}
	var out []string
	for i, l := range strings.Split(ansi.Wrap(text, max(width-keyW-2, 4), ""), "\n") {
		if i > 0 {
			head = strings.Repeat(" ", keyW)
		}
		out = append(out, ansi.Truncate(head+"  "+style.Render(l), max(width, 0), "…"))
	}
	return out
}
