package download

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"time"

	"seedreel/client/address"
	"seedreel/state/disk"
)

// Kind sorts failures by what has to happen next.
type Kind int

// The kinds of failure.
const (
	// Unknown is not an error of this package.
	Unknown Kind = iota
	// Expired: the link is no longer valid (401, 403, 404, 410). Ask the
	// service for a fresh one.
	Expired
	// NoSpace: the disk or the quota is full. The part is kept; downloads will
	// fail until there is room.
	NoSpace
	// Refused: we do not follow the link, or the server refused for good. Do
	// not retry.
	Refused
	// NotVideo: the answer is not a clip, but for example a sign-in page of the
	// network in between.
	NotVideo
	// Network: the transfer broke or the server is busy. Retry later, after
	// Error.RetryAfter if the server sent one.
	Network
	// Stopped: the caller's context ended.
	Stopped
	// TooLarge: longer than the limit.
	TooLarge
	// Disk: the folder or a file in it cannot be used.
	Disk
	// Busy: another process is fetching this clip into this folder.
	Busy
	// Damaged: the clip's end or pictures are missing, even if the length is
	// what the server announced.
	Damaged
)

var kindNames = [...]string{
	Unknown: "unknown", Expired: "expired", NoSpace: "no space", Refused: "refused", NotVideo: "not a video",
	Network: "network", Stopped: "stopped", TooLarge: "too large", Disk: "disk", Busy: "busy", Damaged: "damaged",
}

// String returns the kind in lower-case words.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return kindNames[Unknown]
	}
	return kindNames[k]
}

// Error is returned by Get and Verify. Its text never contains a link: links
// are signed, so having one is having the clip.
type Error struct {
	Kind Kind
	// Op is the operation that failed, as a gerund.
	Op string
	// Status is the HTTP status, 0 if not applicable.
	Status int
	// RetryAfter is how long the server asked to wait, 0 if it did not.
	RetryAfter time.Duration
	// Free and Need are bytes, set for NoSpace found before the transfer.
	Free, Need int64
	// Err is the cause, nil if Status is all there is.
	Err error
}

// Error returns the operation, the kind and the cause.
func (e *Error) Error() string {
	s := fmt.Sprintf("%s (%s)", e.Op, e.Kind)
	if e.Status != 0 {
		s += fmt.Sprintf(": HTTP %d", e.Status)
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of the first *Error in err's chain, Unknown if there
// is none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Unknown
}

func fail(k Kind, op string, err error) error { return &Error{Kind: k, Op: op, Err: err} }

// diskError classifies an error of the file system.
func diskError(op string, err error) error {
	if errors.Is(err, fs.ErrClosed) {
		return fail(Unknown, op, err)
	}
	if disk.Full(err) {
		return fail(NoSpace, op, err)
	}
	return fail(Disk, op, err)
}

// netError classifies an error of the transfer. ctx is the caller's.
func netError(ctx context.Context, op string, err error) error {
	// url.Error holds the whole link with its signature: keep only its cause.
	if ue, ok := errors.AsType[*url.Error](err); ok {
		err = ue.Err
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if ctx.Err() != nil {
		return fail(Stopped, op, context.Cause(ctx))
	}
	if errors.Is(err, address.ErrPrivate) {
		return fail(Refused, op, err)
	}
	return fail(Network, op, err)
}
