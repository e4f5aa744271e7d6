package simulator_test

import (
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	aimlapi "seedreel/client/aimlapi/simulated"
	"seedreel/client/catalogue"
	"seedreel/client/simulator"
)

func TestRefusals(t *testing.T) {
	t.Parallel()
	ws := func(model string) string { return "/api/v3/" + model }
	tests := []struct {
		name, method, path, body, key string
		status                        int
		says                          string
	}{
		{"wavespeed without a key", "POST", ws(liteT2V), `{}`, "", 401, "API key"},
		{"wavespeed with another scheme", "POST", ws(liteT2V), `{}`, "Basic x", 401, "API key"},
		{"wavespeed with an empty key", "POST", ws(liteT2V), `{}`, "Bearer  ", 401, "API key"},
		{"wavespeed poll without a key", "GET", "/api/v3/predictions/x/result", "", "", 401, "API key"},
		{"unknown model", "POST", ws("bytedance/none"), `{}`, "k", 404, "Model not found"},
		{"unknown prediction", "GET", "/api/v3/predictions/x/result", "", "k", 404, "not found"},
		{"endpoint not offered", "GET", "/api/v3/account/usage", "", "k", 404, "Not found"},
		{"no JSON", "POST", ws(liteT2V), `{`, "k", 400, "JSON"},
		{"missing prompt", "POST", ws(liteT2V), `{"duration":5}`, "k", 400, "Missing required parameter: prompt"},
		{"blank prompt", "POST", ws(liteT2V), `{"prompt":" ","duration":5}`, "k", 400, "prompt"},
		{"missing duration", "POST", ws(liteT2V), `{"prompt":"a"}`, "k", 400, "duration"},
		{"duration too long", "POST", ws(liteT2V), `{"prompt":"a","duration":13}`, "k", 400, "must be one of: 2, 3"},
		{"duration as text", "POST", ws(liteT2V), `{"prompt":"a","duration":"5"}`, "k", 400, "must be of type integer, got string"},
		{"duration with a fraction", "POST", ws(liteT2V), `{"prompt":"a","duration":5.5}`, "k", 400, "integer"},
		{"ratio not listed", "POST", ws(liteT2V), `{"prompt":"a","duration":5,"aspect_ratio":"5:4"}`, "k", 400, "aspect_ratio"},
		{"seed too large", "POST", ws(liteT2V), `{"prompt":"a","duration":5,"seed":2147483648}`, "k", 400, "seed must be less"},
		{"seed too small", "POST", ws(liteT2V), `{"prompt":"a","duration":5,"seed":-2}`, "k", 400, "seed must be greater"},
		{"camera as text", "POST", ws(liteT2V), `{"prompt":"a","duration":5,"camera_fixed":"true"}`, "k", 400, "boolean"},
		{"prompt too long", "POST", ws(liteT2V), `{"prompt":"` + strings.Repeat("ä", 2001) + `","duration":5}`, "k", 400, "2000"},
		{"missing image", "POST", ws(liteI2V), `{"prompt":"a"}`, "k", 400, "image"},
		{"image is no link", "POST", ws(liteI2V), `{"image":"/home/me/a.png"}`, "k", 400, "URL"},
		{"image is a file link", "POST", ws(liteI2V), `{"image":"file:///etc/passwd"}`, "k", 400, "URL"},
		{"image is not base64", "POST", ws(liteI2V), `{"image":"data:image/png;base64,%%"}`, "k", 400, "base64"},
		{"image is text", "POST", ws(liteI2V), `{"image":"data:image/png;base64,aGVsbG8="}`, "k", 400, "not an image"},
		{"image says it is text", "POST", ws(liteI2V), `{"image":"data:text/plain;base64,aGVsbG8="}`, "k", 400, "not image"},
		{"image upload that is not there", "POST", ws(liteI2V), `{"image":"http://sim.test/files/uploads/00/a.png"}`, "k", 400, "fetched"},
		{"no references", "POST", ws(liteRef), `{"prompt":"a","reference_images":[]}`, "k", 400, "reference_images"},
		{"five references", "POST", ws(liteRef), `{"prompt":"a","reference_images":["http://a/1","http://a/2","http://a/3","http://a/4","http://a/5"]}`, "k", 400, "at most 4"},
		{"references as text", "POST", ws(liteRef), `{"prompt":"a","reference_images":"http://a/1"}`, "k", 400, "array"},
		{"aimlapi without a key", "POST", aimlOld, `{}`, "", 401, "valid API key"},
		{"aimlapi path not offered", "GET", "/v2/files", "", "k", 404, "Cannot GET /v2/files"},
		{"aimlapi without a model", "POST", aimlNew, `{}`, "k", 400, "model: Required"},
		{"aimlapi unknown model", "POST", aimlNew, `{"model":"x"}`, "k", 404, "No endpoints found"},
		{"aimlapi no JSON", "POST", aimlNew, `[]`, "k", 400, "model"},
		{"aimlapi missing prompt", "POST", aimlOld, `{"model":"` + aimlLite + `","image_url":"http://a/1"}`, "k", 400, "prompt: Required"},
		{"aimlapi duration", "POST", aimlOld, `{"model":"` + aimlLite + `","image_url":"http://a/1","prompt":"a","duration":7}`, "k", 400, "Invalid enum value. Expected '5' | '10', received '7'"},
		{"aimlapi camera", "POST", aimlOld, `{"model":"` + aimlLite + `","image_url":"http://a/1","prompt":"a","camera_fixed":3}`, "k", 400, "Expected boolean, received number"},
		{"last image without a first", "POST", aimlNew, `{"model":"bytedance/seedance-1-0-pro-i2v","prompt":"a","last_image_url":"http://a/1"}`, "k", 400, "image_url: Required"},
		{"nothing to refer to", "POST", ws("bytedance/seedance-2.0/reference-to-video-turbo"), `{"prompt":"a"}`, "k", 400, "at least one of"},
		{"aimlapi poll without an id", "GET", aimlOld, "", "k", 400, "generation_id"},
		{"aimlapi poll of an unknown id", "GET", aimlOld + "?generation_id=x", "", "k", 404, "not found"},
	}
	b := newBench(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			key := tt.key
			if key == "k" {
				key = "Bearer k"
			}
			w := b.do(tt.method, tt.path, tt.body, "Authorization", key)
			got := parse(t, w)
			message, _ := got["message"].(string)
			if w.Code != tt.status || !strings.Contains(message, tt.says) {
				t.Fatalf("status %d, message %q; want %d and %q", w.Code, message, tt.status, tt.says)
			}
			number := "code"
			if strings.HasPrefix(tt.path, "/v2") {
				number = "statusCode"
				if path, _, _ := strings.Cut(tt.path, "?"); got["path"] != path || got["requestId"] == "" || got["timestamp"] == "" {
					t.Errorf("the shape is not the service's: %v", got)
				}
			}
			if got[number] != float64(tt.status) {
				t.Errorf("%s is %v in the body", number, got[number])
			}
		})
	}
	t.Cleanup(func() {
		if n := len(b.s.Tasks()); n != 0 {
			t.Errorf("%d tasks were accepted", n)
		}
	})
}

func TestTheFourSystems(t *testing.T) {
	t.Parallel()
	image := sample(t, "lake.jpg", "image/jpeg")
	tests := []struct {
		name, path, body      string
		width, height, second int
	}{
		{"reference to video", "/api/v3/" + liteRef, `{"prompt":"a","reference_images":["` + image + `","http://a/b.png"],"duration":3,"seed":7}`, 1248, 704, 3},
		{"text to video", "/api/v3/" + liteT2V, `{"prompt":"a","aspect_ratio":"9:16","duration":2,"camera_fixed":true,"seed":7}`, 480, 864, 2},
		{"image to video, old path", aimlOld, `{"model":"` + aimlLite + `","image_url":"` + image + `","prompt":"a","resolution":"480p","duration":10,"seed":7}`, 736, 544, 10},
		{"image to video, new path", aimlNew, `{"model":"` + aimlLite + `","image_url":"http://a/b","prompt":"a","resolution":"720p","duration":5,"seed":7}`, 1248, 704, 5},
		{"first and last image", "/api/v3/" + liteI2V, `{"image":"http://a/b","last_image":"http://a/c","prompt":"a","duration":12,"aspect_ratio":"1:1","seed":7}`, 640, 640, 12},
		{"first image alone", "/api/v3/" + liteI2V, `{"image":"` + image + `","seed":7}`, 736, 544, 5},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			id := b.submit(tt.path, tt.body)
			b.c.Add(10 * time.Minute)
			var link string
			if strings.HasPrefix(tt.path, "/api") {
				got := b.wavespeed(id)
				if got["status"] != "completed" || !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(id) {
					t.Fatalf("task %v: %v", id, got)
				}
				link = got["outputs"].([]any)[0].(string)
			} else {
				got := b.aimlapi(id)
				if got["status"] != "completed" || len(id) != 21 {
					t.Fatalf("task %v: %v", id, got)
				}
				link = got.at(t, "video", "url").(string)
			}
			w := b.fetch(link)
			if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "video/mp4" {
				t.Fatalf("fetching the clip: status %d, %v", w.Code, w.Header())
			}
			checkClip(t, w.Body.Bytes(), tt.width, tt.height, tt.second)
			if task := b.s.Tasks()[0]; task.ID != id || task.Seed != 7 || task.Path != tt.path {
				t.Errorf("the record is %+v", task)
			}
		})
	}
}

func TestWaveSpeedStatusOverTime(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, prompt string
		within       [2]time.Duration // of the end
		status       string
		code         any
	}{
		{"a short one", "a lake", [2]time.Duration{20 * time.Second, 45 * time.Second}, "completed", nil},
		{"slow", "a lake, simulate slow", [2]time.Duration{80 * time.Second, 180 * time.Second}, "completed", nil},
		{"moderated", "SIMULATE moderation", [2]time.Duration{8 * time.Second, 18 * time.Second}, "failed", 1200.0},
		{"broken", "simulate failure", [2]time.Duration{12 * time.Second, 27 * time.Second}, "failed", 1403.0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			id := b.submit("/api/v3/"+liteT2V, fmt.Sprintf(`{"prompt":%q,"duration":5}`, tt.prompt))
			var words []string
			took := time.Duration(0)
			for ; took < 5*time.Minute; took += time.Second {
				got := b.wavespeed(id)
				word := got["status"].(string)
				if len(words) == 0 || words[len(words)-1] != word {
					words = append(words, word)
				}
				if word == tt.status {
					if got["code"] != tt.code {
						t.Errorf("code %v, want %v", got["code"], tt.code)
					}
					break
				}
				if len(got["outputs"].([]any)) != 0 || got["error"] != "" {
					t.Fatalf("outputs or an error before the end: %v", got)
				}
				b.c.Add(time.Second)
			}
			if want := []string{"created", "processing", tt.status}; !reflect.DeepEqual(words, want) {
				t.Errorf("statuses %v, want %v", words, want)
			}
			if took < tt.within[0] || took > tt.within[1] {
				t.Errorf("took %v, want %v", took, tt.within)
			}
		})
	}
}

func TestWaveSpeedPrediction(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(o *simulator.Options) { o.Speed = 10 })
	id := b.submit("/api/v3/"+liteT2V, `{"prompt":"a","duration":5,"no_such_key":1,"seed":-1}`)
	short := parse(t, b.do(http.MethodGet, "/api/v3/predictions/"+id, "")).at(t, "data", "status")
	b.c.Add(6 * time.Second) // a tenth of the time
	got := b.wavespeed(id)
	if short != "created" || got["status"] != "completed" {
		t.Errorf("short path: %v; later: %v", short, got["status"])
	}
	if got["created_at"] != "2026-11-21T10:00:00.000000123Z" {
		t.Errorf("created_at %v", got["created_at"])
	}
	if ms := got.at(t, "timings", "inference").(float64); ms < 1000 || ms > 6000 {
		t.Errorf("inference took %v ms", ms)
	}
	if want := "http://sim.test/api/v3/predictions/" + id + "/result"; got.at(t, "urls", "get") != want {
		t.Errorf("urls: %v", got["urls"])
	}
	if !reflect.DeepEqual(got["has_nsfw_contents"], []any{false}) {
		t.Errorf("has_nsfw_contents %v", got["has_nsfw_contents"])
	}
	task := b.s.Tasks()[0]
	if !reflect.DeepEqual(task.Dropped, []string{"no_such_key"}) || task.Seed < 0 {
		t.Errorf("the record is %+v", task)
	}
	b.c.Add(simulator.Retention - 5*time.Second) // a second after the prediction's end, before the clip's
	if w := b.do(http.MethodGet, "/api/v3/predictions/"+id+"/result", ""); w.Code != http.StatusNotFound {
		t.Errorf("after its retention: status %d", w.Code)
	}
	if w := b.fetch(got["outputs"].([]any)[0].(string)); w.Code != http.StatusOK {
		t.Errorf("the output ends with the prediction, before its own time: %d", w.Code)
	}
	b.c.Add(time.Minute)
	if w := b.fetch(got["outputs"].([]any)[0].(string)); w.Code != http.StatusNotFound {
		t.Errorf("output after its retention: status %d", w.Code)
	}
}

func TestEverySubmitIsATask(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	one := b.submit("/api/v3/"+liteT2V, `{"prompt":"a","duration":5}`)
	two := b.submit("/api/v3/"+liteT2V, `{"prompt":"a","duration":5}`)
	if one == two || len(b.s.Tasks()) != 2 {
		t.Errorf("ids %s, %s, %d tasks", one, two, len(b.s.Tasks()))
	}
}

func TestAIMLAPICreate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body, header string
		values             catalogue.Values
		spelt              string
		request            string
	}{
		{
			"text for a number, the other spelling", `{"model":"M","prompt":"a","image_url":"http://a/b","duration":"5","camerafixed":"true"}`, "job-1",
			catalogue.Values{
				catalogue.RolePrompt: catalogue.Text("a"), catalogue.RoleFirstFrame: catalogue.Media("http://a/b"),
				catalogue.RoleDuration: catalogue.Int(5), catalogue.RoleCameraFixed: catalogue.Bool(true),
			},
			"camerafixed", "job-1",
		},
		{
			"the plain way, a bad request id", `{"model":"M","prompt":"a","image_url":"http://a/b","camera_fixed":false}`, "job 1",
			catalogue.Values{
				catalogue.RolePrompt: catalogue.Text("a"), catalogue.RoleFirstFrame: catalogue.Media("http://a/b"),
				catalogue.RoleCameraFixed: catalogue.Bool(false),
			},
			"", "",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			w := b.do(http.MethodPost, aimlOld, strings.Replace(tt.body, `"M"`, `"`+aimlLite+`"`, 1), "X-Client-Request-Id", tt.header)
			got := parse(t, w)
			if w.Code != http.StatusOK || got["status"] != "queued" || w.Header().Get("X-Inference-Id") != got["id"] {
				t.Fatalf("status %d: %v, %v", w.Code, got, w.Header())
			}
			task := b.s.Tasks()[0]
			if !reflect.DeepEqual(task.Values, tt.values) || task.Spelt[catalogue.RoleCameraFixed] != tt.spelt {
				t.Errorf("the record is %+v", task)
			}
			if task.ClientRequestID != tt.request || w.Header().Get("X-Client-Request-Id") != tt.request {
				t.Errorf("request id %q, echoed %q", task.ClientRequestID, w.Header().Get("X-Client-Request-Id"))
			}
			if got["meta"] != nil {
				t.Errorf("a charge although the catalogue knows no price: %v", got["meta"])
			}
		})
	}
}

func TestAIMLAPICharge(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, m := range b.s.Catalogue().All() {
		v := catalogue.Values{catalogue.RoleResolution: catalogue.Text("720p"), catalogue.RoleDuration: catalogue.Int(5)}
		e := catalogue.EstimatePrice(m, v, 0)
		if m.Provider != aimlapi.ID || !e.Known {
			continue
		}
		w := b.do(http.MethodPost, aimlNew, `{"model":"`+m.ID+`","prompt":"a","resolution":"720p","duration":5}`)
		got := parse(t, w)
		if got.at(t, "meta", "usage", "credits_used") != float64(e.Total*2) || w.Header().Get("X-Aimlapi-Credits-Used") == "" {
			t.Errorf("%s costs %s, charged %v", m.ID, e.Total, got["meta"])
		}
		return
	}
	t.Error("the catalogue has no priced model to try this with")
}

func TestAIMLAPIStatusOverTime(t *testing.T) {
	t.Parallel()
	for prompt, want := range map[string]string{"a": "", "simulate moderation": "ContentPolicy", "simulate failure": "GenerationError"} {
		b := newBench(t)
		id := b.submit(aimlNew, `{"model":"`+aimlLite+`","prompt":"`+prompt+`","image_url":"http://a/b","resolution":"480p"}`)
		words := []any{b.aimlapi(id)["status"]}
		b.c.Add(7 * time.Second)
		words = append(words, b.aimlapi(id)["status"])
		b.c.Add(time.Minute)
		last := b.aimlapi(id)
		words = append(words, last["status"])
		end := "completed"
		if want != "" {
			end = "error"
			if last.at(t, "error", "name") != want || last.at(t, "error", "message") == "" {
				t.Errorf("%s: error %v", prompt, last["error"])
			}
		}
		if !reflect.DeepEqual(words, []any{"queued", "generating", end}) {
			t.Errorf("%s: statuses %v", prompt, words)
		}
	}
}

func TestServicesDoNotSeeEachOther(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.submit("/api/v3/"+liteT2V, `{"prompt":"a","duration":5}`)
	if w := b.do(http.MethodGet, aimlNew+"?generation_id="+id, ""); w.Code != http.StatusNotFound {
		t.Errorf("the other service knows the task: %s", w.Body)
	}
}

func TestRetiredModelsAreStillMade(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	tried := 0
	for _, m := range b.s.Catalogue().All() {
		if m.Lifecycle.Status != catalogue.LifeRetired {
			continue
		}
		tried++
		// Each service takes its own of these and drops the others.
		element := `{"type":"text","text":"a"}`
		if m.Field(catalogue.RoleFirstFrame) != nil {
			element = `{"type":"image_url","image_url":{"url":"http://a/b"}}`
		}
		body := `{"model":"` + m.ID + `","prompt":"a","duration":5,"image":"http://a/b","image_url":"http://a/b","content":[` + element + `]}`
		if w := b.do(http.MethodPost, m.EndpointPath, body); w.Code != http.StatusOK {
			t.Errorf("%s: status %d, %s", m.Ref(), w.Code, w.Body)
		}
	}
	if tried == 0 {
		t.Error("the catalogue has no retired model to try this with")
	}
}
