package simulator

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"seedreel/client/catalogue"
)

// Dialect is one service's API in the simulator. The simulator does what is
// common to all services; a dialect decodes the service's requests and words
// its answers. Each dialect is in the folder of its service.
type Dialect interface {
	// Terms returns the terms of all tasks of the service.
	Terms() Terms
	// Routes registers the service's endpoints. Each dialect has a mux of its
	// own, which gets the requests to Terms.Paths.
	Routes(mux *http.ServeMux)
	// Sort returns the operation a request asks for, so that a scripted fault
	// can target it. body reads the request's body, which stays readable.
	Sort(r *http.Request, body func() []byte) Asked
	// Refuse answers with a refusal in the service's shape.
	Refuse(w http.ResponseWriter, r *http.Request, why Refusal)
	// MissingKey, NoFunds and TooMany are the service's refusals of a request
	// without a key, of an account without money, and of one over a limit.
	MissingKey() Refusal
	NoFunds() Refusal
	TooMany(which Limit) Refusal
	// Words returns the text that the service sends with a status.
	Words(status int) string
	// Needs reports whether a client requires a text of an answer unchanged;
	// all others may be made hostile.
	Needs(key, value string) bool
	// CheckFault returns why the service cannot answer in the Shape or the
	// Dialect of a fault, nil when it can.
	CheckFault(f *Fault) error
}

// NewDialect returns a dialect for a simulator, which is not running yet.
type NewDialect func(*Simulator) Dialect

// Terms are what is common to all tasks of a service.
type Terms struct {
	// ID is the catalogue's name of the service.
	ID string
	// Paths are the prefixes of its endpoints' paths. Among services, the
	// longest matching prefix gets a request.
	Paths []string
	// Prepaid services charge on submit and refund when the task fails. The
	// others hold the money, and charge once the clip is ready.
	Prepaid bool
	// SignedLinks marks links that carry their own permission, from the same
	// storage as the upload tickets. Plain links work for anyone.
	SignedLinks bool
	// LinkLife is how long a link to a clip works.
	LinkLife time.Duration
}

// Limit is one of the limits in an account's Level.
type Limit int

// The limits of a Level.
const (
	LimitPerMinute Limit = iota
	LimitInFlight
)

// Refusal is why a request is refused, before a service words it. Problems
// holds the invalid inputs, for status 400.
type Refusal struct {
	Status   int
	Message  string
	Problems []Problem
	// Code is the service's own error code, Shape one of its error bodies.
	Code  string
	Shape string
}

// Asked is a request as the script sees it. Model and Task are ids, "" where
// the request names none.
type Asked struct {
	Op          Op
	Model, Task string
	provider    string
	body        []byte
}

// Window is the period of a query. A zero From or To is open.
type Window struct{ From, To time.Time }

// Holds reports whether a time is in the window.
func (x *Window) Holds(t time.Time) bool {
	return (x.From.IsZero() || !t.Before(x.From)) && (x.To.IsZero() || !t.After(x.To))
}

// voice is a registered dialect.
type voice struct {
	Dialect
	terms Terms
	mux   *http.ServeMux
}

// learn creates the dialects and has them register their endpoints.
func (s *Simulator) learn(dialects []NewDialect) error {
	for _, make := range dialects {
		d := make(s)
		v := &voice{Dialect: d, terms: d.Terms(), mux: http.NewServeMux()}
		if v.terms.ID == "" || len(v.terms.Paths) == 0 {
			return errors.New("a dialect names no service or no paths")
		}
		if s.voice(v.terms.ID) != nil {
			return fmt.Errorf("two dialects of %s", v.terms.ID)
		}
		d.Routes(v.mux)
		s.voices = append(s.voices, v)
	}
	return nil
}

// voice returns the dialect of a service, nil when it is not simulated.
func (s *Simulator) voice(provider string) *voice {
	for _, v := range s.voices {
		if v.terms.ID == provider {
			return v
		}
	}
	return nil
}

// speaker returns the dialect that serves a path, nil when none does.
func (s *Simulator) speaker(path string) *voice {
	var found *voice
	longest := -1
	for _, v := range s.voices {
		for _, head := range v.terms.Paths {
			if len(head) > longest && strings.HasPrefix(path, head) {
				found, longest = v, len(head)
			}
		}
	}
	return found
}

// Keyed wraps an endpoint that requires a key: any non-empty one is accepted.
func Keyed(d Dialect, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if KeyOf(r) == "" {
			d.Refuse(w, r, d.MissingKey())
			return
		}
		next(w, r)
	}
}

// Offered returns the models of a service that the simulator makes.
func (s *Simulator) Offered(provider string) []*catalogue.Model {
	return slices.DeleteFunc(slices.Clone(s.Catalogue().All()), func(m *catalogue.Model) bool { return m.Provider != provider })
}
