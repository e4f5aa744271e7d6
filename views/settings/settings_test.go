package settings

import (
	"testing"

	"seedreel/state/settings"
)

// A setting that is changed while the program runs takes nothing back that the
// command line asked for.
func TestAChangedSettingLeavesTheOthers(t *testing.T) {
	t.Parallel()
	now, fresh := settings.Defaults(), settings.Defaults()
	now.Theme, fresh.Mouse = "light", true
	if err := taken(&now, &fresh, "mouse"); err != nil || !now.Mouse || now.Theme != "light" {
		t.Errorf("mouse %t, theme %s, %v", now.Mouse, now.Theme, err)
	}
	if err := taken(&now, &fresh, "theme"); err != nil || now.Theme != fresh.Theme {
		t.Errorf("theme %s, %v", now.Theme, err)
	}
}
