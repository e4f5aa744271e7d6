package aimlapi

import (
	"bytes"
	"cmp"
	"encoding/json"
	"strings"

	"seedreel/client"
	"seedreel/client/rest"
)

// failure turns the answer of a failed generation into an *Error. The reason is
// in "error" of the documented shapes {name, message} and {detail: [{msg,
// type}]}, or beside it.
func (g *generation) failure() *client.Error {
	text, code := rest.FirstWords(g.Error, g.Errors, g.Message, g.Detail, g.Reason)
	if text == "" {
		var c string
		text, c = rest.OtherWords(g.whole)
		code = cmp.Or(code, c)
	}
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
	var body json.RawMessage
	if rest.Decode(a.Body, &body) != nil {
		return rest.Fault{Message: rest.Plain(a.Body)}
	}
	text, code := rest.Words(body)
	if text == "" && !a.OK() {
		// JSON without words is no reason, but all that there is of a refusal.
		text = rest.Plain(a.Body)
	}
	kind := kindOfFault(a.Status, code, text)
	var in struct {
		Error json.RawMessage `json:"error"`
	}
	refused := rest.Decode(a.Body, &in) == nil && len(in.Error) > 0 && string(bytes.TrimSpace(in.Error)) != "null"
	if a.OK() && text != "" && refused {
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
