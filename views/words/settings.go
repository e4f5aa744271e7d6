package words

import (
	"strings"

	"seedreel/client/all"
	"seedreel/state/settings"
	"seedreel/ui/safe"
)

// Setting is the name of a setting on the screen, and its heading.
type Setting struct{ Label, Group safe.String }

// SettingOf names a setting. One without a name of its own is named by its key.
func SettingOf(key string) Setting {
	const making, screen, practice = "Making clips", "Screen", "Practice"
	switch key {
	case "model":
		return Setting{"Model of a new form", making}
	case "clips_dir":
		return Setting{"Folder of the clips", making}
	case "clips_name":
		return Setting{"Names of the clips", making}
	case "on_saved":
		return Setting{"Run when a clip is saved", making}
	case "on_failed":
		return Setting{"Run when a job has failed", making}
	case "daily_limit_usd":
		return Setting{"Limit for a day", making}
	case "confirm_above_usd":
		return Setting{"Ask again above", making}
	case "theme":
		return Setting{"Colours", screen}
	case "images":
		return Setting{"Pictures", screen}
	case "stills":
		return Setting{"Stills in lists", screen}
	case "mouse":
		return Setting{"Mouse", screen}
	case "reduced_motion":
		return Setting{"Reduced motion", screen}
	case "practice":
		return Setting{"Practice", practice}
	case "simulator.speed":
		return Setting{"Speed of the simulator", practice}
	}
	if rest, ok := strings.CutPrefix(key, "services."); ok {
		id, name, _ := strings.Cut(rest, ".")
		return Setting{ofService(id, name), Service(id)}
	}
	return Setting{byKey(key), ""}
}

// ofService names a setting that all services have, or one of this service's
// own.
func ofService(id, name string) safe.String {
	switch name {
	case "base_url":
		return "Address of the API"
	case "in_flight":
		return "Clips at a time"
	case "submits_per_minute":
		return "Submits a minute"
	}
	if d, ok := all.Find(id); ok {
		for _, s := range d.Settings {
			if s.Name == name {
				return safe.Line(s.Label)
			}
		}
	}
	return byKey(name)
}

func byKey(key string) safe.String {
	return safe.Line(strings.NewReplacer("_", " ", ".", " ").Replace(key))
}

// SettingValue returns the value of a setting in a person's words.
func SettingValue(k *settings.Key, s *settings.Settings) safe.String {
	v := k.Value(s)
	switch {
	case v == "" && k.Name == "clips_dir":
		return "the program's own"
	case v == "" && k.Name == "model":
		return "the program's choice"
	case v == "":
		return "not set"
	case k.Name == "daily_limit_usd" && v == "0":
		return "none"
	case k.Name == "confirm_above_usd" && v == "0":
		return "always"
	case strings.HasSuffix(k.Name, "_usd"):
		return safe.Line("$" + v)
	case k.Type == settings.Switch && v == "true":
		return "on"
	case k.Type == settings.Switch:
		return "off"
	case k.Name == "simulator.speed":
		return safe.Line(v + " x")
	}
	return safe.Line(v)
}
