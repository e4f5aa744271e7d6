package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"seedreel/client"
)

// aimlapi speaks the AI/ML API: the model stands in the body, polling is the
// same path with a query, and a job that failed answers 200 with an error.
type aimlapi struct{ *Simulator }

// creditsPerDollar is the service's fixed rate (its page on funds, and every
// captured pair of the two figures agrees).
const creditsPerDollar = 2_000_000

func (v *aimlapi) routes(mux *http.ServeMux) {
	missing := refusal{
		status: http.StatusUnauthorized,
		message: "This request requires a valid API key. You can create a new API key on the Billing page: " +
			"https://aimlapi.com/app/keys",
	}
	handle := func(pattern string, h http.HandlerFunc) { mux.HandleFunc(pattern, bearer(v, missing, h)) }
	handle("/v1/", v.unknown)
	handle("/v2/", v.unknown)
	// The paths are the catalogue's: a service has an older and a newer family.
	known := map[string]bool{"": true}
	for _, m := range v.catalogue.All() {
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

func paths(m *client.Model) []string {
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
	writeJSON(w, why.status, map[string]any{
		"requestId": nanoID(), "statusCode": why.status, "timestamp": v.now().UTC().Format("2006-01-02T15:04:05.000Z"),
		"path": r.URL.Path, "message": why.message,
	})
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
	m := v.catalogue.Model(client.Ref{Provider: providerAIMLAPI, ID: *named.Model})
	if m == nil || !m.MakesVideo() {
		v.refuse(w, r, refusal{status: http.StatusNotFound, message: "No endpoints found for model " + *named.Model})
		return
	}
	t, no := v.submit(r, m, nanoID(), body, true)
	if no != nil {
		v.refuse(w, r, *no)
		return
	}
	v.mark(w, r, &t)
	answer := map[string]any{"id": t.ID, "status": "queued"}
	if e := client.EstimatePrice(m, m.Fill(t.Values), 0); e.Known {
		credits := int64(e.Total) * (creditsPerDollar / int64(client.Dollar))
		answer["meta"] = map[string]any{"usage": map[string]any{"credits_used": credits, "usd_spent": e.Total}}
		w.Header().Set("X-Aimlapi-Credits-Used", strconv.FormatInt(credits, 10))
		w.Header().Set("X-Aimlapi-Usd-Spent", strings.TrimPrefix(e.Total.String(), "$"))
	}
	writeJSON(w, http.StatusOK, answer)
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
	t, ok := v.task(providerAIMLAPI, id)
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
		answer["status"] = "generating"
	case stageDone:
		answer["status"] = "completed"
		link := v.link(r, signedPath+t.ID+".mp4") + "?" + signature(&t, p.ended).Encode()
		answer["video"] = map[string]any{"url": link}
	case stageFailed:
		answer["status"] = "error"
		answer["error"] = map[string]string{"name": "GenerationError", "message": brokenText}
		if p.ending == endsModerated {
			answer["error"] = map[string]string{"name": "ContentPolicy", "message": moderationText}
		}
	}
	writeJSON(w, http.StatusOK, answer)
}
