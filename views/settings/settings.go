// Package settings shows the keys of the services and every setting, and saves
// changes to them.
package settings

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/all"
	"seedreel/client/usd"
	"seedreel/state/settings"
	"seedreel/ui/dialog"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/accounts"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// The names of the dialogs: the list, and those that change a row of it.
const (
	list   = "settings"
	change = "setting"
)

// Screen is the settings. They are a dialog above any page.
type Screen struct {
	s        *studio.Studio
	accounts *accounts.Accounts
	// at is the row that was changed last.
	at string
}

// New returns the screen, closed.
func New(s *studio.Studio, a *accounts.Accounts) *Screen { return &Screen{s: s, accounts: a} }

// savedMsg carries the result of a change: the current settings.
type savedMsg struct {
	what safe.String
	// apart is set if the list is not open.
	apart bool
	// keys is set if keys or addresses have changed and are to be tested.
	keys     bool
	settings *settings.Settings
	err      error
}

// limitsMsg carries the settings about money as they are in the file now.
type limitsMsg struct{ limit, above usd.Micro }

// Open lists the keys of the services and every setting.
func (v *Screen) Open() tea.Cmd {
	if v.s.Dialogs.Has(list) {
		return nil
	}
	v.s.Dialogs.Push(dialog.NewPick(list, "Settings", v.rows(), v.at).Does("change"))
	file, env := v.s.Paths.SettingsFile(), v.s.Getenv
	return v.s.Work(func(context.Context) tea.Msg {
		fresh, err := settings.Load(file, env)
		if err != nil {
			return nil // the next order reports it
		}
		return limitsMsg{fresh.DailyLimit, fresh.ConfirmAbove}
	})
}

// limits adopts what another process has set: an order heeds it already.
func (v *Screen) limits(m limitsMsg) tea.Cmd {
	now := v.s.Settings
	if now.DailyLimit == m.limit && now.ConfirmAbove == m.above {
		return nil
	}
	now.DailyLimit, now.ConfirmAbove = m.limit, m.above
	if p, open := v.s.Dialogs.Front().(*dialog.Pick); open && p.ID() == list {
		p.SetRows(v.rows())
	}
	return v.s.Tell(studio.ChangedMsg{What: studio.Settings})
}

// Update handles saved changes, and shows the results of key tests in an open
// list.
func (v *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case savedMsg:
		return v.apply(msg)
	case limitsMsg:
		return v.limits(msg)
	case studio.ChangedMsg:
		if p, open := v.s.Dialogs.Front().(*dialog.Pick); open && msg.What == studio.Keys && p.ID() == list {
			p.SetRows(v.rows())
		}
	}
	return nil
}

func (v *Screen) rows() []dialog.Row {
	var rows []dialog.Row
	for _, id := range all.IDs() {
		rows = append(rows, v.keyRow(id))
	}
	for _, k := range settings.Keys() {
		rows = append(rows, v.row(&k))
	}
	return rows
}

const (
	// sourceScreen and wideScreen are the widths of screens from which on rows
	// have the source of a value, and its key in the file.
	sourceScreen, wideScreen = 72, 110
	// sourceWidth is the width of the sources but for those of variables.
	sourceWidth = len("settings.toml")
	// besideValue is what a row and the frame around it need beside a value: the
	// label, the source and the gaps.
	besideValue = 6 + 2 + 26 + 2 + 2 + sourceWidth
)

// row returns a setting, its value and where that comes from, unless it is the
// default. Its key in the file comes last.
func (v *Screen) row(k *settings.Key) dialog.Row {
	n := words.SettingOf(k.Name)
	source, note := safe.String(""), safe.String("")
	if name := settings.Override(k.Name, v.s.Getenv); name != "" {
		source, note = safe.Line(name), " Now from "+safe.Line(name)+"."
	} else if k.Value(v.s.Settings) != k.Default {
		source = safe.Line(filepath.Base(v.s.Paths.SettingsFile()))
	}
	value, w := words.SettingValue(k, v.s.Settings), v.s.Screen.W
	columns := []safe.String{n.Label, value}
	switch {
	case w >= wideScreen:
		columns = append(columns, source, safe.Line(k.Name))
	case w >= sourceScreen:
		// A long value gives way to the column after it.
		columns = []safe.String{n.Label, safe.Truncate(value, w-besideValue), source}
		if note != "" {
			columns[2] = "environment" // the note names the variable
		}
	}
	key := *k
	return dialog.Row{
		ID: k.Name, Group: n.Group, Words: k.Name, Columns: columns,
		Note: safe.Line(k.Help) + " In " + safe.Line(v.s.Paths.SettingsFile()) + " it is " + safe.Line(k.Name) + "." + note,
		Do:   func() tea.Cmd { return v.edit(&key) },
	}
}

func (v *Screen) keyRow(id string) dialog.Row {
	source, err := v.s.Services.KeyState(id)
	state, from := safe.String("no key"), safe.String("")
	switch {
	case err != nil:
		state = words.Error(err)
	case source == settings.FromEnvironment:
		state, from = "set", safe.Line(settings.KeyVar(id))
	case source == settings.FromFile:
		state, from = "set", safe.Line(filepath.Base(v.s.Paths.CredentialsFile()))
	}
	note := safe.String("")
	if state == "no key" {
		note = words.KeyNote(id)
		if note != "" {
			note += " "
		}
	}
	if t, ok := v.accounts.Of(id); ok && state == "set" {
		note = t.Words(id) + ". "
		switch {
		case t.Refused():
			state = "refused"
		case t.Works():
			state = "works"
		}
	}
	columns := []safe.String{words.Service(id), state}
	if v.s.Screen.W >= sourceScreen {
		columns = append(columns, from)
	}
	return dialog.Row{
		// No setting has a name with a space.
		ID: "key of " + id, Group: "Keys of the services", Columns: columns, Words: "key",
		Note: note + "enter types a key in; it is kept in " + safe.Line(v.s.Paths.CredentialsFile()) + ", readable by you alone.",
		Do:   func() tea.Cmd { return v.editKey(id) },
	}
}

// editKey asks for the key of a service.
func (v *Screen) editKey(id string) tea.Cmd {
	text := "Paste the key of " + words.Service(id) + ". It is never shown, and sent to this service alone.\nEmpty removes a kept key."
	if note := words.KeyNote(id); note != "" {
		text += "\n\n" + note
	}
	body := text.Block()
	v.s.Dialogs.Push(dialog.NewInput(change, "Key of "+words.Service(id), body, "", func(text string) tea.Cmd {
		return v.saveKey(id, text)
	}).Secret().Left(v.Open).Check(func(text string) string { // back is to the list, not out of it
		if err := settings.CheckKey(id, text); err != nil {
			return "The key " + err.Error()
		}
		return ""
	}))
	return nil
}

// edit asks for the new value of a setting. A switch is toggled at once.
func (v *Screen) edit(k *settings.Key) tea.Cmd {
	v.at = k.Name
	now, label := k.Value(v.s.Settings), words.SettingOf(k.Name).Label
	switch {
	case k.Type == settings.Switch:
		return v.save(k.Name, strconv.FormatBool(now != "true"))
	case len(k.Choices) > 0:
		var rows []dialog.Row
		for _, c := range k.Choices {
			rows = append(rows, dialog.Row{
				ID: c, Columns: []safe.String{safe.Line(c)}, Note: safe.Line(k.Help),
				Do: func() tea.Cmd { return v.save(k.Name, c) },
			})
		}
		v.s.Dialogs.Push(dialog.NewPick(change, label, rows, now).Left(v.Open))
		return nil
	}
	save := func(text string) tea.Cmd { return v.save(k.Name, text) }
	v.s.Dialogs.Push(dialog.NewInput(change, label, safe.Line(k.Help).Block(), now, save).Left(v.Open).Check(func(text string) string {
		if err := k.Check(strings.TrimSpace(text)); err != nil {
			return err.Error()
		}
		return ""
	}))
	return nil
}

// Toggle changes a setting that is on or off, without opening the list.
func (v *Screen) Toggle(name string) tea.Cmd {
	k, ok := settings.FindKey(name)
	if !ok || k.Type != settings.Switch {
		return nil
	}
	return v.write(name, strconv.FormatBool(k.Value(v.s.Settings) != "true"), true)
}

// save writes one setting of the list and puts it into effect.
func (v *Screen) save(name, value string) tea.Cmd { return v.write(name, value, false) }

func (v *Screen) write(name, value string, apart bool) tea.Cmd {
	sv, file, env, now := v.s.Services, v.s.Paths.SettingsFile(), v.s.Getenv, *v.s.Settings
	return v.s.Work(func(context.Context) tea.Msg {
		msg := savedMsg{apart: apart, keys: name == "practice" || settings.IsAddress(name)}
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

// taken copies one setting from fresh to now and leaves the others: those from
// the command line hold as long as the program runs.
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

func (v *Screen) saveKey(id, key string) tea.Cmd {
	sv := v.s.Services
	v.accounts.Typed(id)
	return v.s.Work(func(context.Context) tea.Msg {
		if strings.TrimSpace(key) == "" {
			return savedMsg{what: "The key is removed.", keys: true, err: sv.RemoveKey(id)}
		}
		return savedMsg{what: "The key is kept.", keys: true, err: sv.SaveKey(id, key)}
	})
}

// practiceEnds is shown when clips begin to cost money.
const practiceEnds = "Practice has ended: clips are real now, and billed."

// apply adopts what was saved; the services have it already.
func (v *Screen) apply(msg savedMsg) tea.Cmd {
	if msg.err != nil {
		return v.s.Say(toast.Bad, words.Error(msg.err))
	}
	if msg.settings != nil {
		*v.s.Settings = *msg.settings
	}
	practised := v.s.Practice
	again := v.s.Tell(studio.ChangedMsg{What: studio.Settings})
	if msg.keys {
		again = tea.Batch(again, v.accounts.Retest())
	}
	if !msg.apart {
		v.s.Dialogs.Close(list)
		again = tea.Batch(again, v.Open())
	}
	kind, text := toast.Good, msg.what
	switch {
	case v.s.Practice && msg.keys:
		text += " Practice mode: nothing is billed."
	case practised && !v.s.Practice:
		// The one change after which a habit costs money.
		kind, text = toast.Warn, text+" "+practiceEnds
	}
	return tea.Batch(v.s.Say(kind, text), again, studio.Send(studio.DueMsg{}))
}
