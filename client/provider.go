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
	// Submit requests one clip with exactly one POST. A KindUncertain error
	// means that the clip may have been bought all the same.
	Submit(ctx context.Context, r Request) (Prediction, error)
	// Fetch reads the state of a prediction. A failed prediction is no error:
	// it is returned with Status Failed and Failure set.
	Fetch(ctx context.Context, m *catalogue.Model, id string) (Prediction, error)
	// HandOver makes a local file reachable for the service and returns what
	// to put in the request: a link after an upload, or a data URI.
	HandOver(ctx context.Context, f File, progress func(sent, total int64)) (string, error)
}

// File is local media to be handed over. Size is in bytes, MIME a full type
// such as "image/png". Open may be called more than once.
type File struct {
	Name string
	MIME string
	Size int64
	Open func() (io.ReadCloser, error)
}

// Request is one clip to make. Media values must be links or data URIs.
type Request struct {
	Model  *catalogue.Model
	Values catalogue.Values
	// Token is our own name for the request, sent where the service has a
	// header for it, so that a lost answer can be found again.
	Token string
}

// Status is the state of a prediction, common to all services.
type Status int

// The states of a prediction. StatusOther is a word no service documents: it
// is shown unchanged, and polling continues.
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

// Ended reports whether the status is final.
func (s Status) Ended() bool { return s >= StatusCompleted }

// Prediction is the service's answer about one clip.
type Prediction struct {
	ID     string
	Status Status
	// Word is the status as the service wrote it, untrusted.
	Word string
	// Outputs holds the links of the clips, untrusted.
	Outputs []Output
	// Failure is set when Status is failed, canceled, timed out or deleted.
	Failure *Error
	// Charge is the cost reported by the service in micro-dollars, nil when it
	// reported none.
	Charge *usd.Micro
	// Hold is what the service has set aside for a clip that is not made yet,
	// nil when it reported none. It is charged if the clip is made, and else
	// given back.
	Hold *usd.Micro
	// Tokens is the amount metered by the service, if it bills by that; else
	// 0.
	Tokens int64
	// CreatedAt is the service's own timestamp in UTC, zero when not given.
	CreatedAt time.Time
}

// Output is one file of a prediction; the clips come before the files that go
// with them. Expires is zero when not known.
type Output struct {
	URL     string
	Expires time.Time
	// Still marks a picture that goes with the clip, such as its last frame.
	Still bool
}
