package dialog

import (
	tea "charm.land/bubbletea/v2"

	"seedreel/ui/cursor"
)

var (
	_ Pointer = (*Choice)(nil)
	_ Pointer = (*Input)(nil)
	_ Pointer = (*Menu)(nil)
	_ Pointer = (*Pick)(nil)
	_ Pointer = (*Text)(nil)
)

// spot is an answer that was drawn: some cells of a line of the dialog.
type spot struct{ y, from, to, option int }

// spotAt returns the answer drawn at a cell, -1 for none.
func spotAt(all []spot, x, y int) int {
	for _, s := range all {
		if y == s.y && x >= s.from && x < s.to {
			return s.option
		}
	}
	return -1
}

// edge is the border and the blank cell beside it.
const edge = 2

// Point gives the answer that was clicked; one that is not available gives the reason.
func (c *Choice) Point(x, y int, click bool, _ int) (Action, tea.Cmd) {
	i := spotAt(c.drawn, x, y)
	if !click || i < 0 || i >= len(c.Options) {
		return nil, nil
	}
	c.at = i
	if o := c.Options[i]; o.Why == "" {
		return o.Do.or(), nil
	}
	return nil, nil
}

// gutter is the bar before a text that is edited, and the blank cell beside it.
const gutter = 2

// Point puts the cursor where the text was clicked.
func (d *Input) Point(x, y int, click bool, _ int) (Action, tea.Cmd) {
	if click && y == d.line {
		cursor.Place(&d.in, d.room, x-edge-gutter)
	}
	return nil, nil
}

// Point does the entry that was clicked. The wheel moves the mark.
func (m *Menu) Point(x, y int, click bool, wheel int) (Action, tea.Cmd) {
	if wheel != 0 {
		m.at = min(max(m.at+wheel, 0), max(len(m.Entries)-1, 0))
		return nil, nil
	}
	i := spotAt(m.drawn, x, y)
	if !click || i < 0 || i >= len(m.Entries) {
		return nil, nil
	}
	m.at = i
	return m.chosen(), nil
}

// Point picks the row that was clicked, or puts the cursor into the filter. The
// wheel moves the mark.
func (p *Pick) Point(x, y int, click bool, wheel int) (Action, tea.Cmd) {
	if wheel != 0 {
		p.list.Move(wheel)
		return nil, nil
	}
	if click && y == 1 {
		cursor.Place(&p.filter, p.room, x-edge-gutter)
		return nil, nil
	}
	i, line, ok := p.list.Within(y - pickHead)
	if !click || !ok {
		return nil, nil
	}
	r := p.list.Items()[i]
	if line < p.height(r)-1 {
		return nil, nil // its heading
	}
	p.list.Select(r.ID)
	if r.Why != "" {
		return nil, nil
	}
	return r.Do.or(), nil
}

// Point scrolls the text by the wheel.
func (t *Text) Point(_, _ int, _ bool, wheel int) (Action, tea.Cmd) {
	t.top += wheel
	t.clamp()
	return nil, nil
}
