package client_test

import (
	"errors"
	"strings"
	"testing"

	"seedreel/client"
)

func look(facts map[string]client.Facts) client.Inspect {
	return func(item string) (client.Facts, error) {
		f, ok := facts[item]
		if !ok {
			return client.Facts{}, errors.New("no such file")
		}
		f.Item = item
		return f, nil
	}
}

func png(w, h int) client.Facts {
	return client.Facts{Kind: "image", Format: "png", Width: w, Height: h, Bytes: 400_000}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	files := look(map[string]client.Facts{
		"ok.png": png(1280, 720), "narrow.png": png(299, 640), "big.png": {Kind: "image", Format: "png", Width: 800, Height: 800, Bytes: 11_000_000},
		"x.webp": {Kind: "image", Format: "webp", Width: 800, Height: 800, Bytes: 1000}, "clip.mp4": {Kind: "video", Format: "mp4"},
		"https://x/a.png": {Link: true}, "wide.png": png(3000, 600), "ok.jpg": {Kind: "image", Format: "jpeg", Width: 400, Height: 400, Bytes: 1000},
	})
	p := client.RolePrompt
	for name, c := range map[string]struct {
		id   string
		v    client.Values
		want string // "" for none, else what the one error must say
	}{
		"empty prompt":         {t2vLite, client.Values{}, "prompt: empty"},
		"blank prompt":         {t2vLite, client.Values{p: client.Text(" \n")}, "prompt: empty"},
		"longest prompt":       {t2vLite, client.Values{p: client.Text(strings.Repeat("é", 2000))}, ""},
		"2,001 characters":     {t2vLite, client.Values{p: client.Text(strings.Repeat("é", 2001))}, "prompt: 2,001 characters, at most 2,000 are taken; remove 1"},
		"duration 1":           {t2vLite, client.Values{p: client.Text("x"), client.RoleDuration: client.Int(1)}, "duration: 1 s is outside 2 to 12 s"},
		"duration 13":          {refLite, client.Values{p: client.Text("x"), client.RoleReferenceImages: client.Media("ok.png"), client.RoleDuration: client.Int(13)}, "duration: 13 s is outside 2 to 12 s"},
		"duration 7 of 5, 10":  {i2vAIML, client.Values{p: client.Text("x"), client.RoleFirstFrame: client.Media("ok.png"), client.RoleDuration: client.Int(7)}, "duration: 7 s is not offered; choose 5 or 10 s"},
		"seed -2":              {t2vLite, client.Values{p: client.Text("x"), client.RoleSeed: client.Int(-2)}, "seed: -2 is outside 0 to 2147483647, or leave it random"},
		"seed 2147483648":      {t2vLite, client.Values{p: client.Text("x"), client.RoleSeed: client.Int(2147483648)}, "seed: 2147483648 is outside"},
		"seed 0":               {t2vLite, client.Values{p: client.Text("x"), client.RoleSeed: client.Int(0)}, ""},
		"ratio not offered":    {i2vLite, client.Values{client.RoleFirstFrame: client.Media("ok.png"), client.RoleAspectRatio: client.Text("9:21")}, "aspect ratio: 9:21 is not offered"},
		"no reference":         {refLite, client.Values{p: client.Text("x")}, "reference images: none given; add 1 to 4"},
		"4 references":         {refLite, client.Values{p: client.Text("x"), client.RoleReferenceImages: client.Media("ok.png", "ok.png", "ok.png", "https://x/a.png")}, ""},
		"5 references":         {refLite, client.Values{p: client.Text("x"), client.RoleReferenceImages: client.Media("ok.png", "ok.png", "ok.png", "ok.png", "ok.png")}, "reference images: 5 given, 1 to 4 are taken; remove 1"},
		"no first frame":       {i2vLite, client.Values{}, "first frame: missing; this model starts from an image"},
		"299 pixels":           {i2vLite, client.Values{client.RoleFirstFrame: client.Media("narrow.png")}, "first frame: narrow.png: 299x640 pixels is too small; at least 300x300"},
		"299 pixels, no limit": {refLite, client.Values{p: client.Text("x"), client.RoleReferenceImages: client.Media("narrow.png")}, "at least 300x300"},
		"11 MB":                {i2vLite, client.Values{client.RoleFirstFrame: client.Media("big.png")}, "11.0 MB is too big; at most 10 MB"},
		"too wide":             {i2vAIML, client.Values{p: client.Text("x"), client.RoleFirstFrame: client.Media("wide.png")}, "width over height"},
		"webp on lite":         {i2vLite, client.Values{client.RoleFirstFrame: client.Media("x.webp")}, "webp is not taken; convert it to jpg, jpeg or png"},
		"webp elsewhere":       {i2vAIML, client.Values{p: client.Text("x"), client.RoleFirstFrame: client.Media("x.webp")}, ""},
		"jpeg is jpg":          {i2vLite, client.Values{client.RoleFirstFrame: client.Media("ok.jpg")}, ""},
		"a clip as an image":   {i2vLite, client.Values{client.RoleFirstFrame: client.Media("clip.mp4")}, "a video, an image is wanted"},
		"missing file":         {i2vLite, client.Values{client.RoleFirstFrame: client.Media("/a/gone.png")}, "first frame: gone.png: no such file"},
		"named like an error":  {i2vLite, client.Values{client.RoleFirstFrame: client.Media("/a/no")}, "first frame: no: no such file"},
		"last without first":   {i2vLite, client.Values{client.RoleLastFrame: client.Media("ok.png")}, "first frame: missing"},
		"unknown field":        {t2vLite, client.Values{p: client.Text("x"), client.RoleAudioToggle: client.Bool(true)}, "this model has no such field"},
		"text for a number":    {t2vLite, client.Values{p: client.Text("x"), client.RoleSeed: client.Text("7")}, "seed: 7 is not what"},
		"one of several":       {refTurbo, client.Values{p: client.Text("x")}, "this model needs reference images, reference videos or reference audios"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := model(t, c.id)
			v := m.Fill(c.v)
			for r, x := range c.v { // Fill keeps strangers out; a script would not
				v[r] = x
			}
			errs := client.Validate(m, v, files)
			if c.want == "" {
				if len(errs) != 0 {
					t.Errorf("refused: %v", errs)
				}
				return
			}
			seen := map[client.Role]int{}
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
	res := func(s string) client.Value { return client.Text(s) }
	for name, c := range map[string]struct {
		id    string
		v     client.Values
		input float64
		want  string
		basis string
	}{
		"lite 480p, 5 s":        {t2vLite, client.Values{client.RoleDuration: client.Int(5)}, 0, "$0.08", "list price, vendor page, Jan 2026"},
		"reference, 5 s":        {refLite, nil, 0, "$0.18", "list price, vendor page, Dec 2025"},
		"720p, 8 s":             {"wavespeed:bytedance/seedance-v1-lite-i2v-720p", client.Values{client.RoleDuration: client.Int(8)}, 0, "$0.256", ""},
		"no price anywhere":     {i2vAIML, nil, 0, "unknown", "unknown"},
		"silent":                {t2v15, client.Values{client.RoleDuration: client.Int(10), client.RoleResolution: res("720p"), client.RoleAudioToggle: client.Bool(false)}, 0, "$0.26", ""},
		"with sound":            {t2v15, client.Values{client.RoleDuration: client.Int(10), client.RoleResolution: res("720p"), client.RoleAudioToggle: client.Bool(true)}, 0, "$0.52", ""},
		"video in, 8 s of it":   {t2v20, client.Values{client.RoleDuration: client.Int(5), client.RoleResolution: res("720p"), client.RoleReferenceVideos: client.Media("v.mp4")}, 8, "$1.95", ""},
		"no video in":           {t2v20, client.Values{client.RoleDuration: client.Int(5), client.RoleResolution: res("720p")}, 0, "$1.20", ""},
		"video of unknown size": {t2v20, client.Values{client.RoleDuration: client.Int(5), client.RoleResolution: res("720p"), client.RoleReferenceVideos: client.Media("v.mp4")}, 0, "$1.05 to $3.00", ""},
		"input is clamped":      {t2v20, client.Values{client.RoleDuration: client.Int(5), client.RoleResolution: res("720p"), client.RoleReferenceVideos: client.Media("v.mp4")}, 99, "$3.00", ""},
		"length is the video's": {edit25, client.Values{client.RoleResolution: res("720p")}, 0, "unknown", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := client.EstimatePrice(model(t, c.id), c.v, c.input)
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
		m, err := client.ParseUSD(in)
		if err != nil || m.String() != want {
			t.Errorf("%s: %s, %v; want %s", in, m, err, want)
		}
	}
	for _, in := range []string{"", "x", "NaN", "1e300", "0x10", "0x1p4", "1/3", "1_000", "0b1", "0o7", "Inf", "infinity", "1e9999", " 1", "1,5", "--1", ".", "١", strings.Repeat("1", 65)} {
		if m, err := client.ParseUSD(in); err == nil {
			t.Errorf("%q was read as %s", in, m)
		}
	}
}

func BenchmarkValidateAndEstimate(b *testing.B) {
	m := model(b, i2vLite)
	v := m.Fill(client.Values{client.RolePrompt: client.Text(strings.Repeat("word ", 400)), client.RoleFirstFrame: client.Media("ok.png")})
	files := look(map[string]client.Facts{"ok.png": png(1280, 720)})
	for b.Loop() {
		if len(client.Validate(m, v, files)) > 0 {
			b.Fatal("refused")
		}
		client.EstimatePrice(m, v, 0)
	}
}
