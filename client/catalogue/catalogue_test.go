package catalogue_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"seedreel/assets"
	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
)

// The four systems that must work to the letter.
const (
	refLite  = "wavespeed:bytedance/seedance-v1-lite/reference-to-video"
	t2vLite  = "wavespeed:bytedance/seedance-v1-lite-t2v-480p"
	i2vAIML  = "aimlapi:bytedance/seedance-1-0-lite-i2v"
	i2vLite  = "wavespeed:bytedance/seedance-v1-lite-i2v-480p"
	t2v20    = "wavespeed:bytedance/seedance-2.0/text-to-video"
	t2v15    = "wavespeed:bytedance/seedance-v1.5-pro/text-to-video"
	edit25   = "wavespeed:bytedance/seedance-2.5/video-edit"
	refTurbo = "wavespeed:bytedance/seedance-2.0/reference-to-video-turbo"
)

func TestEmbeddedCatalogue(t *testing.T) {
	t.Parallel()
	c := clienttest.Catalogue(t)
	if n := len(c.All()); n != 72 {
		t.Errorf("%d models, want 72", n)
	}
	for _, m := range c.All() {
		if m.Lifecycle.Replacement != "" && c.Replacement(m) == nil {
			t.Errorf("%s: successor %q is not in the catalogue", m.ID, m.Lifecycle.Replacement)
		}
		if m.MakesVideo() && m.Field(catalogue.RolePrompt) == nil {
			t.Errorf("%s: no prompt", m.ID)
		}
		v := m.Fill(nil)
		if m.Field(catalogue.RoleDuration) != nil && !v[catalogue.RoleDuration].IsSet() {
			t.Errorf("%s: the form would send no duration", m.ID)
		}
		if m.Field(catalogue.RoleResolution) != nil && !v[catalogue.RoleResolution].IsSet() {
			t.Errorf("%s: the form would send no resolution", m.ID)
		}
		for _, e := range catalogue.Validate(m, v, nil) {
			if f := m.FieldNamed(e.Field); f != nil && !f.Required && f.Media == nil && f.Role != catalogue.RolePrompt {
				t.Errorf("%s: its own defaults are refused: %v", m.ID, e)
			}
		}
	}
}

func TestCatalogueRefusesBadData(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../assets/models.json")
	if err != nil {
		t.Fatal(err)
	}
	good := string(text)
	for name, c := range map[string]struct{ old, new, want string }{
		"misspelt key":   {`"max_length"`, `"max_len"`, "max_len"},
		"wrong version":  {`"version": 1`, `"version": 7`, "version 7"},
		"role twice":     {`"role": "aspect_ratio"`, `"role": "prompt"`, "second field"},
		"unknown state":  {`"status": "retiring"`, `"status": "soon"`, `"soon"`},
		"type of a word": {`"required": true`, `"required": "yes"`, "line "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := catalogue.Load([]byte(strings.Replace(good, c.old, c.new, 1)))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

func TestMergeAddsAndReplaces(t *testing.T) {
	t.Parallel()
	c := clienttest.Catalogue(t)
	own := `{"version":1,"models":[
	 {"provider":"wavespeed","id":"me/new","endpoint_path":"/api/v3/me/new","model_in":"path","lifecycle":{"status":"active"},"fields":[]},
	 {"provider":"wavespeed","id":"bytedance/seedance-v1-lite-t2v-480p","display_name":"Mine","endpoint_path":"/x","model_in":"path","lifecycle":{"status":"active"},"fields":[]}]}`
	got, err := c.Merge([]byte(own))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(got.All()); n != len(c.All())+1 {
		t.Errorf("%d models after merging, want one more than %d", n, len(c.All()))
	}
	if m := got.Find(t2vLite)[0]; m.DisplayName != "Mine" {
		t.Errorf("the model was not replaced: %q", m.DisplayName)
	}
	if m := c.Find(t2vLite)[0]; m.DisplayName == "Mine" {
		t.Error("merging changed the catalogue it started from")
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	c := clienttest.Catalogue(t)
	for in, want := range map[string]int{
		t2vLite: 1, "bytedance/seedance-v1-lite-t2v-480p": 1, "seedance-v1-lite-t2v-480p": 1,
		"reference-to-video": 2, "nothing": 0, "": 0, "wavespeed:": 0, " ": 0,
		"BYTEDANCE/Seedance-v1-lite-t2v-480p": 1, "Lite-T2V-480P": 1, "lite": 1, "LITE": 1, "t2v-480p": 1, "2.0-mini/text-to-video": 1,
		"seedance-2.0/text-to-video": 1, "aimlapi:bytedance/seedance-1-0-pro-fast": 1, "ark:dreamina-seedance-2-5": 1, "2.5/text-to-video-tur": 1,
		"v1-pro": 8, "WaveSpeed:v1-lite-t2v-480p": 1, "aimlapi:lite": 2, "nosuch:lite": 0, "seedance": 71,
	} {
		if got := len(c.Find(in)); got != want {
			t.Errorf("Find(%q): %d models, want %d", in, got, want)
		}
	}
}

func TestAdoptKeepsWhatMakesSense(t *testing.T) {
	t.Parallel()
	from := catalogue.Values{
		catalogue.RolePrompt: catalogue.Text("a lake at dawn"), catalogue.RoleDuration: catalogue.Int(3),
		catalogue.RoleAspectRatio: catalogue.Text("21:9"), catalogue.RoleSeed: catalogue.Int(7), catalogue.RoleCameraFixed: catalogue.Bool(true),
		catalogue.RoleReferenceImages: catalogue.Media("a.png"),
	}
	got := clienttest.Model(t, t2v20).Adopt(from)
	if got.Text(catalogue.RolePrompt) != "a lake at dawn" || len(got.Media(catalogue.RoleReferenceImages)) != 1 {
		t.Errorf("prompt or reference images were lost: %v", got)
	}
	if got.Text(catalogue.RoleAspectRatio) != "21:9" {
		t.Errorf("the ratio was lost: %v", got)
	}
	if n, _ := got.Int(catalogue.RoleDuration); n < 4 {
		t.Errorf("3 s was kept although the model starts at 4: %d", n)
	}
	if got[catalogue.RoleSeed].IsSet() || got[catalogue.RoleCameraFixed].IsSet() {
		t.Errorf("values without a field were kept: %v", got)
	}
}

func TestFrame(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		id         string
		v          catalogue.Values
		imgW, imgH int
		w, h       int
		ok         bool
	}{
		"default ratio":          {id: t2vLite, w: 864, h: 480, ok: true},
		"chosen ratio":           {id: t2vLite, v: catalogue.Values{catalogue.RoleAspectRatio: catalogue.Text("9:16")}, w: 480, h: 864, ok: true},
		"follows the image":      {id: i2vLite, imgW: 900, imgH: 1200, w: 544, h: 736, ok: true},
		"no image yet":           {id: i2vLite},
		"resolution by field":    {id: i2vAIML, v: catalogue.Values{catalogue.RoleResolution: catalogue.Text("720p")}, imgW: 1920, imgH: 1080, w: 1248, h: 704, ok: true},
		"size not in the tables": {id: refLite},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, h, ok := clienttest.Model(t, c.id).Frame(c.v, c.imgW, c.imgH)
			if w != c.w || h != c.h || ok != c.ok {
				t.Errorf("got %dx%d %v, want %dx%d %v", w, h, ok, c.w, c.h, c.ok)
			}
		})
	}
}

func TestBody(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		id   string
		v    catalogue.Values
		want string
	}{
		"reference to video": {
			refLite,
			catalogue.Values{
				catalogue.RolePrompt: catalogue.Text("two friends & a dog"), catalogue.RoleReferenceImages: catalogue.Media("https://x/1.png", "https://x/2.png"),
				catalogue.RoleDuration: catalogue.Int(5), catalogue.RoleCameraFixed: catalogue.Bool(false), catalogue.RoleSeed: catalogue.Int(0),
			},
			`{"prompt":"two friends & a dog","reference_images":["https://x/1.png","https://x/2.png"],"duration":5,"camera_fixed":false,"seed":0}`,
		},
		"text to video": {
			t2vLite,
			catalogue.Values{catalogue.RoleAspectRatio: catalogue.Text("16:9"), catalogue.RolePrompt: catalogue.Text("hi"), catalogue.RoleDuration: catalogue.Int(2)},
			`{"prompt":"hi","aspect_ratio":"16:9","duration":2}`,
		},
		"the other service": {
			i2vAIML,
			catalogue.Values{
				catalogue.RoleFirstFrame: catalogue.Media("data:image/png;base64,AAAA"), catalogue.RolePrompt: catalogue.Text("hi"),
				catalogue.RoleResolution: catalogue.Text("480p"), catalogue.RoleDuration: catalogue.Int(10), catalogue.RoleCameraFixed: catalogue.Bool(true),
			},
			`{"model":"bytedance/seedance-1-0-lite-i2v","image_url":"data:image/png;base64,AAAA","prompt":"hi","resolution":"480p","duration":10,"camera_fixed":true}`,
		},
		"image to video": {
			i2vLite,
			catalogue.Values{catalogue.RoleFirstFrame: catalogue.Media("https://x/a.png"), catalogue.RoleLastFrame: catalogue.Media("https://x/b.png"), catalogue.RoleDuration: catalogue.Int(12)},
			`{"image":"https://x/a.png","last_image":"https://x/b.png","duration":12}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := clienttest.Model(t, c.id).Body(c.v)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
	if _, err := clienttest.Model(t, t2vLite).Body(catalogue.Values{catalogue.RoleAudioToggle: catalogue.Bool(true)}); err == nil {
		t.Error("a value without a field was written")
	}
}

func TestValuesSurviveJSON(t *testing.T) {
	t.Parallel()
	in := catalogue.Values{
		catalogue.RolePrompt: catalogue.Text("\"a\" <b>\n"), catalogue.RoleSeed: catalogue.Int(2147483647),
		catalogue.RoleCameraFixed: catalogue.Bool(false), catalogue.RoleReferenceImages: catalogue.Media("a", "b"),
	}
	b, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var out catalogue.Values
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	for r, x := range in {
		if !out[r].Equal(x) {
			t.Errorf("%s: %v became %v", r, x, out[r])
		}
	}
}

func TestCatalogueRefusesFiguresThatCannotBe(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ field, price, want string }{
		"below zero":               {``, `"rows":[{"usd_per_run":-250}]`, "is no price"},
		"below zero a second":      {``, `"rows":[{"usd_per_output_second":-0.01}]`, "is no price"},
		"huge":                     {``, `"rows":[{"usd_per_run":10000}]`, "is no price"},
		"beyond counting":          {``, `"rows":[{"usd_per_run":1e300}]`, "out of range"},
		"no number":                {``, `"rows":[{"usd_per_run":"0x10"}]`, "amount"},
		"observed below zero":      {``, `"observed":[{"usd":-1}]`, "is no price"},
		"billed seconds":           {``, `"input_seconds":{"field":"clip","min":-1}`, "input_seconds"},
		"length of a prompt":       {`{"name":"x","type":"string","role":"style","max_length":-1}`, ``, "max_length"},
		"megabytes":                {`{"name":"x","type":"string","role":"first_frame","media":{"kind":"image","max_mb":-1}}`, ``, "max_mb"},
		"pixels":                   {`{"name":"x","type":"string","role":"first_frame","media":{"kind":"image","min_width":-1}}`, ``, "bounds"},
		"pixels the wrong way":     {`{"name":"x","type":"string","role":"first_frame","media":{"kind":"image","min_width":9,"max_width":8}}`, ``, "bounds"},
		"number of files":          {`{"name":"x","type":"array","role":"reference_images","items":{"min":-1},"media":{"kind":"image"}}`, ``, "items"},
		"a clip of a year":         {`{"name":"x","type":"integer","role":"duration","min":1,"max":31536000}`, ``, "length of a clip"},
		"a clip of a year, listed": {`{"name":"x","type":"integer","role":"duration","enum":[31536000]}`, ``, "length of a clip"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			field := c.field
			if field != "" {
				field = "," + field
			}
			_, err := catalogue.Load([]byte(`{"version":1,"models":[{"provider":"p","id":"i","endpoint_path":"/i","model_in":"path",
				"lifecycle":{"status":"active"},"fields":[{"name":"clip","type":"string","role":"source_video","media":{"kind":"video"}}` + field + `],
				"price":{` + c.price + `}}]}`))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error about %q", err, c.want)
			}
		})
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(`{"version":1,"models":[]}`))
	f.Add([]byte(`{"version":1,"models":[null]}`))
	f.Add([]byte(`{"version":1,"models":[{"provider":"a","id":"b","endpoint_path":"/c","model_in":"path","lifecycle":{"status":"active"},"fields":[{"name":"x","role":"duration","type":"integer","enum":[1,2]}]}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := catalogue.Load(b)
		if err != nil {
			return
		}
		for _, m := range c.All() {
			v := m.Fill(nil)
			catalogue.Validate(m, v, nil)
			catalogue.EstimatePrice(m, v, 0)
			m.Frame(v, 640, 480)
			if _, err := m.Body(v); err != nil && slices.Contains([]string{"path", "body"}, m.ModelIn) {
				t.Errorf("the defaults of %q cannot be written: %v", m.ID, err)
			}
		}
	})
}

func FuzzValue(f *testing.F) {
	for _, s := range []string{`"a"`, `5`, `true`, `["a"]`, `null`, `[]`, `1e3`, `{}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var v, again catalogue.Value
		if json.Unmarshal(b, &v) != nil {
			return
		}
		out, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(out, &again); err != nil || !again.Equal(v) {
			t.Errorf("%s became %s (%v)", b, out, err)
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := catalogue.LoadBuiltIn(assets.Models()); err != nil {
			b.Fatal(err)
		}
	}
}
