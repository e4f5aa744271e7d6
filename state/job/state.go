package job

// State is the stage a job has reached. Each is on disk before the action that
// it announces.
type State string

// The states, in the order of a job that goes well.
const (
	// Queued: waiting for its turn; nothing has left this machine.
	Queued State = "queued"
	// Uploading: images are being uploaded; nothing is bought yet.
	Uploading State = "uploading"
	// Submitting: the POST may have left.
	Submitting State = "submitting"
	// Submitted: the service returned an id.
	Submitted State = "submitted"
	// Running: the service is making the clip.
	Running State = "running"
	// Completed: there is a link that will expire; the clip is not here yet.
	Completed State = "completed"
	// Saved: the clip is on disk.
	Saved State = "saved"
	// Failed: ended without a clip; see Reason.
	Failed State = "failed"
	// Uncertain: sent and not answered, so it may have been bought. It is never
	// resent automatically.
	Uncertain State = "uncertain"
)

// Reason is why a job failed.
type Reason string

// The reasons for a failure.
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
	// ReasonUnusable: made and paid for, but the link never led to a complete
	// clip, however often it was fetched.
	ReasonUnusable Reason = "unusable"
	// ReasonNotSubmitted: proved not to have reached the service; free to
	// resend.
	ReasonNotSubmitted Reason = "not_submitted"
	// ReasonFile: a local file could not be read or was refused.
	ReasonFile Reason = "file"
)

// Wait is why a due job is held back.
type Wait string

// The reasons to wait. The zero Wait is none.
const (
	// WaitSlots: as many clips as allowed are in flight.
	WaitSlots Wait = "slots"
	// WaitRate: as many as allowed were ordered within the last minute.
	WaitRate Wait = "rate"
	// WaitOffline: the service cannot be reached.
	WaitOffline Wait = "offline"
	// WaitDisk: there is no room for a clip.
	WaitDisk Wait = "disk"
	// WaitKey: the service cannot be used, as its key is missing or refused.
	WaitKey Wait = "key"
	// WaitAccount: the service is used with another account than the job was
	// sent with.
	WaitAccount Wait = "account"
	// WaitPaused: a person holds the job back.
	WaitPaused Wait = "paused"
	// WaitLine: a person holds the whole line back.
	WaitLine Wait = "line_paused"
)

// Open reports whether the job will still change by itself.
func (s State) Open() bool {
	switch s {
	case Queued, Uploading, Submitting, Submitted, Running, Completed:
		return true
	case Saved, Failed, Uncertain:
		return false
	}
	return false
}

// NeedsUser reports whether the job waits for a person's decision.
func (s State) NeedsUser() bool { return s == Uncertain }
