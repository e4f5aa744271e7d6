package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	maxDepth = 64
	// maxText bounds the part of a service's message that is kept, in bytes.
	maxText = 2000
	// maxPlain bounds the part of a non-JSON body that is kept, in bytes.
	maxPlain = 200
)

var errDeep = errors.New("it is nested too deep")

// Decode decodes a JSON body into v. It refuses nesting deeper than 64 before
// allocating any memory for it.
func Decode(body []byte, v any) error {
	if tooDeep(body) {
		return fmt.Errorf("reading an answer: %w", errDeep)
	}
	if err := json.Unmarshal(body, v); err != nil {
		return fmt.Errorf("reading an answer: %w", err)
	}
	return nil
}

// tooDeep counts brackets outside of strings. On broken JSON it may miscount,
// which is harmless: the decoder rejects that.
func tooDeep(b []byte) bool {
	depth, quoted := 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

// Text is a JSON string, number or boolean, whichever a service sends: status
// codes come as 429 and as "429". Anything else is "", never an error, because
// one odd field must not cost the id beside it.
type Text string

// UnmarshalJSON never fails.
func (t *Text) UnmarshalJSON(b []byte) error {
	*t = ""
	b = bytes.TrimSpace(b)
	if len(b) == 0 {
		return nil
	}
	switch b[0] {
	case '"':
		var s string
		if err := json.Unmarshal(b, &s); err == nil {
			*t = Text(s)
		}
	case '{', '[', 'n':
	default:
		*t = Text(b)
	}
	return nil
}

// TextOf decodes a raw field as a Text.
func TextOf(raw json.RawMessage) Text {
	var t Text
	_ = t.UnmarshalJSON(raw) // it never fails
	return t
}

// Object decodes a JSON object from a field that may hold something else, and
// reports whether it was one.
func Object(raw json.RawMessage, v any) bool {
	raw = bytes.TrimSpace(raw)
	return len(raw) > 0 && raw[0] == '{' && json.Unmarshal(raw, v) == nil
}

// List returns a JSON array's items, or the single item in its place.
func List(raw json.RawMessage) []json.RawMessage {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	var items []json.RawMessage
	if raw[0] == '[' {
		if json.Unmarshal(raw, &items) != nil {
			return nil
		}
		return items
	}
	return []json.RawMessage{raw}
}

// Message trims a service's text to a length fit for a screen.
func Message(s string) string { return clip(strings.TrimSpace(s), maxText) }

// Plain makes a message of a body that is not JSON: the start of its text,
// without HTML tags. "null" and blanks give "".
func Plain(body []byte) string {
	if len(body) > 16<<10 {
		body = body[:16<<10]
	}
	s := strings.ToValidUTF8(string(body), "")
	if strings.HasPrefix(strings.TrimSpace(s), "<") {
		s = untag(s)
	}
	s = strings.Join(strings.Fields(s), " ")
	if s == "null" {
		return ""
	}
	return clip(s, maxPlain)
}

// untag drops everything between angle brackets.
func untag(s string) string {
	var b strings.Builder
	in := false
	for _, r := range s {
		switch {
		case r == '<':
			in = true
		case r == '>' && in:
			in = false
			b.WriteByte(' ')
		case !in:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}
