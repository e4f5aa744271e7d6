package field

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"seedreel/ui/safe"
)

// mediaColumns are the widths that align the rows.
type mediaColumns struct{ role, name, pixels, format, size int }

// columns measures all rows; the name shrinks if space is short.
func (f *Media) columns(rows []mediaRow) mediaColumns {
	c := mediaColumns{name: 12}
	for _, r := range rows {
		c.role = max(c.role, r.label.Width())
		if r.item < 0 {
			continue
		}
		name, facts := f.describe(r.item)
		c.name = max(c.name, name.Width())
		c.pixels = max(c.pixels, facts.Pixels.Width())
		c.format = max(c.format, facts.Format.Width())
		c.size = max(c.size, facts.Size.Width())
	}
	const least = 8
	lead := LabelWidth + c.role + 3
	// If space is short, the format is dropped first and the pixels last.
	for _, n := range []*int{&c.format, &c.size, &c.pixels} {
		if lead+least+c.facts() > f.w {
			*n = 0
		}
	}
	c.name = max(min(c.name, f.w-lead-c.facts()), least)
	return c
}

// facts returns the width of the columns after the name.
func (c mediaColumns) facts() int {
	sum := 0
	for _, n := range []int{c.pixels, c.format, c.size} {
		if n > 0 {
			sum += n + 3
		}
	}
	return sum
}

// describe returns the displayed name and the facts of item i.
func (f *Media) describe(i int) (safe.String, FactView) {
	item := f.items[i].Item
	facts := f.facts[item]
	if facts.Name != "" {
		return facts.Name, facts
	}
	return shortName(item), facts
}

// View renders a row for each item and each place to add one.
func (f *Media) View() string { return f.cached(f.render) }

func (f *Media) render() []string {
	rows := f.rows()
	c := f.columns(rows)
	var lines []string
	for i, r := range rows {
		f.answers(len(lines), 0, f.w, func() tea.Cmd { return f.click(i, r) })
		lines = append(lines, f.lead(i)+f.row(i, r, c))
		if r.item < 0 {
			continue
		}
		_, facts := f.describe(r.item)
		text, style := facts.Problem, f.st.Field.Error
		if text == "" {
			text, style = facts.Note, f.st.Text.Quiet
		}
		if text == "" {
			continue
		}
		indent := LabelWidth + c.role + 3
		for _, l := range safe.Wrap(text.Block(), max(f.w-indent, 8)) {
			lines = append(lines, strings.Repeat(" ", indent)+style.Render(string(l)))
		}
	}
	if len(rows) == 0 {
		lines = append(lines, f.label()+f.st.Field.Placeholder.Render("this model takes none"))
	}
	if f.said != "" {
		room := max(f.w-LabelWidth, 8)
		lines = append(lines, strings.Repeat(" ", LabelWidth)+f.st.Text.Quiet.Render(string(safe.Truncate(f.said, room))))
	}
	return append(lines, f.notes(f.note, LabelWidth)...)
}

// click marks a row; the place to add an item opens the file browser.
func (f *Media) click(i int, r mediaRow) tea.Cmd {
	if f.edit != nil && i == f.at {
		return nil
	}
	cmd := f.commit()
	f.at, f.fresh = min(i, max(len(f.rows())-1, 0)), false
	if r.item >= 0 {
		return cmd
	}
	browse := BrowseMsg{f.spec.Key, r.role.Key}
	return tea.Batch(cmd, func() tea.Msg { return browse })
}

// lead returns the label column: the label in the first row, the mark in the
// row that keys act on.
func (f *Media) lead(i int) string {
	column := strings.Repeat(" ", LabelWidth)
	if i == 0 {
		column = f.label()
	}
	if !f.focused || i != f.at {
		return column
	}
	return safe.Cut(column, 0, LabelWidth-1) + f.st.Row.Mark.Render("▸")
}

func (f *Media) row(i int, r mediaRow, c mediaColumns) string {
	role := f.st.Text.Quiet.Render(string(safe.PadRight(r.label, c.role))) + "   "
	active := f.focused && i == f.at
	if active && f.edit != nil {
		return role + inputView(f.edit, f.w-LabelWidth-c.role-3, f.st)
	}
	if r.item < 0 {
		return role + f.st.Field.Placeholder.Render(string(r.role.Add))
	}
	name, facts := f.describe(r.item)
	style := f.st.Field.Chosen
	if active {
		style = f.st.Field.ChosenFocused
	}
	short := safe.Truncate(name, c.name)
	line := role + style.Render(string(short)) + strings.Repeat(" ", c.name-short.Width())
	return strings.TrimRight(line+f.cells(facts, c), " ")
}

// cells returns the facts in columns, with numbers on the right.
func (f *Media) cells(facts FactView, c mediaColumns) string {
	var b strings.Builder
	put := func(s safe.String, w int) {
		if w > 0 {
			b.WriteString("   " + f.st.Text.Quiet.Render(string(s)))
		}
	}
	put(safe.PadRight(facts.Pixels, c.pixels), c.pixels)
	put(safe.PadRight(facts.Format, c.format), c.format)
	put(safe.PadLeft(facts.Size, c.size), c.size)
	return b.String()
}
