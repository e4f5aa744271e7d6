package simulator_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/client/simulator"
	"seedreel/client/usd"
	wavespeed "seedreel/client/wavespeed/simulated"
)

func TestWaveSpeedModels(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var answer struct {
		Code int `json:"code"`
		Data []struct {
			ID      string    `json:"model_id"`
			Type    string    `json:"type"`
			Price   usd.Micro `json:"base_price"`
			Order   int       `json:"sort_order"`
			Formula string    `json:"formula"`
			Schema  struct {
				List []struct {
					Type    string `json:"type"`
					Method  string `json:"method"`
					Server  string `json:"server"`
					Path    string `json:"api_path"`
					Request struct {
						Type       string                    `json:"type"`
						Properties map[string]map[string]any `json:"properties"`
						Required   []string                  `json:"required"`
						Order      []string                  `json:"x-order-properties"`
					} `json:"request_schema"`
				} `json:"api_schemas"`
			} `json:"api_schema"`
		} `json:"data"`
	}
	w := b.do(http.MethodGet, "/api/v3/models", "")
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || w.Code != 200 || answer.Code != 200 {
		t.Fatalf("status %d, %v", w.Code, err)
	}
	want := b.s.Offered(wavespeed.ID)
	if len(answer.Data) != len(want) || len(want) < 50 {
		t.Fatalf("%d models, want %d", len(answer.Data), len(want))
	}
	for i, m := range want {
		got := answer.Data[i]
		x := got.Schema.List[0]
		if got.ID != m.ID || x.Path != m.EndpointPath || x.Type != "model_run" || x.Method != "POST" || x.Server != "http://sim.test" {
			t.Errorf("%s: %+v", m.ID, got)
		}
		var names, required []string
		for _, f := range m.Fields {
			names = append(names, f.Name)
			if f.Required {
				required = append(required, f.Name)
			}
		}
		if !reflect.DeepEqual(x.Request.Order, names) || !slices.Equal(x.Request.Required, required) || len(x.Request.Properties) != len(names) {
			t.Errorf("%s: schema %+v", m.ID, x.Request)
		}
		if i > 0 && got.Order >= answer.Data[i-1].Order {
			t.Errorf("%s: sort_order %d does not fall", m.ID, got.Order)
		}
	}
	lite := answer.Data[slices.IndexFunc(want, func(m *catalogue.Model) bool { return m.ID == liteT2V })]
	if lite.Price != parsed("0.08") || lite.Formula != `{"total_price": base_price * duration / 5}` || lite.Type != "text-to-video" {
		t.Errorf("%s: %s, %s, %s", lite.ID, lite.Price, lite.Formula, lite.Type)
	}
	p := lite.Schema.List[0].Request.Properties
	if p["seed"]["minimum"] != -1.0 || p["seed"]["maximum"] != 2147483647.0 || len(p["aspect_ratio"]["enum"].([]any)) != 7 || p["prompt"]["maxLength"] != 2000.0 {
		t.Errorf("properties %v", p)
	}
	ref := answer.Data[slices.IndexFunc(want, func(m *catalogue.Model) bool { return m.ID == liteRef })]
	images := ref.Schema.List[0].Request.Properties["reference_images"]
	if images["minItems"] != 1.0 || images["maxItems"] != 4.0 || images["x-ui-component"] != "uploaders" || images["type"] != "array" {
		t.Errorf("reference_images %v", images)
	}
}

func TestPrices(t *testing.T) {
	t.Parallel()
	const pro = "bytedance/seedance-v1-pro-fast/text-to-video"
	b := newBench(t)
	tests := []struct {
		name, body string
		status     int
		price      any
	}{
		{"a whole form", `{"model_id":"` + liteT2V + `","inputs":{"prompt":"a","duration":10}}`, 200, 0.16},
		{"a form without its length is the floor", `{"model_id":"` + liteT2V + `","inputs":{"prompt":"a"}}`, 200, 0.08},
		{"no form at all", `{"model_id":"` + liteT2V + `"}`, 200, 0.08},
		{"no form, said so", `{"model_id":"` + liteT2V + `","inputs":null}`, 200, 0.08},
		{"a wrong length is none", `{"model_id":"` + liteT2V + `","inputs":{"duration":"10"}}`, 200, 0.08},
		{"unknown keys do not count", `{"model_id":"` + liteT2V + `","inputs":{"duration":10,"length":20}}`, 200, 0.16},
		{"by resolution", `{"model_id":"` + pro + `","inputs":{"duration":10,"resolution":"1080p"}}`, 200, 0.48},
		{"without the resolution", `{"model_id":"` + pro + `","inputs":{"duration":10}}`, 200, 0.06},
		{"a run", `{"model_id":"` + optimizerID + `","inputs":{"text":"a"}}`, 200, 0.001},
		{"unknown model", `{"model_id":"x"}`, 404, nil},
		{"no model", `{}`, 400, nil},
		{"no JSON", `x`, 400, nil},
		{"inputs are no object", `{"model_id":"` + liteT2V + `","inputs":[1]}`, 400, nil},
		{"nobody published one", `{"model_id":"bytedance/seedance-v1.5-pro/video-extend-fast"}`, 400, nil},
	}
	for _, tt := range tests {
		for path, field := range map[string]string{"/api/v3/model/price": "discounted_price", "/api/v3/model/pricing": "unit_price"} {
			w := b.do(http.MethodPost, path, tt.body)
			got := parse(t, w)
			if w.Code != tt.status {
				t.Errorf("%s at %s: status %d, %v", tt.name, path, w.Code, got)
				continue
			}
			if tt.status == 200 && (got.at(t, "data", field) != tt.price || got.at(t, "data", "currency") != "USD") {
				t.Errorf("%s at %s: %v, want %v", tt.name, path, got, tt.price)
			}
		}
	}
}

// extra is a models file with one model that no catalogue knows.
func extra(t *testing.T) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/extra.json")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestExtraModels(t *testing.T) {
	t.Parallel()
	const id = "bytedance/seedance-9/text-to-video"
	b := newBench(t, func(o *simulator.Options) { o.ExtraModels = extra(t) })
	if w := b.do(http.MethodGet, "/api/v3/models", ""); !strings.Contains(w.Body.String(), id) {
		t.Error("the list lacks it")
	}
	if w := b.do(http.MethodPost, "/api/v3/"+id, `{"prompt":"a","duration":4,"mood":1}`); w.Code != 400 {
		t.Errorf("a wrong length: status %d", w.Code)
	}
	b.submit("/api/v3/"+id, `{"prompt":"a","duration":6}`)
	if task := b.s.Tasks()[0]; task.Model != id || task.Price != parsed("0.6") {
		t.Errorf("task %+v", task)
	}
	if m := clienttest.Catalogue(t).Find(id); m != nil {
		t.Error("the given catalogue was changed")
	}
	if _, err := simulator.New(simulator.Options{Catalogue: catalogue.NewShelf(clienttest.Catalogue(t)), Dialects: all.Dialects(), Now: b.c.Now, ExtraModels: []byte(`{`)}); err == nil {
		t.Error("a broken file was taken")
	}
}

func TestAIMLAPIModels(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	list := func(query string) []any {
		w := b.do(http.MethodGet, "/v1/models"+query, "", "Authorization", "")
		got := parse(t, w)
		if w.Code != 200 || got["object"] != "list" {
			t.Fatalf("%s: status %d", query, w.Code)
		}
		return got["data"].([]any)
	}
	tests := []struct {
		query string
		many  int // -1: more than one
	}{
		{"", -1},
		{"?id=" + aimlPriced, 1},
		{"?id=seedance-2-0", 1},
		{"?id=SEEDANCE-2-0", 1},
		{"?id=seedance-2-0,seedance-1-5-pro", 2},
		{"?id=seedance-2-0&id=seedance-1-5-pro", 2},
		{"?id=none", 0},
		{"?output_modalities=video&capabilities=image_to_video", -1},
		{"?output_modalities=audio", 0},
		{"?input_modalities=image&modalities=video&type=video&tags=playground:video", -1},
	}
	for _, tt := range tests {
		if n := len(list(tt.query)); n != tt.many && (tt.many >= 0 || n < 2) {
			t.Errorf("%s: %d models, want %d", tt.query, n, tt.many)
		}
	}
	plain := list("?id=" + aimlPriced)[0].(map[string]any)
	if plain["pricing"] != nil || plain["capabilities"] != nil || plain["id"] != aimlPriced {
		t.Errorf("without include: %v", plain)
	}
	want := map[string]any{
		"kind": "variants", "dimensions": []any{"resolution"},
		"variants": []any{map[string]any{"when": map[string]any{"resolution": "720p"}, "price": 0.39312, "unit": "second", "per": 1.0}},
	}
	priced := list("?id=seedance-2-0&include=pricing,nonsense")[0].(map[string]any)
	if !reflect.DeepEqual(priced["pricing"], want) || priced["modalities"] != nil {
		t.Errorf("pricing %v, want %v", priced, want)
	}
	if got := list("?id=" + aimlLite + "&include=pricing")[0].(map[string]any)["pricing"]; !reflect.DeepEqual(got, map[string]any{"kind": "variable"}) {
		t.Errorf("a price that nobody knows is %v", got)
	}
	if all := list("?id=" + aimlPriced + "&details=true")[0].(map[string]any); all["modalities"] == nil || all["capabilities"] == nil {
		t.Errorf("all of it: %v", all)
	}
	link, err := url.Parse(plain["info"].(map[string]any)["docsJson"].(string))
	if err != nil || link.Host != "sim.test" {
		t.Fatalf("docsJson %v, %v", link, err)
	}
	checkDocs(t, parse(t, b.do(http.MethodGet, link.RequestURI(), "", "Authorization", "")))
	for _, path := range []string{"/model/none", "/docs-json?model=none", "/docs-json"} {
		if w := b.do(http.MethodGet, path, "", "Authorization", ""); w.Code != 404 {
			t.Errorf("%s: status %d", path, w.Code)
		}
	}
}

func checkDocs(t *testing.T, docs tree) {
	t.Helper()
	schema := docs.at(t, "paths", aimlNew, "post", "requestBody", "content", "application/json", "schema").(map[string]any)
	fields := schema["properties"].(map[string]any)
	if m := fields["model"].(map[string]any); !reflect.DeepEqual(m["enum"], []any{aimlPriced}) {
		t.Errorf("model %v", m)
	}
	if docs["openapi"] != "3.0.0" || fields["prompt"] == nil || fields["duration"] == nil {
		t.Errorf("docs %v", docs)
	}
}

func TestAIMLAPIModelsAreTagged(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, path := range []string{"/v1/models?include=pricing", "/model/" + aimlPriced, "/model/seedance-2-0", "/docs-json?model=" + aimlPriced} {
		first := b.do(http.MethodGet, path, "")
		tag := first.Header().Get("ETag")
		if first.Code != 200 || !strings.HasPrefix(tag, `W/"`) {
			t.Errorf("%s: status %d, tag %q", path, first.Code, tag)
		}
		if again := b.do(http.MethodGet, path, "", "If-None-Match", tag); again.Code != 304 || again.Body.Len() != 0 {
			t.Errorf("%s: status %d with its tag", path, again.Code)
		}
		if again := b.do(http.MethodGet, path, "", "If-None-Match", `W/"old"`); again.Code != 200 {
			t.Errorf("%s: status %d with an old tag", path, again.Code)
		}
	}
}
