package rest

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"seedreel/client"
)

const (
	// defaultWait applies to a refused POST without a Retry-After.
	defaultWait = 30 * time.Second
	maxWait     = 10 * time.Minute
)

// Verdict decides the fate of a POST that buys something, from what is known
// about it. Only two outcomes allow sending it again without a search: not one
// byte left, or the service answered "too many requests". Everything that is
// neither that nor a plain refusal nor an id is uncertain, also a 5xx:
// gateways return it for orders that went through.
func Verdict(o *Outcome) (kind client.Kind, accepted bool) {
	a := o.Answer
	switch {
	case a == nil && !o.Left:
		return client.KindNotSent, false
	case a == nil:
		return client.KindUncertain, false
	case a.OK() && o.Readable:
		return client.KindUnknown, true
	case a.Status == http.StatusTooManyRequests:
		return tooMany(o), false
	}
	kind = refusal(a.Status)
	if kind != client.KindUncertain && o.Fault.Kind != client.KindUnknown {
		kind = o.Fault.Kind
	}
	return kind, false
}

// tooMany distinguishes a limit of the account, which waiting does not lift,
// from one of requests.
func tooMany(o *Outcome) client.Kind {
	if o.Fault.Kind == client.KindNoFunds {
		return client.KindNoFunds
	}
	return client.KindRateLimited
}

// refusal returns the kind of a status meaning that the request was rejected
// before anything was made of it, KindUncertain for all others. Statuses that
// a gateway returns for a request it has already passed on (408, 409, 425,
// 499) do not count.
func refusal(status int) client.Kind {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return client.KindUnauthorized
	case http.StatusPaymentRequired:
		return client.KindNoFunds
	case http.StatusNotFound, http.StatusGone:
		return client.KindNotFound
	case http.StatusBadRequest, http.StatusMethodNotAllowed, http.StatusNotAcceptable, http.StatusLengthRequired,
		http.StatusRequestEntityTooLarge, http.StatusRequestURITooLong, http.StatusUnsupportedMediaType,
		http.StatusUnprocessableEntity, http.StatusRequestHeaderFieldsTooLarge, http.StatusUnavailableForLegalReasons:
		return client.KindInvalid
	}
	return client.KindUncertain
}

// kindOf returns the kind of failure of a request that buys nothing.
// KindNotSent means that the service could not be reached at all.
func kindOf(o *Outcome) client.Kind {
	a := o.Answer
	switch {
	case a == nil && !o.Left:
		return client.KindNotSent
	case a == nil:
		return client.KindUnavailable
	case a.Status == http.StatusTooManyRequests:
		return tooMany(o)
	case o.Fault.Kind != client.KindUnknown && a.Status < 500:
		return o.Fault.Kind
	}
	if k := refusal(a.Status); k != client.KindUncertain {
		return k
	}
	return client.KindUnavailable
}

// kindOfLink is like kindOf for a host that a service named: its refusal
// concerns the link's signature, which a new link fixes, and not our key.
func kindOfLink(o *Outcome) client.Kind {
	switch k := kindOf(o); k {
	case client.KindNotSent, // the service is there: it gave the link just now
		client.KindUnauthorized, client.KindNotFound, client.KindNoFunds:
		return client.KindUnavailable
	default:
		return k
	}
}

// failure converts an outcome to an error. The service's words are redacted,
// as some services repeat a key that they refuse.
func (c *Client) failure(call *Call, kind client.Kind, o *Outcome) *client.Error {
	e := &client.Error{
		Kind: kind, Provider: c.name, Op: call.Op,
		Code: c.key.Redact(o.Fault.Code), Message: c.key.Redact(o.Fault.Message),
	}
	a := o.Answer
	if a == nil {
		e.Err = c.cause(call, o.Err)
		if call.Link != "" && !o.Left {
			e.Message = c.key.Redact("the link it gave cannot be used: " + e.Err.Error())
		}
		return e
	}
	e.Status = a.Status
	e.RetryAfter = RetryAfter(a.Header, c.now())
	switch {
	case a.Cut != nil:
		e.Err = c.cause(call, a.Cut)
	case a.OK():
		e.Err = errUnreadable
	}
	return e
}

// Invalid returns an error of a service that was found before anything was
// sent.
func Invalid(name, op string, err error) error {
	return &client.Error{Kind: client.KindInvalid, Provider: name, Op: op, Err: err}
}

// RetryAfter returns how long a service asks to wait: seconds or an HTTP date,
// which is measured against the answer's own Date when it has one, as clocks
// differ. It is between one second and ten minutes, or 0 when not given.
func RetryAfter(h http.Header, now time.Time) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if v == "" {
		return 0
	}
	if isDigits(v) {
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil || n > int64(maxWait/time.Second) {
			return maxWait
		}
		return max(time.Duration(n)*time.Second, time.Second)
	}
	at, err := http.ParseTime(v)
	if err != nil {
		return 0
	}
	if d, err := http.ParseTime(h.Get("Date")); err == nil {
		now = d
	}
	return min(max(at.Sub(now), time.Second), maxWait)
}

func isDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }
