package client

import (
	"context"
	"io"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
)

// Provider is one video service. Implementations are safe for concurrent use
// and never retry a Submit. Every error is an *Error.
type Provider interface {
	// ID is the catalogue's name of the service.
	ID() string
	// Submit asks for one clip with exactly one POST. A KindUncertain error
	// means that the clip may have been bought all the same.
	Submit(ctx context.Context, r Request) (Prediction, error)
	// Fetch reads the state of a prediction. A failed prediction is no error:
	// it comes back with Status Failed and Failure set.
	Fetch(ctx context.Context, m *catalogue.Model, id string) (Prediction, error)
	// HandOver makes a local file reachable for the service and returns what to
	// put in the request: a link after an upload, or a data URI.
	HandOver(ctx context.Context, f File, progress func(sent, total int64)) (string, error)
}

// File is local media about to be handed over. Size is in bytes, MIME a full
// type such as "image/png". Open may be called more than once.
type File struct {
	Name string
	MIME string
	Size int64
	Open func() (io.ReadCloser, error)
}

// Request is one clip to make. Media values are links or data URIs by now.
type Request struct {
	Model  *catalogue.Model
	Values catalogue.Values
	// Token is our own name for the request, sent where the service has a
	// header for it, so that a lost answer can be found again.
	Token string
}

// Status is where a prediction stands, the services' words made one.
type Status int

// The states of a prediction. StatusOther is a word no service documents:
// it is shown as it came and polled on.
const (
	StatusOther Status = iota
	StatusQueued
	StatusRunning
	StatusCompleted
	StatusFailed
	StatusCanceled
	StatusTimedOut
	StatusDeleted
)

// Ended tells whether the status can change any more.
func (s Status) Ended() bool { return s >= StatusCompleted }

// Prediction is the service's answer about one clip.
type Prediction struct {
	ID     string
	Status Status
	// Word is the status as the service wrote it, untrusted.
	Word string
	// Outputs are the links of the clips, untrusted.
	Outputs []Output
	// Failure is set when Status is failed, canceled, timed out or deleted.
	Failure *Error
	// Charge is what the service said it costs in micro-dollars, nil when it
	// did not say.
	Charge *usd.Micro
	// Tokens is what the service metered the clip at, where that is what it
	// bills by its list; 0 else.
	Tokens int64
	// CreatedAt is the service's own stamp in UTC, zero when not given.
	CreatedAt time.Time
}

// Output is one file of a prediction; the clips come before what goes with
// them. Expires is zero when not known.
type Output struct {
	URL     string
	Expires time.Time
	// Still marks a picture that goes with the clip, such as its last frame.
	Still bool
}
