// Package simulated is the practice twin of ModelArk: the service's paths,
// bodies and words for the simulator, after the maker's pages and what its SDK
// and large clients do. Where the service's behaviour is not documented, the
// comment at the place explains what was chosen.
package simulated

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/simulator"
)

// ID is the catalogue's name of the service.
const ID = "ark"

const (
	tasksPath = "/api/v3/contents/generations/tasks"
	// linkLife is how long a link to a clip works, retention how long a task
	// is known, and canceledLife how long a canceled one is.
	linkLife     = 24 * time.Hour
	retention    = 7 * 24 * time.Hour
	canceledLife = 24 * time.Hour
	// mostQueued is the number of tasks an account may have waiting.
	mostQueued = 120
	// flexPace is how many times slower the cheap tier is. The service only
	// promises an answer before the expiry time.
	flexPace = 4
)

// dialect implements the service's API: one resource with four verbs, the
// model named in the body, and the inputs as elements of content.
type dialect struct{ *simulator.Simulator }

// New returns the service's dialect for a simulator.
func New(s *simulator.Simulator) simulator.Dialect { return &dialect{s} }

// Terms returns the terms of all tasks: billed once the clip is ready.
func (v *dialect) Terms() simulator.Terms {
	return simulator.Terms{ID: ID, Paths: []string{"/api/v3/contents/"}, SignedLinks: true, LinkLife: linkLife}
}

// Routes registers the endpoints.
func (v *dialect) Routes(mux *http.ServeMux) {
	handle := func(pattern string, h http.HandlerFunc) { mux.HandleFunc(pattern, simulator.Keyed(v, h)) }
	handle("/", v.unknown)
	handle("POST "+tasksPath, v.create)
	handle("GET "+tasksPath, v.list)
	handle("GET "+tasksPath+"/{id}", v.show)
	handle("DELETE "+tasksPath+"/{id}", v.remove)
}

// find returns a model by its id in either region, nil when there is none.
func (v *dialect) find(id string) *catalogue.Model {
	for _, m := range v.Offered(ID) {
		if m.ID == id {
			return m
		}
		for _, other := range m.RegionIDs {
			if other == id {
				return m
			}
		}
	}
	return nil
}

// newID returns an id like the service's. Its clock is China's.
func newID(now time.Time) string {
	stamp := now.In(time.FixedZone("", 8*60*60)).Format("20060102150405")
	return "cgt-" + stamp + "-" + strings.ToLower(rand.Text()[:5])
}

// MissingKey is the refusal of a request without a key.
func (v *dialect) MissingKey() simulator.Refusal {
	return simulator.Refusal{
		Status: http.StatusUnauthorized, Code: "AuthenticationError",
		Message: "The API key in the request is missing or invalid.",
	}
}

// NoFunds is the refusal of an account that owes money.
func (v *dialect) NoFunds() simulator.Refusal {
	return simulator.Refusal{
		Status: http.StatusForbidden, Code: "AccountOverdueError",
		Message: "The request failed because your account has an overdue balance.",
	}
}

// TooMany is the refusal of a submit over a limit. The limit on waiting tasks
// has a refusal of its own: see create.
func (v *dialect) TooMany(which simulator.Limit) simulator.Refusal {
	if which == simulator.LimitInFlight {
		return simulator.Refusal{
			Status: http.StatusTooManyRequests, Code: "ModelAccountRateLimitExceeded",
			Message: "The tasks of this model that run for the account have reached the limit.",
		}
	}
	return simulator.Refusal{
		Status: http.StatusTooManyRequests, Code: codeOf(http.StatusTooManyRequests), Message: v.Words(http.StatusTooManyRequests),
	}
}

// Words returns the text that the service sends with a status.
func (v *dialect) Words(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return v.MissingKey().Message
	case http.StatusTooManyRequests:
		return "The requests per minute (RPM) limit of the endpoint has been exceeded."
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable:
		return "The service encountered an unexpected internal error."
	}
	return http.StatusText(status)
}

// codeOf returns the default code for a status.
func codeOf(status int) string {
	switch status {
	case http.StatusBadRequest:
		return "InvalidParameter"
	case http.StatusUnauthorized:
		return "AuthenticationError"
	case http.StatusForbidden:
		return "AccessDenied"
	case http.StatusNotFound:
		return "NotFound"
	case http.StatusTooManyRequests:
		return "RateLimitExceeded.EndpointRPMExceeded"
	}
	return "InternalServiceError"
}

// Refuse writes the service's only error shape. Of several problems it names
// the first.
func (v *dialect) Refuse(w http.ResponseWriter, _ *http.Request, why simulator.Refusal) {
	param := ""
	if len(why.Problems) > 0 {
		p := why.Problems[0]
		param = p.Field
		why.Message = problemWords(p)
		if p.Flaw == simulator.FlawMissing {
			why.Code = "MissingParameter"
		}
	}
	if why.Code == "" {
		why.Code = codeOf(why.Status)
	}
	text := strings.TrimSuffix(why.Message, ".") + ". Request id: 02" + simulator.HexID()
	simulator.WriteJSON(w, why.Status, map[string]any{"error": map[string]string{
		"code": why.Code, "message": text, "param": param, "type": strings.ReplaceAll(http.StatusText(why.Status), " ", ""),
	}})
}

func problemWords(p simulator.Problem) string {
	name := strings.TrimPrefix(p.Field, contentPrefix)
	switch p.Flaw {
	case simulator.FlawMissing:
		return "The request is missing the parameter " + name
	case simulator.FlawType:
		return fmt.Sprintf("The parameter %s must be %s, not %s", name, p.Want, p.Got)
	case simulator.FlawNotListed:
		return fmt.Sprintf("The parameter %s is %s, not one of %s", name, p.Got, strings.Join(p.Listed, ", "))
	case simulator.FlawOther:
	}
	return "The parameter " + name + ": " + p.Text
}

func (v *dialect) unknown(w http.ResponseWriter, r *http.Request) {
	v.Refuse(w, r, simulator.Refusal{Status: http.StatusNotFound, Message: "There is no " + r.Method + " " + r.URL.Path})
}

// Needs reports whether a client depends on a text of an answer.
func (v *dialect) Needs(key, _ string) bool {
	switch key {
	case "id", "model", "status", "video_url", "last_frame_url", "safety_identifier", "code":
		return true
	}
	return false
}

// CheckFault accepts only faults without a shape or a manner: the service has
// one.
func (v *dialect) CheckFault(f *simulator.Fault) error {
	if f.Shape != "" || len(f.Dialect) > 0 {
		return fmt.Errorf("%s has one shape of errors and one manner", ID)
	}
	return nil
}
