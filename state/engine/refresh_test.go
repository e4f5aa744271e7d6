package engine

import (
	"os"
	"path/filepath"
	"testing"

	"seedreel/client/all"
	"seedreel/client/clienttest"
	"seedreel/state/settings"
	"seedreel/state/store"
)

// What another process sets is in force here without an order: a job may wait
// for the key, the pace may be too fast.
func TestSettingsAndKeysOfAnotherProcessAreFollowed(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	o := options(home)
	o.Getenv = func(k string) string { return map[string]string{"SEEDREEL_HOME": home, "HOME": home}[k] }
	e, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	clienttest.CloseAtEnd(t, e)
	d := all.Services()[0]
	if !e.Services.Practice() {
		t.Fatal("there is a key already")
	}
	before := e.Services.Version()
	none := func(string) string { return "" }
	if err := settings.NewCredentials(e.Paths.CredentialsFile(), none).SaveKey(d.ID, "sk-another-process"); err != nil {
		t.Fatal(err)
	}
	file := e.Paths.SettingsFile()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("practice = false\n[services."+d.ID+"]\nin_flight = 1\nsubmits_per_minute = 2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Queue.Recover(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := e.Services.Ready(d.ID); err != nil || e.Services.Practice() {
		t.Errorf("the key is not used: %v, practice %t", err, e.Services.Practice())
	}
	if got := e.limit(store.Service{Provider: d.ID}); got.InFlight != 1 || got.PerMinute != 2 {
		t.Errorf("the pace is %+v", got)
	}
	after := e.Services.Version()
	if after == before {
		t.Error("nobody can see that something has changed")
	}
	if _, err := e.Queue.Recover(t.Context()); err != nil || e.Services.Version() != after {
		t.Errorf("it was read again for nothing (%v)", err)
	}
}
