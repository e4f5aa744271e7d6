// Package simulated is the practice twin of WaveSpeedAI: the service's paths,
// bodies and words for the simulator, after the vendor's documentation, its
// JavaScript and Python SDKs and its command. Where the service's behaviour is
// not documented, the comment at the place explains what was chosen.
package simulated

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/simulator"
)

// ID is the catalogue's name of the service.
const ID = "wavespeed"

// root is the prefix of all paths of the service.
const root = "/api/v3/"

// retention is how long the service keeps predictions and outputs.
const retention = 7 * 24 * time.Hour

// dialect implements the service's API: every answer is {code, message, data},
// and a failed task still answers 200.
type dialect struct{ *simulator.Simulator }

// New returns the service's dialect for a simulator.
func New(s *simulator.Simulator) simulator.Dialect { return &dialect{s} }

// Terms returns the terms of all tasks: charged on submit, refunded on
// failure.
func (v *dialect) Terms() simulator.Terms {
	return simulator.Terms{ID: ID, Paths: []string{root}, Prepaid: true, LinkLife: retention}
}

// nanoTime is the service's time layout, always with nine decimals.
const nanoTime = "2006-01-02T15:04:05.000000000Z"

// The service's words and codes for a failed task. The first text was captured
// in real use.
const (
	moderationText = "Content flagged as potentially sensitive. Please try different prompts or images"
	moderationCode = 1200
	brokenText     = "Task failed: the model could not generate the video"
	brokenCode     = 1403
	timeoutText    = "Task timed out"
	timeoutCode    = 5004
	cancelledText  = "Task cancelled"
	deletedText    = "Task deleted"
)

// Routes registers the endpoints.
func (v *dialect) Routes(mux *http.ServeMux) {
	handle := func(pattern string, h http.HandlerFunc) { mux.HandleFunc(pattern, simulator.Keyed(v, h)) }
	handle("/api/v3/", v.unknown)
	handle("POST /api/v3/{model...}", v.create)
	handle("GET /api/v3/predictions/{id}", v.result)
	handle("GET /api/v3/predictions/{id}/result", v.result)
	handle("POST /api/v3/predictions", v.history)
	handle("POST /api/v3/predictions/delete", v.remove)
	handle("POST /api/v3/media/uploads", v.ticket)
	handle("POST /api/v3/media/upload/binary", v.binary)
	handle("GET /api/v3/balance", v.showBalance)
	handle("GET /api/v3/models", v.models)
	handle("POST /api/v3/model/price", v.price)
	handle("POST /api/v3/model/pricing", v.pricing)
	handle("POST /api/v3/billings/search", v.billings)
	handle("POST /api/v3/user/usage_stats", v.usage)
	handle("GET /api/v3/webhook/secret", v.webhookSecret)
}

// MissingKey is the refusal of a request without a key.
func (v *dialect) MissingKey() simulator.Refusal {
	return simulator.Refusal{Status: http.StatusUnauthorized, Message: "Invalid API key"}
}

func (v *dialect) answer(w http.ResponseWriter, data any) {
	simulator.WriteJSON(w, http.StatusOK, map[string]any{"code": http.StatusOK, "message": "success", "data": data})
}

// Refuse words the first problem, as the service names one at a time.
func (v *dialect) Refuse(w http.ResponseWriter, _ *http.Request, why simulator.Refusal) {
	if len(why.Problems) > 0 {
		p := why.Problems[0]
		why.Message = "Invalid parameter: " + p.Field + " "
		switch p.Flaw {
		case simulator.FlawMissing:
			why.Message = "Missing required parameter: " + p.Field
		case simulator.FlawType:
			why.Message += fmt.Sprintf("must be of type %s, got %s", p.Want, p.Got)
		case simulator.FlawNotListed:
			why.Message += "must be one of: " + strings.Join(p.Listed, ", ")
		case simulator.FlawOther:
			why.Message += p.Text
		}
	}
	body := map[string]any{"code": why.Status, "message": why.Message}
	if why.Code != "" {
		body["error_code"] = why.Code
	}
	simulator.WriteJSON(w, why.Status, body)
}

func (v *dialect) unknown(w http.ResponseWriter, r *http.Request) {
	v.Refuse(w, r, simulator.Refusal{Status: http.StatusNotFound, Message: "Not found: " + r.URL.Path})
}

func (v *dialect) create(w http.ResponseWriter, r *http.Request) {
	m := v.Catalogue().Model(catalogue.Ref{Provider: ID, ID: r.PathValue("model")})
	if m == nil {
		v.Refuse(w, r, simulator.Refusal{Status: http.StatusNotFound, Message: "Model not found: " + r.PathValue("model")})
		return
	}
	body, no := simulator.ReadBody(w, r)
	if no != nil {
		v.Refuse(w, r, *no)
		return
	}
	d, no := v.Draft(r, simulator.Order{Model: m, ID: simulator.HexID(), Body: body, Ignored: []string{syncKey}})
	if no != nil {
		v.Refuse(w, r, *no)
		return
	}
	t, no := v.Accept(r, d)
	if no != nil {
		v.Refuse(w, r, *no)
		return
	}
	if wantsSync(body) {
		v.answerLate(w, r, &t)
		return
	}
	v.answer(w, v.prediction(r, &t, t.Created))
}

// syncPatience is how long a submit in sync mode waits at speed 1. The
// service's limit is not documented; its gateway is known to time out on
// videos.
const syncPatience = time.Minute

// answerLate keeps a submit waiting for its result. If that takes too long the
// task goes on, and the answer has a code of its own.
func (v *dialect) answerLate(w http.ResponseWriter, r *http.Request, t *simulator.Task) {
	wait := v.Progress(t).Ended.Sub(t.Created)
	limit := v.Scale(syncPatience)
	if !simulator.Pause(r.Context(), min(wait, limit)) {
		return // the client has gone
	}
	p := v.prediction(r, t, t.Created.Add(min(wait, limit)))
	if wait > limit {
		p.Status, p.Code = "processing", timeoutCode
		p.Error = "Sync mode timed out, the task is still processing. Query the result later at: " + p.URLs["get"]
	}
	v.answer(w, p)
}

func (v *dialect) result(w http.ResponseWriter, r *http.Request) {
	t, ok := v.Owned(r, ID, r.PathValue("id"))
	if !ok || v.Now().Sub(t.Created) > retention {
		v.Refuse(w, r, simulator.Refusal{Status: http.StatusNotFound, Message: "Prediction not found"})
		return
	}
	v.answer(w, v.prediction(r, &t, v.Now()))
}

// prediction is the service's task object.
type prediction struct {
	ID      string            `json:"id"`
	Model   string            `json:"model"`
	Outputs []string          `json:"outputs"`
	URLs    map[string]string `json:"urls"`
	NSFW    []bool            `json:"has_nsfw_contents"`
	Status  string            `json:"status"`
	Created string            `json:"created_at"`
	Error   string            `json:"error"`
	Code    int               `json:"code,omitempty"`
	Timings map[string]int64  `json:"timings"`
}

func (v *dialect) prediction(r *http.Request, t *simulator.Task, now time.Time) prediction {
	p := v.ProgressAt(t, now)
	out := prediction{
		ID: t.ID, Model: t.Model, Outputs: []string{}, NSFW: []bool{}, Created: t.Created.UTC().Format(nanoTime),
		URLs:    map[string]string{"get": v.Link(r, "/api/v3/predictions/"+t.ID+"/result")},
		Timings: map[string]int64{"inference": 0},
	}
	// That a removed record still answers follows from the JavaScript SDK: it
	// treats "deleted" as an end of polling.
	if v.Forgotten(t.ID) {
		out.Status, out.Error = "deleted", deletedText
		return out
	}
	switch p.Stage {
	case simulator.StageQueued:
		out.Status = "created"
	case simulator.StageWorking:
		out.Status = cmp.Or(t.Word, "processing")
	case simulator.StageDone:
		out.Status, out.NSFW = "completed", []bool{false}
		out.Outputs = []string{t.Text}
		if t.Text == "" {
			out.Outputs = []string{v.ClipLink(r, t)}
		}
		out.Timings["inference"] = p.Work.Milliseconds()
	case simulator.StageFailed:
		out.Status, out.Error, out.Code = endOf(p.Ending)
	}
	return out
}

func endOf(e simulator.Ending) (status, text string, code int) {
	switch e {
	case simulator.EndsModerated:
		return "failed", moderationText, moderationCode
	case simulator.EndsTimedOut:
		return "timeout", timeoutText, timeoutCode
	case simulator.EndsCancelled:
		return "cancelled", cancelledText, 0
	case simulator.EndsDeleted:
		return "deleted", deletedText, 0
	case simulator.EndsWell, simulator.EndsBroken:
	}
	return "failed", brokenText, brokenCode
}
