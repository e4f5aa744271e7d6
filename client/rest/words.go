package rest

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// The fields in which services write what went wrong, the usual ones first, as
// plain names.
var (
	textFields = []string{
		"message", "msg", "errormessage", "errormsg", "error", "errors", "detail", "details", "reason", "failurereason", "failreason", "failedreason",
		"failuremessage", "failmessage", "description", "cause", "text", "title",
	}
	codeFields = []string{"name", "code", "errorcode", "type"}
	// otherFields hold what was asked for and made, which is no reason.
	otherFields = []string{"input", "inputs", "request", "params", "meta", "metadata", "urls", "usage", "output", "outputs", "video", "videos", "image", "images", "logs", "timings"}
)

// plainName returns the name of a field without what services spell in
// different ways: failure_reason, failureReason.
func plainName(name string) string {
	return strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(name))
}

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

// OtherWords is like Words for a whole answer: its own name, code and type are
// about the answer and not about what went wrong.
func OtherWords(body json.RawMessage) (text, code string) {
	var fields map[string]json.RawMessage
	if !Object(body, &fields) {
		return "", ""
	}
	maps.DeleteFunc(fields, func(name string, _ json.RawMessage) bool { return slices.Contains(codeFields, plainName(name)) })
	return wordsIn(fields, 0)
}

func wordsIn(named map[string]json.RawMessage, depth int) (text, code string) {
	fields := map[string]json.RawMessage{}
	for _, name := range slices.Sorted(maps.Keys(named)) {
		if plain, raw := plainName(name), named[name]; string(raw) != "null" && TextOf(fields[plain]) == "" {
			fields[plain] = raw
		}
	}
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
		delete(fields, name)
	}
	if text != "" {
		return text, code
	}
	// An error under a name of its own: {"error": {"upstream": {"message": …}}}.
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		raw := fields[name]
		if slices.Contains(otherFields, name) || TextOf(raw) != "" {
			continue
		}
		if t, c := wordsOf(raw, depth+1); t != "" {
			return t, cmp.Or(code, c)
		}
	}
	return "", code
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
