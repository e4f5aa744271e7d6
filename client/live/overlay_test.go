package live_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/client/usd"
)

// changed returns a copy of a catalogue's model, edited as a service might.
func changed(t *testing.T, id string, edit func(m *catalogue.Model)) *catalogue.Model {
	t.Helper()
	m := *clienttest.Model(t, id)
	m.Fields = slices.Clone(m.Fields)
	m.Price = catalogue.Price{Basis: "unknown"}
	edit(&m)
	return &m
}

func overlaid(t *testing.T, id string, edit func(m *catalogue.Model)) (*catalogue.Model, []string) {
	t.Helper()
	before := clienttest.Catalogue(t)
	live := changed(t, id, edit)
	after, refused := before.Overlay([]*catalogue.Model{live}, "test")
	if len(refused) != 0 {
		t.Fatal(refused)
	}
	var texts []string
	for _, c := range catalogue.Diff(before, after) {
		texts = append(texts, c.Kind.String()+" | "+c.String())
	}
	return after.Model(live.Ref()), texts
}

func field(m *catalogue.Model, name string) *catalogue.Field {
	for i := range m.Fields {
		if m.Fields[i].Name == name {
			return &m.Fields[i]
		}
	}
	return nil
}

func TestDiff(t *testing.T) {
	t.Parallel()
	ten, two, usd := int64(10), 2, usd.Micro(20_000)
	for _, tc := range []struct {
		name, id string
		edit     func(m *catalogue.Model)
		want     []string
	}{
		{"nothing", t2vLite, func(*catalogue.Model) {}, nil},
		{"options", t2vLite, func(m *catalogue.Model) {
			field(m, "duration").Enum = []any{5.0, 10.0}
		}, []string{"options | bytedance/seedance-v1-lite-t2v-480p: duration: 5, 10, was 2 to 12"}},
		{"range", t2v20, func(m *catalogue.Model) {
			field(m, "duration").Max = &ten
		}, []string{"options | bytedance/seedance-2.0/text-to-video: duration: 4 to 10, was 4 to 15"}},
		{"list", refLite, func(m *catalogue.Model) {
			items := *field(m, "reference_images").Items
			items.Max = &two
			field(m, "reference_images").Items = &items
		}, []string{"range | bytedance/seedance-v1-lite/reference-to-video: reference images: at most 2, was at most 4"}},
		{"price", t2vLite, func(m *catalogue.Model) {
			m.Price = catalogue.Price{Basis: "second", Rows: []catalogue.PriceRow{{PerOutputSecond: &usd, Confidence: "live"}}}
		}, []string{"price | bytedance/seedance-v1-lite-t2v-480p: $0.02 a second, was $0.016 a second"}},
		{"a field goes and one comes", i2vLite, func(m *catalogue.Model) {
			m.Fields = slices.DeleteFunc(m.Fields, func(f catalogue.Field) bool { return f.Name == "last_image" })
			m.Fields = append(m.Fields, catalogue.Field{Name: "mood", Type: "string", Role: catalogue.PlainRole("mood")})
		}, []string{
			"field | bytedance/seedance-v1-lite-i2v-480p: new field mood",
			"field | bytedance/seedance-v1-lite-i2v-480p: field last_image is gone",
		}},
		{"needed and default", t2v20, func(m *catalogue.Model) {
			field(m, "aspect_ratio").Required = true
			field(m, "resolution").Default = "480p"
		}, []string{
			"field | bytedance/seedance-2.0/text-to-video: aspect ratio: needed, was optional",
			"default | bytedance/seedance-2.0/text-to-video: resolution: 480p by default, was 720p by default",
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, got := overlaid(t, tc.id, tc.edit)
			if !slices.Equal(got, tc.want) {
				t.Errorf("changes\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tc.want, "\n"))
			}
		})
	}
}

func TestOverlayKeepsWhatTheListDoesNotSay(t *testing.T) {
	t.Parallel()
	m, _ := overlaid(t, i2vLite, func(m *catalogue.Model) {
		m.FrameSizes, m.Lifecycle, m.DisplayName = nil, catalogue.Lifecycle{Status: catalogue.LifeActive}, "odd"
		m.Output = catalogue.OutputSpec{Container: "mp4"}
		for i := range m.Fields {
			f := &m.Fields[i]
			f.Role, f.MaxLength, f.Unit, f.Sentinels, f.Note = catalogue.PlainRole(f.Name), nil, "", nil, ""
			if f.Media != nil {
				f.Media = &catalogue.MediaSpec{Kind: f.Media.Kind, Accepts: []string{"url"}}
			}
		}
	})
	if _, _, ok := m.Frame(catalogue.Values{catalogue.RoleAspectRatio: catalogue.Text("16:9")}, 0, 0); !ok {
		t.Error("the frame's size is lost")
	}
	if m.Output.FPS != 24 || m.Lifecycle.Status != catalogue.LifeRetiring || m.Lifecycle.Replacement == "" || m.DisplayName == "odd" {
		t.Errorf("lost: %+v %+v %q", m.Output, m.Lifecycle, m.DisplayName)
	}
	image, prompt, seed := m.Field(catalogue.RoleFirstFrame), m.Field(catalogue.RolePrompt), m.Field(catalogue.RoleSeed)
	if image == nil || *image.Media.MaxMB != 10 || prompt == nil || *prompt.MaxLength != 2000 || seed == nil || len(seed.Sentinels) != 1 {
		t.Errorf("lost: %+v %+v %+v", image, prompt, seed)
	}
	if len(m.Constraints) != 1 {
		t.Errorf("lost: %+v", m.Constraints)
	}
}

func TestOverlayWithoutSchemaTakesThePrice(t *testing.T) {
	t.Parallel()
	usd := usd.Micro(99)
	m, _ := overlaid(t, t2v20, func(m *catalogue.Model) {
		m.Fields = nil
		m.Price = catalogue.Price{Basis: "second", Rows: []catalogue.PriceRow{{
			When: map[string]any{"has_video_input": false}, PerOutputSecond: &usd, Confidence: "live",
		}}}
	})
	if len(m.Fields) != len(clienttest.Model(t, t2v20).Fields) {
		t.Fatal("the fields are lost")
	}
	v := m.Fill(nil)
	if e := catalogue.EstimatePrice(m, v, 0); e.Total != 99*5 {
		t.Errorf("live price: %v", e)
	}
	v[catalogue.RoleReferenceVideos] = catalogue.Media("https://example.com/a.mp4")
	if e := catalogue.EstimatePrice(m, v, 4); !e.Known || e.Total != 9*150_000 {
		t.Errorf("the list's price of clips from a video is lost: %v", e)
	}
}

func TestOverlayAddsAndRefuses(t *testing.T) {
	t.Parallel()
	c := clienttest.Catalogue(t)
	empty := &catalogue.Model{Provider: "wavespeed", ID: "acme/none", EndpointPath: "/x", ModelIn: "path", Output: catalogue.OutputSpec{Container: "mp4"}}
	picture := *empty
	picture.ID, picture.Output = "acme/picture", catalogue.OutputSpec{}
	broken := newModel(t)
	broken.ModelIn = "nowhere"
	after, refused := c.Overlay([]*catalogue.Model{newModel(t), empty, &picture, broken}, "test")
	if len(after.All()) != len(c.All())+1 || after.All()[len(c.All())].ID != newID {
		t.Errorf("%d models, want one more than %d, at the end", len(after.All()), len(c.All()))
	}
	if len(refused) != 2 || !errors.Is(refused[0], catalogue.ErrNoForm) || !strings.Contains(refused[1].Error(), "twice") {
		t.Errorf("refused %v", refused)
	}
	if c.Model(catalogue.Ref{Provider: "wavespeed", ID: newID}) != nil {
		t.Error("the first catalogue changed")
	}
}

func TestModelsTheListLacks(t *testing.T) {
	t.Parallel()
	c := clienttest.Catalogue(t)
	var all []*catalogue.Model
	for _, m := range c.All() {
		if m.Provider == "wavespeed" && m.ID != "bytedance/seedance-2.0/text-to-video" {
			live := *m
			all = append(all, &live)
		}
	}
	after, _ := c.Overlay(all, "test")
	if m := after.Find(t2v20)[0]; m.Lifecycle.Status != catalogue.LifeRetiring || !strings.Contains(m.Lifecycle.Note, "not in the service's own list") {
		t.Errorf("a model that is gone: %+v", m.Lifecycle)
	}
	if m := after.Find("aimlapi:bytedance/seedance-2-0")[0]; m.Lifecycle.Status != catalogue.LifeActive {
		t.Errorf("the other service's model: %+v", m.Lifecycle)
	}
	after, _ = c.Overlay(all[:3], "test")
	if m := after.Find(t2v20)[0]; m.Lifecycle.Status != catalogue.LifeActive {
		t.Errorf("part of a list retires models: %+v", m.Lifecycle)
	}
	back := *c.Find(i2vAIML)[0]
	back.Lifecycle = catalogue.Lifecycle{Status: catalogue.LifeActive}
	after, _ = c.Overlay([]*catalogue.Model{&back}, "test")
	if m := after.Find(i2vAIML)[0]; m.Lifecycle.Status != catalogue.LifeRetiring || m.Lifecycle.Replacement == "" && back.Lifecycle.Replacement != "" {
		t.Errorf("a retired model that is listed: %+v", m.Lifecycle)
	}
}

func TestModelsGoThroughAFile(t *testing.T) {
	t.Parallel()
	c := clienttest.Catalogue(t)
	data, err := catalogue.EncodeModels(append(slices.Clone(c.All()), newModel(t)), "2026-11-21")
	if err != nil {
		t.Fatal(err)
	}
	models, err := catalogue.DecodeModels(data)
	if err != nil || len(models) != len(c.All())+1 {
		t.Fatalf("%d models, %v", len(models), err)
	}
	direct, _ := c.Overlay([]*catalogue.Model{newModel(t)}, "test")
	merged, err := c.Merge(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range catalogue.Diff(direct, merged) {
		t.Errorf("the file changes %s", d)
	}
}
