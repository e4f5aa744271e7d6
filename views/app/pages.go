package app

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"seedreel/ui/keys"
	"seedreel/ui/layout"
	"seedreel/views/accounts"
	"seedreel/views/again"
	"seedreel/views/compose"
	"seedreel/views/contact"
	"seedreel/views/costs"
	"seedreel/views/history"
	"seedreel/views/jobs"
	"seedreel/views/keymap"
	"seedreel/views/order"
	"seedreel/views/page"
	"seedreel/views/picker"
	"seedreel/views/player"
	"seedreel/views/reel"
	"seedreel/views/settings"
	"seedreel/views/welcome"
)

// place is a page in the list, with the keys that lead to it.
type place struct {
	page.Page

	// main and side share a wide screen; both are nil if the page has it for
	// itself.
	main, side page.Page
	// anywhere and outside are the keys that open the page, outside only when no
	// field has the focus. A page without a name has none.
	anywhere, outside keys.Binding
}

// room is a part that works behind the pages: it asks services and opens
// dialogs.
type room interface{ Update(msg tea.Msg) tea.Cmd }

// action is the effect of a key on every page. Keys that are letters act only
// outside of fields.
type action struct {
	key keys.Binding
	do  func() tea.Cmd
}

// furnish makes the pages and the rooms. It is the only place that lists them,
// and their order is that of their numbers.
func (m *Model) furnish() {
	s, o := m.s, m.o
	purse := accounts.New(s)
	form, list := compose.New(s, o.Draft), jobs.New(s)
	prefs := settings.New(s, purse)
	lists := picker.NewLists(s, o.ModelsFile)
	m.show(
		place{Page: form, main: form, side: list},
		place{Page: list, main: form, side: list},
		place{Page: reel.New(s)},
		place{Page: history.New(s)},
		place{Page: costs.New(s)},
		place{Page: contact.New(s)},
		place{Page: player.New(s, player.Deps{
			Album: s.Album, Caps: m.caps, Tool: o.Frames, Cache: o.Stills, Host: s.Host, Slow: s.Env.SSH,
		})},
	)
	m.rooms = []room{s.Stills, purse, welcome.New(s, purse), prefs, lists, order.New(s, purse), again.New(s, o.Frames)}
	k := s.Keys.All
	m.actions = []action{
		{k.Settings, prefs.Open},
		{k.Palette, m.openPalette},
		{k.Models, lists.Refresh},
		{k.Log, m.openLog},
		{k.Help, m.openHelp},
		{k.HelpInField, m.openHelp},
		{k.Stills, func() tea.Cmd { return prefs.Toggle("stills") }},
		{k.Redraw, func() tea.Cmd { return tea.Batch(tea.ClearScreen, s.Album.Again()) }},
		{k.Quit, m.leave},
	}
}

// show appends pages to the list, numbers those that have a name, and adds
// their keys to the help and the palette.
func (m *Model) show(places ...place) {
	for _, p := range places {
		if title := p.Title(); title != "" {
			n := 1
			for _, before := range m.places {
				if before.Title() != "" {
					n++
				}
			}
			p.anywhere, p.outside = keymap.Visit(n, strings.ToLower(title))
			m.s.Keys.Join(p.anywhere, p.outside)
		}
		m.s.Keys.Join(p.Keys()...)
		m.places = append(m.places, p)
	}
}

// page returns the open page.
func (m *Model) page() place { return m.places[m.at] }

// visible reports whether a page is on the screen: open, or beside the one that
// is.
func (m *Model) visible(p page.Page) bool {
	open := m.page()
	return p == open.Page || m.layout.Mode > layout.Tabs && (p == open.main || p == open.side)
}

// find returns the index of a page, or -1 if it is not in the list.
func (m *Model) find(is func(p place) bool) int {
	for i, p := range m.places {
		if is(p) {
			return i
		}
	}
	return -1
}

// open opens a page of the list given as a value, for pages that open
// themselves.
func (m *Model) open(p page.Page) tea.Cmd {
	return m.visit(m.find(func(x place) bool { return x.Page == p }))
}

// visit opens a page of the list and reloads its data.
func (m *Model) visit(to int) tea.Cmd {
	if to < 0 {
		return nil
	}
	switch {
	case m.places[to].Title() != "":
		m.trail = nil
	case m.at != to:
		m.trail = append(m.trail, m.at)
	}
	m.at = to
	m.s.Toasts.Pass() // what was about the page goes with it
	return tea.Batch(m.focus(), m.resize(), page.Visit(m.page().Page))
}

// leavePage returns to the page from which the open one was opened.
func (m *Model) leavePage() tea.Cmd {
	if len(m.trail) == 0 {
		return m.visit(0)
	}
	to := m.trail[len(m.trail)-1]
	rest := m.trail[:len(m.trail)-1]
	cmd := m.visit(to)
	m.trail = rest
	return cmd
}

// focus gives the focus to the open page and takes it from the others.
func (m *Model) focus() tea.Cmd {
	cmds := make([]tea.Cmd, 0, len(m.places))
	for i, p := range m.places {
		if i != m.at {
			cmds = append(cmds, p.SetFocused(false))
		}
	}
	return tea.Batch(append(cmds, m.page().SetFocused(true))...)
}

// tell passes a message to every page and room at once.
func (m *Model) tell(msg tea.Msg) tea.Cmd {
	cmds := []tea.Cmd{m.take(msg)}
	for _, p := range m.places {
		cmds = append(cmds, p.Update(msg))
	}
	for _, r := range m.rooms {
		cmds = append(cmds, r.Update(msg))
	}
	return tea.Batch(cmds...)
}
