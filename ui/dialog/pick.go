package dialog

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"seedreel/ui/cursor"
	"seedreel/ui/keys"
	"seedreel/ui/layout"
	"seedreel/ui/list"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
)

// Row is one line of a Pick.
type Row struct {
	ID string
	// Columns are aligned across all rows; the first is the brightest.
	Columns []safe.String
	// Note is shown under the list while the row is selected.
	Note safe.String
	// Why is the reason the row is unavailable, empty if it is available.
	Why safe.String
	// Words are searched in addition to the columns but not shown.
	Words string
	// Group is the heading above the row and the following rows of the same
	// group.
	Group safe.String
	// Do is called when the row is picked; may be nil.
	Do Action
}

// maxRows is how many lines of rows a picker shows on a large screen; more
// would hide the screen below.
const maxRows = 24

// pickHead is how many lines are above the rows: border, filter and its space.
const pickHead = 3

// pickWidth is the most cells that a row takes.
const pickWidth = 124

// maxNote is how many lines a note may take.
const maxNote = 3

// Pick chooses one of many rows, filtered by typing.
type Pick struct {
	name   string
	title  safe.String
	filter textinput.Model
	rows   []Row
	hay    []string // searchable text, lower case, one per row
	widths []int
	list   *list.List[Row, string]
	// heads are the first rows of their groups, and whether a blank line
	// separates the group from the one before.
	heads map[string]bool
	empty safe.String
	near  func(typed, name string) (distance int, ok bool)
	left  Action
	does  string
	also  []extra
	st    *theme.Styles
	// room is the width in which the filter was drawn.
	room int
	// noteLines is the height of the longest note, wrapped to noteWidth cells.
	noteLines, noteWidth int
}

// NewPick returns a picker over rows; selected is the row selected first.
func NewPick(name string, title safe.String, rows []Row, selected string) *Pick {
	in := textinput.New()
	in.Prompt = ""
	in.Placeholder = "type to filter"
	in.SetVirtualCursor(false)
	in.KeyMap.Paste.SetEnabled(false)
	// The command starts the blinking of a virtual cursor, which is not used.
	_ = in.Focus()
	p := &Pick{name: name, title: title, filter: in, empty: "nothing matches", does: "take"}
	p.list = list.New(func(r Row) string { return r.ID }, p.row)
	p.list.Keys = list.ArrowKeyMap()
	p.list.SetHeight(p.height)
	p.SetRows(rows)
	if selected != "" {
		p.list.Select(selected)
	}
	return p
}

// Empty sets the text shown when no row is left.
func (p *Pick) Empty(s safe.String) *Pick {
	p.empty = s
	return p
}

// Near makes the picker find rows whose first column is near to what was typed,
// too, after those that hold the words; f returns how near.
func (p *Pick) Near(f func(typed, name string) (distance int, ok bool)) *Pick {
	p.near = f
	return p
}

// Left sets the action for when the picker is dismissed.
func (p *Pick) Left(a Action) *Pick {
	p.left = a
	return p
}

// Does sets the description of picking a row in the last line.
func (p *Pick) Does(words string) *Pick {
	p.does = words
	return p
}

// extra is another action on the selected row.
type extra struct {
	b  keys.Binding
	do func(id string) tea.Cmd
}

// Also adds an action on the selected row, with a key that types nothing. The
// picker is closed before it.
func (p *Pick) Also(b keys.Binding, do func(id string) tea.Cmd) *Pick {
	p.also = append(p.also, extra{b, do})
	return p
}

// Hints returns the keys that act on a row.
func (p *Pick) Hints() keys.Map {
	hints := enter(p.does)
	for _, x := range p.also {
		hints = append(hints, x.b)
	}
	return hints
}

// SetRows replaces the rows; filter and selection are kept.
func (p *Pick) SetRows(rows []Row) {
	p.rows, p.noteWidth = rows, 0
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

// words returns the words of the filter.
func (p *Pick) words() []string { return strings.Fields(strings.ToLower(p.filter.Value())) }

// apply shows the rows that contain every word of the filter, the nearest
// first.
func (p *Pick) apply() {
	words := p.words()
	p.list.Invalidate() // the letters that match are marked
	if len(words) == 0 {
		p.head(p.rows)
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
	nearest(left, words)
	left = append(left, p.others(words)...)
	p.head(left)
	p.list.SetItems(left)
	if after, ok := p.list.Selected(); ok && after.ID != before.ID {
		p.list.Move(-len(left))
	}
}

// head finds the rows that have a heading above them.
func (p *Pick) head(rows []Row) {
	p.heads = map[string]bool{}
	group := safe.String("")
	for i, r := range rows {
		if r.Group != group {
			group = r.Group
			p.heads[r.ID] = i > 0
		}
	}
}

// height returns how many lines a row takes with its heading.
func (p *Pick) height(r Row) int {
	apart, first := p.heads[r.ID]
	switch {
	case apart:
		return 3
	case first:
		return 2
	}
	return 1
}

func hasAll(hay string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(hay, w) {
			return false
		}
	}
	return true
}

// ID returns the name of the dialog.
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
	switch k {
	case "esc", "ctrl+c":
		if p.filter.Value() != "" && k == "esc" {
			p.filter.SetValue("")
			p.apply()
			return nil, nil
		}
		return p.left.or(), nil
	case "enter":
		if ok && sel.Why == "" {
			return sel.Do.or(), nil
		}
		return nil, nil
	}
	for _, x := range p.also {
		if x.b.Is(m) && ok {
			return func() tea.Cmd { return x.do(sel.ID) }, nil
		}
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
		if p.filter.Value() != "" {
			p.list.Move(-p.list.Len()) // the nearest
		}
	}
	return cmd
}

// row renders one row under its heading.
func (p *Pick) row(r Row, width int, selected bool) string {
	line := p.columns(r, width, selected)
	if apart, first := p.heads[r.ID]; first {
		line = p.st.Row.Heading.Render(string(safe.Truncate(r.Group, width))) + "\n" + line
		if apart {
			line = "\n" + line
		}
	}
	return line
}

// columns renders one row.
func (p *Pick) columns(r Row, width int, selected bool) string {
	mark, first := "  ", p.st.Text.Bright
	rest := p.st.Text.Quiet
	if r.Why != "" {
		first, rest = p.st.Row.Disabled, p.st.Row.Disabled
	}
	if selected {
		mark = p.st.Row.Mark.Render("▸") + " "
	}
	words := p.words()
	var b strings.Builder
	b.WriteString(mark)
	for i, c := range r.Columns {
		style := rest
		if i == 0 {
			style = first
		}
		if i == len(r.Columns)-1 {
			b.WriteString(matched(c, words, style, p.st.Text.Match))
			break
		}
		b.WriteString(matched(safe.PadRight(c, p.widths[i]), words, style, p.st.Text.Match) + "  ")
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
	in := Inner(min(max(want, choiceWidth), pickWidth), w)
	p.measure(in)
	const chrome = 6 // border, filter and its space, position
	// On a low screen the rows need the space more than the note does.
	notes := min(p.noteLines, max((h-chrome)/3, 1))
	room := max(min(h-chrome-notes, max(p.most(), 3), maxRows), 1)
	p.list.SetSize(in, room)

	p.room = max(in-gutter, 1)
	fs := p.filter.Styles()
	fs.Focused.Text, fs.Focused.Placeholder = st.Field.ValueFocused, st.Field.Placeholder
	p.filter.SetStyles(fs)
	lines := []string{st.Field.GutterFocused.Render("┃") + " " + cursor.Input(&p.filter, p.room), ""}
	if p.list.Len() == 0 {
		lines = append(lines, st.Text.Quiet.Render(string(safe.Truncate(p.empty, in))))
		lines = append(lines, make([]string, room-1)...)
	} else {
		lines = append(lines, strings.Split(p.list.View(), "\n")...)
	}
	lines = append(lines, p.position(in, room, st))
	return Frame(p.title, append(lines, p.note(in, notes, st)...), in, st)
}

// most returns the height of all rows without a filter.
func (p *Pick) most() int {
	n, group := 0, safe.String("")
	for i, r := range p.rows {
		n++
		if r.Group != group {
			group = r.Group
			n += 1 + min(i, 1)
		}
	}
	return n
}

// position returns the line that shows that there are rows out of sight.
func (p *Pick) position(in, room int, st *theme.Styles) string {
	first, last := p.list.Visible()
	n, used := p.list.Len(), 0
	for _, r := range p.list.Items()[first:last] {
		used += p.height(r)
	}
	if used > room {
		last-- // its heading may be visible, it is not
	}
	if first == 0 && last >= n {
		return ""
	}
	signs := ""
	if first > 0 {
		signs += " ▴"
	}
	if last < n {
		signs += " ▾"
	}
	return layout.Ends("", st.Text.Quiet.Render(fmt.Sprintf("%d of %d%s", p.list.Index()+1, n, signs)), in)
}

// measure computes the height of the longest note, so that the dialog keeps its
// size from row to row.
func (p *Pick) measure(in int) {
	if p.noteWidth == in {
		return
	}
	p.noteWidth, p.noteLines = in, 1
	for _, r := range p.rows {
		for _, text := range []safe.String{r.Note, r.Why} {
			if text.Width() > in {
				p.noteLines = max(p.noteLines, min(len(safe.Wrap(text.Block(), in)), maxNote))
			}
		}
	}
}

// note returns the note of the selected row, in that many lines.
func (p *Pick) note(in, height int, st *theme.Styles) []string {
	out := make([]string, height)
	sel, ok := p.list.Selected()
	if !ok {
		return out
	}
	text, style := sel.Note, st.Text.Quiet
	if sel.Why != "" {
		text, style = sel.Why, st.Field.Hint
	}
	lines := safe.Wrap(text.Block(), in)
	if len(lines) > height {
		lines[height-1] = safe.Truncate(lines[height-1]+" "+lines[height], in)
	}
	for i := range out {
		if i < len(lines) {
			out[i] = style.Render(string(lines[i]))
		}
	}
	return out
}
