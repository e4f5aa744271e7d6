package app

import (
	tea "charm.land/bubbletea/v2"

	"seedreel/ui/layout"
	"seedreel/views/page"
)

// mouse handles clicks, drags and the wheel, if the mouse is turned on. With
// shift they are the terminal's, which selects text.
func (m *Model) mouse(msg tea.MouseMsg) tea.Cmd {
	at := msg.Mouse()
	if at.Mod.Contains(tea.ModShift) {
		return nil
	}
	p := page.Mouse{X: at.X, Y: at.Y}
	switch msg.(type) {
	case tea.MouseClickMsg:
		p.Click = at.Button == tea.MouseLeft
	case tea.MouseMotionMsg:
		p.Drag = at.Button == tea.MouseLeft
	case tea.MouseWheelMsg:
		p.Wheel = 1
		if at.Button == tea.MouseWheelUp {
			p.Wheel = -1
		}
	}
	if !p.Click && !p.Drag && p.Wheel == 0 {
		return nil
	}
	l := m.shown()
	if p.Click && l.Footer.Contains(p.X, p.Y) {
		return m.clickFooter(p.X)
	}
	switch {
	case !m.dialogs.Empty():
		return m.dialogs.Point(p.X, p.Y, p.Click, p.Wheel)
	case p.Click && l.Header.Contains(p.X, p.Y):
		return m.clickHeader(p.X)
	}
	return m.clickPane(&l, p)
}

// clickPane passes what the mouse does to the page at its cell, and opens that
// on a click.
func (m *Model) clickPane(l *layout.Layout, p page.Mouse) tea.Cmd {
	open := m.page()
	target, pane := open.Page, l.Main
	if shared := open.side != nil && l.Mode > layout.Tabs; shared && l.Side.Contains(p.X, p.Y) {
		target, pane = open.side, l.Side
	} else if shared {
		target = open.main
	}
	if !pane.Contains(p.X, p.Y) {
		return nil
	}
	var visit tea.Cmd
	if p.Click && target != open.Page {
		visit = m.open(target)
	}
	p.X, p.Y = p.X-pane.X, p.Y-pane.Y
	return tea.Batch(visit, target.Point(p))
}

// clickHeader opens the page whose name is drawn at a cell of the header.
func (m *Model) clickHeader(x int) tea.Cmd {
	_, at := m.header(m.layout.Screen.W)
	for _, s := range at {
		if x >= s.from && x < s.to {
			return m.visit(s.page)
		}
	}
	return nil
}

// clickFooter presses the keys of the hint that is drawn at a cell of the
// footer.
func (m *Model) clickFooter(x int) tea.Cmd {
	hints, last := m.footerMap()
	for _, h := range hints.Hints(m.layout.Footer.W-footerMargins, last...) {
		if x-1 >= h.From && x-1 < h.To && !h.Several() {
			return m.press(h.Binding)
		}
	}
	return nil
}
