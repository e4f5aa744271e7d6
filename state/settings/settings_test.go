package settings

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"

	"seedreel/client/usd"
)

// env returns a fixed environment for a test.
func env(pairs ...string) Env {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func write(t *testing.T, file, content string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, mode); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	for _, k := range Keys() {
		var s Settings
		if err := k.set(&s, k.Default); err != nil || k.get(&s) != k.Default {
			t.Errorf("default of %s: %q, %v", k.Name, k.get(&s), err)
		}
		if k.Help == "" || !strings.HasSuffix(k.Help, ".") {
			t.Errorf("%s has no help", k.Name)
		}
	}
	s, err := Load(filepath.Join(t.TempDir(), "none.toml"), env())
	if err != nil || !reflect.DeepEqual(s, Defaults()) {
		t.Errorf("without a file: %+v %v", s, err)
	}
	if s.Service(WaveSpeed).InFlight != 2 || s.Service(WaveSpeed).SubmitsPerMinute != 2 || s.Mouse || s.Theme != "auto" || s.Practice != PracticeAuto {
		t.Errorf("defaults %+v", s)
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	s, err := Parse("f", []byte(`
# mine
model = "wavespeed:vendor/model" # trailing
clips_dir = '~/Videos'
daily_limit_usd = 12.50
confirm_above_usd = 3
theme = "light"
mouse = false
simulator = { speed = 2.5 }

[services.wavespeed]
in_flight = 3_00
base_url = "https://eu.example.com/"

[services]
aimlapi.submits_per_minute = 7
`))
	want := Defaults()
	want.Model, want.ClipsDir, want.Theme, want.Mouse = "wavespeed:vendor/model", "~/Videos", "light", false
	want.DailyLimit, want.ConfirmAbove, want.SimulatorSpeed = 12*usd.Dollar+usd.Dollar/2, 3*usd.Dollar, 2.5
	want.edit(WaveSpeed, func(v *Service) { v.InFlight, v.BaseURL = 300, "https://eu.example.com" })
	want.edit(AIMLAPI, func(v *Service) { v.SubmitsPerMinute = 7 })
	if err != nil || !reflect.DeepEqual(s, want) {
		t.Errorf("got  %+v\nwant %+v\n%v", s, want, err)
	}
}

func TestParseErrors(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"\nthemes = 'dark'":                        "f:2: themes is not a setting",
		"in_flight = 3":                            "f:1: in_flight is not a setting, did you mean services.wavespeed.in_flight?",
		"[services.wavespeed]\n\nspeed = 3":        "f:3: services.wavespeed.speed is not a setting, did you mean simulator.speed?",
		"[service]\n":                              "f:1: service is not a group of settings",
		"[[services]]\n":                           "f:1: services is not a group of settings",
		"services = { other = { in_flight = 1 } }": "f:1: services.other.in_flight is not a setting, did you mean services.wavespeed.in_flight?",
		`"a.b" = 1`:                                `f:1: "a.b" is not a setting`,
		"x = []":                                   "f:1: x is not a setting",
		"mouse = 'yes'":                            "f:1: mouse must be true or false, not text",
		"mouse = []":                               "f:1: mouse must be true or false, not a list",
		"[services.wavespeed]\nin_flight = 2.5":    "f:2: services.wavespeed.in_flight must be a whole number, not a number with a point",
		"[services.wavespeed]\nin_flight = 0":      "f:2: services.wavespeed.in_flight must be a whole number from 1 to 10000",
		"[services.wavespeed]\nin_flight = '2'":    "f:2: services.wavespeed.in_flight must be a whole number, not text",
		"theme = 2026-11-21":                       "f:1: theme must be text in quotes, not a date",
		"theme = 'blue'":                           "f:1: theme must be one of auto, dark, light, ansi",
		"daily_limit_usd = -1":                     "f:1: daily_limit_usd must be an amount of dollars from 0 to 100000",
		"daily_limit_usd = nan":                    "f:1: daily_limit_usd must be an amount of dollars from 0 to 100000",
		"daily_limit_usd = inf":                    "f:1: daily_limit_usd must be an amount of dollars from 0 to 100000",
		"simulator.speed = nan":                    "f:1: simulator.speed must be a number from 0.1 to 1000",
		"clips_dir = 'Videos'":                     "f:1: clips_dir must start with / or ~/",
		`clips_dir = "/a\u001bb"`:                  "f:1: clips_dir must not hold control characters",
		"model = 'seedance'":                       "f:1: model must be wavespeed:MODEL, aimlapi:MODEL or ark:MODEL",
		"services.wavespeed.base_url = 'http://example.com'": "f:1: services.wavespeed.base_url must be https, as each request carries a key (http is for localhost)",
		"theme = 'dark'\ntheme = 'light'":                    "f:2: ",
		"theme = \n":                                         "f:1: ",
		"\x00":                                               "f:1: ",
	} {
		_, err := Parse("f", []byte(in))
		e, ok := errors.AsType[*Error](err)
		switch {
		case !ok:
			t.Errorf("%q: %v", in, err)
		case err.Error() != want && !(strings.HasSuffix(want, ": ") && strings.HasPrefix(err.Error(), want)):
			t.Errorf("%q:\n got %q\nwant %q", in, err, want)
		case strings.Contains(e.Error(), "\n"):
			t.Errorf("%q: more than a line: %q", in, err)
		}
	}
}

func TestBaseURL(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://api.example.com/":     "https://api.example.com",
		"https://api.example.com/team": "https://api.example.com/team",
		"http://localhost:8080":        "http://localhost:8080",
		"http://sim.localhost":         "http://sim.localhost",
		"http://127.9.9.9:1/":          "http://127.9.9.9:1",
		"http://[::1]:1":               "http://[::1]:1",
		"http://example.com":           "",
		"http://10.0.0.1":              "",
		"http://localhost.evil.com":    "",
		"https://u:p@example.com":      "",
		"https://example.com?a=b":      "",
		"example.com":                  "",
		"ftp://example.com":            "",
		"":                             "",
	} {
		if got, err := baseURL(in); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	file := filepath.Join(t.TempDir(), "s.toml")
	s, err := Load(file, env("WAVESPEED_BASE_URL", "http://localhost:9/ "))
	if err != nil || s.Service(WaveSpeed).BaseURL != "http://localhost:9" || s.Service(AIMLAPI).BaseURL != "https://api.aimlapi.com" {
		t.Errorf("from the environment: %+v %v", s, err)
	}
	if _, err := Load(file, env("AIMLAPI_BASE_URL", "http://example.com")); err == nil || !strings.Contains(err.Error(), "AIMLAPI_BASE_URL must be https") {
		t.Errorf("plain http from the environment: %v", err)
	}
}

func TestSaveKeepsTheFile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, key, value, want string }{
		{"no file", "", "theme", "dark", "theme = \"dark\"\n"},
		{"no file, table", "", "services.wavespeed.in_flight", "9", "[services.wavespeed]\nin_flight = 9\n"},
		{"in place", "# a\ntheme = 'dark'  # why\nmouse = true\n", "theme", "light", "# a\ntheme = \"light\"  # why\nmouse = true\n"},
		{"no last newline", "mouse = true", "theme", "dark", "mouse = true\ntheme = \"dark\"\n"},
		{"before tables", "mouse = true\n[services.wavespeed]\nin_flight = 3\n", "theme", "dark", "mouse = true\ntheme = \"dark\"\n[services.wavespeed]\nin_flight = 3\n"},
		{"in its table", "[services.wavespeed] # x\nin_flight = 3\n", "services.wavespeed.submits_per_minute", "5", "[services.wavespeed] # x\nsubmits_per_minute = 5\nin_flight = 3\n"},
		{"table at the end", "[services.wavespeed]", "services.wavespeed.in_flight", "5", "[services.wavespeed]\nin_flight = 5\n"},
		{"new table", "[services.wavespeed]\nin_flight = 3\n", "simulator.speed", "2.50", "[services.wavespeed]\nin_flight = 3\n\n[simulator]\nspeed = 2.5\n"},
		{"dotted keys", "services.wavespeed.in_flight = 3\n", "services.wavespeed.submits_per_minute", "5", "services.wavespeed.in_flight = 3\nservices.wavespeed.submits_per_minute = 5\n"},
		{"inline table", "simulator = { speed = 2 } # x\n", "simulator.speed", "3", "simulator = { speed = 3 } # x\n"},
		{"quoting", "", "clips_dir", `/a "b" \c`, "clips_dir = \"/a \\\"b\\\" \\\\c\"\n"},
		{"money", "daily_limit_usd = 1_0.0\n", "daily_limit_usd", "2.505", "daily_limit_usd = 2.505\n"},
		{"crlf", "mouse = true\r\ntheme = 'dark'\r\n", "mouse", "false", "mouse = false\r\ntheme = 'dark'\r\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "config", "settings.toml")
			if c.in != "" {
				write(t, file, c.in, 0o644)
			}
			if err := Save(file, map[string]string{c.key: c.value}); err != nil {
				t.Fatal(err)
			}
			if got := read(t, file); got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
			s, err := Load(file, env())
			k, _ := FindKey(c.key)
			probe := Defaults()
			if err := k.set(&probe, c.value); err != nil {
				t.Fatal(err)
			}
			if got, gerr := Get(&s, c.key); err != nil || gerr != nil || got != k.Value(&probe) {
				t.Errorf("read back %q: %v %v", got, err, gerr)
			}
			if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("mode %v %v", info.Mode(), err)
			}
			if es, err := os.ReadDir(filepath.Dir(file)); err != nil || len(es) != 1 {
				t.Errorf("left over: %v %v", es, err)
			}
		})
	}
}

func TestSaveRefuses(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "settings.toml")
	write(t, file, "theme = 'dark'\n", 0o600)
	for key, value := range map[string]string{"theme": "blue", "speed": "1", "mouse": "maybe", "clips_dir": "/a\nb"} {
		err := Save(file, map[string]string{"images": "off", key: value})
		if e, ok := errors.AsType[*Error](err); !ok || e.Key != key {
			t.Errorf("%s = %q: %v", key, value, err)
		}
	}
	if got := read(t, file); got != "theme = 'dark'\n" {
		t.Errorf("a refused change was written: %q", got)
	}
	write(t, file, "theme = dark\n", 0o600)
	if err := Save(file, map[string]string{"theme": "dark"}); err == nil || read(t, file) != "theme = dark\n" {
		t.Errorf("a broken file was overwritten: %v", err)
	}
	if _, err := Get(&Settings{}, "nothing"); err == nil {
		t.Error("an unknown setting was got")
	}
}

// TestSaveThroughLink: settings kept elsewhere stay there.
func TestSaveThroughLink(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, link := filepath.Join(dir, "dotfiles", "s.toml"), filepath.Join(dir, "settings.toml")
	write(t, file, "mouse = true\n", 0o600)
	if err := os.Symlink(file, link); err != nil {
		t.Fatal(err)
	}
	if err := Save(link, map[string]string{"mouse": "false"}); err != nil || read(t, file) != "mouse = false\n" {
		t.Errorf("%v, %q", err, read(t, file))
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v", err)
	}
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	s := Defaults()
	s.Theme = "ansi"
	s.edit(AIMLAPI, func(v *Service) { v.InFlight = 9 })
	text := Describe(&s)
	got, err := Parse("f", []byte(text))
	if err != nil || !reflect.DeepEqual(got, s) {
		t.Errorf("%v\n%s", err, text)
	}
	uncommented := strings.ReplaceAll(text, "\n# speed = ", "\nspeed = ")
	if got, err := Parse("f", []byte(uncommented)); err != nil || !reflect.DeepEqual(got, s) {
		t.Errorf("with a default uncommented: %v", err)
	}
}

// FuzzParse parses any file without a panic; what it accepts, it can change and
// parse again.
func FuzzParse(f *testing.F) {
	f.Add([]byte("theme = 'dark'\n[services.wavespeed]\nin_flight = 3\n"), "3.5")
	f.Add([]byte("simulator = { speed = 2 }\nservices.aimlapi = { in_flight = 1 }"), "1")
	f.Add([]byte("[services]\n[services.wavespeed]\n[simulator]"), "9")
	f.Add([]byte("\"theme\" = \"\"\"\ndark\"\"\""), "0")
	f.Fuzz(func(t *testing.T, data []byte, value string) {
		s, err := Parse("f", data)
		if err != nil {
			if _, ok := errors.AsType[*Error](err); !ok || strings.Contains(err.Error(), "\n") {
				t.Errorf("not a sentence of ours: %q", err)
			}
			return
		}
		var whole map[string]any
		if err := toml.Unmarshal(data, &whole); err != nil {
			t.Fatalf("the library refuses what we took: %v", err)
		}
		for _, k := range Keys() {
			probe := Defaults()
			if k.set(&probe, value) != nil {
				continue
			}
			out, err := change("f", data, &k, k.get(&probe))
			if err != nil {
				continue // only to be edited by hand
			}
			after, err := Parse("f", out)
			if err != nil {
				t.Fatalf("%s = %s makes a broken file: %v\n%s", k.Name, value, err, out)
			}
			if k.get(&after) != k.get(&probe) {
				t.Errorf("%s is %q after setting %q", k.Name, k.get(&after), value)
			}
			if err := k.set(&s, value); err != nil || !reflect.DeepEqual(after, s) {
				t.Errorf("changing %s changed others:\n%s\n%s", k.Name, data, out)
			}
			if s, err = Parse("f", data); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// A switch accepts the words people use; the file has one of them.
func TestSwitchWords(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "settings.toml")
	for _, tt := range []struct{ word, want string }{{"on", "true"}, {"off", "false"}, {"yes", "true"}, {"no", "false"}} {
		if err := Save(file, map[string]string{"mouse": tt.word}); err != nil {
			t.Errorf("%s: %v", tt.word, err)
		}
		s, err := Load(file, func(string) string { return "" })
		if err != nil || s.Mouse != (tt.want == "true") || !strings.Contains(read(t, file), "mouse = "+tt.want) {
			t.Errorf("%s: %+v, %v, %q", tt.word, s.Mouse, err, read(t, file))
		}
	}
}

// TestBaseAsPasted: requests add the API's own path, so an address copied with
// it would have it twice.
func TestBaseAsPasted(t *testing.T) {
	t.Parallel()
	for pasted, want := range map[string]string{
		"https://api.example.com": "https://api.example.com", "https://api.example.com/": "https://api.example.com",
		"https://api.example.com/api/v3": "https://api.example.com", "https://api.example.com/api/v3/": "https://api.example.com",
		"https://api.example.com/v2": "https://api.example.com", "https://api.example.com/v2/generate/video": "https://api.example.com",
		"https://gate.example.com/team/api/v3": "https://gate.example.com/team", "https://gate.example.com/team": "https://gate.example.com/team",
		"https://gate.example.com/api": "https://gate.example.com/api", "https://gate.example.com/vip": "https://gate.example.com/vip",
		` "https://api.example.com/api/v3" `: "https://api.example.com", "http://127.0.0.1:8080/v1": "http://127.0.0.1:8080",
	} {
		s := Defaults()
		if err := Set(&s, "services.wavespeed.base_url", pasted); err != nil || s.Service("wavespeed").BaseURL != want {
			t.Errorf("%q: %q %v, want %q", pasted, s.Service("wavespeed").BaseURL, err, want)
		}
	}
}
