package store

import (
	"slices"
	"strings"

	"seedreel/state/job"
)

// outcome is a word for a state, or for one way to fail.
type outcome struct {
	word   string
	state  job.State
	reason job.Reason
}

// outcomes are the words that state: accepts: the states by their names, and
// every word that lists show, or once did, for a job. What a row shows can be
// searched for.
var outcomes = []outcome{
	{word: "queued", state: job.Queued},
	{word: "waiting", state: job.Queued},
	{word: "uploading", state: job.Uploading},
	{word: "submitting", state: job.Submitting},
	{word: "sending", state: job.Submitting},
	{word: "submitted", state: job.Submitted},
	{word: "accepted", state: job.Submitted},
	{word: "running", state: job.Running},
	{word: "completed", state: job.Completed},
	{word: "saving", state: job.Completed},
	{word: "saved", state: job.Saved},
	{word: "uncertain", state: job.Uncertain},
	{word: "failed", state: job.Failed},
	{word: "moderation", state: job.Failed, reason: job.ReasonModeration},
	{word: "refused", state: job.Failed, reason: job.ReasonInvalid},
	{word: "invalid", state: job.Failed, reason: job.ReasonInvalid},
	{word: "no_funds", state: job.Failed, reason: job.ReasonFunds},
	{word: "funds", state: job.Failed, reason: job.ReasonFunds},
	{word: "key_refused", state: job.Failed, reason: job.ReasonUnauthorized},
	{word: "unauthorized", state: job.Failed, reason: job.ReasonUnauthorized},
	{word: "provider", state: job.Failed, reason: job.ReasonProvider},
	{word: "timed_out", state: job.Failed, reason: job.ReasonTimedOut},
	{word: "canceled", state: job.Failed, reason: job.ReasonCanceled},
	{word: "cancelled", state: job.Failed, reason: job.ReasonCanceled},
	{word: "expired", state: job.Failed, reason: job.ReasonExpired},
	{word: "gone", state: job.Failed, reason: job.ReasonGone},
	{word: "unusable", state: job.Failed, reason: job.ReasonUnusable},
	{word: "not_sent", state: job.Failed, reason: job.ReasonNotSubmitted},
	{word: "not_submitted", state: job.Failed, reason: job.ReasonNotSubmitted},
	{word: "file", state: job.Failed, reason: job.ReasonFile},
}

// StateWords returns the words that state: accepts, states first. Where a list
// shows two words, "timed out", it has "timed_out"; both are read.
func StateWords() []string { return outcomeWords(func(outcome) bool { return true }) }

// ReasonWords returns the words that reason: accepts.
func ReasonWords() []string {
	return outcomeWords(func(o outcome) bool { return o.reason != job.ReasonNone })
}

func outcomeWords(keep func(outcome) bool) []string {
	var out []string
	for _, o := range outcomes {
		if keep(o) {
			out = append(out, o.word)
		}
	}
	return out
}

// outcomeOf returns the meaning of a word, however its parts are joined:
// "Timed out", "timed-out", "timed_out".
func outcomeOf(word string) (outcome, bool) {
	parts := strings.FieldsFunc(strings.ToLower(word), func(r rune) bool { return r == ' ' || r == '_' || r == '-' })
	joined := strings.Join(parts, "_")
	i := slices.IndexFunc(outcomes, func(o outcome) bool { return o.word == joined })
	if i < 0 {
		return outcome{}, false
	}
	return outcomes[i], true
}

// takeState stores the value of state:.
func (s *Search) takeState(value string) bool {
	o, ok := outcomeOf(value)
	switch {
	case !ok:
	case o.reason != job.ReasonNone:
		s.Failures = once(s.Failures, string(o.reason))
	default:
		s.States = once(s.States, string(o.state))
	}
	return ok
}

// takeReason stores the value of reason:.
func (s *Search) takeReason(value string) bool {
	o, ok := outcomeOf(value)
	if !ok || o.reason == job.ReasonNone {
		return false
	}
	s.Reasons = once(s.Reasons, string(o.reason))
	return true
}

// once appends v unless it is there: pasted text makes no query of a thousand
// equal parts.
func once(to []string, v string) []string {
	if slices.Contains(to, v) {
		return to
	}
	return append(to, v)
}
