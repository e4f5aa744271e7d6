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

// Dialect is one service as the simulator speaks it. The simulator does what
// is the same for all services; a dialect reads the service's requests and
// words its answers. Dialects stand in the folders of their services.
type Dialect interface {
	// Terms returns what holds for every task of the service.
	Terms() Terms
	// Routes registers the service's endpoints. Each dialect has a mux of its
	// own, which gets the requests to Terms.Paths.
	Routes(mux *http.ServeMux)
	// Sort returns what a request is about, so that a scripted fault can be
	// meant for it. body reads the request's body, which stays readable.
	Sort(r *http.Request, body func() []byte) Asked
	// Refuse answers with a refusal in the service's shape.
	Refuse(w http.ResponseWriter, r *http.Request, why Refusal)
	// MissingKey, NoFunds and TooMany are what the service answers to a request
	// without a key, to an account without money, and to one over a limit.
	MissingKey() Refusal
	NoFunds() Refusal
	TooMany(which Limit) Refusal
	// Words returns the text that the service sends with a status.
	Words(status int) string
	// Needs reports whether a client cannot go on without a text of an answer
	// as it is; all others may be made hostile.
	Needs(key, value string) bool
	// CheckFault returns why the service cannot answer in the Shape or the
	// Dialect of a fault, nil when it can.
	CheckFault(f *Fault) error
}

// NewDialect makes a dialect for a simulator, which is not running yet.
type NewDialect func(*Simulator) Dialect

// Terms are what a service does alike for every task.
type Terms struct {
	// ID is the catalogue's name of the service.
	ID string
	// Paths are what the paths of its endpoints begin with. Of several services
	// the one with the longest beginning gets a request.
	Paths []string
	// Prepaid services take the money with the submit and give it back when the
	// task fails. The others hold it, and take it once the clip is ready.
	Prepaid bool
	// SignedLinks hold their own permission, and are the same storage's as the
	// upload tickets. Plain links work for anybody.
	SignedLinks bool
	// LinkLife is how long a link to a clip works.
	LinkLife time.Duration
}

// Limit is one of the bounds of an account's Level.
type Limit int

// The limits of a Level.
const (
	LimitPerMinute Limit = iota
	LimitInFlight
)

// Refusal is why a request is not served, before a service words it. Problems
// are the inputs that are wrong, for status 400.
type Refusal struct {
	Status   int
	Message  string
	Problems []Problem
	// Code is the service's own name for the error, Shape one of its bodies.
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

// Window is a stretch of time that a question is about. Ends that are not
// given are open.
type Window struct{ From, To time.Time }

// Holds reports whether a time is in the window.
func (x *Window) Holds(t time.Time) bool {
	return (x.From.IsZero() || !t.Before(x.From)) && (x.To.IsZero() || !t.After(x.To))
}

// voice is a dialect at work.
type voice struct {
	Dialect
	terms Terms
	mux   *http.ServeMux
}

// learn makes the dialects and has them register their endpoints.
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

// voice finds the dialect of a service, nil when it is not simulated.
func (s *Simulator) voice(provider string) *voice {
	for _, v := range s.voices {
		if v.terms.ID == provider {
			return v
		}
	}
	return nil
}

// speaker finds whose endpoint a path is, nil when it is nobody's.
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

// Keyed wraps an endpoint that wants a key: any that is not empty will do.
func Keyed(d Dialect, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if KeyOf(r) == "" {
			d.Refuse(w, r, d.MissingKey())
			return
		}
		next(w, r)
	}
}

// Offered returns the models of a service that are made here.
func (s *Simulator) Offered(provider string) []*catalogue.Model {
	return slices.DeleteFunc(slices.Clone(s.Catalogue().All()), func(m *catalogue.Model) bool { return m.Provider != provider })
}
