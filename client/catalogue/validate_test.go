package catalogue_test

import (
	"errors"
	"strings"
	"testing"

	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/client/usd"
)

func look(facts map[string]catalogue.Facts) catalogue.Inspect {
	return func(item string) (catalogue.Facts, error) {
		f, ok := facts[item]
		if !ok {
			return catalogue.Facts{}, errors.New("no such file")
		}
		f.Item = item
		return f, nil
	}
}

func png(w, h int) catalogue.Facts {
	return catalogue.Facts{Kind: "image", Format: "png", Width: w, Height: h, Bytes: 400_000}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	files := look(map[string]catalogue.Facts{
		"ok.png": png(1280, 720), "narrow.png": png(299, 640), "big.png": {Kind: "image", Format: "png", Width: 800, Height: 800, Bytes: 11_000_000},
		"x.webp": {Kind: "image", Format: "webp", Width: 800, Height: 800, Bytes: 1000}, "clip.mp4": {Kind: "video", Format: "mp4"},
		"https://x/a.png": {Link: true}, "wide.png": png(3000, 600), "ok.jpg": {Kind: "image", Format: "jpeg", Width: 400, Height: 400, Bytes: 1000},
	})
	p := catalogue.RolePrompt
	for name, c := range map[string]struct {
		id   string
		v    catalogue.Values
		want string // "" for none, else what the one error must contain
	}{
		"empty prompt":         {t2vLite, catalogue.Values{}, "prompt: empty"},
		"blank prompt":         {t2vLite, catalogue.Values{p: catalogue.Text(" \n")}, "prompt: empty"},
		"longest prompt":       {t2vLite, catalogue.Values{p: catalogue.Text(strings.Repeat("é", 2000))}, ""},
		"2,001 characters":     {t2vLite, catalogue.Values{p: catalogue.Text(strings.Repeat("é", 2001))}, "prompt: 2,001 characters, at most 2,000 are taken; remove 1"},
		"duration 1":           {t2vLite, catalogue.Values{p: catalogue.Text("x"), catalogue.RoleDuration: catalogue.Int(1)}, "duration: 1 s is outside 2 to 12 s"},
		"duration 13":          {refLite, catalogue.Values{p: catalogue.Text("x"), catalogue.RoleReferenceImages: catalogue.Media("ok.png"), catalogue.RoleDuration: catalogue.Int(13)}, "duration: 13 s is outside 2 to 12 s"},
		"duration 7 of 5, 10":  {i2vAIML, catalogue.Values{p: catalogue.Text("x"), catalogue.RoleFirstFrame: catalogue.Media("ok.png"), catalogue.RoleDuration: catalogue.Int(7)}, "duration: 7 s is not offered; choose 5 or 10 s"},
		"seed -2":              {t2vLite, catalogue.Values{p: catalogue.Text("x"), catalogue.RoleSeed: catalogue.Int(-2)}, "seed: -2 is outside 0 to 2147483647, or leave it random"},
		"seed 2147483648":      {t2vLite, catalogue.Values{p: catalogue.Text("x"), catalogue.RoleSeed: catalogue.Int(2147483648)}, "seed: 2147483648 is outside"},
		"seed 0":               {t2vLite, catalogue.Values{p: catalogue.Text("x"), catalogue.RoleSeed: catalogue.Int(0)}, ""},
		"ratio not offered":    {i2vLite, catalogue.Values{catalogue.RoleFirstFrame: catalogue.Media("ok.png"), catalogue.RoleAspectRatio: catalogue.Text("9:21")}, "aspect ratio: 9:21 is not offered"},
		"no reference":         {refLite, catalogue.Values{p: catalogue.Text("x")}, "reference images: none given; add 1 to 4"},
		"4 references":         {refLite, catalogue.Values{p: catalogue.Text("x"), catalogue.RoleReferenceImages: catalogue.Media("ok.png", "ok.png", "ok.png", "https://x/a.png")}, ""},
		"5 references":         {refLite, catalogue.Values{p: catalogue.Text("x"), catalogue.RoleReferenceImages: catalogue.Media("ok.png", "ok.png", "ok.png", "ok.png", "ok.png")}, "reference images: 5 given, 1 to 4 are taken; remove 1"},
		"no first frame":       {i2vLite, catalogue.Values{}, "first frame: missing; this model starts from an image"},
		"299 pixels":           {i2vLite, catalogue.Values{catalogue.RoleFirstFrame: catalogue.Media("narrow.png")}, "first frame: narrow.png: 299x640 pixels is too small; at least 300x300"},
		"299 pixels, no limit": {refLite, catalogue.Values{p: catalogue.Text("x"), catalogue.RoleReferenceImages: catalogue.Media("narrow.png")}, "at least 300x300"},
		"11 MB":                {i2vLite, catalogue.Values{catalogue.RoleFirstFrame: catalogue.Media("big.png")}, "11.0 MB is too big; at most 10 MB"},
		"too wide":             {i2vAIML, catalogue.Values{p: catalogue.Text("x"), catalogue.RoleFirstFrame: catalogue.Media("wide.png")}, "width over height"},
		"webp on lite":         {i2vLite, catalogue.Values{catalogue.RoleFirstFrame: catalogue.Media("x.webp")}, "webp is not taken; convert it to jpg, jpeg or png"},
		"webp elsewhere":       {i2vAIML, catalogue.Values{p: catalogue.Text("x"), catalogue.RoleFirstFrame: catalogue.Media("x.webp")}, ""},
		"jpeg is jpg":          {i2vLite, catalogue.Values{catalogue.RoleFirstFrame: catalogue.Media("ok.jpg")}, ""},
		"a clip as an image":   {i2vLite, catalogue.Values{catalogue.RoleFirstFrame: catalogue.Media("clip.mp4")}, "a video, an image is wanted"},
		"missing file":         {i2vLite, catalogue.Values{catalogue.RoleFirstFrame: catalogue.Media("/a/gone.png")}, "first frame: gone.png: no such file"},
		"named like an error":  {i2vLite, catalogue.Values{catalogue.RoleFirstFrame: catalogue.Media("/a/no")}, "first frame: no: no such file"},
		"last without first":   {i2vLite, catalogue.Values{catalogue.RoleLastFrame: catalogue.Media("ok.png")}, "first frame: missing"},
		"unknown field":        {t2vLite, catalogue.Values{p: catalogue.Text("x"), catalogue.RoleAudioToggle: catalogue.Bool(true)}, "this model has no such field"},
		"text for a number":    {t2vLite, catalogue.Values{p: catalogue.Text("x"), catalogue.RoleSeed: catalogue.Text("7")}, "seed: 7 is not what"},
		"one of several":       {refTurbo, catalogue.Values{p: catalogue.Text("x")}, "this model needs reference images, reference videos or reference audios"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := clienttest.Model(t, c.id)
			v := m.Fill(c.v)
			for r, x := range c.v { // Fill keeps strangers out; a script would not
				v[r] = x
			}
			errs := catalogue.Validate(m, v, files)
			if c.want == "" {
				if len(errs) != 0 {
					t.Errorf("refused: %v", errs)
				}
				return
			}
			seen := map[catalogue.Role]int{}
			found := false
			for _, e := range errs {
				seen[e.Role]++
				found = found || strings.Contains(e.Error(), c.want)
			}
			if !found {
				t.Errorf("got %v, want %q", errs, c.want)
			}
			for r, n := range seen {
				if n > 1 {
					t.Errorf("%d errors for %s, want one", n, r)
				}
			}
		})
	}
}

func TestEstimate(t *testing.T) {
	t.Parallel()
	res := func(s string) catalogue.Value { return catalogue.Text(s) }
	for name, c := range map[string]struct {
		id    string
		v     catalogue.Values
		input float64
		want  string
		basis string
	}{
		"lite 480p, 5 s":        {t2vLite, catalogue.Values{catalogue.RoleDuration: catalogue.Int(5)}, 0, "$0.08", "list price, vendor page, Jan 2026"},
		"reference, 5 s":        {refLite, nil, 0, "$0.18", "list price, vendor page, Dec 2025"},
		"720p, 8 s":             {"wavespeed:bytedance/seedance-v1-lite-i2v-720p", catalogue.Values{catalogue.RoleDuration: catalogue.Int(8)}, 0, "$0.256", ""},
		"no price anywhere":     {i2vAIML, nil, 0, "unknown", "unknown"},
		"silent":                {t2v15, catalogue.Values{catalogue.RoleDuration: catalogue.Int(10), catalogue.RoleResolution: res("720p"), catalogue.RoleAudioToggle: catalogue.Bool(false)}, 0, "$0.26", ""},
		"with sound":            {t2v15, catalogue.Values{catalogue.RoleDuration: catalogue.Int(10), catalogue.RoleResolution: res("720p"), catalogue.RoleAudioToggle: catalogue.Bool(true)}, 0, "$0.52", ""},
		"video in, 8 s of it":   {t2v20, catalogue.Values{catalogue.RoleDuration: catalogue.Int(5), catalogue.RoleResolution: res("720p"), catalogue.RoleReferenceVideos: catalogue.Media("v.mp4")}, 8, "$1.95", ""},
		"no video in":           {t2v20, catalogue.Values{catalogue.RoleDuration: catalogue.Int(5), catalogue.RoleResolution: res("720p")}, 0, "$1.20", ""},
		"video of unknown size": {t2v20, catalogue.Values{catalogue.RoleDuration: catalogue.Int(5), catalogue.RoleResolution: res("720p"), catalogue.RoleReferenceVideos: catalogue.Media("v.mp4")}, 0, "$1.05 to $3.00", ""},
		"input is clamped":      {t2v20, catalogue.Values{catalogue.RoleDuration: catalogue.Int(5), catalogue.RoleResolution: res("720p"), catalogue.RoleReferenceVideos: catalogue.Media("v.mp4")}, 99, "$3.00", ""},
		"length is the video's": {edit25, catalogue.Values{catalogue.RoleResolution: res("720p")}, 0, "unknown", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := catalogue.EstimatePrice(clienttest.Model(t, c.id), c.v, c.input)
			if got := e.String(); got != c.want {
				t.Errorf("got %s (%s), want %s", got, e.Why, c.want)
			}
			if c.basis != "" && e.Basis() != c.basis {
				t.Errorf("basis %q, want %q", e.Basis(), c.basis)
			}
			if !e.Known && e.Why == "" {
				t.Error("an unknown price without a reason")
			}
		})
	}
}

func TestMoney(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"0.016": "$0.016", "0.08": "$0.08", "1": "$1.00", "3.1449605": "$3.144961", "-0.5": "-$0.50", "0": "$0.00", ".5": "$0.50", "5.": "$5.00", "+1": "$1.00", "2e-1": "$0.20", "9000000000000": "$9000000000000.00"} {
		m, err := usd.Parse(in)
		if err != nil || m.String() != want {
			t.Errorf("%s: %s, %v; want %s", in, m, err, want)
		}
	}
	for _, in := range []string{"", "x", "NaN", "1e300", "0x10", "0x1p4", "1/3", "1_000", "0b1", "0o7", "Inf", "infinity", "1e9999", " 1", "1,5", "--1", ".", "١", strings.Repeat("1", 65)} {
		if m, err := usd.Parse(in); err == nil {
			t.Errorf("%q was read as %s", in, m)
		}
	}
}

func BenchmarkValidateAndEstimate(b *testing.B) {
	m := clienttest.Model(b, i2vLite)
	v := m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text(strings.Repeat("word ", 400)), catalogue.RoleFirstFrame: catalogue.Media("ok.png")})
	files := look(map[string]catalogue.Facts{"ok.png": png(1280, 720)})
	for b.Loop() {
		if len(catalogue.Validate(m, v, files)) > 0 {
			b.Fatal("refused")
		}
		catalogue.EstimatePrice(m, v, 0)
	}
}
