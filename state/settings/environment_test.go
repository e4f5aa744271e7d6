package settings

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func vars(pairs ...string) Env {
	return func(name string) string {
		if i := slices.Index(pairs, name); i >= 0 && i%2 == 0 {
			return pairs[i+1]
		}
		return ""
	}
}

// TestEverySettingHasAVariable checks that the environment is over the file,
// and that no variable has two meanings.
func TestEverySettingHasAVariable(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{HomeVar: true, ProfileVar: true}
	for _, k := range Keys() {
		name := Variable(k.Name)
		if seen[name] {
			t.Errorf("%s has two meanings", name)
		}
		seen[name] = true
		value := map[Type]string{Text: "", Whole: "7", Decimal: "7", Switch: "true"}[k.Type]
		if value == "" {
			continue
		}
		s, err := Load(filepath.Join(t.TempDir(), "none"), vars(name, value))
		if err != nil || k.Value(&s) != value {
			t.Errorf("%s: %q, %v", name, k.Value(&s), err)
		}
	}
	file := filepath.Join(t.TempDir(), "settings.toml")
	if err := os.WriteFile(file, []byte("theme = \"dark\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := vars("SEEDREEL_THEME", " light ", "WAVESPEED_BASE_URL", "https://a.example", "SEEDREEL_SERVICES_AIMLAPI_BASE_URL", "https://b.example", "AIMLAPI_BASE_URL", "https://c.example")
	s, err := Load(file, env)
	if err != nil || s.Theme != "light" || s.Services["wavespeed"].BaseURL != "https://a.example" || s.Services["aimlapi"].BaseURL != "https://b.example" {
		t.Errorf("%+v, %v", s, err)
	}
	if Override("theme", env) != "SEEDREEL_THEME" || Override("services.wavespeed.base_url", env) != "WAVESPEED_BASE_URL" || Override("mouse", env) != "" {
		t.Error("the source is not known")
	}
	_, err = Load(file, vars("SEEDREEL_DAILY_LIMIT_USD", "-5"))
	if e, ok := errors.AsType[*Error](err); !ok || e.Key != "SEEDREEL_DAILY_LIMIT_USD" || !strings.Contains(e.Problem, "must be an amount") {
		t.Errorf("%v", err)
	}
}

// TestUnset checks that a setting goes and the rest of the file stays.
func TestUnset(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ before, key, after, problem string }{
		"a line":         {"# mine\ntheme = \"dark\" # why\nmouse = true\n", "theme", "# mine\nmouse = true\n", ""},
		"in a table":     {"[simulator]\nspeed = 9\n[services.aimlapi]\nin_flight = 2\n", "simulator.speed", "[simulator]\n[services.aimlapi]\nin_flight = 2\n", ""},
		"dotted":         {"simulator.speed = 9\n", "simulator.speed", "", ""},
		"the last line":  {"mouse = true\ntheme = \"dark\"", "theme", "mouse = true\n", ""},
		"not there":      {"mouse = true\n", "theme", "mouse = true\n", ""},
		"on one line":    {"simulator = { speed = 9 }\n", "simulator.speed", "", ""},
		"with others":    {"services.aimlapi = { in_flight = 2, submits_per_minute = 3 }\n", "services.aimlapi.in_flight", "services.aimlapi = { in_flight = 2, submits_per_minute = 3 }\n", "by hand"},
		"no setting":     {"mouse = true\n", "mose", "mouse = true\n", "is not a setting"},
		"a broken file":  {"mouse = \n", "mouse", "mouse = \n", "not valid"},
		"windows breaks": {"mouse = true\r\ntheme = \"dark\"\r\n", "mouse", "theme = \"dark\"\r\n", ""},
	} {
		file := filepath.Join(t.TempDir(), "settings.toml")
		if err := os.WriteFile(file, []byte(tc.before), 0o600); err != nil {
			t.Fatal(err)
		}
		err := Unset(file, tc.key)
		if (err == nil) != (tc.problem == "") || err != nil && !strings.Contains(err.Error(), tc.problem) {
			t.Errorf("%s: %v", name, err)
		}
		if b, _ := os.ReadFile(file); string(b) != tc.after {
			t.Errorf("%s: %q, want %q", name, b, tc.after)
		}
	}
	none := filepath.Join(t.TempDir(), "none")
	if err := Unset(none, "theme"); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(none); err == nil {
		t.Error("a file was made")
	}
}

// TestProfilesAreApart checks that a profile shares no folder and no key with
// another one.
func TestProfilesAreApart(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	all := map[string]string{}
	for _, env := range []Env{
		vars(HomeVar, home), vars(HomeVar, home, ProfileVar, "client-a"), vars(HomeVar, home, ProfileVar, "b"),
	} {
		p, err := FindPaths(env)
		if err != nil || p.Profile != env(ProfileVar) {
			t.Fatal(p, err)
		}
		for _, dir := range []string{p.Config, p.Data, p.State, p.SettingsFile(), p.CredentialsFile(), p.StoreFile(), p.LocksDir()} {
			if other, ok := all[dir]; ok {
				t.Errorf("%q and %q share %s", other, p.Profile, dir)
			}
			all[dir] = p.Profile
		}
		if p.Exists() != (p.Profile == "") {
			t.Errorf("%q exists before it was made", p.Profile)
		}
		if err := p.Ensure(); err != nil || !p.Exists() {
			t.Error(err)
		}
	}
	if names, err := Profiles(vars(HomeVar, home, ProfileVar, "b")); err != nil || strings.Join(names, " ") != "b client-a" {
		t.Errorf("%v %v", names, err)
	}
	for _, name := range []string{"..", "a/b", "-x", "a b", ".", strings.Repeat("x", 33)} {
		if _, err := FindPaths(vars(HomeVar, home, ProfileVar, name)); err == nil {
			t.Errorf("%q is a name", name)
		}
	}
	key := func(env Env) Source {
		p, err := FindPaths(env)
		if err != nil {
			t.Fatal(err)
		}
		_, from, err := NewCredentials(p.CredentialsFile(), env).Key("wavespeed")
		if err != nil {
			t.Fatal(err)
		}
		return from
	}
	if key(vars(HomeVar, home, "WAVESPEED_API_KEY", "k")) != FromEnvironment {
		t.Error("the environment has the key of the default profile")
	}
	if from := key(vars(HomeVar, home, ProfileVar, "b", "WAVESPEED_API_KEY", "k")); from != FromNowhere {
		t.Errorf("a profile has another one's key from the %s", from)
	}
}
