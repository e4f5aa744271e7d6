package app

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"seedreel/state/store"
	"seedreel/ui/field"
	"seedreel/ui/keys"
	"seedreel/ui/layout"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
	"seedreel/views/page"
	"seedreel/views/words"
)

// resize gives the open page its size. Two pages that share the screen both get
// theirs.
func (m *Model) resize() tea.Cmd {
	l, p := m.shown(), m.page()
	if p.side == nil {
		return p.SetSize(l.Main.W, l.Main.H)
	}
	side := l.Side
	if l.Mode == layout.Tabs {
		side = l.Main
	}
	return tea.Batch(p.main.SetSize(l.Main.W, l.Main.H), p.side.SetSize(side.W, side.H))
}

// shown returns the layout of the open page.
func (m *Model) shown() layout.Layout {
	l, p := m.layout, m.page()
	if p.side != nil || l.Mode <= layout.Tabs {
		return l
	}
	wide := l
	wide.Main = layout.Rect{X: 0, Y: l.Main.Y, W: l.Screen.W, H: l.Main.H}
	wide.Divider, wide.Divider2, wide.Side, wide.SideRule, wide.Detail = layout.Rect{}, layout.Rect{}, layout.Rect{}, layout.Rect{}, layout.Rect{}
	wide.Mode = layout.Tabs
	if d, ok := p.Page.(page.Detailer); ok {
		if beside := d.Beside(l.Screen.W); beside > 0 {
			wide.Mode = layout.Split
			wide.Main, wide.Side = wide.Main.Left(l.Screen.W - 1 - beside)
			wide.Divider, wide.Side = wide.Side.Left(1)
		}
	}
	return wide
}

// View draws the whole screen from the state of the screens.
func (m *Model) View() tea.View {
	if m.drawn == nil {
		v := m.draw()
		m.drawn = &v
	}
	return *m.drawn
}

func (m *Model) draw() tea.View {
	content := m.frame()
	if !m.dialogs.Empty() {
		content = m.s.Styles.Unlit(content)
	}
	if m.layout.Mode != layout.TooSmall {
		content = m.dialogs.Over(content, m.layout.Screen.W, m.dialogRows(), m.s.Styles)
	}
	clean, x, y, ok := field.Cursor(content)
	v := tea.NewView(clean)
	v.AltScreen = true
	v.ReportFocus = true
	v.WindowTitle = m.title()
	v.ProgressBar = m.progressBar()
	if m.s.Settings.Mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	if ok && !m.quitting {
		v.Cursor = tea.NewCursor(x, y)
		v.Cursor.Blink = false
	}
	return v
}

// dialogRows returns how far down dialogs reach: the keys and the last message
// stay visible below them.
func (m *Model) dialogRows() int {
	return m.layout.Screen.H - m.layout.FootRule.H - m.layout.Footer.H
}

func (m *Model) frame() string {
	l := m.shown()
	if l.Screen.W == 0 {
		return ""
	}
	rule := func(s string) string { return m.s.Styles.Frame.Rule.Render(s) }
	if l.Mode == layout.TooSmall {
		return layout.Draw(l, layout.Panes{Main: m.tooSmall()}, rule)
	}
	header, _ := m.header(l.Header.W)
	p := layout.Panes{Header: header, Footer: m.footer(l.Footer.W)}
	if m.dialogs.Empty() {
		p.Focus, p.Light = m.lit(l), func(s string) string { return m.s.Styles.Frame.Lit.Render(s) }
	}
	p.Notice = m.toasts.View(l.NoticeRoom(), m.s.Styles)
	m.panes(l, &p)
	if m.s.Untouched {
		m.undivided(&l, &p)
	}
	return layout.Draw(l, p, rule)
}

// undivided takes away the rules beside panes in which nothing will be before
// the first submit.
func (m *Model) undivided(l *layout.Layout, p *layout.Panes) {
	switch shared := m.page().side != nil; {
	case shared && p.Detail == "":
		l.SideRule, l.Divider2 = layout.Rect{}, layout.Rect{}
	case !shared && p.Side == "" && l.Mode > layout.Tabs:
		l.Divider = layout.Rect{}
		if p.Focus == l.Main {
			p.Focus.W = l.Screen.W
		}
	}
}

// lit returns the pane that has the focus, if anything in it has.
func (m *Model) lit(l layout.Layout) layout.Rect {
	open := m.page()
	if i, ok := open.Page.(page.Idler); ok && i.Idle() {
		return layout.Rect{}
	}
	if open.side != nil && open.Page == open.side && l.Mode > layout.Tabs {
		return l.Side
	}
	return l.Main
}

// panes draws the open page and the one that shares a wide screen with it.
func (m *Model) panes(l layout.Layout, to *layout.Panes) {
	open := m.page()
	if open.side == nil {
		to.Main = open.View()
		if d, ok := open.Page.(page.Detailer); ok {
			to.Side = d.Detail(l.Side.W, l.Side.H)
		}
		return
	}
	if l.Mode == layout.Tabs {
		to.Main = open.View()
		return
	}
	to.Main, to.Side = open.main.View(), open.side.View()
	if d, ok := open.side.(page.Detailer); ok {
		to.Detail = d.Detail(l.Detail.W, l.Detail.H)
	}
}

func (m *Model) tooSmall() string {
	s := fmt.Sprintf("seedreel needs 60x16; this is %dx%d.", m.layout.Screen.W, m.layout.Screen.H)
	return strings.Join(safeLines(s, m.layout.Screen.W), "\n")
}

func safeLines(s string, w int) []string {
	var out []string
	for _, l := range safe.Wrap(safe.Lines(s), max(w, 1)) {
		out = append(out, string(l))
	}
	return out
}

// stillOpen returns the part of the day's money that belongs to jobs under way,
// or "" if there is none.
func stillOpen(day store.Committed) string {
	if day.Open == 0 && day.OpenUnpriced == 0 {
		return ""
	}
	return ", " + string(words.Sum(day.Open, day.OpenUnpriced)) + " of it still open"
}

// header returns the line of pages, the account and the day's spend, and the
// positions of the page names in it. On a short line the least important parts
// are left out first and the pages last.
func (m *Model) header(w int) (line string, at []span) {
	st := m.s.Styles
	app := " " + st.Header.App.Render("seedreel")
	if name := m.s.Paths.Profile; name != "" {
		app += " " + st.Header.Today.Render(string(safe.Truncate(safe.Line(name), profileCells)))
	}
	account, short := m.accounts()
	today := st.Text.Quiet.Render("today ") + st.Header.Today.Render(string(words.Sum(m.s.Today.Total, m.s.Today.Unpriced)))
	open := today + st.Text.Quiet.Render(stillOpen(m.s.Today))
	balance := ""
	provider := m.s.Model.Provider
	if left, ok := m.s.Balances[provider]; ok && !m.s.Stale(provider) {
		// Beside the mark of practice, the amount needs no name; there is no
		// room for a longer one either.
		if m.s.Practice {
			balance = st.Header.Today.Render(left.String()) + st.Text.Quiet.Render(" left")
		} else {
			balance = st.Text.Quiet.Render(string(words.Balance(m.s.Practice))+" ") + st.Header.Today.Render(left.String())
		}
	}
	badges, reel, named := m.badges(), m.reelName(w), account
	if reel != "" {
		named = short // the name of the reel goes before the sentence
	}
	left, leftGap, leftTabs := "", 0, tabs{}
	for _, try := range []struct {
		gap   int
		tabs  tabs
		right []string
	}{
		{3, tabs{counts: true}, []string{badges, account, reel, balance, open}},
		{3, tabs{counts: true}, []string{badges, account, reel, balance, today}},
		{2, tabs{counts: true}, []string{badges, account, reel, balance, today}},
		{2, tabs{counts: true}, []string{badges, named, reel, balance, today}},
		{2, tabs{counts: true}, []string{badges, named, reel, today}},
		{2, tabs{}, []string{badges, named, reel, today}},
		{2, tabs{counts: true}, []string{badges, account, balance, today}},
		{2, tabs{counts: true}, []string{badges, account, today}},
		{2, tabs{}, []string{badges, account, today}},
		{2, tabs{counts: true}, []string{badges, account}},
		{2, tabs{}, []string{badges, account}},
		{1, tabs{}, []string{badges, account}},
		{2, tabs{}, []string{badges, short}},
		{1, tabs{}, []string{badges, short}},
		{1, tabs{onlyOpen: true}, []string{badges, short}},
	} {
		if try.gap != leftGap || try.tabs != leftTabs { // else as in the try before
			left, leftGap, leftTabs = app+strings.Repeat(" ", try.gap), try.gap, try.tabs
			var names string
			names, at = m.tabs(safe.Width(left), try.gap, try.tabs)
			left += names
		}
		right := join(try.right, strings.Repeat(" ", max(try.gap, 2)))
		if ansi.StringWidth(left)+ansi.StringWidth(right)+3 <= w {
			return layout.Ends(left, right+" ", w), at
		}
	}
	return layout.Ends(app, short+" ", w), nil
}

// reelFrom is the width from which the header names the open reel, and wideReel
// that from which the name may have more cells.
const reelFrom, wideReel = 100, 120

// profileCells is how much of a profile's name the header shows.
const profileCells = 12

// reelName returns the name of the open reel, or "" on a narrow screen.
func (m *Model) reelName(w int) string {
	if w < reelFrom || m.s.Reel == "" {
		return ""
	}
	most := 20
	if w < wideReel {
		most = 12
	}
	return m.s.Styles.Header.Today.Render(string(safe.Truncate(m.s.Reel, most)))
}

// badges returns the lasting conditions that hold jobs up: no network, the
// day's limit.
func (m *Model) badges() string {
	var out []string
	if m.pump.Away() != "" {
		out = append(out, m.s.Styles.Status(theme.Needs, string(m.pump.Away())))
	}
	if limit := m.s.Settings.DailyLimit; limit > 0 && !m.s.Practice && m.s.Today.Total >= limit {
		out = append(out, m.s.Styles.Status(theme.Needs, "limit reached"))
	}
	return join(out, "   ")
}

// accounts returns where requests go, in full and in a word.
func (m *Model) accounts() (full, short string) {
	st := m.s.Styles
	if m.s.Practice {
		return st.Header.Practice.Render("PRACTICE, nothing is billed"), st.Header.Practice.Render("PRACTICE")
	}
	s := m.s.Account(m.s.Model.Provider)
	if s == "" {
		return "", ""
	}
	word, _, _ := strings.Cut(string(s), " ")
	return st.Header.Paid.Render(string(s)), st.Header.Paid.Render(strings.TrimRight(word, ","))
}

// span is the position of a page's name in the header, in cells; to is
// exclusive.
type span struct{ page, from, to int }

// tabs is how the pages are listed.
type tabs struct {
	// counts includes the numbers that do not come and go.
	counts bool
	// onlyOpen names only the open page, and the others by their numbers.
	onlyOpen bool
}

// tabs returns the names of the pages, starting at a cell of the header.
func (m *Model) tabs(x, gap int, how tabs) (line string, at []span) {
	st := m.s.Styles
	var out []string
	for i, p := range m.places {
		name := p.Title()
		if name == "" {
			continue
		}
		style := st.Header.Tab
		if i == m.at {
			style = st.Header.TabActive
		} else if how.onlyOpen {
			name = ""
		}
		s := style.Render(strings.TrimSpace(p.outside.Help().Key + " " + name))
		at = append(at, span{page: i, from: x, to: x + safe.Width(s)})
		s += m.count(p.Page, how)
		out = append(out, s)
		x += safe.Width(s) + gap
	}
	return strings.Join(out, strings.Repeat(" ", gap)), at
}

// count returns the number of entries of a page, as shown after its name.
func (m *Model) count(p page.Page, how tabs) string {
	c, ok := p.(page.Counter)
	if !ok || how.onlyOpen {
		return ""
	}
	n, steady := c.Count()
	switch {
	case n != "" && (steady || how.counts):
		return " " + m.s.Styles.Header.Count.Render(n)
	case steady:
		return "  " // a count that comes and goes moves nothing
	}
	return ""
}

func join(parts []string, gap string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, gap)
}

// footer returns the actions available here. Those for finding the rest and for
// getting out come last and are never left out.
func (m *Model) footer(w int) string {
	hints, last := m.footerMap()
	return " " + hints.Footer(w-footerMargins, m.s.Styles, last...)
}

// footerMargins are the blank cells at both ends of the footer.
const footerMargins = 2

// footerMap returns the hints of the footer. Those in last are never left out:
// on a page the way to everything else is always among them.
func (m *Model) footerMap() (hints, last keys.Map) {
	if !m.dialogs.Empty() {
		hints = slices.Clone(m.dialogs.Front().Hints())
		back := keys.New("back", "", []string{"esc"}, "esc", "back")
		if i := slices.IndexFunc(hints, func(b keys.Binding) bool { return b.Help().Key == "esc" }); i >= 0 {
			back = hints[i]
			hints = slices.Delete(hints, i, i+1)
		}
		return hints, keys.Map{back, m.s.Keys.All.Leave}
	}
	hints, last = m.page().Footer()
	p := m.s.Keys.All.Palette
	everything := keys.New(p.Name, p.Group, []string{":"}, ":", "everything")
	if page.Capturing(m.page().Page) {
		everything = p.Brief("everything")
	}
	at := max(len(last)-1, 0) // before the way to the keys
	return hints, slices.Insert(last, at, everything)
}
