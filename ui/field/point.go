package field

import tea "charm.land/bubbletea/v2"

// zone is a part of a drawn field that answers a click: some cells of a line.
type zone struct {
	y, from, to int
	// do gets the cell within the zone.
	do func(x int) tea.Cmd
}

// Click does what is drawn at a cell of the field, counted from its first line.
// The field has the focus by then.
func (b *base) Click(x, y int) tea.Cmd {
	for _, z := range b.zones {
		if y == z.y && x >= z.from && x < z.to {
			return z.do(x - z.from)
		}
	}
	return nil
}

// answers notes that cells of a line answer a click. Fields call it while they
// are drawn, so that a click asks what was drawn.
func (b *base) answers(y, from, to int, do func() tea.Cmd) {
	b.zones = append(b.zones, zone{y, from, to, func(int) tea.Cmd { return do() }})
}

// Click puts the cursor where the text was clicked.
func (f *Prompt) Click(x, y int) tea.Cmd { return f.place(x, y, false) }

// Drag selects up to a cell of the text.
func (f *Prompt) Drag(x, y int) tea.Cmd { return f.place(x, y, true) }

// place moves the cursor to a cell of the field. Its first line is the label,
// and two cells of each line are the bar.
func (f *Prompt) place(x, y int, selecting bool) tea.Cmd {
	if !selecting && y < 1 {
		return nil
	}
	f.text.Place(x-2, y-1, selecting)
	f.fresh = false
	return nil
}
