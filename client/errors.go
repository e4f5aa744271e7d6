package client

import (
	"errors"
	"fmt"
	"time"
)

// Kind classifies a service's failures by what has to happen next.
type Kind int

// The kinds of failure. KindUnknown is the zero value and never set on
// purpose.
const (
	KindUnknown Kind = iota
	// KindInvalid: the service refused the inputs. Nothing was billed.
	KindInvalid
	// KindUnauthorized: the key is missing, wrong, or not allowed to do this.
	KindUnauthorized
	// KindNoFunds: the balance does not cover the job. Nothing was billed.
	KindNoFunds
	// KindModeration: prompt, image or output was refused by a content filter.
	KindModeration
	// KindNotFound: no such prediction, model or path; a retired model too.
	KindNotFound
	// KindRateLimited: too many requests; Error.RetryAfter is how long to
	// wait.
	KindRateLimited
	// KindUnavailable: the service is reachable but broken, or its answer is
	// garbled.
	KindUnavailable
	// KindNotSent: not one byte of the request left this machine, so sending it
	// again cannot buy twice.
	KindNotSent
	// KindUncertain: the request left and no readable answer came. The job may
	// exist and may be billed; it must not be sent again before a search for
	// it.
	KindUncertain
	// KindFailed: the service accepted the job and could not make the clip.
	KindFailed
)

var kindNames = map[Kind]string{
	KindUnknown: "unknown", KindInvalid: "invalid", KindUnauthorized: "unauthorized", KindNoFunds: "no funds",
	KindModeration: "moderation", KindNotFound: "not found", KindRateLimited: "rate limited",
	KindUnavailable: "unavailable", KindNotSent: "not sent", KindUncertain: "outcome unknown", KindFailed: "failed",
}

// String names the kind in lower case words.
func (k Kind) String() string {
	if s, ok := kindNames[k]; ok {
		return s
	}
	return "unknown"
}

// Error is returned by every failing call of a Provider. Message holds the
// service's own words, untrusted: it must be made safe before it is drawn.
type Error struct {
	Kind     Kind
	Provider string
	// Op is the gerund of the operation: "submitting", "fetching".
	Op string
	// Status is the HTTP status, 0 when no answer came.
	Status int
	// Code is the service's own error code, "" when it gave none.
	Code string
	// Message is the service's own text, "" when it gave none.
	Message string
	// RetryAfter is how long the service asked to wait, 0 when it gave no
	// time.
	RetryAfter time.Duration
	// Err is the underlying cause, nil when the answer itself is the cause.
	Err error
}

// Error returns the kind, the operation and the cause, never a key or a full
// URL.
func (e *Error) Error() string {
	s := fmt.Sprintf("%s: %s (%s)", e.Provider, e.Op, e.Kind)
	if e.Status != 0 {
		s += fmt.Sprintf(", HTTP %d", e.Status)
	}
	if e.Message != "" {
		s += ": " + e.Message
	}
	if e.Code != "" {
		s += " [" + e.Code + "]"
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// CurrencyError is the cause of an error about an account that is not in
// dollars.
type CurrencyError struct{ Currency string }

// Error names the currency, untrusted.
func (e *CurrencyError) Error() string { return "the account is in " + e.Currency }

// ErrOdd is the cause of an error about an answer that was understood but for
// some of its lines.
var ErrOdd = errors.New("not counted")

// Odd reports whether the rest of the answer holds.
func (e *Error) Odd() bool { return errors.Is(e.Err, ErrOdd) }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of an *Error anywhere in the chain, else
// KindUnknown.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return KindUnknown
}
