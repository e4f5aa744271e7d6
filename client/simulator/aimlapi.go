package simulator

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"seedreel/client/catalogue"
)

// aimlapi speaks the AI/ML API: the model stands in the body, polling is the
// same path with a query, and a job that failed answers 200 with an error.
type aimlapi struct{ *Simulator }

// creditsPerDollar is the service's fixed rate (its page on funds, and every
// captured pair of the two figures agrees).
const creditsPerDollar = 2_000_000

func (v *aimlapi) routes(mux *http.ServeMux) {
	handle := func(pattern string, h http.HandlerFunc) { mux.HandleFunc(pattern, bearer(v, h)) }
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
	for _, m := range v.catalogue.Now().All() {
		for _, path := range paths(m) {
			if m.Provider != providerAIMLAPI || known[path] {
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

// refuse writes the shape that was captured on the video routes, with all
// problems at once, one a line, in the wording of the service's validator.
func (v *aimlapi) refuse(w http.ResponseWriter, r *http.Request, why refusal) {
	if len(why.problems) > 0 {
		lines := []string{"Body validation error"}
		for _, p := range why.problems {
			lines = append(lines, p.field+": "+zodWords(p))
		}
		why.message = strings.Join(lines, "\n")
	}
	v.worded(w, r, &why)
}

// worded puts a refusal into one of the bodies that the service was seen with.
func (v *aimlapi) worded(w http.ResponseWriter, r *http.Request, why *refusal) {
	body := map[string]any{
		"requestId": nanoID(), "statusCode": why.status, "timestamp": v.now().UTC().Format(jsTime),
		"path": r.URL.Path, "message": why.message,
	}
	switch why.shape {
	case ShapeAText:
		body["statusCode"] = strconv.Itoa(why.status)
	case ShapeB:
		body = map[string]any{"title": http.StatusText(why.status), "status": why.status, "message": why.message}
	case ShapeC:
		body = map[string]any{"error": map[string]any{"message": why.message, "type": "api_error"}}
	case ShapeEmpty:
		w.WriteHeader(why.status)
		return
	case ShapeNull:
		writeJSON(w, why.status, nil)
		return
	case ShapeHTML:
		writeBody(w, why.status, "text/html", "<html><head><title>"+http.StatusText(why.status)+
			"</title></head><body><center><h1>"+why.message+"</h1></center><hr><center>nginx</center></body></html>\n")
		return
	case ShapeA, shapeDefault:
	}
	if why.code != "" {
		body["error_code"] = why.code
	}
	writeJSON(w, why.status, body)
}

func zodWords(p problem) string {
	switch p.fault {
	case faultMissing:
		return "Required"
	case faultType:
		return fmt.Sprintf("Expected %s, received %s", strings.Replace(p.want, "integer", "number", 1), p.got)
	case faultNotListed:
		return fmt.Sprintf("Invalid enum value. Expected '%s', received '%s'", strings.Join(p.listed, "' | '"), p.got)
	case faultOther:
	}
	return p.text
}

func (v *aimlapi) unknown(w http.ResponseWriter, r *http.Request) {
	v.refuse(w, r, refusal{status: http.StatusNotFound, message: fmt.Sprintf("Cannot %s %s", r.Method, r.URL.Path)})
}

func (v *aimlapi) create(w http.ResponseWriter, r *http.Request) {
	body, no := readBody(w, r)
	if no != nil {
		v.refuse(w, r, *no)
		return
	}
	var named struct {
		Model *string `json:"model"`
	}
	if err := json.Unmarshal(body, &named); err != nil || named.Model == nil {
		v.refuse(w, r, refusal{status: http.StatusBadRequest, problems: []problem{{field: "model", fault: faultMissing}}})
		return
	}
	m := v.find(*named.Model)
	if m == nil || !m.MakesVideo() {
		v.refuse(w, r, refusal{status: http.StatusNotFound, message: "No endpoints found for model " + *named.Model})
		return
	}
	d := v.dialectOf(r)
	t, no := v.submit(r, v, order{model: m, id: d.newID(v.now(), m), body: body, lenient: true})
	if no != nil {
		v.refuse(w, r, *no)
		return
	}
	v.mark(w, r, &t)
	answer := map[string]any{"id": t.ID, "status": "queued"}
	if usage := d.usage(&t); usage != nil {
		answer["meta"] = map[string]any{"usage": usage}
	}
	if t.Price > 0 {
		w.Header().Set("X-Aimlapi-Credits-Used", strconv.FormatInt(credits(t.Price), 10))
		w.Header().Set("X-Aimlapi-Usd-Spent", dollars(t.Price))
	}
	writeJSON(w, cmp.Or(d.Created, http.StatusOK), answer)
}

// mark sets the headers by which a request can be found again.
func (v *aimlapi) mark(w http.ResponseWriter, r *http.Request, t *Task) {
	w.Header().Set("X-Inference-Id", t.ID)
	if id := requestID(r); id != "" {
		w.Header().Set("X-Client-Request-Id", id)
	}
}

// result answers a poll. The code for an id that is not known is nowhere
// documented: 404 was chosen, which is what an unknown path answers.
func (v *aimlapi) result(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("generation_id")
	if id == "" {
		v.refuse(w, r, refusal{status: http.StatusBadRequest, problems: []problem{{field: "generation_id", fault: faultMissing}}})
		return
	}
	t, ok := v.owned(r, providerAIMLAPI, id)
	if ok && t.Fate == KindDeleted && t.at(v.now(), v.speed).stage == stageFailed {
		ok = false
	}
	if !ok {
		v.refuse(w, r, refusal{status: http.StatusNotFound, message: "Generation not found"})
		return
	}
	v.mark(w, r, &t)
	p := t.at(v.now(), v.speed)
	answer := map[string]any{"id": t.ID, "model": t.Model}
	switch p.stage {
	case stageQueued:
		answer["status"] = "queued"
	case stageWorking:
		answer["status"] = cmp.Or(t.Word, "generating")
	case stageDone:
		answer["status"] = cmp.Or(t.Done, "completed")
		link := v.link(r, signedPath+t.file()+".mp4") + "?" + signature(&t, p.ended).Encode()
		answer["video"] = map[string]any{"url": link}
	case stageFailed:
		status, name, message := aimlapiEnd(p.ending)
		answer["status"] = status
		answer["error"] = map[string]string{"name": name, "message": message}
	}
	writeJSON(w, http.StatusOK, answer)
}

func aimlapiEnd(e ending) (status, name, message string) {
	switch e {
	case endsModerated:
		return "error", "ContentPolicy", moderationText
	case endsTimedOut:
		return "expired", "Timeout", "Generation timeout"
	case endsCancelled, endsDeleted:
		return "cancelled", "Cancelled", cancelledText
	case endsWell, endsBroken:
	}
	return "error", "GenerationError", brokenText
}
