package job

import (
	"strings"
	"time"

	"seedreel/client"
)

// Outcome is what is known about the bill of one attempt, that is, one request
// that the service may charge for.
type Outcome string

// The outcomes of an attempt.
const (
	// OutcomeOpen: not sent yet; the price is reserved.
	OutcomeOpen Outcome = "open"
	// OutcomeBilled: carried out, or the service reported a charge.
	OutcomeBilled Outcome = "billed"
	// OutcomeMaybe: sent, and nothing proves that it was not billed.
	OutcomeMaybe Outcome = "maybe"
	// OutcomeUnbilled: proved to have cost nothing.
	OutcomeUnbilled Outcome = "unbilled"
)

// AttemptKind is the purpose of a request.
type AttemptKind string

// The kinds of attempt.
const (
	// AttemptFirst is the first request of a job.
	AttemptFirst AttemptKind = "first"
	// AttemptAgain is a job sent once more after its answer was lost.
	AttemptAgain AttemptKind = "again"
	// AttemptRewriting is a prompt rewritten by a service; it has no job.
	AttemptRewriting AttemptKind = "rewriting"
)

// Outcome returns what is known about the bill of the job's current attempt. A
// job that was given up as uncertain counts until a charge is known; so does
// one whose clip was made and never fetched.
func (j *Job) Outcome() Outcome {
	switch j.State {
	case Queued, Uploading:
		return OutcomeOpen
	case Completed, Saved:
		return OutcomeBilled
	case Submitting, Submitted, Running, Uncertain:
		if j.Charge != nil && *j.Charge > 0 {
			return OutcomeBilled
		}
		return OutcomeMaybe
	case Failed:
		switch {
		case j.Charge != nil && *j.Charge > 0:
			return OutcomeBilled
		case j.Charge != nil:
			return OutcomeUnbilled
		case j.Reason == ReasonCanceled && !j.PostedAt.IsZero(), j.Reason == ReasonExpired, j.Reason == ReasonGone, j.Reason == ReasonUnusable:
			return OutcomeMaybe
		}
		return OutcomeUnbilled
	}
	return OutcomeMaybe
}

// MaybeBilled reports whether money may have been spent on the job, by its
// current attempt or an earlier one.
func (j *Job) MaybeBilled() bool {
	o := j.Outcome()
	return j.EarlierBilled || o == OutcomeBilled || o == OutcomeMaybe
}

// Requeue puts the job back in the queue as if it had never been sent.
func (j *Job) Requeue() {
	j.State, j.Owner, j.PostedAt, j.NextAt, j.Waiting = Queued, "", time.Time{}, time.Time{}, ""
	j.CutAt, j.Ahead, j.Lookup = time.Time{}, nil, j.Lookup.Again()
}

// ReasonOf returns the reason for a failure that a service reported.
func ReasonOf(k client.Kind) Reason {
	switch k {
	case client.KindModeration:
		return ReasonModeration
	case client.KindInvalid, client.KindNotFound:
		return ReasonInvalid
	case client.KindNoFunds:
		return ReasonFunds
	case client.KindUnauthorized:
		return ReasonUnauthorized
	case client.KindUnknown, client.KindRateLimited, client.KindUnavailable, client.KindNotSent, client.KindUncertain, client.KindFailed:
	}
	return ReasonProvider
}

// answered begins the ErrorText of a request that was answered, but not with an
// id.
const answered = "the answer has no id, it says: "

// Answered returns the text of an error for an answer in place of an id.
func Answered(said string) string { return answered + said }

// Answer returns what a service said in place of an id, and whether it did.
func (j *Job) Answer() (said string, ok bool) { return strings.CutPrefix(j.ErrorText, answered) }
