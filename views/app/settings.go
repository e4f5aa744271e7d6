package app

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/all"
	"seedreel/state/settings"
	"seedreel/ui/dialog"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/words"
)

// savedSettingMsg is what became of a change: the settings as they are now.
type savedSettingMsg struct {
	what safe.String
	// keys tells that other keys or addresses hold now, which are to be tested.
	keys     bool
	settings *settings.Settings
	err      error
}

// openSettings lists the keys of the services and every setting.
func (m *Model) openSettings() {
	if m.dialogs.Has(dialogSetting) {
		return
	}
	m.dialogs.Push(dialog.NewPick(dialogSetting, "Settings", m.settingRows(), m.settingAt))
}

func (m *Model) settingRows() []dialog.Row {
	var rows []dialog.Row
	for _, id := range all.IDs() {
		rows = append(rows, m.keyRow(id))
	}
	for _, k := range settings.Keys() {
		rows = append(rows, m.settingRow(&k))
	}
	return rows
}

// showKeyTests has open settings say how the tests of the keys ended.
func (m *Model) showKeyTests() {
	if p, ok := m.dialogs.Front().(*dialog.Pick); ok && p.ID() == dialogSetting {
		p.SetRows(m.settingRows())
	}
}

// settingRow shows a setting, its value and where that comes from. The key
// under which it stands in the file is told last.
func (m *Model) settingRow(k *settings.Key) dialog.Row {
	n := words.SettingOf(k.Name)
	source := safe.String("default")
	if v := settings.BaseURLVar(k.Name); v != "" && m.s.Getenv(v) != "" {
		source = safe.Line(v)
	} else if k.Value(m.s.Settings) != k.Default {
		source = safe.Line(filepath.Base(m.s.Paths.SettingsFile()))
	}
	columns := []safe.String{n.Label, words.SettingValue(k, m.s.Settings)}
	if m.layout.Screen.W >= 72 {
		columns = append(columns, source)
	}
	if m.layout.Screen.W >= 110 {
		columns = append(columns, safe.Line(k.Name))
	}
	return dialog.Row{
		ID: dialogValue + k.Name, Group: n.Group, Words: k.Name, Columns: columns,
		Note: safe.Line(k.Help) + " In " + safe.Line(m.s.Paths.SettingsFile()) + " it is " + safe.Line(k.Name) + ".",
	}
}

func (m *Model) keyRow(id string) dialog.Row {
	source, err := m.o.Services.KeyState(id)
	state, from := safe.String("no key"), safe.String("")
	switch {
	case err != nil:
		state = words.Error(err)
	case source == settings.FromEnvironment:
		state, from = "set", safe.Line(settings.KeyVar(id))
	case source == settings.FromFile:
		state, from = "set", safe.Line(filepath.Base(m.s.Paths.CredentialsFile()))
	}
	note := safe.String("")
	if t, ok := m.keyTests[id]; ok && state == "set" {
		note = t.words(id) + ". "
		switch {
		case t.refused():
			state = "refused"
		case t.done && t.err == nil:
			state = "works"
		}
	}
	return dialog.Row{
		ID: dialogKey + id, Group: "Keys of the services", Columns: []safe.String{words.Service(id), state, from}, Words: "key",
		Note: note + "enter types a key in; it is kept in " + safe.Line(m.s.Paths.CredentialsFile()) + ", readable by you alone.",
	}
}

// chooseSetting offers the few values that a setting takes.
func (m *Model) chooseSetting(k *settings.Key, row string) {
	var rows []dialog.Row
	for _, c := range k.Choices {
		rows = append(rows, dialog.Row{ID: c, Columns: []safe.String{safe.Line(c)}, Note: safe.Line(k.Help)})
	}
	m.dialogs.Push(dialog.NewPick(row, words.SettingOf(k.Name).Label, rows, k.Value(m.s.Settings)))
}

// editSetting asks for the new value of a row. A switch is turned at once.
func (m *Model) editSetting(row string) tea.Cmd {
	if id, ok := strings.CutPrefix(row, dialogKey); ok {
		body := ("Paste the key of " + words.Service(id) + ". It is never shown, and sent to this service alone.\nEmpty removes a kept key.").Block()
		m.dialogs.Push(dialog.NewInput(row, "Key of "+words.Service(id), body, "").Secret())
		return nil
	}
	m.settingAt = row
	name, _ := strings.CutPrefix(row, dialogValue)
	k, ok := settings.FindKey(name)
	switch {
	case !ok:
		return nil
	case k.Type == settings.Switch:
		return m.saveSetting(name, strconv.FormatBool(k.Value(m.s.Settings) != "true"))
	case len(k.Choices) > 0:
		m.chooseSetting(&k, row)
		return nil
	}
	body := safe.Line(k.Help)
	in := dialog.NewInput(row, words.SettingOf(name).Label, body.Block(), k.Value(m.s.Settings)).Check(func(v string) string {
		if err := k.Check(strings.TrimSpace(v)); err != nil {
			return err.Error()
		}
		return ""
	})
	m.dialogs.Push(in)
	return nil
}

// entered takes a typed value. Writing it is a command.
func (m *Model) entered(a dialog.Entered) tea.Cmd {
	if id, ok := strings.CutPrefix(a.ID, dialogKey); ok {
		return m.saveKey(id, a.Text)
	}
	if name, ok := strings.CutPrefix(a.ID, dialogValue); ok {
		return m.saveSetting(name, a.Text)
	}
	return nil
}

// saveSetting writes one setting down and has it hold from now on.
func (m *Model) saveSetting(name, value string) tea.Cmd {
	sv, file, env, now := m.o.Services, m.s.Paths.SettingsFile(), m.s.Getenv, *m.s.Settings
	return m.s.Query(func(context.Context) tea.Msg {
		msg := savedSettingMsg{keys: name == "practice" || settings.BaseURLVar(name) != ""}
		if msg.err = settings.Save(file, map[string]string{name: value}); msg.err != nil {
			return msg
		}
		fresh, err := settings.Load(file, env)
		if err == nil {
			err = sv.Use(fresh)
		}
		if err == nil {
			err = taken(&now, &fresh, name)
		}
		msg.settings, msg.err = &now, err
		if k, ok := settings.FindKey(name); ok {
			msg.what = words.SettingOf(name).Label + ": " + words.SettingValue(&k, &fresh) + "."
		}
		if name == "clips_dir" || name == "simulator.speed" {
			msg.what += " It holds from the next start on."
		}
		return msg
	})
}

// taken takes one setting over from what was read, and leaves the others: what
// the command line asked for holds as long as the program runs.
func taken(now, fresh *settings.Settings, name string) error {
	k, ok := settings.FindKey(name)
	if !ok {
		return nil
	}
	if err := settings.Set(now, name, k.Value(fresh)); err != nil {
		return fmt.Errorf("taking over %s: %w", name, err)
	}
	return nil
}

func (m *Model) saveKey(id, key string) tea.Cmd {
	sv := m.o.Services
	m.typedKey = id
	return m.s.Query(func(context.Context) tea.Msg {
		if strings.TrimSpace(key) == "" {
			return savedSettingMsg{what: "The key is removed.", keys: true, err: sv.RemoveKey(id)}
		}
		return savedSettingMsg{what: "The key is kept.", keys: true, err: sv.SaveKey(id, key)}
	})
}

// practiceEnds is said when clips begin to cost money.
const practiceEnds = "Practice has ended: clips are real now, and billed."

// applySetting takes over what was saved; the services have it already.
func (m *Model) applySetting(msg savedSettingMsg) tea.Cmd {
	if msg.err != nil {
		return m.say(toast.Bad, words.Error(msg.err))
	}
	if msg.settings != nil {
		*m.s.Settings = *msg.settings
	}
	practised := m.s.Practice
	m.account()
	m.restyle()
	again := tea.Batch(m.compose.Forget(), m.spend())
	if msg.keys {
		clear(m.balances)
		again = tea.Batch(again, m.testKeys())
	}
	m.dialogs.Close(dialogSetting)
	m.openSettings()
	kind, text := toast.Good, msg.what
	switch {
	case m.s.Practice && msg.keys:
		text += " Practice mode: nothing is billed."
	case practised && !m.s.Practice:
		// The one change after which a habit costs money.
		kind, text = toast.Warn, text+" "+practiceEnds
	}
	return tea.Batch(m.say(kind, text), again, m.plan(), m.loadJobs())
}
