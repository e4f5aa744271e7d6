package wavespeed

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/client/live"
	"seedreel/client/rest"
	"seedreel/client/secret"
)

// liveList is a list in the shape of the official tool's source: a known model
// whose price and range changed, a new one, one that makes pictures, the
// optimizer, and unreadable entries.
const liveList = `{"code":200,"message":"success","data":[
 {"model_id":"bytedance/seedance-v1-lite-t2v-480p","name":"Lite","type":"text-to-video","base_price":0.1,"sort_order":5,
  "formula":"{\"total_price\": base_price * duration / 5}",
  "api_schema":{"api_schemas":[
   {"type":"model_result","method":"GET","server":"https://api.wavespeed.ai","api_path":"/api/v3/predictions/{id}/result"},
   {"type":"model_run","method":"POST","server":"https://api.wavespeed.ai","api_path":"/api/v3/bytedance/seedance-v1-lite-t2v-480p",
    "request_schema":{"type":"object","required":["prompt"],"x-order-properties":["prompt","aspect_ratio","duration","camera_fixed","seed"],
     "properties":{"seed":{"type":"integer","minimum":-1,"maximum":2147483647,"default":-1},"prompt":{"type":"string"},
      "aspect_ratio":{"type":"string","enum":["16:9","1:1"],"default":"16:9"},
      "duration":{"type":"integer","minimum":2,"maximum":10,"default":5,"x-ui-component":"slider","step":1},
      "camera_fixed":{"type":"boolean","default":false},"enable_base64_output":{"type":"boolean","default":false}}}}]}},
 {"model_id":"bytedance/seedance-9/image-to-video","name":"Seedance 9","type":"image-to-video","base_price":"0.5","formula":"{\"total_price\": base_price * duration}",
  "api_schema":{"api_schemas":[{"type":"model_run","api_path":"https://evil.example/x","request_schema":{"required":["image"],
   "properties":{"image":{"type":"string","x-ui-component":"uploader"},"tempo":{"type":"string","enum":["slow","fast"],"default":"slow"},
    "duration":{"type":"integer","minimum":3,"maximum":6,"default":4}}}}]}},
 {"model_id":"acme/picture","type":"text-to-image","api_schema":{"api_schemas":[{"request_schema":{"properties":{"prompt":{"type":"string"}}}}]}},
 {"model_id":"wavespeed-ai/prompt-optimizer","type":"llm","base_price":0.002,"api_schema":{"api_schemas":[{"type":"model_run","request_schema":{"properties":{
   "image":{"type":"string","x-ui-component":"uploader"},"text":{"type":"string"},"style":{"type":"string","enum":["default","anime"],"default":"default"},
   "mode":{"type":"string","enum":["image","video"],"default":"image"},"enable_sync_mode":{"type":"boolean"}}}}]}},
 {"model_id":"bytedance/seedance-2.0/text-to-video","type":"text-to-video","api_schema":null},
 {"model_id":"acme/empty","type":"text-to-video"},
 {"model_id":"../balance","type":"text-to-video","api_schema":{"api_schemas":[{"request_schema":{"properties":{"prompt":{"type":"string"}}}}]}},
 null, 7, "x", {"model_id":{}}
]}`

func TestModels(t *testing.T) {
	t.Parallel()
	p := serveAt(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || r.URL.String() != "/api/v3/models" {
			t.Errorf("asked %s %s", r.Method, r.URL)
		}
		_, _ = io.WriteString(w, liveList)
	})
	c := clienttest.Catalogue(t)
	models, err := p.Models(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	after, refused := c.Overlay(models, "2026-11-21")
	var changes []string
	for _, d := range catalogue.Diff(c, after) {
		changes = append(changes, d.String())
	}
	want := []string{
		"bytedance/seedance-v1-lite-t2v-480p: $0.02 a second, was $0.016 a second",
		"bytedance/seedance-v1-lite-t2v-480p: aspect ratio: 16:9, 1:1, was 16:9, 1:1, 21:9, 3:4, 4:3, 9:16, 9:21",
		"bytedance/seedance-v1-lite-t2v-480p: duration: optional, was needed",
		"bytedance/seedance-v1-lite-t2v-480p: duration: 2 to 10, was 2 to 12",
		"wavespeed-ai/prompt-optimizer: $0.002 a clip, was $0.001 a clip",
		"wavespeed-ai/prompt-optimizer: style: anime, default, was anime, artistic, default, photographic, realistic, technical",
		"bytedance/seedance-9/image-to-video: new: Seedance 9",
	}
	if !slices.Equal(changes, want) {
		t.Errorf("changes\n%s\nwant\n%s", strings.Join(changes, "\n"), strings.Join(want, "\n"))
	}
	if n := len(models); n != 5 || len(refused) != 1 || !strings.Contains(refused[0].Error(), "acme/empty") {
		t.Errorf("%d models, refused %v", n, refused)
	}
	if f := after.Find("bytedance/seedance-v1-lite-t2v-480p")[0].FieldNamed("enable_base64_output"); f != nil {
		t.Error("a field that changes the answer's form is in the form")
	}
}

func TestANewModelIsSubmitted(t *testing.T) {
	t.Parallel()
	p := serveAt(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v3/models" {
			_, _ = io.WriteString(w, liveList)
			return
		}
		got, _ := io.ReadAll(r.Body)
		if want := `{"image":"https://e.com/a.png","tempo":"fast","duration":4}`; r.URL.Path != "/api/v3/bytedance/seedance-9/image-to-video" || string(got) != want {
			t.Errorf("posted to %s: %s, want %s", r.URL, got, want)
		}
		_, _ = io.WriteString(w, submitted)
	})
	c := clienttest.Catalogue(t)
	models, err := p.Models(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	c, _ = c.Overlay(models, "2026-11-21")
	m := c.Model(catalogue.Ref{Provider: Name, ID: "bytedance/seedance-9/image-to-video"})
	v := m.Fill(catalogue.Values{catalogue.RoleFirstFrame: catalogue.Media("https://e.com/a.png"), catalogue.PlainRole("tempo"): catalogue.Text("fast")})
	if errs := catalogue.Validate(m, v, nil); len(errs) != 0 {
		t.Error(errs)
	}
	if e := catalogue.EstimatePrice(m, v, 0); e.String() != "$2.00" {
		t.Errorf("price %s, want $2.00", e)
	}
	if got, err := p.Submit(t.Context(), client.Request{Model: m, Values: v}); err != nil || got.ID != id {
		t.Errorf("Submit = %+v, %v", got, err)
	}
}

func TestModelsErrors(t *testing.T) {
	t.Parallel()
	cat := clienttest.Catalogue(t)
	clienttest.Verdicts(t, map[string]client.Kind{
		`200 {"code":200,"data":[]}`:      client.KindUnavailable,
		`200 <html>`:                      client.KindUnavailable,
		`200 {"code":401,"message":"no"}`: client.KindUnauthorized,
		`401 {}`:                          client.KindUnauthorized,
		`500 `:                            client.KindUnavailable,
	}, func(status int, body string) error {
		_, err := serve(t, says(status, body)).Models(t.Context(), cat)
		return err
	})
}

func optimized(status, outputs, more string) string {
	return `{"code":200,"data":{"id":"` + id + `","status":"` + status + `","outputs":[` + outputs + `],"created_at":"2026-11-21T12:00:00Z"` + more + `}}`
}

func TestEnhance(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, body, want string
		status           int
		kind             client.Kind
	}{
		{"text", optimized("completed", `"  A grey cat\nwalks.  "`, ""), "A grey cat\nwalks.", 200, 0},
		{"no text, and paid for", optimized("completed", `"https://e.com/a.png"`, ""), "", 200, client.KindUncertain},
		{"refused", optimized("failed", ``, `,"error":"no","code":1200`), "", 200, client.KindModeration},
		{"no funds", `{"code":400,"message":"Insufficient credits. Please top up."}`, "", 400, client.KindNoFunds},
		{"a gateway that gave up", `<html>504</html>`, "", 504, client.KindUncertain},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var posts atomic.Int32
			p := serve(t, func(w http.ResponseWriter, r *http.Request) {
				posts.Add(1)
				got := asked(t, r, "/api/v3/wavespeed-ai/prompt-optimizer")
				if got["text"] != "a cat" || got["mode"] != "video" || got["enable_sync_mode"] != true || got["image"] != "https://e.com/a.png" {
					t.Errorf("sent %v", got)
				}
				says(tc.status, tc.body)(w, r)
			})
			text, err := p.Enhance(t.Context(), clienttest.Catalogue(t).Optimizer(Name), catalogue.Wish{Text: "a cat", Image: "https://e.com/a.png", Mode: "video"})
			if text != tc.want || client.KindOf(err) != tc.kind || posts.Load() != 1 {
				t.Errorf("Enhance = %q, %v after %d POSTs, want %q, %q after one", text, err, posts.Load(), tc.want, tc.kind)
			}
		})
	}
}

// TestEnhanceWaits: the service ends its sync mode (5004) and the task goes
// on; a broken answer in between costs nothing.
func TestEnhanceWaits(t *testing.T) {
	t.Parallel()
	m := clienttest.Catalogue(t).Optimizer(Name)
	for _, tc := range []struct {
		name        string
		never, gone bool
		want        string
		kind        client.Kind
	}{
		{"comes later", false, false, "better", 0},
		{"never comes", true, false, "", client.KindUnavailable},
		{"is not to be had", false, true, "", client.KindUncertain},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				looks := 0
				l, stop := pipe(t, func(r *http.Request) string {
					if r.Method == http.MethodPost {
						return optimized("processing", "", `,"code":5004,"error":"Sync mode timed out"`)
					}
					switch looks++; {
					case looks == 1:
						return "<html>"
					case tc.gone:
						return `{"code":404,"message":"not found"}`
					case looks < 4 || tc.never:
						return optimized("processing", "", "")
					}
					return optimized("completed", `"better"`, "")
				})
				defer stop()
				p, err := New(rest.Config{Base: "http://localhost", Key: secret.New(canary), Dial: l.dial})
				if err != nil {
					t.Fatal(err)
				}
				defer p.CloseIdle()
				began := time.Now()
				text, err := p.Enhance(t.Context(), m, catalogue.Wish{Text: "a cat"})
				if text != tc.want || client.KindOf(err) != tc.kind || time.Since(began) > 3*time.Minute {
					t.Errorf("Enhance = %q, %v after %v", text, err, time.Since(began))
				}
			})
		})
	}
}

func FuzzModels(f *testing.F) {
	c := clienttest.Catalogue(f)
	n := live.NewNames(c, Name)
	f.Add([]byte(liveList))
	f.Add([]byte(`{"data":{"model_id":"a","base_price":"1e309","formula":"((","type":"i2v","api_schema":{"api_schemas":{"request_schema":{"properties":{"a":{"type":["null","string"]}}}}}}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var e envelope
		if rest.Decode(b, &e) != nil {
			return
		}
		var models []*catalogue.Model
		for _, raw := range rest.List(e.Data) {
			if m := readModel(raw, n, "2026-11"); m != nil {
				models = append(models, m)
			}
		}
		after, _ := c.Overlay(models, "test")
		catalogue.Diff(c, after)
		for _, m := range after.All()[len(c.All()):] {
			if !strings.HasPrefix(m.EndpointPath, prefix) || strings.Contains(m.EndpointPath, "..") {
				t.Errorf("%q leads elsewhere", m.EndpointPath)
			}
		}
	})
}

func FuzzRecords(f *testing.F) {
	m := known(f, seedLite)
	f.Add([]byte(kept("a", seedLite, "2026-11-21T12:00:00Z", `,"inputs":{"seed":1,"duration":"5","prompt":null}`)))
	f.Add([]byte(`{"items":[{"price":1e99,"billing_type":{},"prediction":{"uuid":"x"}}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var it item
		if rest.Object(b, &it) {
			rec := it.record()
			v, _ := m.ReadInputs(rec.Inputs)
			if _, err := m.Body(v); err != nil {
				t.Errorf("values that make no body: %v", err)
			}
		}
		sum := account{id: "x", seen: map[string]bool{}}
		sum.add(b)
		if paid, _ := sum.Total(); !paid.Plausible() {
			t.Errorf("a charge of %v", paid)
		}
		var g price
		if json.Unmarshal(b, &g) == nil {
			if q, err := g.quote("x", nil); err == nil && q.Price <= 0 {
				t.Errorf("a quote of %v", q)
			}
		}
	})
}
