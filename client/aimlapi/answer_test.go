package aimlapi

import (
	"errors"
	"strings"
	"testing"
	"time"

	"seedreel/client"
	"seedreel/client/clienttest"
	"seedreel/client/rest"
)

const signed = "https://ark-content-generation-ap-southeast-1.tos-ap-southeast-1.volces.com/seedance-1-0-lite-t2v/0217e.mp4?" +
	"X-Tos-Algorithm=TOS4-HMAC-SHA256&X-Tos-Credential=c&X-Tos-Date=20250704T111816Z&X-Tos-Expires=86400&X-Tos-Signature=s&X-Tos-SignedHeaders=host"

func TestFetchStatuses(t *testing.T) {
	t.Parallel()
	const video = `,"video":{"url":"https://cdn.aimlapi.com/a.mp4"}`
	for _, tc := range []struct {
		word, rest string
		want       client.Status
		kind       client.Kind // of the failure
		links      int
	}{
		{"queued", "", client.StatusQueued, 0, 0},
		{"waiting", "", client.StatusQueued, 0, 0},
		{"generating", `,"video":null,"error":null`, client.StatusRunning, 0, 0},
		{"active", "", client.StatusRunning, 0, 0},
		{"processing", "", client.StatusRunning, 0, 0},
		{"completed", video, client.StatusCompleted, 0, 1},
		{"succeeded", video, client.StatusCompleted, 0, 1},
		{"complete", video, client.StatusCompleted, 0, 1},
		{"completed", `,"video":[{"url":"https://a"},{"url":"https://b"}]`, client.StatusCompleted, 0, 2},
		{"completed", `,"video":"https://a"`, client.StatusCompleted, 0, 1},
		{"completed", `,"video":null`, client.StatusCompleted, 0, 0},
		{"error", `,"error":{"name":"Error","message":"{\"code\":\"InputImageSensitiveContentDetected\"}"}`, client.StatusFailed, client.KindModeration, 0},
		{"error", `,"error":"the input image may contain real person"`, client.StatusFailed, client.KindModeration, 0},
		{"error", `,"error":{"name":"ContentPolicy","message":"blocked"}`, client.StatusFailed, client.KindModeration, 0},
		{"error", `,"error":{"name":"OutputVideoSensitiveContentDetected","message":"no"}`, client.StatusFailed, client.KindModeration, 0},
		{"error", `,"error":{"name":"InvalidParameter.seed","message":"no"}`, client.StatusFailed, client.KindInvalid, 0},
		{"error", `,"error":{"detail":[{"loc":["body","image_url"],"msg":"Could not detect face in the image","type":"face_detection_error","input":"x"}]}`, client.StatusFailed, client.KindInvalid, 0},
		{"error", `,"error":"broken"`, client.StatusFailed, client.KindFailed, 0},
		{"error", ``, client.StatusFailed, client.KindFailed, 0},
		{"failed", `,"error":{"name":"InternalServiceError","message":"no"}`, client.StatusFailed, client.KindFailed, 0},
		{"cancelled", "", client.StatusCanceled, client.KindFailed, 0},
		{"canceled", "", client.StatusCanceled, client.KindFailed, 0},
		{"expired", "", client.StatusTimedOut, client.KindFailed, 0},
		{"In Review", "", client.StatusOther, 0, 0},
	} {
		t.Run(tc.word+tc.rest, func(t *testing.T) {
			t.Parallel()
			p := serve(t, says(200, `{"id":"`+id+`","status":"`+tc.word+`"`+tc.rest+`}`))
			got, err := p.Fetch(t.Context(), lite(legacy), id)
			if err != nil {
				t.Fatal(err)
			}
			if got.Status != tc.want || got.Word != tc.word || len(got.Outputs) != tc.links || got.ID != id {
				t.Errorf("Fetch = %+v, want status %d and %d links", got, tc.want, tc.links)
			}
			if (got.Failure != nil) != (tc.kind != 0) || (got.Failure != nil && got.Failure.Kind != tc.kind) {
				t.Errorf("Failure = %v, want kind %q", got.Failure, tc.kind)
			}
		})
	}
}

func TestFailureWords(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string][2]string{
		`{"name":"ContentPolicy","message":"blocked"}`:                 {"ContentPolicy", "blocked"},
		`{"detail":[{"msg":"no face","type":"face_detection_error"}]}`: {"face_detection_error", "no face"},
		`{"detail":"plain"}`:             {"", "plain"},
		`{"detail":["first","second"]}`:  {"", "first; second"},
		`"text"`:                         {"", "text"},
		`{}`:                             {"", ""},
		`null`:                           {"", ""},
		`{"type":"t","msg":"m"}`:         {"t", "m"},
		`{"message":{"a":1},"name":"n"}`: {"n", ""},
	} {
		if e := (&generation{Error: []byte(raw)}).failure(); e.Code != want[0] || e.Message != want[1] {
			t.Errorf("failure(%s) = code %q, message %q, want %q", raw, e.Code, e.Message, want)
		}
	}
}

func TestFailuresBesideTheErrorField(t *testing.T) {
	t.Parallel()
	for rest, want := range map[string]struct {
		kind       client.Kind
		code, text string
	}{
		`"error":{"error":{"code":"OutputVideoSensitiveContentDetected","message":"no"}}`: {client.KindModeration, "OutputVideoSensitiveContentDetected", "no"},
		`"error":null,"message":"too dark"`:                                               {client.KindFailed, "", "too dark"},
		`"errors":[{"message":"one"},{"message":"two"}]`:                                  {client.KindFailed, "", "one; two"},
		`"detail":[{"msg":"no face","type":"face_detection_error"}]`:                      {client.KindInvalid, "face_detection_error", "no face"},
		`"failReason":"gave up"`:                                                          {client.KindFailed, "", "gave up"},
		`"data":{"error":{"message":"under data"}},"type":"video","code":1`:               {client.KindFailed, "", "under data"},
		`"error":{"cause":{"code":"OutputVideoSensitiveContentDetected","message":"no"}}`: {client.KindModeration, "OutputVideoSensitiveContentDetected", "no"},
		`"error":{"upstream":{"text":"in a text"}}`:                                       {client.KindFailed, "", "in a text"},
		`"error":{},"video":{"title":"a lake"}`:                                           {client.KindFailed, "", ""},
		`"failure_reason":"gave up"`:                                                      {client.KindFailed, "", "gave up"},
		`"message":"m","error":{"code":"InputTextSensitiveContentDetected"}`:              {client.KindModeration, "InputTextSensitiveContentDetected", "m"},
	} {
		got, err := serve(t, says(200, `{"id":"`+id+`","status":"error",`+rest+`}`)).Fetch(t.Context(), lite(legacy), id)
		if e := got.Failure; err != nil || e == nil || e.Kind != want.kind || e.Code != want.code || e.Message != want.text {
			t.Errorf("%s: %+v, %v, want %+v", rest, e, err, want)
		}
	}
}

func TestOutputExpiry(t *testing.T) {
	t.Parallel()
	for link, want := range map[string]time.Time{
		signed: time.Date(2025, 7, 5, 11, 18, 16, 0, time.UTC),
		"https://cdn.aimlapi.com/a.mp4?X-Tos-Date=20260101T000000Z&X-Tos-Expires=60": time.Date(2026, 1, 1, 0, 1, 0, 0, time.UTC),
		"https://cdn.aimlapi.com/a.mp4":                                              {},
		"https://a/?X-Tos-Date=20260101T000000Z":                                     {},
		"https://a/?X-Tos-Date=20260101T000000Z&X-Tos-Expires=-1":                    {},
		"https://a/?X-Tos-Date=20260101T000000Z&X-Tos-Expires=9223372036854775807":   {},
		"https://a/?X-Tos-Date=yesterday&X-Tos-Expires=60":                           {},
		"%": {},
	} {
		if got := expiry(link); !got.Equal(want) {
			t.Errorf("expiry(%.40q) = %v, want %v", link, got, want)
		}
	}
	p := serve(t, says(200, `{"status":"completed","video":{"url":"`+signed+`"}}`))
	got, err := p.Fetch(t.Context(), lite(universal), id)
	if err != nil || len(got.Outputs) != 1 || got.Outputs[0].URL != signed || got.Outputs[0].Expires.IsZero() {
		t.Errorf("Fetch = %+v, %v, want the signed link with its end", got, err)
	}
}

func TestFetchErrors(t *testing.T) {
	t.Parallel()
	clienttest.Verdicts(t, map[string]client.Kind{
		`401 {"message":"no"}`:                       client.KindUnauthorized,
		`403 {"message":"You've run out of funds."}`: client.KindNoFunds,
		`404 {"statusCode":404,"message":"unknown"}`: client.KindNotFound,
		`429 {"message":"Too Many Requests"}`:        client.KindRateLimited,
		`500 {"message":"Internal server error"}`:    client.KindUnavailable,
		`503 Service unavailable`:                    client.KindUnavailable,
		`200 null`:                                   client.KindUnavailable,
		`200 <html>`:                                 client.KindUnavailable,
		`200 {"id":"a"}`:                             client.KindUnavailable,
		`200 {"id":"another","status":"completed","video":{"url":"https://e.com/a.mp4"}}`: client.KindUnavailable,
		"200 " + strings.Repeat("[", 100_000):                                             client.KindUnavailable,
	}, func(status int, body string) error {
		_, err := serve(t, says(status, body)).Fetch(t.Context(), lite(universal), id)
		return err
	})
}

func FuzzAnswers(f *testing.F) {
	for _, s := range []string{
		`{"id":"a","status":"queued","meta":{"usage":{"credits_used":2000000,"usd_spent":"1"}}}`,
		`{"status":"completed","video":[{"url":"` + signed + `"},"x"]}`,
		`{"status":"error","error":{"detail":[{"msg":"m","type":"t"}]}}`,
		`{"title":"Forbidden","status":403,"message":"You've run out of funds."}`,
		`{"error":{"message":"m","type":"t"}}`, `null`, `<html>`, ``, `{"generation_id":7}`,
	} {
		f.Add(200, []byte(s))
		f.Add(400, []byte(s))
	}
	f.Fuzz(func(t *testing.T, status int, b []byte) {
		g, ok := readGeneration(b)
		if ok && !goodID(string(g.ID)) {
			t.Errorf("readGeneration(%q) takes the id %q", b, g.ID)
		}
		p := g.prediction()
		if p.Failure != nil && p.Failure.Kind == client.KindUnknown {
			t.Errorf("%q: a failure without a kind", b)
		}
		if p.Charge != nil && *p.Charge < 0 {
			t.Errorf("%q: a charge of %v", b, *p.Charge)
		}
		for _, o := range p.Outputs {
			if o.URL == "" {
				t.Errorf("%q: an output without a link", b)
			}
		}
		readFault(&rest.Answer{Status: status, Body: b})
	})
}

// An answer about another job is no answer, and its JSON is no reason.
func TestAnAnswerAboutAnotherJobIsNoReason(t *testing.T) {
	t.Parallel()
	p := serve(t, says(200, `{"id":"another-id","status":"completed","video":{"url":"https://example.com/x.mp4"}}`))
	_, err := p.Fetch(t.Context(), known(t, two), "mine")
	e, ok := errors.AsType[*client.Error](err)
	if !ok || e.Kind != client.KindUnavailable || e.Message != "" {
		t.Errorf("%v", err)
	}
}
