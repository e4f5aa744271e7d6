package settings

import (
	"os"
	"path/filepath"
	"testing"
)

func TestFindPaths(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p, err := FindPaths(env("XDG_CONFIG_HOME", dir+"/c", "XDG_DATA_HOME", dir+"/d", "XDG_STATE_HOME", dir+"/s"))
	if (err != nil || p != Paths{Config: dir + "/c/seedreel", Data: dir + "/d/seedreel", State: dir + "/s/seedreel"}) {
		t.Errorf("XDG: %+v %v", p, err)
	}
	if q, err := FindPaths(env("XDG_CONFIG_HOME", "relative")); err == nil && !filepath.IsAbs(q.Config) {
		t.Errorf("a relative folder was taken: %+v", q)
	}
	p, err = FindPaths(env(HomeVar, dir, "XDG_CONFIG_HOME", "/elsewhere"))
	if (err != nil || p != Paths{Config: dir + "/config", Data: dir + "/data", State: dir + "/state"}) {
		t.Errorf("%s: %+v %v", HomeVar, p, err)
	}
	if p.SettingsFile() != dir+"/config/settings.toml" || p.CatalogueFile() != dir+"/config/models.json" || p.CredentialsFile() != dir+"/config/credentials" {
		t.Errorf("files of %+v", p)
	}
}

func TestClipsDir(t *testing.T) {
	t.Parallel()
	p := Paths{Data: "/data"}
	for chosen, want := range map[string]string{
		"": "/data/clips", "/v/": "/v", "~/Videos": "/home/me/Videos", "~": "/home/me", "~other/x": "", "rel": "",
	} {
		got, err := p.ClipsDir(chosen, env("HOME", "/home/me"))
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q %v", chosen, got, err)
		}
	}
	if got, err := p.ClipsDir("~/Videos", env()); err == nil {
		t.Errorf("without a home folder: %q", got)
	}
}

func TestEnsure(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p, err := FindPaths(env(HomeVar, filepath.Join(dir, "home")))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(p.Data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(p.Data, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := p.Ensure(); err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{p.Config, p.Data, p.State} {
		if info, err := os.Stat(d); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%s: %v %v", d, info.Mode(), err)
		}
	}
	bad := Paths{Config: filepath.Join(dir, "file", "x"), Data: dir, State: dir}
	write(t, filepath.Join(dir, "file"), "", 0o600)
	if err := bad.Ensure(); err == nil {
		t.Error("a folder below a file was made")
	}
}
