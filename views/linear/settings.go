package linear

import (
	"errors"
	"strings"

	"seedreel/state/settings"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// settings lists the groups of settings, then those of a group.
func (t *talk) settings() error {
	return t.choose(func() ([]entry, error) {
		var out []entry
		seen := map[safe.String]bool{}
		for _, k := range settings.Keys() {
			group := words.SettingOf(k.Name).Group
			if !seen[group] {
				seen[group] = true
				out = append(out, entry{group, "", func() error { return t.group(group) }})
			}
		}
		return out, nil
	}, "return to the menu")
}

// group lists the settings of a group with their values.
func (t *talk) group(group safe.String) error {
	return t.choose(func() ([]entry, error) {
		var out []entry
		for _, k := range settings.Keys() {
			if s := words.SettingOf(k.Name); s.Group == group {
				out = append(out, entry{s.Label, ", " + words.SettingValue(&k, t.e.Settings), func() error { return t.setting(&k) }})
			}
		}
		return out, nil
	}, "go back")
}

// setting asks for the value of a setting.
func (t *talk) setting(k *settings.Key) error {
	t.say("%s", safe.Line(k.Help))
	if name := settings.Override(k.Name, t.o.Getenv); name != "" {
		t.say("%s in the environment is over the file.", safe.Line(name))
	}
	choices := k.Choices
	if k.Type == settings.Switch {
		choices = []string{"true", "false"}
	}
	if len(choices) > 0 {
		labels := make([]safe.String, len(choices))
		for i, c := range choices {
			labels[i] = safe.Line(strings.NewReplacer("true", "on", "false", "off").Replace(c))
		}
		n, err := t.number(labels, "", "keep it")
		if err != nil || n < 0 {
			return err
		}
		return t.set(k, choices[n])
	}
	for {
		s, err := t.answer("New value, %s for that of the program, or enter to keep it:", byDefault)
		if err != nil || s == "" {
			return err
		}
		err = t.set(k, s)
		if wrong, ok := errors.AsType[*settings.Error](err); !ok || wrong.Key != k.Name {
			return err
		} else {
			t.say("%s %s.", words.SettingOf(k.Name).Label, safe.Line(wrong.Problem))
		}
	}
}

// byDefault is typed for the value that a setting has by itself.
const byDefault = "default"

// set writes a setting and has everything follow it.
func (t *talk) set(k *settings.Key, value string) error {
	file, was := t.e.Paths.SettingsFile(), t.e.Services.Practice()
	var err error
	if value == byDefault {
		err = settings.Unset(file, k.Name)
	} else {
		err = settings.Save(file, map[string]string{k.Name: value})
	}
	if err != nil {
		return err
	}
	fresh, err := settings.Load(file, t.o.Getenv)
	if err == nil {
		err = t.e.Services.Use(fresh)
	}
	if err != nil {
		return err
	}
	*t.e.Settings = fresh
	t.say("%s: %s.", words.SettingOf(k.Name).Label, words.SettingValue(k, &fresh))
	if k.Name == "clips_dir" || k.Name == "simulator.speed" {
		t.say("It holds from the next start on.")
	}
	t.side(was)
	return nil
}
