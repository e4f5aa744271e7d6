package wavespeed

import (
	"cmp"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"seedreel/client"
	"seedreel/client/rest"
)

// envelope wraps every JSON answer.
type envelope struct {
	Code      rest.Text       `json:"code"`
	Message   rest.Text       `json:"message"`
	ErrorCode rest.Text       `json:"error_code"`
	Data      json.RawMessage `json:"data"`
}

// task is a prediction as the service writes it.
type task struct {
	ID        rest.Text       `json:"id"`
	Status    rest.Text       `json:"status"`
	Outputs   json.RawMessage `json:"outputs"`
	CreatedAt rest.Text       `json:"created_at"`
	Error     json.RawMessage `json:"error"`
	Errors    json.RawMessage `json:"errors"`
	Message   json.RawMessage `json:"message"`
	Detail    json.RawMessage `json:"detail"`
	Code      rest.Text       `json:"code"`
	ErrorCode rest.Text       `json:"error_code"`

	whole json.RawMessage
}

// Task-level codes (wavespeed.ai/docs/error-codes).
const (
	codeModeration   = "1200"
	codeMissing      = "1400"
	codeInvalid      = "1401"
	codeMediaUnreach = "1402"
)

// readPrediction decodes an answer that should hold a prediction, and reports
// whether it is JSON of that shape.
func readPrediction(body []byte) (client.Prediction, bool) {
	var e envelope
	if rest.Decode(body, &e) != nil {
		return client.Prediction{}, false
	}
	t := task{whole: e.Data}
	if !rest.Object(e.Data, &t) || (t.ID == "" && t.Status == "") {
		// A webhook's payload is the bare object; if the service ever answers
		// so, the id matters more than the form.
		t = task{whole: body}
		if rest.Decode(body, &t) != nil {
			return client.Prediction{}, false
		}
	}
	return t.prediction(), t.ID != "" || t.Status != ""
}

func (t *task) prediction() client.Prediction {
	p := client.Prediction{ID: string(t.ID), Word: rest.Message(string(t.Status))}
	p.Status = statusOf(p.Word)
	if at, err := time.Parse(time.RFC3339Nano, string(t.CreatedAt)); err == nil {
		p.CreatedAt = at.UTC()
	}
	p.Outputs = t.outputs(p.CreatedAt)
	switch p.Status {
	case client.StatusFailed, client.StatusCanceled, client.StatusTimedOut, client.StatusDeleted:
		p.Failure = t.failure()
	case client.StatusOther, client.StatusQueued, client.StatusRunning, client.StatusCompleted:
	}
	return p
}

// outputs accepts links as strings and as objects with a url. Text models
// answer with plain text in the same place, which is passed on unchanged.
func (t *task) outputs(created time.Time) []client.Output {
	var out []client.Output
	for _, raw := range rest.List(t.Outputs) {
		var o struct {
			URL rest.Text `json:"url"`
		}
		if !rest.Object(raw, &o) {
			o.URL = rest.TextOf(raw)
		}
		if o.URL == "" {
			continue
		}
		x := client.Output{URL: string(o.URL)}
		if !created.IsZero() {
			x.Expires = created.Add(outputLife)
		}
		out = append(out, x)
	}
	return out
}

func (t *task) failure() *client.Error {
	text, code := rest.FirstWords(t.Error, t.Errors, t.Message, t.Detail)
	if text == "" {
		var c string
		text, c = rest.OtherWords(t.whole)
		code = cmp.Or(code, c)
	}
	for _, c := range []rest.Text{t.Code, t.ErrorCode} {
		if c != "" && c != "0" {
			code = string(c)
		}
	}
	return &client.Error{
		Kind: taskKind(code, text), Provider: Name, Op: "making the clip",
		Code: rest.Message(code), Message: rest.Message(text),
	}
}

// taskKind returns the kind of failure of an accepted task.
func taskKind(code, text string) client.Kind {
	if _, is := client.Moderated(code, text); is {
		return client.KindModeration
	}
	switch code {
	case codeModeration:
		return client.KindModeration
	case codeMissing, codeInvalid, codeMediaUnreach:
		return client.KindInvalid
	}
	if k := kindOfText(code, text); k != client.KindUnknown {
		return k
	}
	return client.KindFailed
}

// kindOfText recognises sentences from real accounts: "Content flagged as
// potentially sensitive. Please try different prompts or images" and
// "Insufficient credits. Please top up.", and the content errors of the
// models' makers.
func kindOfText(code, text string) client.Kind {
	if _, is := client.Moderated(code, text); is {
		return client.KindModeration
	}
	text = strings.ToLower(text)
	switch {
	case strings.Contains(text, "insufficient credit"), strings.Contains(text, "insufficient balance"):
		return client.KindNoFunds
	}
	return client.KindUnknown
}

// statusOf maps the service's status word to a Status. The list is the
// server's own enumeration, quoted in the official tool's source, with
// "deleted" from the SDK and "pending" from older clients.
func statusOf(word string) client.Status {
	switch strings.ToLower(word) {
	case "created", "pending":
		return client.StatusQueued
	case "processing":
		return client.StatusRunning
	case "completed":
		return client.StatusCompleted
	case "failed":
		return client.StatusFailed
	case "cancelled", "canceled":
		return client.StatusCanceled
	case "timeout":
		return client.StatusTimedOut
	case "deleted":
		return client.StatusDeleted
	}
	return client.StatusOther
}

// readFault reads an error body: {"code","message","error_code"?}, which some
// gateways in front of the service do not send.
func readFault(a *rest.Answer) rest.Fault {
	var e envelope
	if rest.Decode(a.Body, &e) != nil {
		return rest.Fault{Message: rest.Plain(a.Body)}
	}
	text, inner := rest.Words(a.Body)
	f := rest.Fault{Code: rest.Message(string(e.ErrorCode)), Message: rest.Message(text)}
	if f.Code == "" && (e.Code == "" || string(e.Code) == strconv.Itoa(a.Status)) {
		f.Code = rest.Message(inner)
	}
	code := string(e.Code)
	if a.OK() {
		// The envelope may disagree with the status line; its code is the more
		// specific.
		if code == "200" || code == "" {
			return rest.Fault{}
		}
		f.Kind = kindOfCode(code)
	}
	if f.Code == "" && code != strconv.Itoa(a.Status) {
		f.Code = rest.Message(code)
	}
	if k := kindOfText(f.Code, f.Message); k != client.KindUnknown {
		f.Kind = k
	}
	if code == codeModeration {
		f.Kind = client.KindModeration
	}
	return f
}

// kindOfCode returns the kind for an envelope's code where the status line has
// 200.
func kindOfCode(code string) client.Kind {
	switch code {
	case "400", codeMissing, codeInvalid, codeMediaUnreach:
		return client.KindInvalid
	case "401", "403":
		return client.KindUnauthorized
	case "404":
		return client.KindNotFound
	case "429":
		return client.KindRateLimited
	}
	return client.KindUnknown
}
