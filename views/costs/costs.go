// Package costs is the screen that adds up the cost of clips from the history:
// by day, by model, by service.
package costs

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/store"
	"seedreel/ui/keys"
	"seedreel/ui/layout"
	"seedreel/ui/safe"
	"seedreel/views/page"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// span is how far back the sums go.
const span = 90 * 24 * time.Hour

// tables is the number of ways to add up.
const tables = int(store.ByService) + 1

// Screen shows sums. Its tables are built when they are read, not when drawn.
type Screen struct {
	s  *studio.Studio
	by store.By
	// tables are the sums by day, model and service; spans those of the last
	// days in total.
	tables [tables]table
	spans  []sum
	// practice is set if the sums are those of practice: in practice, while
	// nothing was ever billed.
	practice bool
	loaded   bool
	err      safe.String
	seq      int
	top      int
	w, h     int
}

// New returns the screen; nothing is read before Refresh.
func New(s *studio.Studio) *Screen { return &Screen{s: s} }

var (
	_ page.Page      = (*Screen)(nil)
	_ page.Visitor   = (*Screen)(nil)
	_ page.Refresher = (*Screen)(nil)
)

// Title returns the name in the header.
func (v *Screen) Title() string { return "Costs" }

// Keys returns the actions of the costs.
func (v *Screen) Keys() keys.Map { return v.s.Keys.Costs.Whole() }

// SetFocused does nothing: the data read on opening stays.
func (v *Screen) SetFocused(bool) tea.Cmd { return nil }

// Point adds up in the way that was clicked. The wheel scrolls.
func (v *Screen) Point(at page.Mouse) tea.Cmd {
	v.scroll(at.Wheel)
	if !at.Click || at.Y > 0 {
		return nil
	}
	x := at.X - 1
	for by, word := range titles {
		if x -= word.Width() + 2; x < 0 {
			v.by, v.top = store.By(by), 0
			return nil
		}
	}
	return nil
}

// Visit reads the sums, and requests the balances of all usable services.
func (v *Screen) Visit() tea.Cmd {
	return tea.Batch(v.Refresh(), v.s.Tell(studio.BalanceMsg{Everywhere: true}))
}

type spendLoadedMsg struct {
	seq  int
	rows [tables][]store.SpendRow
	err  error
}

// SetSize sets the pane's size in cells.
func (v *Screen) SetSize(w, h int) tea.Cmd {
	v.w, v.h = w, h
	return nil
}

// Refresh reads the sums again.
func (v *Screen) Refresh() tea.Cmd {
	v.seq++
	seq := v.seq
	from := store.Midnight(v.s.Now(), v.s.Zone).Add(-span)
	return v.s.Work(func(ctx context.Context) tea.Msg {
		m := spendLoadedMsg{seq: seq}
		for by := range m.rows {
			if m.rows[by], m.err = v.s.Store.Spend(ctx, from, store.By(by), v.s.Zone); m.err != nil {
				return m
			}
		}
		return m
	})
}

// balances returns the balances, in the order of the services' names.
func (v *Screen) balances() string {
	var parts []string
	for _, id := range slices.Sorted(maps.Keys(v.s.Balances)) {
		name := words.Service(id)
		if len(parts) == 0 {
			name = words.Balance(v.s.Practice) + "   " + name
		}
		part := v.s.Styles.Text.Quiet.Render(string(name)+" ") + v.s.Styles.Text.Bright.Render(v.s.Balances[id].String())
		if v.s.Stale(id) {
			part += v.s.Styles.Text.Quiet.Render(" before the network went")
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "   ")
}

// Update handles keys and the screen's own messages.
func (v *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case spendLoadedMsg:
		if msg.seq != v.seq {
			return nil
		}
		v.apply(msg)
	case tea.KeyPressMsg:
		return v.key(msg)
	}
	return nil
}

// apply builds the tables from the rows. Practice is not spend: it is added up
// only in practice, and only if there is nothing else.
func (v *Screen) apply(m spendLoadedMsg) {
	v.loaded, v.err = true, words.Error(m.err)
	if m.err != nil {
		return
	}
	v.practice = v.s.Practice && !slices.ContainsFunc(m.rows[store.ByService], func(r store.SpendRow) bool { return !r.Practice })
	for by, rows := range m.rows {
		t := table{by: store.By(by)}
		for _, r := range rows {
			if r.Practice == v.practice {
				t.add(r)
			}
		}
		v.tables[by] = t
	}
	v.spans = v.spans[:0]
	now := v.s.Now()
	days := []int{7, 30}
	if v.practice != v.s.Practice {
		days = []int{1, 7, 30} // the studio's own day is one of practice
	}
	for _, days := range days {
		x := sum{name: safe.Line("last " + strconv.Itoa(days) + " days ")}
		if days == 1 {
			x.name = "today "
		}
		for _, r := range v.tables[store.ByDay].rows {
			if !r.Day.Before(store.DaysBefore(now, v.s.Zone, days-1)) {
				x.spent = x.spent.Plus(r.Spent)
				x.unpriced += r.Unpriced
			}
		}
		v.spans = append(v.spans, x)
	}
	v.scroll(0)
}

// scroll moves the table by rows, but only while rows are out of sight: excess
// key presses would have to be undone by the opposite key.
func (v *Screen) scroll(rows int) {
	end := max(len(v.tables[v.by].rows)-v.room(len(v.head())), 0)
	v.top = min(max(min(v.top, end)+rows, 0), end)
}

// room returns how many rows a table shows below that many lines.
func (v *Screen) room(above int) int { return max(v.h-above-belowTable, 1) }

func (v *Screen) key(msg tea.KeyPressMsg) tea.Cmd {
	m := v.s.Keys.Move
	switch {
	case v.s.Keys.Costs.By.Is(msg):
		v.by = (v.by + 1) % store.By(tables)
		v.top = 0
	case m.Down.Is(msg):
		v.scroll(1)
	case m.Up.Is(msg):
		v.scroll(-1)
	}
	return nil
}

// Footer returns the actions of the last line, and those to get out and to find
// all others.
func (v *Screen) Footer() (hints, last keys.Map) {
	all := v.s.Keys.All
	return keys.Map{v.s.Keys.Costs.By, all.Leave}, keys.Map{all.Help}
}

// View draws the pane.
func (v *Screen) View() string {
	st := v.s.Styles
	lines := v.head()
	switch {
	case v.err != "":
		lines = append(lines, " "+st.Field.Error.Render(string(safe.Truncate(v.err, v.w-2))))
	case v.loaded && len(v.tables[v.by].rows) == 0:
		for _, l := range safe.Wrap(safe.Lines(string(v.nothing())), max(v.w-2, 1)) {
			lines = append(lines, " "+st.Text.Quiet.Render(string(l)))
		}
	case v.loaded:
		lines = append(lines, v.body(len(lines))...)
	}
	return strings.Join(lines, "\n")
}

// head returns the lines above the table: the ways to add up, the sums of the
// last days and the balances.
func (v *Screen) head() []string {
	st := v.s.Styles
	tabs := ""
	for by, word := range titles {
		if store.By(by) == v.by {
			tabs += st.Field.Chosen.Render("[" + string(word) + "]")
		} else {
			tabs += " " + st.Field.Option.Render(string(word)) + " "
		}
	}
	head := layout.Ends(" "+tabs, st.Text.Quiet.Render("last 90 days "), v.w)
	lines := []string{head, ""}
	if l := v.sums(); l != "" {
		lines = append(lines, l)
	}
	if b := v.balances(); b != "" {
		lines = append(lines, " "+b)
	}
	if len(lines) > 2 {
		lines = append(lines, "")
	}
	return lines
}

func (v *Screen) nothing() safe.String {
	if v.s.Practice {
		return "Nothing yet. Practice jobs are summed here as if they were billed."
	}
	return "Nothing spent yet."
}

// sums returns the cost of the last days in a line.
func (v *Screen) sums() string {
	st := v.s.Styles
	line := ""
	if v.practice == v.s.Practice {
		day, rest, _ := strings.Cut(strings.TrimPrefix(string(words.Today(v.s.Today)), "today "), ", ")
		line = " " + st.Text.Quiet.Render("today ") + st.Text.Bright.Render(day)
		if rest != "" {
			line += st.Text.Quiet.Render(", " + rest)
		}
	}
	last := sum{spent: v.s.Today.Total, unpriced: v.s.Today.Unpriced}
	if line == "" {
		last = sum{spent: -1}
	}
	for _, x := range v.spans {
		if x.spent == last.spent && x.unpriced == last.unpriced {
			continue // the shorter time has it all
		}
		last = x
		part := "   "
		if line == "" {
			part = " "
		}
		part += st.Text.Quiet.Render(string(x.name)) + st.Text.Bright.Render(string(words.Sum(x.spent, x.unpriced)))
		if safe.Width(line)+safe.Width(part) < v.w {
			line += part
		}
	}
	all := &v.tables[store.ByModel].all
	if each, ok := all.PerKept(); ok {
		part := st.Text.Quiet.Render(fmt.Sprintf("   kept %d, ", all.Kept)) + st.Text.Bright.Render(each.String()) + st.Text.Quiet.Render(" a keeper")
		if safe.Width(line)+safe.Width(part) < v.w {
			line += part
		}
	}
	return line
}

// besideFrom is the width from which the other two tables are beside the
// selected one; gap separates them.
const besideFrom, gap = 104, 4

// besideLeast is the least useful width of a table beside the selected one.
const besideLeast = figures + dayWidth

// belowTable is the number of lines of a table besides its rows: titles,
// position, total, and the note below.
const belowTable = 6

// body returns the selected table, with the others beside it, below that many
// lines.
func (v *Screen) body(above int) []string {
	room := v.room(above)
	if v.w < besideFrom {
		return append(v.table(&v.tables[v.by], nameWidth, v.w-2, room, v.top), v.note(v.w-2)...)
	}
	left, name := (v.w-2-gap)/2, nameWidth
	switch {
	case v.by == store.ByDay:
		name = dayWidth
	case v.by == store.ByModel && v.tables[v.by].all.Kept > 0:
		// What was kept takes the room that the other tables can spare.
		left = max(left, min(nameWidth+figures+kept+1, v.w-2-gap-besideLeast))
	}
	out := append(v.table(&v.tables[v.by], name, left, room, v.top), v.note(left)...)
	var right []string
	for i := range v.tables {
		if store.By(i) == v.by {
			continue
		}
		if len(right) > 0 {
			right = append(right, "")
		}
		right = append(right, v.table(&v.tables[i], nameWidth, v.w-2-gap-left, max((v.h-above)/2-5, 1), 0)...)
	}
	for len(out) < len(right) {
		out = append(out, "")
	}
	for i, r := range right {
		out[i] = layout.FitLine(out[i], left+gap) + r
	}
	return out
}
