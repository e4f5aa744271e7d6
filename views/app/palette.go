package app

import (
	tea "charm.land/bubbletea/v2"

	"seedreel/ui/dialog"
	"seedreel/ui/keys"
	"seedreel/ui/safe"
	"seedreel/views/page"
)

// The names of the dialogs; at most one of each is open.
const (
	dialogLeave   = "leave"
	dialogHelp    = "help"
	dialogLog     = "log"
	dialogPalette = "palette"
)

// openPalette lists every action by name, with its key. An action that cannot
// be used now gives the reason.
func (m *Model) openPalette() tea.Cmd {
	if m.dialogs.Has(dialogPalette) {
		return nil
	}
	var rows []dialog.Row
	for _, b := range m.reasons(m.s.Keys.Actions(page.Group(m.page().Page))) {
		rows = append(rows, dialog.Row{
			ID: b.Group + "/" + b.Name, Columns: []safe.String{safe.Line(b.Help().Desc), safe.Line(b.Help().Key)},
			Why: safe.Line(b.Why), Words: b.Name + " " + b.Group, Group: safe.Line(b.Group),
			Do: func() tea.Cmd { return m.perform(b) },
		})
	}
	m.dialogs.Push(dialog.NewPick(dialogPalette, "Actions", rows, "").Does("do it"))
	return nil
}

// perform does what the key of an action does, on the page it belongs to.
func (m *Model) perform(b keys.Binding) tea.Cmd {
	group := b.Group
	if k := m.s.Keys; k.Again.Is(b) {
		group = k.Jobs.Open.Group // on whatever takes actions on a job
	}
	to := m.find(func(p place) bool { return page.Group(p.Page) == group })
	if t, ok := m.page().Page.(page.Taker); ok && t.Takes(keys.Binding{Name: b.Name, Group: group}) {
		to = m.at
	}
	switch to {
	case -1:
		page.Rest(m.page().Page) // or a plain letter would be text
	case m.at:
	default:
		return tea.Batch(m.visit(to), m.press(b))
	}
	return m.press(b)
}

// press presses the keys of a binding.
func (m *Model) press(b keys.Binding) tea.Cmd {
	var cmds []tea.Cmd
	for _, k := range b.Presses() {
		cmds = append(cmds, m.key(k))
	}
	return tea.Batch(cmds...)
}

// openHelp lists every key, those that matter here first, with the reason if
// one cannot be used now.
func (m *Model) openHelp() tea.Cmd {
	if !m.dialogs.Has(dialogHelp) {
		lines := m.helpMap().Full(max(m.layout.Screen.W-8, 20), m.s.Styles)
		m.dialogs.Push(dialog.NewStyledText(dialogHelp, "Keys", lines))
	}
	return nil
}

func (m *Model) helpMap() keys.Map {
	return m.reasons(m.s.Keys.Whole().First(page.Group(m.page().Page)))
}

// reasons returns the map with a reason for each action that cannot be used on
// the open page now.
func (m *Model) reasons(whole keys.Map) keys.Map {
	state := map[string]keys.Binding{}
	for _, b := range m.page().Keys() {
		state[b.Name+b.Group] = b
	}
	for i, b := range whole {
		if x, ok := state[b.Name+b.Group]; ok {
			whole[i] = x
		}
	}
	return whole
}
