package settings

import (
	"testing"

	"seedreel/state/settings"
)

// Changing a setting while the program runs does not undo the settings of the
// command line.
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
