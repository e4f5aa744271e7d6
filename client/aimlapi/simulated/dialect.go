// Package simulated is the practice twin of the AI/ML API: the service's paths,
// bodies and words for the simulator, after its published schemas and captured
// answers. Where the service's behaviour is not documented, the comment at the
// place explains what was chosen.
package simulated

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/simulator"
)

// ID is the catalogue's name of the service.
const ID = "aimlapi"

// linkLife is how long a link to a clip works.
const linkLife = 24 * time.Hour

// dialect implements the service's API: the model is named in the body,
// polling is the same path with a query, and a failed job answers 200 with an
// error.
type dialect struct {
	*simulator.Simulator
	manner Manner
	logs   throttle
}

// New returns the service's dialect for a simulator, in its latest manner.
func New(s *simulator.Simulator) simulator.Dialect { return &dialect{Simulator: s} }

// Speaking returns a constructor of dialects in another manner.
func Speaking(m Manner) (simulator.NewDialect, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	return func(s *simulator.Simulator) simulator.Dialect { return &dialect{Simulator: s, manner: m} }, nil
}

// Terms returns the terms of all tasks: paid when the clip is ready.
func (v *dialect) Terms() simulator.Terms {
	return simulator.Terms{ID: ID, Paths: []string{"/"}, SignedLinks: true, LinkLife: linkLife}
}

// creditsPerDollar is the service's fixed rate (its page on funds; every
// captured pair of the two figures agrees).
const creditsPerDollar = 2_000_000

// Routes registers the endpoints.
func (v *dialect) Routes(mux *http.ServeMux) {
	handle := func(pattern string, h http.HandlerFunc) { mux.HandleFunc(pattern, simulator.Keyed(v, h)) }
	handle("/v1/", v.unknown)
	handle("/v2/", v.unknown)
	handle("GET /v2/billing", v.billing)
	handle("GET /v2/billing/detail", v.billingDetail)
	handle("GET /v2/billing/transactions", v.transactions)
	handle("GET /v1/billing/balance", v.oldBalance)
	handle("GET /v2/logs", v.logList)
	handle("GET /v2/usage", v.spend)
	handle("GET /v2/usage/detail", v.spendDetail)
	handle("GET /v1/key", v.key)
	mux.HandleFunc("GET /v1/models", v.list)
	mux.HandleFunc("GET /model/{id...}", v.one)
	mux.HandleFunc("GET /docs-json", v.docs)
	// The paths are the catalogue's: a service has an older and a newer family.
	known := map[string]bool{"": true}
	for _, m := range v.Catalogue().All() {
		for _, path := range paths(m) {
			if m.Provider != ID || known[path] {
				continue
			}
			known[path] = true
			handle("POST "+path, v.create)
			handle("GET "+path, v.result)
		}
	}
}

func paths(m *catalogue.Model) []string {
	return []string{m.EndpointPath, m.EndpointPathLegacy, m.EndpointPathUniversal}
}

// Refuse writes the shape captured on the video routes, with all problems at
// once, one a line, in the wording of the service's validator.
func (v *dialect) Refuse(w http.ResponseWriter, r *http.Request, why simulator.Refusal) {
	if len(why.Problems) > 0 {
		lines := []string{"Body validation error"}
		for _, p := range why.Problems {
			lines = append(lines, p.Field+": "+zodWords(p))
		}
		why.Message = strings.Join(lines, "\n")
	}
	v.worded(w, r, &why)
}

// worded writes a refusal in one of the error bodies seen from the service.
func (v *dialect) worded(w http.ResponseWriter, r *http.Request, why *simulator.Refusal) {
	body := map[string]any{
		"requestId": nanoID(), "statusCode": why.Status, "timestamp": v.Now().UTC().Format(jsTime),
		"path": r.URL.Path, "message": why.Message,
	}
	switch Shape(why.Shape) {
	case ShapeAText:
		body["statusCode"] = strconv.Itoa(why.Status)
	case ShapeB:
		body = map[string]any{"title": http.StatusText(why.Status), "status": why.Status, "message": why.Message}
	case ShapeC:
		body = map[string]any{"error": map[string]any{"message": why.Message, "type": "api_error"}}
	case ShapeEmpty:
		w.WriteHeader(why.Status)
		return
	case ShapeNull:
		simulator.WriteJSON(w, why.Status, nil)
		return
	case ShapeHTML:
		simulator.WriteBody(w, why.Status, "text/html", "<html><head><title>"+http.StatusText(why.Status)+
			"</title></head><body><center><h1>"+why.Message+"</h1></center><hr><center>nginx</center></body></html>\n")
		return
	case ShapeA, shapeDefault:
	}
	if why.Code != "" {
		body["error_code"] = why.Code
	}
	simulator.WriteJSON(w, why.Status, body)
}

func zodWords(p simulator.Problem) string {
	switch p.Flaw {
	case simulator.FlawMissing:
		return "Required"
	case simulator.FlawType:
		return fmt.Sprintf("Expected %s, received %s", strings.Replace(p.Want, "integer", "number", 1), p.Got)
	case simulator.FlawNotListed:
		return fmt.Sprintf("Invalid enum value. Expected '%s', received '%s'", strings.Join(p.Listed, "' | '"), p.Got)
	case simulator.FlawOther:
	}
	return p.Text
}

func (v *dialect) unknown(w http.ResponseWriter, r *http.Request) {
	v.Refuse(w, r, simulator.Refusal{Status: http.StatusNotFound, Message: fmt.Sprintf("Cannot %s %s", r.Method, r.URL.Path)})
}

// cameraKeys are the two spellings of one field that both occur in the
// service's published schemas; which of them is effective has changed three
// times.
var cameraKeys = [...]string{"camera_fixed", "camerafixed"}

func (v *dialect) create(w http.ResponseWriter, r *http.Request) {
	body, no := simulator.ReadBody(w, r)
	if no != nil {
		v.Refuse(w, r, *no)
		return
	}
	var named struct {
		Model *string `json:"model"`
	}
	if err := json.Unmarshal(body, &named); err != nil || named.Model == nil {
		v.Refuse(w, r, simulator.Refusal{Status: http.StatusBadRequest, Problems: []simulator.Problem{{Field: "model", Flaw: simulator.FlawMissing}}})
		return
	}
	m := v.find(*named.Model)
	if m == nil || !m.MakesVideo() {
		v.Refuse(w, r, simulator.Refusal{Status: http.StatusNotFound, Message: "No endpoints found for model " + *named.Model})
		return
	}
	how := v.mannerOf(r)
	d, no := v.Draft(r, simulator.Order{
		Model: m, ID: how.newID(v.Now(), m), Body: body, Lenient: true,
		Spellings: map[catalogue.Role][]string{catalogue.RoleCameraFixed: cameraKeys[:]},
	})
	if no != nil {
		v.Refuse(w, r, *no)
		return
	}
	d.Task.Done = how.Done
	t, no := v.Accept(r, d)
	if no != nil {
		v.Refuse(w, r, *no)
		return
	}
	v.mark(w, r, &t)
	answer := map[string]any{"id": t.ID, "status": "queued"}
	if usage := how.usage(&t); usage != nil {
		answer["meta"] = map[string]any{"usage": usage}
	}
	if t.Price > 0 {
		w.Header().Set("X-Aimlapi-Credits-Used", strconv.FormatInt(credits(t.Price), 10))
		w.Header().Set("X-Aimlapi-Usd-Spent", strings.TrimPrefix(t.Price.String(), "$"))
	}
	simulator.WriteJSON(w, cmp.Or(how.Created, http.StatusOK), answer)
}

// mark sets the headers by which a request can be found again.
func (v *dialect) mark(w http.ResponseWriter, r *http.Request, t *simulator.Task) {
	w.Header().Set("X-Inference-Id", t.ID)
	if id := simulator.RequestID(r); id != "" {
		w.Header().Set("X-Client-Request-Id", id)
	}
}

// result answers a poll. The status for an unknown id is not documented: 404
// was chosen, which is what an unknown path answers.
func (v *dialect) result(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("generation_id")
	if id == "" {
		v.Refuse(w, r, simulator.Refusal{Status: http.StatusBadRequest, Problems: []simulator.Problem{{Field: "generation_id", Flaw: simulator.FlawMissing}}})
		return
	}
	t, ok := v.Owned(r, ID, id)
	if ok && t.Fate == simulator.KindDeleted && v.Progress(&t).Stage == simulator.StageFailed {
		ok = false
	}
	if !ok {
		v.Refuse(w, r, simulator.Refusal{Status: http.StatusNotFound, Message: "Generation not found"})
		return
	}
	v.mark(w, r, &t)
	p := v.Progress(&t)
	answer := map[string]any{"id": t.ID, "model": t.Model}
	switch p.Stage {
	case simulator.StageQueued:
		answer["status"] = "queued"
	case simulator.StageWorking:
		answer["status"] = cmp.Or(t.Word, "generating")
	case simulator.StageDone:
		answer["status"] = cmp.Or(t.Done, "completed")
		answer["video"] = map[string]any{"url": v.ClipLink(r, &t)}
	case simulator.StageFailed:
		status, name, message := endOf(p.Ending)
		answer["status"] = status
		answer["error"] = map[string]string{"name": name, "message": message}
	}
	simulator.WriteJSON(w, http.StatusOK, answer)
}

func endOf(e simulator.Ending) (status, name, message string) {
	switch e {
	case simulator.EndsModerated:
		return "error", "ContentPolicy", moderationText
	case simulator.EndsTimedOut:
		return "expired", "Timeout", "Generation timeout"
	case simulator.EndsCancelled, simulator.EndsDeleted:
		return "cancelled", "Cancelled", cancelledText
	case simulator.EndsWell, simulator.EndsBroken:
	}
	return "error", "GenerationError", brokenText
}

// The service's words for a clip that was not made.
const (
	moderationText = "Content flagged as potentially sensitive. Please try different prompts or images"
	brokenText     = "Task failed: the model could not generate the video"
	cancelledText  = "Task cancelled"
)
