package simulator

import (
	"io"
	"net/url"
	"time"
)

// What the tests outside of the package look at beside what all may use.
const (
	OutputPath = outputPath
	TicketPath = ticketPath
	Retention  = retention
	TicketLife = ticketLife
	SignedPath = signedPath
)

// Hostile is the text that KindHostile puts in.
var Hostile = hostile

// At is the task at a time and a speed.
func (t *Task) At(now time.Time, speed float64) Progress { return t.at(now, speed) }

// Servable reports whether a task can be served under a plain file name.
func (t *Task) Servable() bool { return t.plausible() && plainID(t.file()) }

// SafeName makes a client's file name fit for a link.
func SafeName(name string) string { return safeName(name) }

// File is the name of the task's clip without its extension.
func (t *Task) File() string { return t.file() }

// LoopClip makes a task's clip from a built-in loop.
func LoopClip(t *Task) ([]byte, error) { return loopClip(t) }

// ParseSize reads a frame such as "864x480".
func ParseSize(text string) (w, h int, err error) {
	s, err := parseSize(text)
	return s.w, s.h, err
}

// ReadFaults reads one fault or a list.
func ReadFaults(r io.Reader) ([]Fault, error) { return readFaults(r) }

// Signature is the query of a signed link.
func Signature(t *Task, ready time.Time, life time.Duration) url.Values {
	return signature(t, ready, life)
}
