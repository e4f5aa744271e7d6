package dialog

import (
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"seedreel/ui/cursor"
	"seedreel/ui/list"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
)

// Row is one line of a Pick.
type Row struct {
	ID string
	// Columns are aligned over all rows; the first is the brightest.
	Columns []safe.String
	// Note is said under the list while the row is selected.
	Note safe.String
	// Why says why the row cannot be picked.
	Why safe.String
	// Words are searched besides the columns and not shown.
	Words string
}

// maxRows is how many rows a picker shows on a large screen; more hides what it
// is asked for.
const maxRows = 20

// Pick chooses one of many rows, filtered by typing.
type Pick struct {
	name   string
	title  safe.String
	filter textinput.Model
	rows   []Row
	hay    []string // what is searched, lower case, one per row
	widths []int
	list   *list.List[Row, string]
	empty  safe.String
	extra  []string
	st     *theme.Styles
}

// NewPick makes a picker over rows with selected the one first selected.
func NewPick(name string, title safe.String, rows []Row, selected string) *Pick {
	in := textinput.New()
	in.Prompt = ""
	in.Placeholder = "type to filter"
	in.SetVirtualCursor(false)
	in.KeyMap.Paste.SetEnabled(false)
	// The command starts the blinking of a virtual cursor, which is not used.
	_ = in.Focus()
	p := &Pick{name: name, title: title, filter: in, empty: "nothing matches"}
	p.list = list.New(func(r Row) string { return r.ID }, p.row)
	p.list.Keys = list.ArrowKeyMap()
	p.SetRows(rows)
	if selected != "" {
		p.list.Select(selected)
	}
	return p
}

// Empty sets what is said when no row is left.
func (p *Pick) Empty(s safe.String) *Pick {
	p.empty = s
	return p
}

// Extra sets keys that are reported as Pressed with the selected row; they
// must not be letters, which filter.
func (p *Pick) Extra(keys ...string) *Pick {
	p.extra = keys
	return p
}

// SetRows replaces the rows; filter and selection stay.
func (p *Pick) SetRows(rows []Row) {
	p.rows = rows
	p.hay = make([]string, len(rows))
	p.widths = nil
	for i, r := range rows {
		parts := make([]string, 0, len(r.Columns)+1)
		for c, col := range r.Columns {
			if c == len(p.widths) {
				p.widths = append(p.widths, 0)
			}
			p.widths[c] = max(p.widths[c], col.Width())
			parts = append(parts, string(col))
		}
		p.hay[i] = strings.ToLower(strings.Join(append(parts, r.Words), " "))
	}
	p.apply()
}

// apply shows the rows that hold every word of the filter.
func (p *Pick) apply() {
	words := strings.Fields(strings.ToLower(p.filter.Value()))
	if len(words) == 0 {
		p.list.SetItems(p.rows)
		return
	}
	var left []Row
	before, _ := p.list.Selected()
	for i, r := range p.rows {
		if hasAll(p.hay[i], words) {
			left = append(left, r)
		}
	}
	p.list.SetItems(left)
	if after, ok := p.list.Selected(); ok && after.ID != before.ID {
		p.list.Move(-len(left))
	}
}

func hasAll(hay string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(hay, w) {
			return false
		}
	}
	return true
}

// ID names the dialog.
func (p *Pick) ID() string { return p.name }

// Update filters, moves and picks.
func (p *Pick) Update(msg tea.Msg) (Action, tea.Cmd) {
	switch m := msg.(type) {
	case tea.PasteMsg:
		m.Content = string(safe.Line(m.Content))
		return nil, p.search(m)
	case tea.KeyPressMsg:
		return p.press(m)
	}
	return nil, nil
}

func (p *Pick) press(m tea.KeyPressMsg) (Action, tea.Cmd) {
	k := m.String()
	sel, ok := p.list.Selected()
	for _, e := range p.extra {
		if e == k {
			return Pressed{p.name, k, sel.ID}, nil
		}
	}
	switch k {
	case "esc", "ctrl+c":
		if p.filter.Value() != "" && k == "esc" {
			p.filter.SetValue("")
			p.apply()
			return nil, nil
		}
		return Closed{p.name}, nil
	case "enter":
		if ok && sel.Why == "" {
			return Picked{p.name, sel.ID}, nil
		}
		return nil, nil
	}
	if p.list.Update(m) {
		return nil, nil
	}
	return nil, p.search(m)
}

// search edits the filter.
func (p *Pick) search(msg tea.Msg) tea.Cmd {
	before := p.filter.Value()
	var cmd tea.Cmd
	p.filter, cmd = p.filter.Update(msg)
	if p.filter.Value() != before {
		p.apply()
	}
	return cmd
}

// row renders one row in columns.
func (p *Pick) row(r Row, width int, selected bool) string {
	mark, first := "  ", p.st.Text.Bright
	rest := p.st.Text.Quiet
	if r.Why != "" {
		first, rest = p.st.Row.Disabled, p.st.Row.Disabled
	}
	if selected {
		mark = p.st.Row.Mark.Render("▸") + " "
	}
	var b strings.Builder
	b.WriteString(mark)
	for i, c := range r.Columns {
		style := rest
		if i == 0 {
			style = first
		}
		if i == len(r.Columns)-1 {
			b.WriteString(style.Render(string(c)))
			break
		}
		b.WriteString(style.Render(string(safe.PadRight(c, p.widths[i]))) + "  ")
	}
	line := safe.Truncate(b.String(), width)
	if selected {
		return p.st.Select(line, width)
	}
	return line
}

// View renders filter, rows and the note of the selected row.
func (p *Pick) View(w, h int, st *theme.Styles) string {
	if p.st != st {
		p.st = st
		p.list.Invalidate()
	}
	want := 2
	for _, c := range p.widths {
		want += c + 2
	}
	in := Inner(min(max(want, choiceWidth), 110), w)
	const chrome = 8 // border, title and its space, filter and its space, note
	room := max(min(h-chrome-1, max(len(p.rows), 3), maxRows), 1)
	p.list.SetSize(in, room)

	p.filter.SetWidth(max(in-3, 1))
	fs := p.filter.Styles()
	fs.Focused.Text, fs.Focused.Placeholder = st.Field.ValueFocused, st.Field.Placeholder
	p.filter.SetStyles(fs)
	line := p.filter.View()
	if c := p.filter.Cursor(); c != nil {
		line = cursor.Insert(line, c.X)
	}
	lines := []string{st.Field.GutterFocused.Render("┃") + " " + line, ""}
	if p.list.Len() == 0 {
		lines = append(lines, st.Text.Quiet.Render(string(safe.Truncate(p.empty, in))))
		lines = append(lines, make([]string, room-1)...)
	} else {
		lines = append(lines, strings.Split(p.list.View(), "\n")...)
	}
	lines = append(lines, "", p.note(in, st))
	return Frame(p.title, lines, in, st)
}

func (p *Pick) note(in int, st *theme.Styles) string {
	sel, ok := p.list.Selected()
	switch {
	case ok && sel.Why != "":
		return st.Field.Hint.Render(string(safe.Truncate(sel.Why, in)))
	case ok:
		return st.Text.Quiet.Render(string(safe.Truncate(sel.Note, in)))
	}
	return ""
}
