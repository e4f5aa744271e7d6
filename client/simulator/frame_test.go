package simulator

import (
	"errors"
	"os/exec"
	"testing"

	"seedreel/assets"
	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
)

func TestLoopFor(t *testing.T) {
	t.Parallel()
	for want, class := range map[size]string{
		{864, 480}:   "864x480",
		{3840, 2160}: "1920x1088",
		{2160, 3840}: "1088x1920",
		{4398, 1886}: "2206x946",
		{2880, 2880}: "1440x1440",
		{1400, 788}:  "1280x720",
		{100, 100}:   "640x640",
		{1000, 1050}: "960x960",
	} {
		if got, err := loopFor(want); err != nil || got != class {
			t.Errorf("%v: %s, want %s (%v)", want, got, class, err)
		}
	}
}

func TestFrameOf(t *testing.T) {
	t.Parallel()
	c := clienttest.Catalogue(t)
	s := &Simulator{catalogue: catalogue.NewShelf(c)}
	v := func(ratio, resolution string) catalogue.Values {
		out := catalogue.Values{}
		if ratio != "" {
			out[catalogue.RoleAspectRatio] = catalogue.Text(ratio)
		}
		if resolution != "" {
			out[catalogue.RoleResolution] = catalogue.Text(resolution)
		}
		return out
	}
	tests := []struct {
		provider, model string
		values          catalogue.Values
		picture         *picture
		want            size
	}{
		{"wavespeed", "bytedance/seedance-v1-lite-t2v-480p", v("", ""), nil, size{864, 480}},
		{"wavespeed", "bytedance/seedance-v1-lite-t2v-480p", v("21:9", ""), nil, size{960, 416}},
		{"wavespeed", "bytedance/seedance-v1-lite-i2v-480p", v("", ""), nil, size{864, 480}},
		{"wavespeed", "bytedance/seedance-v1-lite-i2v-480p", v("", ""), &picture{width: 300, height: 500}, size{480, 864}},
		{"wavespeed", "bytedance/seedance-v1-lite/reference-to-video", v("", ""), nil, size{1248, 704}},
		{"wavespeed", "bytedance/seedance-v1-lite/reference-to-video", v("", ""), &picture{width: 500, height: 500}, size{1248, 704}},
		{"aimlapi", "bytedance/seedance-1-0-lite-i2v", v("", "720p"), &picture{width: 3000, height: 4000}, size{832, 1120}},
		{"wavespeed", "bytedance/seedance-2.0/text-to-video-turbo", v("1:1", "1080p"), nil, size{1440, 1440}},
		{"wavespeed", "bytedance/seedance-2.0/text-to-video", v("16:9", "4k"), nil, size{3840, 2160}},
	}
	for _, tt := range tests {
		m := c.Model(catalogue.Ref{Provider: tt.provider, ID: tt.model})
		if m == nil {
			t.Fatalf("no model %s", tt.model)
		}
		if tt.picture != nil && m.Field(catalogue.RoleFirstFrame) != nil {
			tt.values[catalogue.RoleFirstFrame] = catalogue.Media("http://a/b")
		}
		if got := s.frameOf(m, tt.values, tt.picture); got != tt.want {
			t.Errorf("%s %v %+v: %v, want %v", tt.model, tt.values, tt.picture, got, tt.want)
		}
	}
}

func TestJoinRefusesForeignFiles(t *testing.T) {
	t.Parallel()
	loop, _ := assets.Clip("864x480")
	for name, b := range map[string][]byte{"nothing": nil, "text": []byte("hello, this is no clip"), "cut": loop[:len(loop)/2]} {
		if _, err := join(b, 0, 25, "x"); err == nil {
			t.Errorf("%s was joined", name)
		}
	}
	if _, err := finish(loop, &Task{Seconds: 5, Width: 864, Height: 480}); err == nil || errors.Is(err, exec.ErrNotFound) {
		t.Errorf("a clip of another length passes: %v", err)
	}
}
