package rest

import (
	"cmp"
	"encoding/json"
	"strings"
)

// The fields in which services write what went wrong, the usual ones first.
var (
	textFields = []string{
		"message", "msg", "error_message", "error", "errors", "detail", "details", "reason", "failure_reason", "fail_reason", "description", "title",
	}
	codeFields = []string{"name", "code", "error_code", "type"}
)

// maxItems bounds the items of a list of errors that are kept.
const maxItems = 3

// Words returns the text and the code of an error of any shape: a text, an
// object, a list of either, and one within another. An outer text is preferred
// to an inner one, and an inner code to none.
func Words(raw json.RawMessage) (text, code string) { return wordsOf(raw, 0) }

// FirstWords returns the first text and the first code among the places where
// a service may put them.
func FirstWords(places ...json.RawMessage) (text, code string) {
	for _, raw := range places {
		t, c := Words(raw)
		text, code = cmp.Or(text, t), cmp.Or(code, c)
	}
	return text, code
}

func wordsOf(raw json.RawMessage, depth int) (text, code string) {
	const deepest = 8
	if depth > deepest {
		return "", ""
	}
	var fields map[string]json.RawMessage
	if Object(raw, &fields) {
		return wordsIn(fields, depth)
	}
	if s := string(TextOf(raw)); s != "" {
		// Some gateways pass on an error as a text of JSON.
		if inner := strings.TrimSpace(s); strings.HasPrefix(inner, "{") && json.Valid([]byte(inner)) {
			if text, code = wordsOf(json.RawMessage(inner), depth+1); text != "" {
				return text, code
			}
			return s, code
		}
		return s, ""
	}
	var texts []string
	for _, item := range List(raw) {
		if len(texts) == maxItems || strings.HasPrefix(strings.TrimSpace(string(raw)), "{") {
			break
		}
		t, c := wordsOf(item, depth+1)
		if t != "" {
			texts = append(texts, t)
		}
		if code == "" {
			code = c
		}
	}
	return strings.Join(texts, "; "), code
}

func wordsIn(fields map[string]json.RawMessage, depth int) (text, code string) {
	for _, name := range codeFields {
		if c := string(TextOf(fields[name])); c != "" && !vague(c) {
			code = c
			break
		}
	}
	for _, name := range textFields {
		t, c := wordsOf(fields[name], depth+1)
		if text == "" {
			text = t
		}
		if code == "" {
			code = c
		}
	}
	return text, code
}

// vague reports whether a code names nothing: it repeats the status line, or
// only reports that there is an error.
func vague(code string) bool {
	switch strings.ToLower(code) {
	case "error", "exception", "failed", "failure":
		return true
	}
	return len(code) == 3 && isDigits(code) || code == "0"
}
