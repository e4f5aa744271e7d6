// Package find defines the search for a request whose answer was lost: what is
// known of the request, which of a service's records may be its, and whether
// their absence proves that there is none.
package find

import (
	"context"
	"time"

	"seedreel/client"
)

// Clock compares a service's clock with this machine's.
type Clock interface {
	// Ahead returns how far the service's clock is ahead of this machine's at a
	// time by the latter, and whether that is known.
	Ahead(at time.Time) (ahead time.Duration, known bool)
}

// Finder searches the service's records for a request whose answer was lost.
type Finder interface {
	// Find returns the records that are or may be the request's, and whether
	// an empty result proves that there is none.
	Find(ctx context.Context, l Lost) (Search, error)
}

// Lost is a request whose answer was lost.
type Lost struct {
	client.Request
	// Sent and Cut are when the request left and when its answer was given up,
	// by this machine's clock.
	Sent, Cut time.Time
	// Ahead is how far the service's clock was ahead then, nil if unknown: the
	// search then goes by the present difference, takes only what bears a mark
	// of the request, and proves nothing.
	Ahead *time.Duration
	// OwnSeed is set if the request's seed was drawn for it: no other has it. A
	// seed that a person chose may be in anyone's request.
	OwnSeed bool
	// Own reports whether a token is that of another request of ours; it may
	// be nil.
	Own func(token string) bool
}

// Search is the result of a search for a lost request.
type Search struct {
	// Found are the records that can be taken for the request's.
	Found []Found
	// Maybe are records that only a person can tell from the request's.
	Maybe []client.Prediction
	// Doubt is why the absence of a record proves nothing, "" if it does.
	Doubt Doubt
}

// Found is a record that can be taken for a lost request's. One that is not
// Marked equals the request in model and inputs and was made while the answer
// was waited for; an equal request of that time may have the same right to it.
type Found struct {
	client.Prediction
	Marked bool
}

// Doubt is why a search proves nothing.
type Doubt string

// The doubts.
const (
	// DoubtClock: the service's time of the request is not known.
	DoubtClock Doubt = "clock"
	// DoubtLag: the list shows nothing made later, so it may lag.
	DoubtLag Doubt = "lag"
	// DoubtUnread: a part of the list could not be read.
	DoubtUnread Doubt = "unread"
	// DoubtTokens: the list is not known to name the requests it lists.
	DoubtTokens Doubt = "tokens"
	// DoubtAge: the request is older than what the list reliably keeps.
	DoubtAge Doubt = "age"
)

// The slack of a request's window, and how far around it equal records are
// shown to a person.
const (
	slack  = 3 * time.Second
	before = 2 * time.Minute
	after  = 15 * time.Minute
	// blind widens the search on both sides while the clock is not known.
	blind = time.Hour
)

// Span is a stretch of time, both ends included.
type Span struct{ From, To time.Time }

// Holds reports whether a time is in the span.
func (s Span) Holds(t time.Time) bool { return !t.Before(s.From) && !t.After(s.To) }

// Window returns when a request's record was made, by the service's clock: from
// sent to cut, with some seconds on each side.
func Window(sent, cut time.Time, ahead time.Duration) Span {
	if cut.Before(sent) {
		cut = sent
	}
	return Span{From: sent.Add(ahead - slack), To: cut.Add(ahead + slack)}
}

// Likeness is how a record's contents compare with a request.
type Likeness int

// The degrees of likeness.
const (
	// Another record: something differs that was sent.
	Another Likeness = iota
	// Alike, as far as can be compared.
	Alike
	// Equal in model and all inputs, which a second request may be, too.
	Equal
	// Seeded has the seed that was drawn for the request.
	Seeded
	// Named bears the request's own token.
	Named
)

// Sieve sorts the records of a list in a search.
type Sieve struct {
	// Window is when the record was made, Around what to search.
	Window, Around Span
	known          bool
	caught         bool
	out            Search
}

// New returns a sieve for a request; ahead and known are the service's
// Clock at present.
func New(l *Lost, ahead time.Duration, known bool) *Sieve {
	s := &Sieve{known: l.Ahead != nil}
	if s.known {
		ahead = *l.Ahead
	} else if !known {
		ahead = 0
	}
	s.Window = Window(l.Sent, l.Cut, ahead)
	s.Around = Span{From: s.Window.From.Add(-before), To: s.Window.To.Add(after)}
	if !s.known {
		s.Around = Span{From: s.Around.From.Add(-blind), To: s.Around.To.Add(blind)}
		s.Doubt(DoubtClock)
	}
	return s
}

// Doubt notes why an empty result proves nothing; the first doubt is kept.
func (s *Sieve) Doubt(d Doubt) {
	if s.out.Doubt == "" {
		s.out.Doubt = d
	}
}

// See notes that the list has a record of some time, of any kind.
func (s *Sieve) See(made time.Time) {
	if made.After(s.Window.To) {
		s.caught = true
	}
}

// CaughtUp reports whether the list has a record made after the request's
// window.
func (s *Sieve) CaughtUp() bool { return s.caught }

// Take sorts one record.
func (s *Sieve) Take(p *client.Prediction, like Likeness) {
	s.See(p.CreatedAt)
	dated := !p.CreatedAt.IsZero()
	within := s.known && dated && s.Window.Holds(p.CreatedAt)
	around := !dated || s.Around.Holds(p.CreatedAt)
	switch {
	case like == Named, like == Seeded && around:
		s.out.Found = append(s.out.Found, Found{Prediction: *p, Marked: true})
	case like == Equal && within:
		s.out.Found = append(s.out.Found, Found{Prediction: *p})
	case like == Equal && around, like == Alike && (within || dated && around && !s.known):
		s.out.Maybe = append(s.out.Maybe, *p)
	case like == Alike && !dated:
		s.Doubt(DoubtUnread)
	}
}

// Result returns what was found.
func (s *Sieve) Result() Search {
	if !s.caught {
		s.Doubt(DoubtLag)
	}
	return s.out
}
