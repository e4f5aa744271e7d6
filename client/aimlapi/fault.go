package aimlapi

import (
	"bytes"
	"encoding/json"
	"strings"

	"seedreel/client"
	"seedreel/client/rest"
)

// problem is an error object, in any of its shapes: of a failed generation
// {name, message}, of an OpenAI-like answer {message, type, code}, and of a
// passed-on validator {detail: [{msg, type}]}.
type problem struct {
	Name    rest.Text       `json:"name"`
	Code    rest.Text       `json:"code"`
	Type    rest.Text       `json:"type"`
	Message rest.Text       `json:"message"`
	Msg     rest.Text       `json:"msg"`
	Detail  json.RawMessage `json:"detail"`
}

// read returns the text and code of an error field of any shape.
func read(raw json.RawMessage) (text, code string) {
	var e problem
	if !rest.Object(raw, &e) {
		return string(rest.TextOf(raw)), ""
	}
	code = first(e.Name, e.Code, e.Type)
	if text = first(e.Message, e.Msg); text != "" {
		return text, code
	}
	for _, item := range rest.List(e.Detail) {
		var d problem
		if !rest.Object(item, &d) {
			d.Message = rest.TextOf(item)
		}
		if text = first(d.Message, d.Msg); text != "" {
			if code == "" {
				code = first(d.Type, d.Code)
			}
			return text, code
		}
	}
	return "", code
}

func first(texts ...rest.Text) string {
	for _, t := range texts {
		if t != "" {
			return string(t)
		}
	}
	return ""
}

// failure turns the error of a failed generation into an *Error.
func failure(raw json.RawMessage) *client.Error {
	text, code := read(raw)
	kind := kindOfWords(code, text)
	if kind == client.KindUnknown {
		kind = client.KindFailed
	}
	return &client.Error{
		Kind: kind, Provider: Name, Op: "making the clip",
		Code: rest.Message(code), Message: rest.Message(text),
	}
}

// readFault reads an error body: {requestId, statusCode, message}, {title,
// status, message}, {error: {message, type}}, or none of them.
func readFault(a *rest.Answer) rest.Fault {
	var b struct {
		Message rest.Text       `json:"message"`
		Title   rest.Text       `json:"title"`
		Error   json.RawMessage `json:"error"`
	}
	if rest.Decode(a.Body, &b) != nil {
		return rest.Fault{Message: rest.Plain(a.Body)}
	}
	text, code := read(b.Error)
	if t := first(b.Message); t != "" {
		text = t
	}
	if text == "" {
		text = first(b.Title)
	}
	if text == "" {
		text = rest.Plain(a.Body)
	}
	kind := kindOfFault(a.Status, code, text)
	if a.OK() && text != "" && string(bytes.TrimSpace(b.Error)) != "null" && len(b.Error) > 0 {
		// A refusal under the status of a success.
		if kind = kindOfWords(code, text); kind == client.KindUnknown {
			kind = client.KindFailed
		}
	}
	return rest.Fault{Kind: kind, Code: rest.Message(code), Message: rest.Message(text)}
}

// kindOfFault refines a status. The service answers 403 for missing funds, the
// same as for a key without the permission.
func kindOfFault(status int, code, text string) client.Kind {
	switch status {
	case 400, 402, 403, 422, 451:
		return kindOfWords(code, text)
	}
	return client.KindUnknown
}

// kindOfWords recognises the service's own sentences ("You've run out of
// funds. Please top up your balance", "No endpoints found") and the error
// codes of the upstream maker, which are passed through (Volcengine's error
// table).
func kindOfWords(code, text string) client.Kind {
	if _, is := client.Moderated(code, text); is {
		return client.KindModeration
	}
	c, t := strings.ToLower(code), strings.ToLower(text)
	switch {
	case strings.Contains(t, "out of funds"), strings.Contains(t, "out of credits"), strings.Contains(t, "insufficient funds"),
		strings.Contains(t, "insufficient credits"), strings.Contains(t, "insufficient balance"), strings.Contains(t, "top up your balance"), strings.HasPrefix(c, "accountoverdue"):
		return client.KindNoFunds
	case strings.Contains(t, "no endpoints found"), strings.HasPrefix(c, "modelnotopen"), strings.HasSuffix(c, ".notfound"):
		return client.KindNotFound
	case strings.HasPrefix(c, "invalidparameter"), strings.HasPrefix(c, "missingparameter"), strings.HasSuffix(c, "_detection_error"):
		return client.KindInvalid
	}
	return client.KindUnknown
}
