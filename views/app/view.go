package app

import (
	"fmt"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"seedreel/state/store"
	"seedreel/ui/field"
	"seedreel/ui/keys"
	"seedreel/ui/layout"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
)

// resize gives every pane its size. Compose and jobs share the screen where
// there is room for both; history and costs have it for themselves.
func (m *Model) resize() tea.Cmd {
	l := m.shown()
	switch m.place {
	case History:
		m.history.SetSize(l.Main.W, l.Main.H)
	case Costs:
		m.costs.SetSize(l.Main.W, l.Main.H)
	case Player:
		return m.player.SetSize(l.Main.W, l.Main.H)
	case Compose, Jobs:
		m.compose.SetSize(l.Main.W, l.Main.H)
		if l.Mode == layout.Tabs {
			m.jobs.SetSize(l.Main.W, l.Main.H)
		} else {
			m.jobs.SetSize(l.Side.W, l.Side.H)
		}
	}
	return nil
}

// shown is the layout of the open place.
func (m *Model) shown() layout.Layout {
	l := m.layout
	if m.place == Compose || m.place == Jobs || l.Mode <= layout.Tabs {
		return l
	}
	wide := l
	wide.Main = layout.Rect{X: 0, Y: l.Main.Y, W: l.Screen.W, H: l.Main.H}
	wide.Divider, wide.Divider2, wide.Side, wide.SideRule, wide.Detail = layout.Rect{}, layout.Rect{}, layout.Rect{}, layout.Rect{}, layout.Rect{}
	wide.Mode = layout.Tabs
	if m.place == History && l.Screen.W >= besideFrom {
		wide.Mode = layout.Split
		wide.Main, wide.Side = wide.Main.Left(l.Screen.W - 1 - min(l.Screen.W*2/5, mostBeside))
		wide.Divider, wide.Side = wide.Side.Left(1)
	}
	return wide
}

// besideFrom is the width from which an entry of the history stands beside the
// list, mostBeside the most it takes.
const besideFrom, mostBeside = 110, 60

// View draws the whole screen from what the screens hold.
func (m *Model) View() tea.View {
	if m.drawn == nil {
		v := m.draw()
		m.drawn = &v
	}
	return *m.drawn
}

func (m *Model) draw() tea.View {
	content := m.frame()
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

// dialogRows is how far down dialogs reach: the keys and what was said last
// stay in sight below them.
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
	p := layout.Panes{Header: m.header(l.Header.W), Footer: m.footer(l.Footer.W)}
	p.Notice = m.toasts.View(l.NoticeRoom(), m.s.Styles)
	switch m.place {
	case History:
		p.Main = m.history.View()
		p.Side = m.history.Detail(l.Side.W, l.Side.H)
	case Costs:
		p.Main = m.costs.View()
	case Player:
		p.Main = m.player.View()
	case Compose, Jobs:
		if l.Mode == layout.Tabs {
			p.Main = m.tab()
			break
		}
		p.Main, p.Side = m.compose.View(), m.jobs.View()
		p.Detail = m.jobs.Detail(l.Detail.W, l.Detail.H)
	}
	return layout.Draw(l, p, rule)
}

func (m *Model) tab() string {
	if m.place == Jobs {
		return m.jobs.View()
	}
	return m.compose.View()
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

// stillOpen is how much of the day's money is of jobs under way, "" for none.
func stillOpen(day store.Committed) string {
	if day.Open == 0 {
		return ""
	}
	return ", " + day.Open.String() + " of it still open"
}

// header is the line of places, the account and the day's spend. What matters
// least is left out first where the line is short: the places stay to the last.
func (m *Model) header(w int) string {
	st := m.s.Styles
	app := " " + st.Header.App.Render("seedreel")
	account, short := m.accounts()
	today := st.Text.Quiet.Render("today ") + st.Header.Today.Render(m.today.Total.String())
	open := today + st.Text.Quiet.Render(stillOpen(m.today))
	balance := ""
	provider := m.compose.Model().Provider
	if left, ok := m.balances[provider]; ok && !m.stale(provider) {
		balance = st.Text.Quiet.Render("balance ") + st.Header.Today.Render(left.Cents())
	}
	badges := m.badges()
	for _, try := range []struct {
		gap   int
		tabs  tabs
		right []string
	}{
		{3, tabs{counts: true}, []string{badges, account, balance, open}},
		{3, tabs{counts: true}, []string{badges, account, balance, today}},
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
		left := app + strings.Repeat(" ", try.gap) + m.tabs(try.gap, try.tabs)
		right := join(try.right, "   ")
		if ansi.StringWidth(left)+ansi.StringWidth(right)+3 <= w {
			return layout.Ends(left, right+" ", w)
		}
	}
	return layout.Ends(app, short+" ", w)
}

// badges are what lasts and holds jobs up: no network, the limit of the day.
func (m *Model) badges() string {
	var out []string
	if m.pump.away != "" {
		out = append(out, m.s.Styles.Status(theme.Needs, string(m.pump.away)))
	}
	if limit := m.s.Settings.DailyLimit; limit > 0 && !m.s.Practice && m.today.Total >= limit {
		out = append(out, m.s.Styles.Status(theme.Needs, "limit reached"))
	}
	return join(out, "   ")
}

// accounts is where requests go, in full and in a word.
func (m *Model) accounts() (full, short string) {
	st := m.s.Styles
	if m.s.Practice {
		return st.Header.Practice.Render("PRACTICE, nothing is billed"), st.Header.Practice.Render("PRACTICE")
	}
	s := m.s.Account(m.compose.Model().Provider)
	if s == "" {
		return "", ""
	}
	word, _, _ := strings.Cut(string(s), " ")
	return st.Header.Paid.Render(string(s)), st.Header.Paid.Render(strings.TrimRight(word, ","))
}

// tabs is how the places are listed.
type tabs struct {
	// counts tells how long the history is.
	counts bool
	// onlyOpen names the open place alone, all others by their numbers.
	onlyOpen bool
}

func (m *Model) tabs(gap int, how tabs) string {
	st := m.s.Styles
	c := m.jobs.Counts()
	var out []string
	for i, name := range placeNames() {
		style := st.Header.Tab
		if Place(i) == m.place {
			style = st.Header.TabActive
		} else if how.onlyOpen {
			name = ""
		}
		s := style.Render(strings.TrimSpace(strconv.Itoa(i+1) + " " + name))
		n := ""
		if Place(i) == Jobs && c.Running+c.Waiting+c.Needs > 0 && !how.onlyOpen {
			n = strconv.Itoa(c.Running + c.Waiting + c.Needs)
		}
		if Place(i) == History && how.counts {
			n = string(m.history.Total())
		}
		if n != "" && n != "0" {
			s += " " + st.Header.Count.Render(n)
		} else if Place(i) == Jobs && !how.onlyOpen {
			s += "  " // a count that comes and goes moves nothing
		}
		out = append(out, s)
	}
	return strings.Join(out, strings.Repeat(" ", gap))
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

// footer is what can be done here. How to find the rest and how to get out
// come last and are never left out.
func (m *Model) footer(w int) string {
	hints, last := m.footerMap()
	return " " + hints.Footer(w-2, m.s.Styles, last...)
}

func (m *Model) footerMap() (hints, last keys.Map) {
	k := m.s.Keys
	back := keys.New("back", "", []string{"esc"}, "esc", "back")
	if !m.dialogs.Empty() {
		return m.dialogHints(), keys.Map{k.All.Leave}
	}
	switch m.place {
	case Compose:
		help := k.All.Help
		if m.compose.Capturing() {
			help = k.All.HelpInField
		}
		return append(m.compose.Footer(), k.All.Jobs, k.Form.Next, k.All.Leave), keys.Map{help}
	case Jobs:
		return append(m.jobs.Footer(), k.All.PlainCompose), keys.Map{k.All.Help, k.All.Leave}
	case History:
		help := k.All.Help
		if m.history.Typing() {
			help = k.All.HelpInField
		}
		return append(m.history.Footer(), k.All.Leave), keys.Map{back, help}
	case Costs:
		return append(m.costs.Footer(), k.All.Leave), keys.Map{back, k.All.Help}
	case Player:
		return m.player.Footer(), keys.Map{back, k.All.Help}
	}
	return nil, nil
}
