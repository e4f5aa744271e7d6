package rest_test

import (
	"encoding/json"
	"strings"
	"testing"

	"seedreel/client/rest"
)

func TestWords(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ in, text, code string }{
		{`"too dark"`, "too dark", ""},
		{`{"message":"too dark","code":"Dark"}`, "too dark", "Dark"},
		{`{"name":"ContentPolicy","message":"blocked"}`, "blocked", "ContentPolicy"},
		{`{"errors":[{"message":"one"},{"message":"two","code":"B"}]}`, "one; two", "B"},
		{`{"errors":["one","two","three","four"]}`, "one; two; three", ""},
		{`["one",{"msg":"two"}]`, "one; two", ""},
		{`{"detail":[{"loc":["body"],"msg":"no face","type":"face_detection_error"}]}`, "no face", "face_detection_error"},
		{`{"detail":"plain"}`, "plain", ""},
		{`{"detail":{"reason":"nested"}}`, "nested", ""},
		{`{"error":{"error":{"error":{"message":"deep","code":"SensitiveContentDetected"}}}}`, "deep", "SensitiveContentDetected"},
		{`{"message":"outer","error":{"code":"SensitiveContentDetected","message":"inner"}}`, "outer", "SensitiveContentDetected"},
		{`{"message":["a must be b","c must be d"],"error":"Bad Request","statusCode":400}`, "a must be b; c must be d", ""},
		{`{"message":"{\"error\":{\"message\":\"passed on\",\"code\":\"X\"}}"}`, "passed on", "X"},
		{`{"code":401,"message":"no"}`, "no", ""},
		{`{"code":1200,"message":"no"}`, "no", "1200"},
		{`{"name":"Error","message":"{\"code\":\"Filter\"}"}`, `{"code":"Filter"}`, "Filter"},
		{`{"failure_reason":"gave up"}`, "gave up", ""},
		{`{"title":"Forbidden","status":403}`, "Forbidden", ""},
		{`{"failureReason":"gave up"}`, "gave up", ""},
		{`{"Error-Message":"gave up","errorCode":"X"}`, "gave up", "X"},
		{`{"error":{"cause":{"code":"SensitiveContentDetected","message":"refused"}}}`, "refused", "SensitiveContentDetected"},
		{`{"error":{"upstream":{"inner":{"message":"deep inside","code":"Y"}}}}`, "deep inside", "Y"},
		{`{"error":{"attempts":[{"worker":7},{"message":"the second"}]}}`, "the second", ""},
		{`{"error":{"input":{"message":"a prompt"}}}`, "", ""},
		{`{"error":{"id":"abc","video":{"title":"a clip"}}}`, "", ""},
		{`{}`, "", ""},
		{`[]`, "", ""},
		{`null`, "", ""},
		{``, "", ""},
		{`{"a":[{"b":1}]}`, "", ""},
		{`[[],{}]`, "", ""},
		{`{broken`, "", ""},
	} {
		if text, code := rest.Words(json.RawMessage(tc.in)); text != tc.text || code != tc.code {
			t.Errorf("%s: %q, %q, want %q, %q", tc.in, text, code, tc.text, tc.code)
		}
	}
	deep := strings.Repeat(`{"error":`, 60) + `"x"` + strings.Repeat(`}`, 60)
	if text, _ := rest.Words(json.RawMessage(deep)); text != "" {
		t.Errorf("60 deep: %q", text)
	}
}

func TestOtherWords(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][2]string{
		`{"id":"x","type":"video","name":"n","code":200,"failReason":"gave up"}`: {"gave up", ""},
		`{"data":{"error":{"message":"under data","code":"Dark"}},"type":"v"}`:   {"under data", "Dark"},
		`{"id":"x","status":"error","model":"m","type":"video"}`:                 {"", ""},
		`["x"]`: {"", ""},
	} {
		if text, code := rest.OtherWords(json.RawMessage(in)); text != want[0] || code != want[1] {
			t.Errorf("%s: %q, %q, want %q", in, text, code, want)
		}
	}
}
