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
	// Unknown is none of ours.
	Unknown Kind = iota
	// Expired: the link is no longer good (401, 403, 404, 410). Ask the
	// service for a fresh one.
	Expired
	// NoSpace: the disk or the quota is full. The part is kept; no download
	// will fare better until there is room.
	NoSpace
	// Refused: the link is one we do not follow, or the server refused for
	// good. Trying again is of no use.
	Refused
	// NotVideo: something else than a clip came, such as a sign-in page of
	// the network in between.
	NotVideo
	// Network: the transfer broke or the server is busy. Try again later;
	// Error.RetryAfter says when, if the server did.
	Network
	// Stopped: the caller's context ended.
	Stopped
	// TooLarge: longer than the limit.
	TooLarge
	// Disk: the folder or a file in it cannot be used.
	Disk
	// Busy: another process is fetching this clip into this folder.
	Busy
	// Damaged: a clip came whose end or pictures are missing, whatever the
	// server said of its length.
	Damaged
)

var kindNames = [...]string{
	Unknown: "unknown", Expired: "expired", NoSpace: "no space", Refused: "refused", NotVideo: "not a video",
	Network: "network", Stopped: "stopped", TooLarge: "too large", Disk: "disk", Busy: "busy", Damaged: "damaged",
}

// String names the kind in lower case words.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return kindNames[Unknown]
	}
	return kindNames[k]
}

// Error is what Get and Verify return. Its text never holds a link: links are
// signed, and who has one has the clip.
type Error struct {
	Kind Kind
	// Op is the gerund of what was being done.
	Op string
	// Status is the HTTP status, 0 when it has no part in it.
	Status int
	// RetryAfter is how long the server asked to wait, 0 when it did not.
	RetryAfter time.Duration
	// Free and Need are bytes, for NoSpace found before the transfer.
	Free, Need int64
	// Err is the cause, nil when the status says it all.
	Err error
}

// Error gives the operation, the kind and the cause.
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

// KindOf finds the kind of an error anywhere in its chain, Unknown when it is
// none of ours or nil.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Unknown
}

func fail(k Kind, op string, err error) error { return &Error{Kind: k, Op: op, Err: err} }

// diskError sorts an error of the file system.
func diskError(op string, err error) error {
	if errors.Is(err, fs.ErrClosed) {
		return fail(Unknown, op, err)
	}
	if disk.Full(err) {
		return fail(NoSpace, op, err)
	}
	return fail(Disk, op, err)
}

// netError sorts an error of the transfer. ctx is the caller's.
func netError(ctx context.Context, op string, err error) error {
	// url.Error holds the whole link, signature and all: keep its cause only.
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
