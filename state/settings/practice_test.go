package settings

import "testing"

// What was a switch is still read, and written as what it is now.
func TestPracticeWasASwitch(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"practice = true": PracticeAlways, "practice = false": PracticeAuto, `practice = "never"`: PracticeNever, "": PracticeAuto,
	} {
		s, err := Parse("settings.toml", []byte(text))
		if err != nil || s.Practice != want {
			t.Errorf("%q is %q (%v), want %q", text, s.Practice, err, want)
		}
	}
	for _, text := range []string{"practice = 1", `practice = "maybe"`, "theme = true"} {
		if _, err := Parse("settings.toml", []byte(text)); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}
