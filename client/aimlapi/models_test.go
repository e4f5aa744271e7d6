package aimlapi

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/client/live"
)

const liveModels = `{"object":"list","data":[
 {"id":"bytedance/seedance-2-0","aliases":["seedance-2-0"],"type":"internal/video-generations/submit","info":{"name":"Seedance 2.0","developer":"ByteDance"},"tags":["playground:video"],
  "pricing":{"kind":"variants","dimensions":["resolution"],"variants":[{"when":{"resolution":"480p"},"price":0.2,"unit":"second","per":1},{"when":{"resolution":"720p"},"price":0.4,"unit":"second","per":1}]}},
 {"id":"bytedance/seedance-2-5","type":"internal/video-generations/submit","info":{"name":"2.5"},"tags":[],"pricing":{"kind":"fixed","units":[{"name":"second","price":0.5,"per":1}]}},
 {"id":"bytedance/seedance-7","type":"internal/video-generations/submit","info":{"name":"Seedance 7"},"tags":[],"modalities":{"output":["video"]},"pricing":{"kind":"fixed","units":[{"name":"generation","price":1.5,"per":1}]}},
 {"id":"bytedance/seedance-8","type":"internal/video-generations/submit","info":{"name":"Seedance 8"},"tags":[]},
 {"id":"bytedance/seedance-talk-1","type":"openai/chat-completions","info":{"name":"no video"},"tags":[]},
 {"id":"openai/gpt-4o","aliases":["gpt-4o"],"type":"openai/chat-completions","info":{"name":"GPT-4o"},"tags":["playground:chat"]},
 null, 5]}`

const document7 = `{"openapi":"3.0.0","paths":{"/v1/other":{"post":{"requestBody":{"content":{"application/json":{"schema":{"properties":{"text":{"type":"string"}}}}}}}},
 "/v2/video/generations":{"get":{},"post":{"requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Any"}}}}}}},
 "components":{"schemas":{"Any":{"oneOf":[{"$ref":"#/components/schemas/Six"},{"$ref":"#/components/schemas/Seven"}]},
  "Six":{"type":"object","properties":{"model":{"type":"string","enum":["bytedance/seedance-6"]},"old":{"type":"string"}}},
  "Seven":{"type":"object","required":["model","prompt"],"properties":{"model":{"type":"string","enum":["bytedance/seedance-7"]},
   "prompt":{"type":"string"},"image_url":{"type":"string","format":"uri"},"duration":{"type":"integer","enum":[5,10],"default":"5"},
   "pace":{"$ref":"#/components/schemas/Pace"},"camerafixed":{"type":"boolean","default":false}}},
  "Pace":{"type":"string","enum":["calm","wild"],"default":"calm"}}}}`

func TestModels(t *testing.T) {
	t.Parallel()
	var docs []string
	p := serveAt(t, still, func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if r.Header.Get("Authorization") != "" {
			t.Error("the key went where none is needed")
		}
		switch r.URL.Path {
		case "/v1/models":
			says(200, liveModels)(w, r)
		case "/docs-json":
			docs = append(docs, q.Get("model")+" "+q.Get("endpoint"))
			if q.Get("model") == "bytedance/seedance-7" {
				says(200, document7)(w, r)
				return
			}
			says(404, `{"message":"none"}`)(w, r)
		case "/v1/models/deprecations":
			says(404, `{"message":"an older server"}`)(w, r)
		default:
			t.Errorf("asked %s", r.URL)
		}
	})
	c := clienttest.Catalogue(t)
	models, err := p.Models(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	after, refused := c.Overlay(models, "2026-11-21")
	if len(models) != 4 || len(refused) != 1 || !strings.Contains(refused[0].Error(), "seedance-8") {
		t.Errorf("%d models, refused %v", len(models), refused)
	}
	if len(docs) != 4 || docs[0] != two+" internal/video-generations/submit" {
		t.Errorf("schemas asked for: %q", docs)
	}
	var changes []string
	for _, d := range catalogue.Diff(c, after) {
		changes = append(changes, d.String())
	}
	for _, want := range []string{
		"bytedance/seedance-2-0: 720p: $0.40 a second, was $0.39312 a second",
		"bytedance/seedance-2-0: 480p: $0.20 a second, was no known price",
		"bytedance/seedance-7: new: Seedance 7",
	} {
		if !slices.Contains(changes, want) {
			t.Errorf("no change %q in\n%s", want, strings.Join(changes, "\n"))
		}
	}
	m := after.Model(catalogue.Ref{Provider: Name, ID: "bytedance/seedance-7"})
	v := m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text("a cat"), catalogue.RoleCameraFixed: catalogue.Bool(true)})
	body, err := m.Body(v)
	want := `{"model":"bytedance/seedance-7","prompt":"a cat","duration":5,"pace":"calm","camerafixed":true}`
	if err != nil || string(body) != want || len(catalogue.Validate(m, v, nil)) != 0 {
		t.Errorf("body %s, %v, want %s", body, err, want)
	}
	if e := catalogue.EstimatePrice(m, v, 0); m.EndpointPath != universal || e.String() != "$1.50" {
		t.Errorf("path %s, price %s", m.EndpointPath, e)
	}
}

// bomb is a document whose references branch and loop back.
const bomb = `{"paths":{"/v2/a":{"post":{"requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/A"}}}}}}},
 "components":{"schemas":{"A":{"anyOf":[{"$ref":"#/components/schemas/A"},{"$ref":"#/components/schemas/A"},{"$ref":"#/components/schemas/A"},{"$ref":"#/components/schemas/A"}]}}}}`

const propertyBomb = `{"paths":{"/v2/a":{"post":{"requestBody":{"content":{"application/json":{"schema":{"properties":{"a":{"$ref":"#/components/schemas/A"}}}}}}}}},
 "components":{"schemas":{"A":{"anyOf":[{"$ref":"#/components/schemas/A"},{"$ref":"#/components/schemas/A"},{"$ref":"#/components/schemas/A"}]}}}}`

func TestReferencesThatNeverEnd(t *testing.T) {
	t.Parallel()
	if path, _, ok := readDocument([]byte(bomb), "m"); ok {
		t.Errorf("found %s", path)
	}
	_, s, ok := readDocument([]byte(propertyBomb), "m")
	if !ok {
		t.Fatal("not read")
	}
	if f, skipped, err := live.NewNames(clienttest.Catalogue(t), Name).Fields("m", s); len(f) != 0 || err != nil || len(skipped) != 1 {
		t.Errorf("fields %v, skipped %v, %v", f, skipped, err)
	}
}

func TestModelsErrors(t *testing.T) {
	t.Parallel()
	cat := clienttest.Catalogue(t)
	clienttest.Verdicts(t, map[string]client.Kind{
		`200 <html>`:              client.KindUnavailable,
		`200 {}`:                  client.KindUnavailable,
		`429 {}`:                  client.KindRateLimited,
		`503 Service unavailable`: client.KindUnavailable,
	}, func(status int, body string) error {
		_, err := serve(t, says(status, body)).Models(t.Context(), cat)
		return err
	})
}

func FuzzDocument(f *testing.F) {
	n := live.NewNames(clienttest.Catalogue(f), Name)
	for _, s := range []string{document7, bomb, propertyBomb, `{"paths":{"/v2/x":{"post":7}}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		path, s, ok := readDocument(b, "bytedance/seedance-7")
		if !ok {
			return
		}
		fields, _, err := n.Fields("bytedance/seedance-7", s)
		if err != nil || len(fields) == 0 {
			return
		}
		m, err := n.Model(live.Entry{ID: "bytedance/seedance-7", Path: path, ModelIn: "body", Video: true, Fields: withModel(fields), Source: "test"})
		if err != nil {
			return
		}
		body, err := m.Body(m.Fill(nil))
		if err != nil || !strings.Contains(string(body), `"bytedance/seedance-7"`) {
			t.Errorf("body %s, %v", body, err)
		}
	})
}
