package job

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
	// ReasonUnusable: made and paid for, but what the link led to was no whole
	// clip, however often it was fetched.
	ReasonUnusable Reason = "unusable"
	// ReasonNotSubmitted: proved that the service never got it; free to resend.
	ReasonNotSubmitted Reason = "not_submitted"
	// ReasonFile: a local file could not be read or was refused.
	ReasonFile Reason = "file"
)

// Wait says why a due job does not go.
type Wait string

// The reasons to wait. The zero Wait is none.
const (
	// WaitSlots: as many clips as allowed are under way.
	WaitSlots Wait = "slots"
	// WaitRate: as many as allowed were ordered within a minute.
	WaitRate Wait = "rate"
	// WaitOffline: the service cannot be reached.
	WaitOffline Wait = "offline"
	// WaitDisk: there is no room for a clip.
	WaitDisk Wait = "disk"
	// WaitKey: the service cannot be used, as its key is missing or refused.
	WaitKey Wait = "key"
)

// Open reports whether anything is still to happen by itself.
func (s State) Open() bool {
	switch s {
	case Queued, Uploading, Submitting, Submitted, Running, Completed:
		return true
	case Saved, Failed, Uncertain:
		return false
	}
	return false
}

// NeedsUser reports whether the job waits for a decision.
func (s State) NeedsUser() bool { return s == Uncertain }
