package rest

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestDecodeRefusesDepth(t *testing.T) {
	t.Parallel()
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for body, ok := range map[string]bool{
		deep(64):                               true,
		deep(65):                               false,
		strings.Repeat(`{"a":`, 65):            false,
		`"` + strings.Repeat("[", 999) + `"`:   true,
		`"\"` + strings.Repeat("[", 99) + `"`:  true,
		`[` + strings.Repeat("[],", 99) + `0]`: true,
		``:                                     false,
		`{} {}`:                                false,
		"\\":                                   false,
	} {
		var v any
		if err := Decode([]byte(body), &v); (err == nil) != ok {
			t.Errorf("Decode(%.40q) = %v, want ok %v", body, err, ok)
		}
	}
}

func TestTextTakesWhatServicesSend(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]Text{
		`"429"`: "429", `429`: "429", `true`: "true", `null`: "", `{"a":1}`: "", `["x"]`: "", `"a\"b"`: `a"b`, `-1.5e3`: "-1.5e3",
	} {
		v := struct{ F Text }{"old"}
		if err := json.Unmarshal([]byte(`{"F":`+raw+`}`), &v); err != nil || v.F != want && raw != "null" {
			t.Errorf("Text of %s = %q, %v, want %q", raw, v.F, err, want)
		}
		if got := TextOf(json.RawMessage(raw)); got != want {
			t.Errorf("TextOf(%s) = %q, want %q", raw, got, want)
		}
	}
}

func TestListTakesOneForMany(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]int{``: 0, `null`: 0, `[]`: 0, `["a","b"]`: 2, `"a"`: 1, `{"url":"a"}`: 1, `[`: 0} {
		if got := len(List(json.RawMessage(raw))); got != want {
			t.Errorf("List(%s) has %d items, want %d", raw, got, want)
		}
	}
}

func TestPlain(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"": "", "null": "", " \n ": "", "upstream  gone\n": "upstream gone",
		"<html><head><title>502 Bad Gateway</title></head>": "502 Bad Gateway",
		"a\xffb":                 "ab",
		"1 < 2":                  "1 < 2",
		strings.Repeat("ä", 300): strings.Repeat("ä", 100),
	} {
		if got := Plain([]byte(body)); got != want {
			t.Errorf("Plain(%.30q) = %q, want %q", body, got, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{`{"code":200,"data":{"id":"a"}}`, `[[[`, `"\`, `{"a":[1,{"b":null}]}`, "\x00"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var v struct {
			F Text
			R json.RawMessage
		}
		if Decode(b, &v) == nil && !json.Valid(b) {
			t.Errorf("Decode takes %q, which is no JSON", b)
		}
		List(v.R)
		TextOf(b)
		if p := Plain(b); !utf8.ValidString(p) || len(p) > maxPlain {
			t.Errorf("Plain(%q) = %q", b, p)
		}
	})
}
