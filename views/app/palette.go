package app

import (
	tea "charm.land/bubbletea/v2"

	"seedreel/ui/dialog"
	"seedreel/ui/keys"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
)

const dialogPalette = "palette"

// openPalette finds every action by its name and shows its key. What cannot be
// used now says why.
func (m *Model) openPalette() {
	if m.dialogs.Has(dialogPalette) {
		return
	}
	var rows []dialog.Row
	for _, b := range m.reasons(m.s.Keys.Actions(m.group())) {
		rows = append(rows, dialog.Row{
			ID: b.Group + "/" + b.Name, Columns: []safe.String{safe.Line(b.Help().Desc), safe.Line(b.Help().Key)},
			Why: safe.Line(b.Why), Words: b.Name + " " + b.Group, Group: safe.Line(b.Group),
		})
	}
	m.dialogs.Push(dialog.NewPick(dialogPalette, "Do", rows, ""))
}

// group is the heading of the open screen's actions.
func (m *Model) group() string {
	k := m.s.Keys
	switch m.place {
	case Jobs:
		return k.Jobs.Open.Group
	case History:
		return k.History.Open.Group
	case Costs:
		return k.Costs.By.Group
	case Player:
		return k.Player.Play.Group
	case Compose:
	}
	return k.Form.Submit.Group
}

// perform does what the key of an action would do, on the screen it belongs to.
func (m *Model) perform(id string) tea.Cmd {
	for _, b := range m.s.Keys.Whole() {
		if b.Group+"/"+b.Name != id {
			continue
		}
		to := m.placeOf(b)
		if m.place == History && b.Group == m.s.Keys.Jobs.Open.Group && b.Name != m.s.Keys.Jobs.Resume.Name {
			to = History // the entry under the mark is meant, not a row elsewhere
		}
		if to == m.place {
			return m.key(b.Press())
		}
		visit := m.visit(to)
		return tea.Batch(visit, m.key(b.Press()))
	}
	return m.say(toast.Info, "There is no such action.")
}

// placeOf is the screen on which an action's key has its meaning.
func (m *Model) placeOf(b keys.Binding) Place {
	switch b.Group {
	case m.s.Keys.Form.Submit.Group:
		return Compose
	case m.s.Keys.Jobs.Open.Group:
		return Jobs
	case m.s.Keys.History.Open.Group:
		return History
	case m.s.Keys.Costs.By.Group:
		return Costs
	}
	if m.place == Compose {
		// Plain letters are text there until the fields are left.
		m.compose.Rest()
	}
	return m.place
}
