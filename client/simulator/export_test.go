package simulator

import (
	"io"
	"net/url"
	"time"
)

// Unexported names made available to the tests outside of the package.
const (
	OutputPath = outputPath
	TicketPath = ticketPath
	Retention  = retention
	TicketLife = ticketLife
	SignedPath = signedPath
)

// Hostile is the text that KindHostile inserts.
var Hostile = hostile

// At returns the progress of the task at a time and a speed.
func (t *Task) At(now time.Time, speed float64) Progress { return t.at(now, speed) }

// Servable reports whether a task can be served under a plain file name.
func (t *Task) Servable() bool { return t.plausible() && plainID(t.file()) }

// SafeName returns a client's file name in a form fit for a link.
func SafeName(name string) string { return safeName(name) }

// File returns the name of the task's clip without its extension.
func (t *Task) File() string { return t.file() }

// BuiltIn makes a task's clip without FFmpeg.
func BuiltIn(t *Task) ([]byte, error) { return builtIn(t) }

// LoopClip makes a task's clip from a built-in loop.
func LoopClip(t *Task) ([]byte, error) { return loopClip(t) }

// ParseSize parses a frame such as "864x480".
func ParseSize(text string) (w, h int, err error) {
	s, err := parseSize(text)
	return s.w, s.h, err
}

// ReadFaults reads one fault or a list.
func ReadFaults(r io.Reader) ([]Fault, error) { return readFaults(r) }

// Signature returns the query of a signed link.
func Signature(t *Task, ready time.Time, life time.Duration) url.Values {
	return signature(t, ready, life)
}
