package live_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/client/live"
)

// newcomer is a model unknown to every catalogue, in the words of the
// service's own list (shape from the official tool's source): known names,
// unknown ones, and some that no form can hold.
const newcomer = `{
 "prompt": {"type":"string","description":"What happens","maxLength":1500},
 "image": {"type":"string","x-ui-component":"uploader","description":"First frame"},
 "reference_videos": {"type":"array","items":{"type":"string"},"maxItems":2,"x-ui-component":"uploaders"},
 "mask_video": {"type":"string"},
 "duration": {"type":"number","minimum":3,"maximum":9,"default":6},
 "resolution": {"type":"string","enum":["480p","900p"],"default":"480p"},
 "generate_audio": {"type":"boolean","default":true},
 "shot_count": {"type":"integer","minimum":1,"maximum":4,"default":1,"x-ui-component":"slider"},
 "grade": {"type":"string","enum":["warm","cold"],"default":"warm"},
 "guidance": {"type":"number","minimum":0.5,"maximum":2,"step":0.1},
 "loras": {"type":"array","items":{"type":"object"},"x-ui-component":"loras"},
 "seed": {"type":"integer","minimum":-1,"maximum":2147483647,"default":-1},
 "internal": {"type":"string","x-hidden":true,"default":"v9"},
 "route": {"type":"string","x-hidden":true,"default":"main"}
}`

const (
	refLite = "wavespeed:bytedance/seedance-v1-lite/reference-to-video"
	t2vLite = "wavespeed:bytedance/seedance-v1-lite-t2v-480p"
	i2vAIML = "aimlapi:bytedance/seedance-1-0-lite-i2v"
	i2vLite = "wavespeed:bytedance/seedance-v1-lite-i2v-480p"
	t2v20   = "wavespeed:bytedance/seedance-2.0/text-to-video"
)

func liveModel(t testing.TB, id, props string, required []string, base, formula string) *catalogue.Model {
	t.Helper()
	n := live.NewNames(clienttest.Catalogue(t), "wavespeed")
	fields, skipped, err := n.Fields(id, live.Schema{
		Properties: json.RawMessage(props), Required: required, Order: []string{"image", "prompt"},
	})
	if err != nil {
		t.Fatalf("reading the schema: %v", err)
	}
	m, err := n.Model(live.Entry{
		ID: id, Name: "New", Type: "image-to-video", Path: "/api/v3/" + id, ModelIn: "path",
		Fields: fields, Skipped: skipped, AsOf: "2026-11", Source: "test", Price: catalogue.Price{Basis: "unknown"},
	})
	if err != nil {
		t.Fatalf("making the model: %v", err)
	}
	m.Price = live.ListPrice(m, json.Number(base), formula, "2026-11", "test")
	return m
}

const newID = "acme/reel-9/image-to-video"

func newModel(t testing.TB) *catalogue.Model {
	return liveModel(t, newID, newcomer, []string{"image", "duration", "route"}, "0.3",
		`{"total_price": base_price * duration / 5 * (resolution = "900p" ? 2 : 1)}`)
}

func TestUnknownModelMakesAForm(t *testing.T) {
	t.Parallel()
	m := newModel(t)
	var got []string
	for _, f := range m.Fields {
		got = append(got, f.Name+":"+string(f.Role)+":"+f.Type)
	}
	want := []string{
		"image:first_frame:string", "prompt:prompt:string", "reference_videos:reference_videos:array",
		"mask_video:x:mask_video:string", "duration:duration:integer", "resolution:resolution:string",
		"generate_audio:audio_toggle:boolean", "shot_count:x:shot_count:integer", "grade:x:grade:string",
		"seed:seed:integer", "route:x:route:string",
	}
	if !slices.Equal(got, want) {
		t.Errorf("fields\n%v, want\n%v", got, want)
	}
	if f := m.FieldNamed("mask_video"); f.Media == nil || f.Media.Kind != "video" {
		t.Errorf("mask_video is no video: %+v", f.Media)
	}
	if f := m.FieldNamed("route"); !f.Constant() {
		t.Errorf("the hidden field is a choice: %v", f.Enum)
	}
	if len(m.Notes) != 1 || !strings.Contains(m.Notes[0], "guidance, loras") {
		t.Errorf("notes %v", m.Notes)
	}
	if !m.MakesVideo() || m.Task != "image-to-video" || m.Resolution.Mode != "field" || m.Output.Audio != "toggle" {
		t.Errorf("model %+v", m)
	}
}

func TestUnknownModelIsUsable(t *testing.T) {
	t.Parallel()
	c, refused := clienttest.Catalogue(t).Overlay([]*catalogue.Model{newModel(t)}, "test")
	m := c.Model(catalogue.Ref{Provider: "wavespeed", ID: newID})
	if m == nil || len(refused) != 0 {
		t.Fatalf("not in the catalogue: %v", refused)
	}
	v := m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text("a cat")})
	errs := catalogue.Validate(m, v, nil)
	if len(errs) != 1 || errs[0].Role != catalogue.RoleFirstFrame {
		t.Errorf("Validate without the image: %v", errs)
	}
	v[catalogue.RoleFirstFrame] = catalogue.Media("https://example.com/a.png")
	v[catalogue.PlainRole("shot_count")] = catalogue.Int(9)
	errs = catalogue.Validate(m, v, nil)
	if len(errs) != 1 || errs[0].Error() != "shot count: 9 is outside 1 to 4" {
		t.Errorf("Validate with too many shots: %v", errs)
	}
	v[catalogue.PlainRole("shot_count")] = catalogue.Int(2)
	if errs = catalogue.Validate(m, v, nil); len(errs) != 0 {
		t.Errorf("Validate: %v", errs)
	}
	body, err := m.Body(v)
	want := `{"image":"https://example.com/a.png","prompt":"a cat","duration":6,"resolution":"480p",` +
		`"generate_audio":true,"shot_count":2,"grade":"warm","route":"main"}`
	if err != nil || string(body) != want {
		t.Errorf("Body = %s, %v, want %s", body, err, want)
	}
	if e := catalogue.EstimatePrice(m, v, 0); !e.Known || e.String() != "$0.36" || e.Basis() != "the service's own list, Nov 2026" {
		t.Errorf("estimate %v on %q, want $0.36", e, e.Basis())
	}
}

func TestSchemasThatMakeNoForm(t *testing.T) {
	t.Parallel()
	n := live.NewNames(clienttest.Catalogue(t), "wavespeed")
	many := map[string]any{}
	for i := range 70 {
		many["f"+string(rune('a'+i/26))+string(rune('a'+i%26))] = map[string]string{"type": "string"}
	}
	crowd, err := json.Marshal(many)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ name, props, required string }{
		{"no object", `[1]`, ""},
		{"empty", `{}`, ""},
		{"cut", `{"prompt":{"type":"str`, ""},
		{"there twice", `{"a":{"type":"string"},"a":{"type":"string"}}`, ""},
		{"too many", string(crowd), ""},
		{"a list of objects is needed", `{"loras":{"type":"array","items":{"type":"object"}}}`, "loras"},
		{"decimals are needed", `{"scale":{"type":"number","step":0.5}}`, "scale"},
		{"min above max is needed", `{"shots":{"type":"integer","minimum":5,"maximum":1}}`, "shots"},
	} {
		if f, _, err := n.Fields("acme/x", live.Schema{Properties: json.RawMessage(tc.props), Required: []string{tc.required}}); err == nil {
			t.Errorf("%s: made %+v", tc.name, f)
		}
	}
}

func TestSchemaDialects(t *testing.T) {
	t.Parallel()
	n := live.NewNames(clienttest.Catalogue(t), "aimlapi")
	defs := map[string]string{"#/c/Ratio": `{"type":"string","enum":["16:9","1:1"]}`, "#/c/Loop": `{"$ref":"#/c/Loop"}`}
	s := live.Schema{
		Properties: json.RawMessage(`{
			"duration":{"anyOf":[{"type":"integer","enum":[5,10]},{"type":"null"}],"default":"5"},
			"aspect_ratio":{"$ref":"#/c/Ratio"},
			"image_url":{"type":["string","null"],"format":"uri"},
			"seed":{"allOf":[{"type":"integer"}],"description":"any  number"},
			"loop":{"$ref":"#/c/Loop"},
			"mode":{"const":"pro","type":"string"},
			"source":{"type":"string","x-ui-component":"uploader","x-accept":".mp4,.mov"}}`),
		Resolve: func(ref string) json.RawMessage { return json.RawMessage(defs[ref]) },
	}
	fields, skipped, err := n.Fields("acme/x", s)
	if err != nil || !slices.Equal(skipped, []string{"loop"}) || len(fields) != 6 {
		t.Fatalf("fields %+v, skipped %v, %v", fields, skipped, err)
	}
	if d, ok := fields[0].DefaultValue(); !ok || !d.Equal(catalogue.Int(5)) || fields[0].Role != catalogue.RoleDuration || len(fields[0].Options()) != 2 {
		t.Errorf("duration %+v", fields[0])
	}
	if len(fields[1].Options()) != 2 || fields[2].Media == nil || fields[2].Role != catalogue.RoleFirstFrame {
		t.Errorf("ratio %+v, image %+v", fields[1], fields[2])
	}
	if fields[5].Media == nil || fields[5].Media.Kind != "video" {
		t.Errorf("source %+v", fields[5])
	}
	if fields[3].Note != "any number" || !fields[4].Constant() {
		t.Errorf("seed %+v, mode %+v", fields[3], fields[4])
	}
}

// TestNamesComeFromTheData checks the table against the catalogue itself: a
// schema written from a catalogue's model gives the same roles back.
func TestNamesComeFromTheData(t *testing.T) {
	t.Parallel()
	c := clienttest.Catalogue(t)
	var live []*catalogue.Model
	for _, m := range c.All() {
		if m.Provider == "wavespeed" {
			live = append(live, reread(t, c, m))
		}
	}
	after, refused := c.Overlay(live, "test")
	if len(refused) != 0 {
		t.Errorf("refused: %v", refused)
	}
	for _, d := range catalogue.Diff(c, after) {
		t.Errorf("the same list gives a change: %s", d)
	}
	for _, m := range c.All() {
		now := after.Model(m.Ref())
		if len(now.FrameSizes) != len(m.FrameSizes) || now.Output != m.Output || now.Lifecycle.Replacement != m.Lifecycle.Replacement {
			t.Errorf("%s lost what only the catalogue knows", m.ID)
		}
		if f, k := now.Field(catalogue.RoleFirstFrame), m.Field(catalogue.RoleFirstFrame); f != nil && (f.Media.MaxMB == nil || *f.Media.MaxMB != *k.Media.MaxMB) {
			t.Errorf("%s lost the limits of its image", m.ID)
		}
	}
}

// reread encodes a model as the service's list would and reads it again.
func reread(t *testing.T, c *catalogue.Catalogue, m *catalogue.Model) *catalogue.Model {
	t.Helper()
	props := map[string]map[string]any{}
	var order, required []string
	for _, f := range m.Fields {
		p := map[string]any{"type": f.Type}
		for k, v := range map[string]any{"minimum": f.Min, "maximum": f.Max, "default": f.Default, "enum": f.Enum, "maxLength": f.MaxLength} {
			if s, err := json.Marshal(v); err == nil && string(s) != "null" {
				p[k] = v
			}
		}
		if f.Items != nil {
			p["items"], p["maxItems"] = map[string]string{"type": "string"}, f.Items.Max
		}
		props[f.Name] = p
		order = append(order, f.Name)
		if f.Required {
			required = append(required, f.Name)
		}
	}
	raw, err := json.Marshal(props)
	if err != nil {
		t.Fatal(err)
	}
	n := live.NewNames(c, m.Provider)
	fields, skipped, err := n.Fields(m.ID, live.Schema{Properties: raw, Required: required, Order: order})
	if err != nil || len(skipped) != 0 {
		t.Fatalf("%s: skipped %v, %v", m.ID, skipped, err)
	}
	live, err := n.Model(live.Entry{ID: m.ID, Type: m.Task, Path: m.EndpointPath, ModelIn: "path", Fields: fields, Source: "test", Price: catalogue.Price{Basis: "unknown"}})
	if err != nil {
		t.Fatal(err)
	}
	return live
}

func TestRelated(t *testing.T) {
	t.Parallel()
	n := live.NewNames(clienttest.Catalogue(t), "wavespeed")
	for id, want := range map[string]bool{
		"bytedance/seedance-3.0/text-to-video": true, "bytedance/seedance-v1-lite-t2v-480p": true,
		"wavespeed-ai/prompt-optimizer": true, "acme/seedance-1": false, "wavespeed-ai/wan-2.2": false, "": false,
	} {
		if got := n.Related(id); got != want {
			t.Errorf("Related(%q) = %t", id, got)
		}
	}
}

func TestHostileIDs(t *testing.T) {
	t.Parallel()
	n := live.NewNames(clienttest.Catalogue(t), "wavespeed")
	for _, id := range []string{"", "/a", "a/../b", "a//b", "a b", "a?b", "a\x1b[2J", "a/", strings.Repeat("a", 300), "á"} {
		if m, err := n.Model(live.Entry{ID: id, Path: "/x", ModelIn: "path"}); err == nil {
			t.Errorf("%q makes a model: %v", id, m.ID)
		}
	}
}

func FuzzSchema(f *testing.F) {
	c := clienttest.Catalogue(f)
	n := live.NewNames(c, "wavespeed")
	f.Add([]byte(newcomer))
	f.Add([]byte(`{"a":{"anyOf":[{"type":"null"},{"type":"integer","minimum":1e300}]},"b":{"type":"array","items":{"type":"string"}}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		fields, _, err := n.Fields("acme/x", live.Schema{Properties: raw})
		if err != nil {
			return
		}
		m, err := n.Model(live.Entry{ID: "acme/x", Type: "text-to-video", Path: "/api/v3/acme/x", ModelIn: "path", Fields: fields})
		if err != nil || len(fields) == 0 {
			return
		}
		m.Price = live.ListPrice(m, "0.1", `{"total_price": base_price * duration}`, "2026-11", "test")
		v := m.Fill(nil)
		catalogue.Validate(m, v, nil)
		catalogue.EstimatePrice(m, v, 0)
		body, err := m.Body(v)
		if err != nil || !json.Valid(body) {
			t.Fatalf("the form's own defaults make no body: %s, %v", body, err)
		}
		data, err := catalogue.EncodeModels([]*catalogue.Model{m}, "2026-11-21")
		if err != nil {
			t.Fatal(err)
		}
		again, err := catalogue.DecodeModels(data)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		if _, refused := c.Overlay(again, "test"); len(refused) != 0 {
			t.Fatalf("refused: %v", refused)
		}
	})
}
