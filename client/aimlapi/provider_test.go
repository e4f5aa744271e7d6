package aimlapi

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/client/usd"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	canary    = "aiml-canary-4711"
	legacy    = "/v2/generate/video/bytedance/generation"
	universal = "/v2/video/generations"
	id        = "cgt-20250704191750-n4qjp"
)

func lite(path string) *catalogue.Model {
	return &catalogue.Model{
		Provider: Name, ID: "bytedance/seedance-1-0-lite-i2v", EndpointPath: path, ModelIn: "body",
		Fields: []catalogue.Field{
			{Name: "model", Type: "string", Role: catalogue.RoleModel},
			{Name: "image_url", Type: "string", Role: catalogue.RoleFirstFrame, Media: &catalogue.MediaSpec{Kind: "image"}},
			{Name: "prompt", Type: "string", Role: catalogue.RolePrompt},
			{Name: "resolution", Type: "string", Role: catalogue.RoleResolution},
			{Name: "duration", Type: "integer", Role: catalogue.RoleDuration},
		},
	}
}

func request(path string) client.Request {
	return client.Request{Model: lite(path), Token: "job:abc-1", Values: catalogue.Values{
		catalogue.RolePrompt: catalogue.Text("a cat"), catalogue.RoleDuration: catalogue.Int(5), catalogue.RoleResolution: catalogue.Text("480p"),
		catalogue.RoleFirstFrame: catalogue.Media("data:image/png;base64,AA=="),
	}}
}

// serve starts a service and a provider for it.
func serve(t *testing.T, h http.HandlerFunc) *Provider {
	t.Helper()
	return clienttest.Provider(t, New, clienttest.Config(t, canary, h))
}

// says returns a handler that answers every request the same way.
func says(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func TestSubmitSendsOnePost(t *testing.T) {
	t.Parallel()
	for _, path := range []string{legacy, universal} {
		p := serve(t, func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			want := `{"model":"bytedance/seedance-1-0-lite-i2v","image_url":"data:image/png;base64,AA==","prompt":"a cat","resolution":"480p","duration":5}`
			if string(body) != want {
				t.Errorf("body %s, want %s", body, want)
			}
			if r.Method != http.MethodPost || r.URL.String() != path {
				t.Errorf("asked %s %s, want %s", r.Method, r.URL, path)
			}
			if r.Header.Get("X-Client-Request-Id") != "job:abc-1" || r.Header.Get("Authorization") != "Bearer "+canary {
				t.Errorf("headers %v", r.Header)
			}
			_, _ = io.WriteString(w, `{"id":"`+id+`","status":"queued"}`)
		})
		got, err := p.Submit(t.Context(), request(path))
		if err != nil || got.ID != id || got.Status != client.StatusQueued || got.Word != "queued" || got.Charge != nil {
			t.Errorf("Submit = %+v, %v", got, err)
		}
	}
}

func TestATokenThatTheServiceWouldDropIsNotSent(t *testing.T) {
	t.Parallel()
	for _, token := range []string{"", "a b", strings.Repeat("a", 129), "ä"} {
		p := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if v, ok := r.Header["X-Client-Request-Id"]; ok {
				t.Errorf("token %q was sent as %q", token, v)
			}
			_, _ = io.WriteString(w, `{"id":"a"}`)
		})
		r := request(universal)
		r.Token = token
		if _, err := p.Submit(t.Context(), r); err != nil {
			t.Error(err)
		}
	}
}

func TestCreateAnswers(t *testing.T) {
	t.Parallel()
	micro := func(n int64) *usd.Micro { m := usd.Micro(n); return &m }
	long := strings.Repeat("a", 513)
	for _, tc := range []struct {
		name    string
		status  int
		body    string
		headers []string
		id      string // "": uncertain
		charge  *usd.Micro
	}{
		{"mid 2025", 201, `{"id":"cgt-20250704191750-n4qjp","status":"queued"}`, nil, id, nil},
		{"early 2026", 200, `{"id":"FGcTGqPuBac0Masr9DI8-","status":"queued","meta":{"usage":{"credits_used":2000000}}}`, nil, "FGcTGqPuBac0Masr9DI8-", micro(1_000_000)},
		{"mid 2026", 200, `{"id":"o6exWVrThO6-truuOKUEI","status":"queued","meta":{"usage":{"credits_used":6289921,"usd_spent":3.1449605}}}`, nil, "o6exWVrThO6-truuOKUEI", micro(3_144_961)},
		{"other makers' name", 202, `{"generation_id":"5b1f:minimax/video","status":"queued"}`, nil, "5b1f:minimax/video", nil},
		{"tokens only", 200, `{"id":"a","meta":{"usage":{"tokens_used":1}}}`, nil, "a", nil},
		{"dollars in a header", 200, `{"id":"a"}`, []string{"x-aimlapi-usd-spent", "0.06"}, "a", micro(60_000)},
		{"credits in a header", 200, `{"id":"a"}`, []string{"x-aimlapi-credits-used", "120000"}, "a", micro(60_000)},
		{"nothing booked yet", 200, `{"id":"a"}`, []string{"x-aimlapi-credits-used", "0"}, "a", nil},
		{"other notations", 200, `{"id":"a","meta":{"usage":{"usd_spent":"0x10","credits_used":"0x1p4"}}}`, []string{"x-aimlapi-credits-used", "1_000"}, "a", nil},
		{"odd amounts", 200, `{"id":"a","meta":{"usage":{"usd_spent":"NaN","credits_used":-5}}}`, []string{"x-aimlapi-usd-spent", "Inf"}, "a", nil},
		{"odd types", 200, `{"id":"a","status":{},"video":7,"meta":[],"error":0}`, nil, "a", nil},
		{"id in the header only", 200, `<html>`, []string{"x-inference-id", id}, id, nil},
		{"no id", 200, `{"status":"queued"}`, nil, "", nil},
		{"too long an id", 200, `{"id":"` + long + `"}`, nil, "", nil},
		{"control characters", 200, `{"id":"a\u001b[2J"}`, nil, "", nil},
		{"HTML", 200, `<html>`, nil, "", nil},
		{"null", 200, `null`, nil, "", nil},
		{"empty", 204, ``, nil, "", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, err := serve(t, says(tc.status, tc.body, tc.headers...)).Submit(t.Context(), request(universal))
			if tc.id == "" {
				if client.KindOf(err) != client.KindUncertain {
					t.Errorf("Submit = %+v, %v, want uncertain", got, err)
				}
				return
			}
			if err != nil || got.ID != tc.id {
				t.Fatalf("Submit = %+v, %v, want id %q", got, err, tc.id)
			}
			if got.Charge != nil || (got.Hold == nil) != (tc.charge == nil) || (got.Hold != nil && *got.Hold != *tc.charge) {
				t.Errorf("Charge = %v, Hold = %v, want none and %v", got.Charge, got.Hold, tc.charge)
			}
		})
	}
}

func TestSubmitErrors(t *testing.T) {
	t.Parallel()
	const (
		shapeA = `{"requestId":"hRNOI9BMsuLeZ76UNdGhS","statusCode":401,"timestamp":"2025-12-05T13:46:30.569Z","path":"/v2/video/generations","message":"This request requires a valid API key. You can create a new API key on the Billing page: https://aimlapi.com/app/keys"}`
		shapeB = `{"title":"Forbidden","status":403,"message":"You've run out of funds. Please top up your balance or update your payment method to continue: https://aimlapi.com/app/billing"}`
	)
	for _, tc := range []struct {
		name, body string
		status     int
		kind       client.Kind
		code, text string // text: how it starts
	}{
		{"A", shapeA, 401, client.KindUnauthorized, "", "This request requires a valid API key."},
		{"A with text numbers", `{"statusCode":"429","message":"Too Many Requests"}`, 429, client.KindRateLimited, "", "Too Many Requests"},
		{"B", shapeB, 403, client.KindNoFunds, "", "You've run out of funds."},
		{"B, title only", `{"title":"Forbidden","status":403}`, 403, client.KindUnauthorized, "", "Forbidden"},
		{"C", `{"error":{"message":"bad value","type":"invalid_request_error"}}`, 400, client.KindInvalid, "invalid_request_error", "bad value"},
		{"C as text", `{"error":"bad value"}`, 400, client.KindInvalid, "", "bad value"},
		{"D empty", ``, 400, client.KindInvalid, "", ""},
		{"D null", `null`, 404, client.KindNotFound, "", ""},
		{"D HTML", `<html><h1>502 Bad Gateway</h1></html>`, 502, client.KindUncertain, "", "502 Bad Gateway"},
		{"validation", "{\"message\":\"Body validation error\\nInvalid enum value. Expected 'a' | 'b', received 'c'\"}", 400, client.KindInvalid, "", "Body validation error"},
		{"scope", `{"message":"Insufficient permissions for model:video"}`, 403, client.KindUnauthorized, "", "Insufficient permissions"},
		{"retired", `{"statusCode":404,"message":"No endpoints found"}`, 404, client.KindNotFound, "", "No endpoints found"},
		{"retired as 400", `{"message":"No endpoints found"}`, 400, client.KindNotFound, "", "No endpoints found"},
		{"a real person", `{"message":"The request failed because the input image may contain real person."}`, 400, client.KindModeration, "", "The request failed because the input image may contain real person."},
		{"prompt refused", `{"error":{"code":"InputTextSensitiveContentDetected","message":"no"}}`, 400, client.KindModeration, "InputTextSensitiveContentDetected", "no"},
		{"image refused", `{"error":{"code":"InputImageSensitiveContentDetected.PrivacyInformation","message":"no"}}`, 400, client.KindModeration, "InputImageSensitiveContentDetected.PrivacyInformation", "no"},
		{"maintenance", `{"message":"The model is under maintenance"}`, 500, client.KindUncertain, "", "The model is under maintenance"},
		{"500 that speaks of funds", shapeB, 500, client.KindUncertain, "", "You've run out of funds."},
		{"timeout", `{"message":"Generation timeout"}`, 504, client.KindUncertain, "", "Generation timeout"},
		{"redirect", ``, 307, client.KindUncertain, "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := serve(t, says(tc.status, tc.body)).Submit(t.Context(), request(universal))
			e, ok := errors.AsType[*client.Error](err)
			if !ok {
				t.Fatalf("Submit = %v, want a *client.Error", err)
			}
			if e.Kind != tc.kind || e.Code != tc.code || e.Status != tc.status || !strings.HasPrefix(e.Message, tc.text) || (tc.text == "" && e.Message != "") {
				t.Errorf("Submit = %#v, want kind %q, code %q, text %q", e, tc.kind, tc.code, tc.text)
			}
		})
	}
}

func TestFetchAsksOnTheModelsOwnPath(t *testing.T) {
	t.Parallel()
	for _, path := range []string{legacy, universal} {
		for _, odd := range []string{id, "5b1f:minimax/video-01", "a&b=c#d?e%2f", "ünï"} {
			p := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodGet || r.URL.Path != path || r.URL.RawQuery != "generation_id="+url.QueryEscape(odd) {
					t.Errorf("asked %s %s", r.Method, r.URL)
				}
				_, _ = io.WriteString(w, `{"status":"generating"}`)
			})
			got, err := p.Fetch(t.Context(), lite(path), odd)
			if err != nil || got.ID != odd || got.Status != client.StatusRunning {
				t.Errorf("Fetch(%q) = %+v, %v", odd, got, err)
			}
		}
	}
	p := serve(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("asked %s", r.URL) })
	for _, bad := range []string{"", "a b", "a\r\nb", "a\x00", "\u009b1m", "\xff", strings.Repeat("a", 513)} {
		if _, err := p.Fetch(t.Context(), lite(legacy), bad); client.KindOf(err) != client.KindInvalid {
			t.Errorf("Fetch(%q) = %v, want invalid", bad, err)
		}
	}
}
