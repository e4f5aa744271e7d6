package assets_test

import (
	"bytes"
	"encoding/json"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"testing"

	"seedreel/assets"
)

func TestWhatIsBuiltIn(t *testing.T) {
	t.Parallel()
	if !json.Valid(assets.Models()) {
		t.Error("the catalogue is no JSON")
	}
	total := 0
	for _, class := range assets.ClipClasses() {
		clip, ok := assets.Clip(class)
		if !ok || !bytes.Equal(clip[4:8], []byte("ftyp")) {
			t.Errorf("clip %s is no MP4", class)
		}
		total += len(clip)
	}
	if n := len(assets.ClipClasses()); n < 30 || total > 2_000_000 {
		t.Errorf("%d clips of %d bytes, want at least 30 below 2 MB", n, total)
	}
	pictures := map[string][]byte{"badge": assets.Badge()}
	for _, name := range assets.SampleImages() {
		pictures[name], _ = assets.SampleImage(name)
	}
	if len(pictures) < 3 {
		t.Errorf("samples: %v", assets.SampleImages())
	}
	for name, b := range pictures {
		c, _, err := image.DecodeConfig(bytes.NewReader(b))
		if err != nil || len(b) > 100_000 {
			t.Errorf("%s: %d bytes, %v", name, len(b), err)
		}
		// The services refuse pictures whose sides are not above 300 pixels.
		if name != "badge" && (c.Width <= 300 || c.Height <= 300) {
			t.Errorf("%s is %dx%d", name, c.Width, c.Height)
		}
	}
}

func TestUnknownNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "1x1", "../models", "../../models.json", "."} {
		if _, ok := assets.Clip(name); ok {
			t.Errorf("a clip %q", name)
		}
		if _, ok := assets.SampleImage(name); ok {
			t.Errorf("a sample %q", name)
		}
	}
}

func TestCallersGetCopies(t *testing.T) {
	t.Parallel()
	clip, _ := assets.Clip("864x480")
	for _, b := range [][]byte{assets.Models(), clip, assets.Badge()} {
		clear(b)
	}
	again, _ := assets.Clip("864x480")
	if assets.Models()[0] != '{' || assets.Badge()[0] == 0 || bytes.Equal(again, clip) {
		t.Error("a caller changed what the next one reads")
	}
}
