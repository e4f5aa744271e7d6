package catalogue_test

import (
	"strings"
	"testing"

	"seedreel/client/catalogue"
)

func TestWarnings(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]catalogue.Facts{
		"":                             {Kind: "image", Width: 900, Height: 1600},
		"lying on its side, 1600x900":  {Kind: "image", Width: 900, Height: 1600, Turn: catalogue.Turned90},
		"mirrored or upside down":      {Kind: "image", Turn: catalogue.Turned180},
		"CMYK":                         {Kind: "image", CMYK: true},
		"more than 8 bits":             {Kind: "image", Deep: true},
		"single frame":                 {Kind: "image", Animated: true},
		"may have transparent parts":   {Kind: "image", SeeThrough: catalogue.PartlyClear},
		"nothing to be seen":           {Kind: "image", SeeThrough: catalogue.AllClear},
		"lying on its side, 1920x1080": {Kind: "video", Width: 1080, Height: 1920, Turn: catalogue.Turned270},
	} {
		got := strings.Join(f.Warnings(), "; ")
		if (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%+v: %q, want %q", f, got, want)
		}
	}
}
