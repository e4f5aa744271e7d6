package app

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/services"
	"seedreel/state/settings"
	"seedreel/ui/dialog"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/words"
)

// savedSettingMsg is what became of a change: the settings as they are now.
type savedSettingMsg struct {
	what     safe.String
	settings *settings.Settings
	err      error
}

// openSettings lists the keys of the services and every setting.
func (m *Model) openSettings() {
	if m.dialogs.Has(dialogSetting) {
		return
	}
	var rows []dialog.Row
	for _, id := range services.All() {
		rows = append(rows, m.keyRow(id))
	}
	for _, k := range settings.Keys() {
		v := k.Value(m.s.Settings)
		if v == "" {
			v = "not set"
		}
		rows = append(rows, dialog.Row{
			ID: dialogValue + k.Name, Columns: []safe.String{safe.Line(k.Name), safe.Line(v)}, Note: safe.Line(k.Help),
		})
	}
	m.dialogs.Push(dialog.NewPick(dialogSetting, "Settings", rows, ""))
}

func (m *Model) keyRow(id string) dialog.Row {
	source, err := m.o.Services.KeyState(id)
	state := safe.String("no key")
	switch {
	case err != nil:
		state = words.Error(err)
	case source == settings.FromEnvironment:
		state = "key from " + safe.Line(settings.KeyVar(id))
	case source == settings.FromFile:
		state = "key kept in the credentials file"
	}
	return dialog.Row{
		ID: dialogKey + id, Columns: []safe.String{words.Service(id), state},
		Note: "enter types a key in; it is kept in " + safe.Line(m.s.Paths.CredentialsFile()) + ", readable by you alone",
	}
}

// editSetting asks for the new value of a row.
func (m *Model) editSetting(row string) {
	if id, ok := strings.CutPrefix(row, dialogKey); ok {
		body := ("Paste the key of " + words.Service(id) + ". It is never shown, and sent to this service alone.\nEmpty removes a kept key.").Block()
		m.dialogs.Push(dialog.NewInput(row, "Key of "+words.Service(id), body, "").Secret())
		return
	}
	name, _ := strings.CutPrefix(row, dialogValue)
	k, ok := settings.FindKey(name)
	if !ok {
		return
	}
	body := safe.Line(k.Help)
	if len(k.Choices) > 0 {
		body += " One of: " + safe.Line(strings.Join(k.Choices, ", ")) + "."
	}
	in := dialog.NewInput(row, safe.Line(name), body.Block(), k.Value(m.s.Settings)).Check(func(v string) string {
		if err := k.Check(strings.TrimSpace(v)); err != nil {
			return err.Error()
		}
		return ""
	})
	m.dialogs.Push(in)
}

// entered takes a typed value. Writing it is a command.
func (m *Model) entered(a dialog.Entered) tea.Cmd {
	if id, ok := strings.CutPrefix(a.ID, dialogKey); ok {
		return m.saveKey(id, a.Text)
	}
	if name, ok := strings.CutPrefix(a.ID, dialogValue); ok {
		sv, file, env := m.o.Services, m.s.Paths.SettingsFile(), m.s.Getenv
		return m.s.Query(func(context.Context) tea.Msg {
			msg := savedSettingMsg{what: safe.Line(name) + " is set."}
			if name == "clips_dir" || name == "simulator.speed" {
				msg.what = safe.Line(name) + " is set and holds from the next start on."
			}
			if msg.err = settings.Save(file, map[string]string{name: a.Text}); msg.err != nil {
				return msg
			}
			fresh, err := settings.Load(file, env)
			if err == nil {
				err = sv.Use(fresh)
			}
			msg.settings, msg.err = &fresh, err
			return msg
		})
	}
	return nil
}

func (m *Model) saveKey(id, key string) tea.Cmd {
	sv := m.o.Services
	m.typedKey = id
	return m.s.Query(func(context.Context) tea.Msg {
		if strings.TrimSpace(key) == "" {
			return savedSettingMsg{what: "The key is removed.", err: sv.RemoveKey(id)}
		}
		return savedSettingMsg{what: "The key is kept.", err: sv.SaveKey(id, key)}
	})
}

// applySetting takes over what was saved; the services have it already.
func (m *Model) applySetting(msg savedSettingMsg) tea.Cmd {
	if msg.err != nil {
		return m.say(toast.Bad, words.Error(msg.err))
	}
	if msg.settings != nil {
		*m.s.Settings = *msg.settings
	}
	m.account()
	m.restyle()
	clear(m.balances)
	again := tea.Batch(m.compose.Forget(), m.testKeys(), m.spend())
	m.dialogs.Close(dialogSetting)
	m.openSettings()
	text := msg.what
	if m.s.Practice {
		text += " Practice mode: nothing is billed."
	}
	return tea.Batch(m.say(toast.Good, text), again, m.plan(), m.loadJobs())
}
