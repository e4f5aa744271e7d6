// Package job says what a job is: one clip that was asked for, from the moment
// a person confirmed it to the file on disk. It holds no I/O.
package job

import (
	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"time"
)

// State is where a job stands. Each is on disk before the act it announces.
type State string

// The states, in the order in which a job that goes well passes them.
const (
	// Queued waits for its turn; nothing has left this machine.
	Queued State = "queued"
	// Uploading hands images over; nothing is bought yet.
	Uploading State = "uploading"
	// Submitting means that the POST may have left.
	Submitting State = "submitting"
	// Submitted has an id from the service.
	Submitted State = "submitted"
	// Running is being made.
	Running State = "running"
	// Completed has a link that will expire; the clip is not here yet.
	Completed State = "completed"
	// Saved has its clip on disk.
	Saved State = "saved"
	// Failed has ended without a clip; Reason says why.
	Failed State = "failed"
	// Uncertain left and was not answered: maybe bought. Never sent again by
	// itself.
	Uncertain State = "uncertain"
)

// Reason says why a job failed.
type Reason string

// The reasons of a failure.
const (
	ReasonNone         Reason = ""
	ReasonModeration   Reason = "moderation"
	ReasonInvalid      Reason = "invalid"
	ReasonFunds        Reason = "funds"
	ReasonUnauthorized Reason = "unauthorized"
	ReasonProvider     Reason = "provider"
	ReasonTimedOut     Reason = "timed_out"
	ReasonCanceled     Reason = "canceled"
	ReasonExpired      Reason = "expired"
	ReasonGone         Reason = "gone"
	// ReasonNotSubmitted: proved that the service never got it; free to resend.
	ReasonNotSubmitted Reason = "not_submitted"
	// ReasonFile: a local file could not be read or was refused.
	ReasonFile Reason = "file"
)

// Open tells whether anything is still to happen by itself.
func (s State) Open() bool {
	switch s {
	case Queued, Uploading, Submitting, Submitted, Running, Completed:
		return true
	case Saved, Failed, Uncertain:
		return false
	}
	return false
}

// NeedsUser tells whether the job waits for a decision.
func (s State) NeedsUser() bool { return s == Uncertain }

// Job is one clip asked for. Times are UTC, money micro-dollars.
type Job struct {
	// Seq orders jobs on this machine; it grows with every insert.
	Seq int64
	// ID is our own name for the job: 12 letters of a-z2-7.
	ID        string
	CreatedAt time.Time
	Provider  string
	Model     string
	// Practice marks a job of the simulator in the program's own process.
	Practice bool
	// Batch joins jobs that were confirmed together; "" when alone.
	Batch  string
	Prompt string
	// Values are the person's choices, media as paths or links they gave; the
	// seed is the one drawn, so that the clip can be made again.
	Values catalogue.Values
	// Handed maps a media path to what the service got instead (a link).
	// Data URIs are not kept.
	Handed  map[string]string
	Seed    int64
	HasSeed bool
	Seconds int

	// Estimate is the price shown at the confirmation, nil when unknown.
	Estimate *usd.Micro
	// EstimateBasis says what the estimate rests on, in a few words.
	EstimateBasis string
	// Charge is what the service reported, nil when it has not.
	Charge *usd.Micro
	// EarlierBilled is set where the job was sent before the current attempt, and
	// it is not proved that this cost nothing.
	EarlierBilled bool

	State  State
	Reason Reason
	// ErrorCode and ErrorText are the service's own words, untrusted.
	ErrorCode string
	ErrorText string

	// Owner is the instance that is submitting; its lock tells life from death.
	Owner    string
	Attempt  int
	PostedAt time.Time
	// RemoteID is the service's id, "" until it arrived.
	RemoteID string
	// Word is the service's own status word, untrusted.
	Word        string
	SubmittedAt time.Time
	EndedAt     time.Time
	SavedAt     time.Time
	// NextAt is when the next step is due; zero when none is.
	NextAt time.Time
	// Fails counts steps in a row that did not get through.
	Fails int
	// Waiting says why a due job does not go, in a word: "slots", "rate",
	// "offline", "disk", "key"; "" when nothing holds it.
	Waiting string

	Output Output
}

// Output is the clip: where it is on the service and where on disk.
type Output struct {
	URL     string
	Expires time.Time
	// Path is written before the clip takes this name.
	Path   string
	ETag   string
	Bytes  int64
	SHA256 string
}

// Cost is the best figure there is: the charge, else the estimate, else nil.
func (j *Job) Cost() *usd.Micro {
	if j.Charge != nil {
		return j.Charge
	}
	return j.Estimate
}
