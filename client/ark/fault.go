package ark

import (
	"encoding/json"
	"net/http"
	"strings"

	"seedreel/client"
	"seedreel/client/rest"
)

// readFault reads an error body: {"error":{"code","message","param","type"}}.
func readFault(a *rest.Answer) rest.Fault {
	var body json.RawMessage
	if rest.Decode(a.Body, &body) != nil {
		return rest.Fault{Message: rest.Plain(a.Body)}
	}
	text, code := rest.Words(body)
	f := rest.Fault{Code: rest.Message(code), Message: rest.Message(text)}
	f.Kind = kindOf(f.Code, f.Message)
	if f.Kind == client.KindUnauthorized && a.Status == http.StatusNotFound {
		f.Kind = client.KindNotFound
	}
	return f
}

// failure returns the error of a task that ended without a clip.
func (t *task) failure() *client.Error {
	e := &client.Error{Kind: client.KindFailed, Provider: Name, Op: "making the clip"}
	for _, raw := range []json.RawMessage{t.Error, t.Failure} {
		text, code := rest.Words(raw)
		if code == "" && text == "" {
			continue
		}
		e.Code, e.Message = rest.Message(code), rest.Message(text)
		if k := kindOf(e.Code, e.Message); k != client.KindUnknown {
			e.Kind = k
		}
		break
	}
	return e
}

// kinds maps the service's error codes by prefix; the first match wins.
var kinds = []struct {
	prefix string
	kind   client.Kind
}{
	{"MissingParameter", client.KindInvalid},
	{"InvalidParameter", client.KindInvalid},
	{"InvalidArgumentError", client.KindInvalid},
	{"InvalidEndpoint.ClosedEndpoint", client.KindInvalid},
	{"AuthenticationError", client.KindUnauthorized},
	{"AccountOverdueError", client.KindNoFunds},
	{"InvalidSubscription", client.KindNoFunds},
	{"InvalidAccountStatus", client.KindNoFunds},
	{"AccessDenied", client.KindUnauthorized},
	{"OperationDenied", client.KindUnauthorized},
	{"InvalidEndpoint", client.KindNotFound},
	{"ModelNotOpen", client.KindNotFound},
	{"NotFound", client.KindNotFound},
	// A limit of the account, on waiting tasks or money: asking again soon
	// does not help.
	{"QuotaExceeded", client.KindNoFunds},
	{"SetLimitExceeded", client.KindNoFunds},
	{"RateLimitExceeded", client.KindRateLimited},
	{"ModelAccount", client.KindRateLimited},
	{"RequestBurstTooFast", client.KindRateLimited},
	{"ServerOverloaded", client.KindRateLimited},
	{"ModelLoadingError", client.KindRateLimited},
}

// kindOf returns the kind of a code and its text, or KindUnknown if the code
// is not listed: the status decides then.
func kindOf(code, text string) client.Kind {
	if _, is := client.Moderated(code, text); is {
		return client.KindModeration
	}
	for _, k := range kinds {
		if strings.HasPrefix(code, k.prefix) {
			return k.kind
		}
	}
	return client.KindUnknown
}
