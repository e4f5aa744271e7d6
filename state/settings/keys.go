package settings

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dustin/go-humanize/english"

	"seedreel/client/all"
	"seedreel/client/usd"
)

// Type is the type of a setting.
type Type int

// The types of settings.
const (
	Text Type = iota
	Whole
	Decimal
	Switch
)

// Key describes one setting: its dotted name, type and default, its purpose in
// one sentence, and its allowed values where they are listed.
type Key struct {
	Name    string
	Type    Type
	Default string
	Help    string
	Choices []string

	// former maps the values of a switch that the setting once was.
	former map[string]string

	get func(*Settings) string
	// set checks and stores; its error completes the sentence "Name ...".
	set func(*Settings, string) error
}

const (
	maxText = 4 << 10
	// maxUSD is a bound against typing errors, far above a day's spending.
	maxUSD = 100_000 * usd.Dollar
)

// Keys returns all settings in the order in which they are shown.
func Keys() []Key {
	keys := []Key{
		text("model", "Model of a new form, as service:model.", modelRef, func(s *Settings) *string { return &s.Model }),
		text("clips_dir", "Folder of the clips; empty for the program's own.", clipsDir, func(s *Settings) *string { return &s.ClipsDir }),
		text("clips_name", "Template for the names of clips, such as {reel}-{shot:02}-{take}-{seed}; empty for day, time and prompt.", clipsName, func(s *Settings) *string { return &s.ClipsName }),
		amount("daily_limit_usd", "0", "Most to spend in a day, in dollars; 0 for no limit. Practice spends none of it, and is refused where the real thing would be.", func(s *Settings) *usd.Micro { return &s.DailyLimit }),
		amount("confirm_above_usd", "1", "A submission that costs more dollars than this is asked for again; 0 for always.", func(s *Settings) *usd.Micro { return &s.ConfirmAbove }),
		command("on_saved", "Program to run when a clip is saved, with the job as JSON on its input; no shell, 30 s at most.", func(s *Settings) *string { return &s.OnSaved }),
		command("on_failed", "Program to run when a job has failed, likewise.", func(s *Settings) *string { return &s.OnFailed }),
		choice("theme", "Colours of the screen.", []string{"auto", "dark", "light", "ansi"}, func(s *Settings) *string { return &s.Theme }),
		choice("images", "How pictures are drawn.", []string{"auto", "kitty", "mosaic", "off"}, func(s *Settings) *string { return &s.Images }),
		toggle("stills", "true", "Stills of the clips in lists, on screens of 100 columns or more; they need ffmpeg.", func(s *Settings) *bool { return &s.Stills }),
		toggle("mouse", "false", "Listen to the mouse: a click does what is drawn there, a drag selects in the prompt, the wheel scrolls; with shift held down the terminal selects text.", func(s *Settings) *bool { return &s.Mouse }),
		toggle("reduced_motion", "false", "Nothing moves that you did not start.", func(s *Settings) *bool { return &s.ReducedMotion }),
		practice(),
		speed("simulator.speed", "4", func(s *Settings) *float64 { return &s.SimulatorSpeed }),
	}
	for _, d := range all.Services() {
		keys = append(keys, serviceKeys(&d)...)
	}
	return keys
}

// Defaults returns the settings used when nothing is configured.
func Defaults() Settings {
	var s Settings
	for _, k := range Keys() {
		// The tests find a default that its own check rejects.
		_ = k.set(&s, k.Default)
	}
	return s
}

// FindKey returns the setting with a dotted name.
func FindKey(name string) (Key, bool) {
	for _, k := range Keys() {
		if k.Name == name {
			return k, true
		}
	}
	return Key{}, false
}

// Value returns a setting as a person would write it.
func (k *Key) Value(s *Settings) string { return k.get(s) }

func plain(v string) error {
	if len(v) > maxText {
		return fmt.Errorf("must not have more than %d characters", maxText)
	}
	if !utf8.ValidString(v) || strings.ContainsFunc(v, unicode.IsControl) {
		return errors.New("must not hold control characters")
	}
	return nil
}

func text(name, help string, check func(string) error, at func(*Settings) *string) Key {
	return Key{
		Name: name, Help: help,
		get: func(s *Settings) string { return *at(s) },
		set: func(s *Settings, v string) error {
			if err := plain(v); err != nil {
				return err
			}
			if v != "" {
				if err := check(v); err != nil {
					return err
				}
			}
			*at(s) = v
			return nil
		},
	}
}

func modelRef(v string) error {
	id, model, ok := strings.Cut(v, ":")
	if _, known := all.Find(id); ok && known && model != "" {
		return nil
	}
	var forms []string
	for _, id := range all.IDs() {
		forms = append(forms, id+":MODEL")
	}
	return errors.New("must be " + english.WordSeries(forms, "or"))
}

func clipsDir(v string) error {
	if strings.HasPrefix(v, "/") || v == "~" || strings.HasPrefix(v, "~/") || driveLetter(v) {
		return nil
	}
	return errors.New("must start with / or ~/")
}

// driveLetter reports whether v is a Windows path, "C:\\clips" or "C:/clips".
func driveLetter(v string) bool {
	return len(v) > 2 && v[1] == ':' && (v[2] == '\\' || v[2] == '/') && (v[0]|0x20 >= 'a' && v[0]|0x20 <= 'z')
}

func choice(name, help string, words []string, at func(*Settings) *string) Key {
	return Key{
		Name: name, Default: words[0], Help: help, Choices: words,
		get: func(s *Settings) string { return *at(s) },
		set: func(s *Settings, v string) error {
			if !slices.Contains(words, v) {
				return fmt.Errorf("must be one of %s", strings.Join(words, ", "))
			}
			*at(s) = v
			return nil
		},
	}
}

func toggle(name, def, help string, at func(*Settings) *bool) Key {
	return Key{
		Name: name, Type: Switch, Default: def, Help: help,
		get: func(s *Settings) string { return strconv.FormatBool(*at(s)) },
		set: func(s *Settings, v string) error {
			on, ok := map[string]bool{"true": true, "on": true, "yes": true, "false": false, "off": false, "no": false}[v]
			if !ok {
				return errors.New("must be true or false")
			}
			*at(s) = on
			return nil
		},
	}
}

func amount(name, def, help string, at func(*Settings) *usd.Micro) Key {
	return Key{
		Name: name, Type: Decimal, Default: def, Help: help,
		get: func(s *Settings) string { return strings.TrimSuffix(strings.TrimPrefix(at(s).String(), "$"), ".00") },
		set: func(s *Settings, v string) error {
			m, err := usd.Parse(v)
			if err != nil || m < 0 || m > maxUSD {
				return fmt.Errorf("must be an amount of dollars from 0 to %d", maxUSD/usd.Dollar)
			}
			*at(s) = m
			return nil
		},
	}
}

func speed(name, def string, at func(*Settings) *float64) Key {
	const least, most = 0.1, 1000
	return Key{
		Name: name, Type: Decimal, Default: def, Help: "How much faster than life the simulator works.",
		get: func(s *Settings) string { return strconv.FormatFloat(*at(s), 'f', -1, 64) },
		set: func(s *Settings, v string) error {
			x, ok := usd.ParseDecimal(v)
			if !ok {
				x = new(big.Rat)
			}
			f, _ := x.Float64()
			if f < least || f > most {
				return fmt.Errorf("must be a number from %g to %d", least, most)
			}
			*at(s) = f
			return nil
		},
	}
}
