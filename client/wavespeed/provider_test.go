package wavespeed

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/client/rest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const canary = "ws-canary-4711"

func lite() *catalogue.Model {
	return &catalogue.Model{
		Provider: Name, ID: "bytedance/seedance-v1-lite-i2v-480p",
		EndpointPath: "/api/v3/bytedance/seedance-v1-lite-i2v-480p",
		Fields: []catalogue.Field{
			{Name: "image", Type: "string", Role: catalogue.RoleFirstFrame, Media: &catalogue.MediaSpec{Kind: "image"}},
			{Name: "prompt", Type: "string", Role: catalogue.RolePrompt},
			{Name: "duration", Type: "integer", Role: catalogue.RoleDuration},
		},
	}
}

func request() client.Request {
	return client.Request{Model: lite(), Token: "t-1", Values: catalogue.Values{
		catalogue.RolePrompt: catalogue.Text("a cat"), catalogue.RoleDuration: catalogue.Int(5),
		catalogue.RoleFirstFrame: catalogue.Media("https://example.com/a.png"),
	}}
}

// serve starts a service and a provider for it.
func serve(t *testing.T, h http.HandlerFunc) *Provider {
	t.Helper()
	return clienttest.Provider(t, New, clienttest.Config(t, canary, h))
}

// says returns a handler that answers every request the same way.
func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// submitted is the body of generations A and C of the documentation.
const submitted = `{"code":200,"message":"success","data":{"id":"e6832d4abffb4d79bfbca19783fca133","model":"bytedance/seedance-v1-lite-t2v-480p",
 "outputs":[],"urls":{"get":"https://api.wavespeed.ai/api/v3/predictions/e6832d4abffb4d79bfbca19783fca133/result"},"has_nsfw_contents":[],
 "status":"created","created_at":"2025-05-19T06:09:15.948268264Z","error":"","timings":{"inference":0}}}`

const id = "e6832d4abffb4d79bfbca19783fca133"

func TestSubmitSendsOnePost(t *testing.T) {
	t.Parallel()
	p := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if got, want := string(body), `{"image":"https://example.com/a.png","prompt":"a cat","duration":5}`; got != want {
			t.Errorf("body %s, want %s", got, want)
		}
		if r.Method != http.MethodPost || r.URL.String() != "/api/v3/bytedance/seedance-v1-lite-i2v-480p" {
			t.Errorf("asked %s %s", r.Method, r.URL)
		}
		if r.Header.Get("Authorization") != "Bearer "+canary || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("headers %v", r.Header)
		}
		_, _ = io.WriteString(w, submitted)
	})
	got, err := p.Submit(t.Context(), request())
	if err != nil {
		t.Fatal(err)
	}
	created := time.Date(2025, 5, 19, 6, 9, 15, 948268264, time.UTC)
	if got.ID != id || got.Status != client.StatusQueued || got.Word != "created" || !got.CreatedAt.Equal(created) || got.Failure != nil {
		t.Errorf("Submit = %+v", got)
	}
}

func TestSubmitErrors(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		status int
		body   string
		kind   client.Kind
		code   string
		text   string
	}{
		{"funds, as a real account saw it", 400, `{"code":400,"message":"Insufficient credits. Please top up."}`, client.KindNoFunds, "", "Insufficient credits. Please top up."},
		{"bad parameter", 400, `{"code":400,"message":"duration must be at most 12","error_code":"invalid_duration"}`, client.KindInvalid, "invalid_duration", "duration must be at most 12"},
		{"numeric code", 400, `{"code":1401,"message":"invalid"}`, client.KindInvalid, "1401", "invalid"},
		{"moderation", 400, `{"code":400,"message":"Content flagged as potentially sensitive. Please try different prompts or images"}`, client.KindModeration, "", "Content flagged as potentially sensitive. Please try different prompts or images"},
		{"a real person", 400, `{"code":400,"message":"The request failed because the input image may contain real person"}`, client.KindModeration, "", "The request failed because the input image may contain real person"},
		{"the maker's code in the text", 400, `{"code":400,"message":"InputImageSensitiveContentDetected.PrivacyInformation"}`, client.KindModeration, "", "InputImageSensitiveContentDetected.PrivacyInformation"},
		{"moderation by code", 400, `{"code":"1200","message":"no"}`, client.KindModeration, "1200", "no"},
		{"key", 401, `{"code":401,"message":"unauthorized"}`, client.KindUnauthorized, "", "unauthorized"},
		{"role", 403, `{"code":403,"message":"key made by a viewer"}`, client.KindUnauthorized, "", "key made by a viewer"},
		{"no such model", 404, `{"code":404,"message":"model not found"}`, client.KindNotFound, "", "model not found"},
		{"too large", 413, `<html><h1>413 Too Large</h1></html>`, client.KindInvalid, "", "413 Too Large"},
		{"unprocessable", 422, `{}`, client.KindInvalid, "", ""},
		{"rate", 429, `{"code":429,"message":"Too Many Requests"}`, client.KindRateLimited, "", "Too Many Requests"},
		{"server", 500, `{"code":500,"message":"internal"}`, client.KindUncertain, "", "internal"},
		{"gateway", 504, `<html>`, client.KindUncertain, "", ""},
		{"no data", 200, `{"code":200,"message":"success"}`, client.KindUncertain, "", ""},
		{"envelope says no", 200, `{"code":400,"message":"nope","data":null}`, client.KindUncertain, "400", "nope"},
		{"id that is none", 200, `{"code":200,"data":{"id":"../../x","status":"created"}}`, client.KindUncertain, "", ""},
		{"id of another type", 200, `{"code":200,"data":{"id":{"a":1},"status":"created"}}`, client.KindUncertain, "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := serve(t, says(tc.status, tc.body)).Submit(t.Context(), request())
			e, ok := errors.AsType[*client.Error](err)
			if !ok {
				t.Fatalf("Submit = %v, want a *client.Error", err)
			}
			if e.Kind != tc.kind || e.Code != tc.code || e.Message != tc.text || e.Status != tc.status || e.Provider != Name || e.Op != "submitting" {
				t.Errorf("Submit = %#v, want kind %q, code %q, text %q", e, tc.kind, tc.code, tc.text)
			}
		})
	}
}

func TestOddFieldsDoNotCostTheID(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"wrong types": `{"code":"200","message":[],"data":{"id":"` + id + `","status":7,"outputs":"x","created_at":12,"error":[],"code":{}}}`,
		"bare":        `{"id":"` + id + `","status":"created"}`,
	} {
		got, err := serve(t, says(200, body)).Submit(t.Context(), request())
		if err != nil || got.ID != id {
			t.Errorf("%s: Submit = %+v, %v, want the id", name, got, err)
		}
	}
}

func TestSubmitRefusesUnknownFieldsBeforeSending(t *testing.T) {
	t.Parallel()
	var posts atomic.Int32
	p := serve(t, func(http.ResponseWriter, *http.Request) { posts.Add(1) })
	r := request()
	r.Values[catalogue.RoleStyle] = catalogue.Text("noir")
	_, err := p.Submit(t.Context(), r)
	if client.KindOf(err) != client.KindInvalid || posts.Load() != 0 {
		t.Errorf("Submit = %v after %d POSTs, want invalid after none", err, posts.Load())
	}
}

func result(fields string) string {
	return `{"code":200,"message":"success","data":{"id":"` + id + `","created_at":"2026-11-20T10:00:00Z",` + fields + `}}`
}

func TestFetchStatuses(t *testing.T) {
	t.Parallel()
	const video = `"outputs":["https://d2p7pge43lyniu.cloudfront.net/output/a.mp4"]`
	for _, tc := range []struct {
		fields string
		want   client.Status
		kind   client.Kind // of the failure
		links  int
	}{
		{`"status":"created","outputs":[]`, client.StatusQueued, 0, 0},
		{`"status":"pending"`, client.StatusQueued, 0, 0},
		{`"status":"processing","outputs":[]`, client.StatusRunning, 0, 0},
		{`"status":"processing","code":5004,"error":"Sync mode timed out"`, client.StatusRunning, 0, 0},
		{`"status":"completed",` + video, client.StatusCompleted, 0, 1},
		{`"status":"completed","outputs":[{"url":"https://cdn.wavespeed.ai/a.mp4"},{"url":"https://cdn.wavespeed.ai/b.mp4"}]`, client.StatusCompleted, 0, 2},
		{`"status":"completed","outputs":"https://cdn.wavespeed.ai/a.mp4"`, client.StatusCompleted, 0, 1},
		{`"status":"completed","outputs":[null,{},[],""]`, client.StatusCompleted, 0, 0},
		{`"status":"failed","error":"Content flagged as potentially sensitive. Please try different prompts or images"`, client.StatusFailed, client.KindModeration, 0},
		{`"status":"failed","error":"OutputVideoSensitiveContentDetected","code":1403`, client.StatusFailed, client.KindModeration, 0},
		{`"status":"failed","error":"the output audio may contain sensitive information"`, client.StatusFailed, client.KindModeration, 0},
		{`"status":"failed","error":"","failure":{"cause":{"code":"OutputVideoSensitiveContentDetected","message":"no"}}`, client.StatusFailed, client.KindModeration, 0},
		{`"status":"failed","error":"no","code":1200`, client.StatusFailed, client.KindModeration, 0},
		{`"status":"failed","error":"no","code":1400`, client.StatusFailed, client.KindInvalid, 0},
		{`"status":"failed","error":"no","code":"1401"`, client.StatusFailed, client.KindInvalid, 0},
		{`"status":"failed","error":"no","code":1402`, client.StatusFailed, client.KindInvalid, 0},
		{`"status":"failed","error":"no","code":1403`, client.StatusFailed, client.KindFailed, 0},
		{`"status":"failed","error":"no","code":1405`, client.StatusFailed, client.KindFailed, 0},
		{`"status":"failed","error":"no","code":5000`, client.StatusFailed, client.KindFailed, 0},
		{`"status":"failed","error":{"message":"no","code":1200}`, client.StatusFailed, client.KindModeration, 0},
		{`"status":"failed"`, client.StatusFailed, client.KindFailed, 0},
		{`"status":"cancelled"`, client.StatusCanceled, client.KindFailed, 0},
		{`"status":"timeout","code":5004`, client.StatusTimedOut, client.KindFailed, 0},
		{`"status":"deleted"`, client.StatusDeleted, client.KindFailed, 0},
		{`"status":"Warming Up"`, client.StatusOther, 0, 0},
	} {
		t.Run(tc.fields, func(t *testing.T) {
			t.Parallel()
			p := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if want := "/api/v3/predictions/" + id + "/result"; r.Method != http.MethodGet || r.URL.String() != want {
					t.Errorf("asked %s %s, want %s", r.Method, r.URL, want)
				}
				_, _ = io.WriteString(w, result(tc.fields))
			})
			got, err := p.Fetch(t.Context(), lite(), id)
			if err != nil {
				t.Fatal(err)
			}
			if got.Status != tc.want || len(got.Outputs) != tc.links || got.ID != id {
				t.Errorf("Fetch = %+v, want status %d and %d links", got, tc.want, tc.links)
			}
			if !strings.Contains(tc.fields, `"`+got.Word+`"`) {
				t.Errorf("Word = %q, want the service's own of %s", got.Word, tc.fields)
			}
			if (got.Failure != nil) != (tc.kind != 0) || (got.Failure != nil && got.Failure.Kind != tc.kind) {
				t.Errorf("Failure = %v, want kind %q", got.Failure, tc.kind)
			}
			for _, o := range got.Outputs {
				if want := time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC); !o.Expires.Equal(want) || o.URL == "" {
					t.Errorf("output %+v, want it to expire at %v", o, want)
				}
			}
		})
	}
}

func TestFetchErrors(t *testing.T) {
	t.Parallel()
	clienttest.Verdicts(t, map[string]client.Kind{
		`401 {"code":401,"message":"no"}`:             client.KindUnauthorized,
		`404 {"code":404,"message":"task not found"}`: client.KindNotFound,
		`429 {}`:                     client.KindRateLimited,
		`500 `:                       client.KindUnavailable,
		`502 <html>`:                 client.KindUnavailable,
		`200 <html>portal</html>`:    client.KindUnavailable,
		`200 {"code":200,"data":{}}`: client.KindUnavailable,
		`200 {"code":404,"message":"task not found","data":null}`:                                         client.KindNotFound,
		`200 {"code":401,"message":"no"}`:                                                                 client.KindUnauthorized,
		`200 {"code":429,"message":"slow"}`:                                                               client.KindRateLimited,
		`200 {"code":200,"data":{"id":"another","status":"completed","outputs":["https://e.com/a.mp4"]}}`: client.KindUnavailable,
	}, func(status int, body string) error {
		_, err := serve(t, says(status, body)).Fetch(t.Context(), lite(), id)
		return err
	})
}

func TestFetchRefusesIDsThatLeaveThePath(t *testing.T) {
	t.Parallel()
	p := serve(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("asked %s", r.URL) })
	for _, bad := range []string{"", "../balance", "a/b", "a?b", "a%2fb", "a b", "é", strings.Repeat("a", 129), "a\n"} {
		if _, err := p.Fetch(t.Context(), lite(), bad); client.KindOf(err) != client.KindInvalid {
			t.Errorf("Fetch(%q) = %v, want invalid", bad, err)
		}
	}
}

func FuzzAnswers(f *testing.F) {
	for _, s := range []string{
		submitted, result(`"status":"failed","error":"no","code":1200`), result(`"status":"completed","outputs":[{"url":"u"},"v"]`),
		`{"code":400,"message":"Insufficient credits. Please top up."}`, `{"data":[]}`, `<html>`, `null`, `{"data":{"id":{}}}`, "",
	} {
		f.Add(200, []byte(s))
		f.Add(400, []byte(s))
	}
	f.Fuzz(func(t *testing.T, status int, b []byte) {
		p, ok := readPrediction(b)
		if ok && p.ID == "" && p.Word == "" {
			t.Errorf("readPrediction(%q) says ok without anything in it", b)
		}
		if p.Failure != nil && p.Failure.Kind == client.KindUnknown {
			t.Errorf("readPrediction(%q): a failure without a kind", b)
		}
		for _, o := range p.Outputs {
			if o.URL == "" {
				t.Errorf("readPrediction(%q): an output without a link", b)
			}
		}
		readFault(&rest.Answer{Status: status, Body: b})
	})
}
