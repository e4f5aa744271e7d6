package simulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Kind is the effect of a scripted fault.
type Kind string

// The kinds that spoil the answer to one request. Some carry the request out
// first, as noted; the others do so with Fault.Made.
const (
	// KindLost carries the request out and closes the connection without an
	// answer: the job was made and the client does not know.
	KindLost Kind = "lost"
	// KindDropped closes the connection before anything is done.
	KindDropped Kind = "dropped"
	// KindCut carries the request out and breaks the answer off after
	// Fault.Bytes, half of it when 0.
	KindCut Kind = "cut"
	// KindStall is KindCut with Fault.Delay of silence before the end.
	KindStall Kind = "stall"
	// KindSlow waits for Fault.Delay before the header, then answers normally.
	KindSlow Kind = "slow"
	// KindPortal answers 200 with a network's sign-in page.
	KindPortal Kind = "portal"
	// KindRedirect answers Fault.Status, 302 when 0, to Fault.Location.
	KindRedirect Kind = "redirect"
	// KindStatus answers Fault.Status in the service's shape.
	KindStatus Kind = "status"
	// KindTooMany answers 429, with Retry-After only when Fault.RetryAfter is
	// set, in seconds or with Fault.RetryDate as a date.
	KindTooMany Kind = "too_many"
	// KindNoFunds answers as for an empty account.
	KindNoFunds Kind = "no_funds"
	// KindGarbage answers 200 with bytes that are not JSON.
	KindGarbage Kind = "garbage"
	// KindDeep answers 200 with endlessly nested JSON.
	KindDeep Kind = "deep"
	// KindHostile carries the request out and puts terminal codes and worse
	// into every text of the answer; with Fault.All also into ids, links and
	// status words, which a client needs to go on.
	KindHostile Kind = "hostile"
)

// The kinds that show the service's time or its records otherwise.
const (
	// KindDate answers with Fault.Word as the Date, with none when "", or with
	// one that is Fault.Delay ahead.
	KindDate Kind = "date"
	// KindLag answers as if the tasks of the last Fault.Delay were not listed
	// yet.
	KindLag Kind = "lag"
)

// The kinds that determine how the task of a submit ends.
const (
	KindModeration Kind = "moderation"
	KindFailure    Kind = "failure"
	KindTimeout    Kind = "timeout"
	KindCancelled  Kind = "cancelled"
	KindDeleted    Kind = "deleted"
	// KindUnknown gives the task the status Fault.Word, "paused" when "",
	// until it succeeds after four times the usual time.
	KindUnknown Kind = "unknown_status"
	// KindDialect answers a submit in another form of the service, Fault.Dialect.
	KindDialect Kind = "dialect"
)

// The kinds for the download of a clip.
const (
	// KindExpired answers like the storage for an expired link.
	KindExpired Kind = "expired"
	// KindWrongRange answers a range request with another part of the file.
	KindWrongRange Kind = "wrong_range"
	// KindNewETag answers as if the file had been replaced.
	KindNewETag Kind = "new_etag"
)

// kinds lists all kinds.
var kinds = [...]Kind{
	KindLost, KindDropped, KindCut, KindStall, KindSlow, KindPortal, KindRedirect, KindStatus, KindTooMany, KindNoFunds,
	KindGarbage, KindDeep, KindHostile, KindModeration, KindFailure, KindTimeout, KindCancelled, KindDeleted, KindUnknown,
	KindDialect, KindExpired, KindWrongRange, KindNewETag, KindDate, KindLag,
}

// Fault is one scripted fault. Only Kind is required: such a fault spoils the
// next request of any kind.
type Fault struct {
	// Match selects the requests, the zero Match all.
	Match Match `json:"match,omitzero"`
	Kind  Kind  `json:"kind"`
	// Times is how many matching requests are spoilt: 0 means one, negative
	// all.
	Times int `json:"times,omitempty"`
	// After is how many matching requests are served normally before.
	After int `json:"after,omitempty"`
	// Made carries the request out before its answer is replaced.
	Made bool `json:"made,omitempty"`
	// Status is an HTTP status, for KindStatus and KindRedirect.
	Status int `json:"status,omitempty"`
	// Message and ErrorCode replace the service's words for a status.
	Message   string `json:"message,omitempty"`
	ErrorCode string `json:"error_code,omitempty"`
	// Shape picks one of the service's error bodies, its usual one when "".
	Shape string `json:"shape,omitempty"`
	// Body and Type replace the whole body of a status and its content type.
	Body string `json:"body,omitempty"`
	Type string `json:"type,omitempty"`
	// RetryAfter and RetryDate set the Retry-After header of a status.
	RetryAfter time.Duration `json:"-"`
	RetryDate  bool          `json:"retry_date,omitempty"`
	Delay      time.Duration `json:"-"`
	Bytes      int           `json:"bytes,omitempty"`
	Location   string        `json:"location,omitempty"`
	Word       string        `json:"word,omitempty"`
	// Dialect is the manner of the answer, in the service's own terms.
	Dialect json.RawMessage `json:"dialect,omitempty"`
	All     bool            `json:"all,omitempty"`
}

// wireFault is a Fault with its durations as text, such as "1.5s".
type wireFault struct {
	plainFault
	RetryAfter string `json:"retry_after,omitempty"`
	Delay      string `json:"delay,omitempty"`
}

type plainFault Fault

// MarshalJSON writes durations as text.
func (f *Fault) MarshalJSON() ([]byte, error) {
	w := wireFault{plainFault: plainFault(*f)}
	if f.RetryAfter != 0 {
		w.RetryAfter = f.RetryAfter.String()
	}
	if f.Delay != 0 {
		w.Delay = f.Delay.String()
	}
	b, err := json.Marshal(w)
	if err != nil {
		return nil, fmt.Errorf("writing a fault: %w", err)
	}
	return b, nil
}

// UnmarshalJSON reads what MarshalJSON writes. Misspelt keys are errors: a
// fault that is silently another one would make a test pass.
func (f *Fault) UnmarshalJSON(b []byte) error {
	var w wireFault
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&w); err != nil {
		return fmt.Errorf("reading a fault: %w", err)
	}
	*f = Fault(w.plainFault)
	for text, to := range map[string]*time.Duration{w.RetryAfter: &f.RetryAfter, w.Delay: &f.Delay} {
		if text == "" {
			continue
		}
		d, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("reading a fault: %w", err)
		}
		*to = d
	}
	return nil
}

func (f *Fault) check() error {
	switch {
	case !slices.Contains(kinds[:], f.Kind):
		return fmt.Errorf("scripting a fault: %q is no kind of fault", f.Kind)
	case f.Kind == KindStatus && (f.Status < 200 || f.Status > 599):
		return fmt.Errorf("scripting a fault: %d is no HTTP status to answer with", f.Status)
	case f.Kind == KindRedirect && f.Location == "":
		return errors.New("scripting a fault: a redirect needs a location")
	case f.After < 0 || f.Bytes < 0 || f.Delay < 0 && f.Kind != KindDate || f.RetryAfter < 0:
		return errors.New("scripting a fault: a count or a time is below 0")
	}
	return f.Match.check()
}

// checkFault also asks the services: one of those that a fault may target has
// to know the words in it.
func (s *Simulator) checkFault(f *Fault) error {
	if err := f.check(); err != nil {
		return err
	}
	var why error
	known := false
	for _, v := range s.voices {
		if f.Match.Provider != "" && f.Match.Provider != v.terms.ID {
			continue
		}
		known = true
		err := v.CheckFault(f)
		if err == nil {
			return nil
		}
		why = errors.Join(why, err)
	}
	if !known {
		return fmt.Errorf("scripting a fault: %q is no service", f.Match.Provider)
	}
	return fmt.Errorf("scripting a fault: %w", why)
}

// entry is a fault and how much of it is left.
type entry struct {
	fault Fault
	after int
	left  int // negative without end
}

// script is the list of pending faults, in the order they were added.
type script struct {
	mu      sync.Mutex
	entries []*entry
}

// Script adds faults. A request takes the first added of those that match.
// Nothing is added when one of them is invalid.
func (s *Simulator) Script(faults ...Fault) error {
	for i := range faults {
		if err := s.checkFault(&faults[i]); err != nil {
			return err
		}
	}
	s.script.mu.Lock()
	defer s.script.mu.Unlock()
	for _, f := range faults {
		e := &entry{fault: f, after: f.After, left: f.Times}
		if e.left == 0 {
			e.left = 1
		}
		s.script.entries = append(s.script.entries, e)
	}
	return nil
}

// Faults returns the pending faults, with their remaining counts.
func (s *Simulator) Faults() []Fault {
	s.script.mu.Lock()
	defer s.script.mu.Unlock()
	out := make([]Fault, 0, len(s.script.entries))
	for _, e := range s.script.entries {
		f := e.fault
		f.Times, f.After = e.left, e.after
		out = append(out, f)
	}
	return out
}

// ClearFaults removes all pending faults.
func (s *Simulator) ClearFaults() {
	s.script.mu.Lock()
	defer s.script.mu.Unlock()
	s.script.entries = nil
}
