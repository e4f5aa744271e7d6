package compose

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/catalogue"
	"seedreel/ui/dialog"
	"seedreel/ui/keys"
	"seedreel/ui/layout"
	"seedreel/ui/list"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
	"seedreel/views/words"
)

// tableWidth is the most that the table takes, tableLines its most rows.
const tableWidth, tableLines = 116, 30

// wholeLines is the room for the prompt of the selected row, whole.
const wholeLines = 3

// table shows every combination before anything is sent, and lets rows be left
// out.
type table struct {
	s    *Screen
	rows []*Variant
	list *list.List[int, int]
	// varied are the settings that differ between rows.
	varied []catalogue.Role
	models bool
	st     *theme.Styles
	in     int
	// promptWidth is how much of a prompt a row shows.
	promptWidth int
}

var _ dialog.Pointer = (*table)(nil)

func newTable(s *Screen) *table {
	t := &table{s: s, rows: s.variants}
	t.list = list.New(func(i int) int { return i }, t.row)
	ids := make([]int, len(t.rows))
	for i := range ids {
		ids[i] = i
		t.models = t.models || t.rows[i].Model != t.rows[0].Model
	}
	for i := range s.model.Fields {
		if r := s.model.Fields[i].Role; s.draft.Lists[r] != "" {
			t.varied = append(t.varied, r)
		}
	}
	t.list.SetItems(ids)
	return t
}

// ID returns the name of the dialog.
func (t *table) ID() string { return "product" }

// Hints returns the keys of the table.
func (t *table) Hints() keys.Map {
	return keys.Map{
		keys.New("take", "", []string{"enter"}, "enter", "submit "+string(SumWords(t.rows, t.s.draft.Count))),
		keys.New("leave-out", "", []string{"space"}, "space", "leave out"), dialog.Back(),
	}
}

// Update moves, leaves rows out, and submits.
func (t *table) Update(msg tea.Msg) (dialog.Action, tea.Cmd) {
	press, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil, nil
	}
	switch press.String() {
	case "esc", "q", "ctrl+c":
		return dialog.Close, nil
	case "space", "x":
		t.toggle()
	case "enter":
		if clips, _, _ := Sum(t.rows, t.s.draft.Count); clips > 0 {
			return func() tea.Cmd { return t.s.orderProduct(t.rows) }, nil
		}
	default:
		t.list.Update(press)
	}
	return nil, nil
}

// toggle leaves the selected row out, or takes it back.
func (t *table) toggle() {
	if i, ok := t.list.Selected(); ok && t.rows[i].Why == "" {
		t.rows[i].Out = !t.rows[i].Out
		t.list.Invalidate()
	}
}

// tableHead is how many lines are above the rows, border and all; signs is the
// cell of the dialog up to which a click is on the sign of a row.
const tableHead, signs = 3, 6

// Point selects the row that was clicked. A click on its sign, or on the row
// once it is selected, leaves it out or takes it back. The wheel moves the mark.
func (t *table) Point(x, y int, click bool, wheel int) (dialog.Action, tea.Cmd) {
	if wheel != 0 {
		t.list.Move(wheel)
		return nil, nil
	}
	i, _, ok := t.list.Within(y - tableHead)
	if !click || !ok {
		return nil, nil
	}
	was, _ := t.list.Selected()
	t.list.Select(i)
	if i == was || x < signs {
		t.toggle()
	}
	return nil, nil
}

// View draws the table with count and total above it.
func (t *table) View(w, h int, st *theme.Styles) string {
	t.st, t.in = st, dialog.Inner(tableWidth, w)
	rows := min(len(t.rows), max(h-5-wholeLines, 1), tableLines)
	t.list.SetSize(t.in, rows)
	takes := t.s.draft.Count
	head := fmt.Sprintf("%d combinations", len(t.rows))
	if takes > 1 {
		head += fmt.Sprintf(", %d takes each", takes)
	}
	all := make([]*Variant, len(t.rows))
	for i, x := range t.rows {
		y := *x
		y.Out = false
		all[i] = &y
	}
	chosen := SumWords(t.rows, takes)
	if whole := SumWords(all, takes); whole != chosen {
		head += ": " + string(whole)
	}
	lines := []string{layout.Ends(st.Dialog.Body.Render(head), st.Text.Price.Render(string(chosen)), t.in), ""}
	lines = append(lines, strings.Split(strings.TrimRight(t.list.View(), "\n"), "\n")...)
	if !slices.ContainsFunc(t.rows, t.needsMore) {
		return dialog.Frame("Before it is paid", lines, t.in, st)
	}
	lines = append(lines, "")
	i, _ := t.list.Selected()
	var whole []safe.String
	if t.needsMore(t.rows[i]) {
		whole = safe.Wrap(safe.Line(t.rows[i].Values.Text(catalogue.RolePrompt)).Block(), t.in)
	}
	if why := t.rows[i].Why; why != "" {
		whole = safe.Wrap(("Left out: " + why + ".").Block(), t.in)
	}
	for k := range wholeLines {
		line := ""
		if k < len(whole) {
			line = st.Text.Quiet.Render(string(whole[k]))
		}
		lines = append(lines, line)
	}
	return dialog.Frame("Before it is paid", lines, t.in, st)
}

// needsMore reports whether a row says less than there is to know of it: its
// prompt is cut, or it cannot be made.
func (t *table) needsMore(x *Variant) bool {
	return x.Why != "" || safe.Line(x.Values.Text(catalogue.RolePrompt)).Width() > t.promptWidth
}

func (t *table) row(i, width int, selected bool) string {
	x, st := t.rows[i], t.st
	if st == nil {
		return ""
	}
	mark, sign, style := "  ", st.State(theme.Done).Style.Render("✓"), st.Dialog.Option
	if selected {
		mark, style = st.Dialog.Mark.Render("▸")+" ", st.Row.Title
	}
	right := safe.Line(x.Each.Times(t.s.draft.Count).String())
	switch {
	case x.Why != "":
		sign, right, style = st.Text.Faint.Render("✗"), "cannot be", st.Dialog.Disabled
	case x.Out:
		sign, right, style = st.Text.Faint.Render("–"), "left out", st.Dialog.Disabled
	}
	var facts []string
	if t.models {
		facts = append(facts, string(words.Short(x.Model)))
	}
	for _, r := range t.varied {
		fact := x.Values[r].String()
		if f := x.Model.Field(r); f != nil && f.Unit != "" {
			fact += " " + f.Unit
		}
		facts = append(facts, fact)
	}
	tail := safe.Line(strings.Join(facts, "  ")) + "  " + safe.PadLeft(right, 10)
	n := safe.PadLeft(safe.Line(strconv.Itoa(i+1)), len(strconv.Itoa(len(t.rows))))
	room := max(width-tail.Width()-n.Width()-8, 0)
	t.promptWidth = room
	prompt := safe.PadRight(safe.Truncate(safe.Line(x.Values.Text(catalogue.RolePrompt)), room), room)
	line := mark + sign + " " + style.Render(string(n+"  "+prompt)) + "  " + st.Text.Quiet.Render(string(tail))
	if selected {
		return st.Select(line, width)
	}
	return line
}
