package simulator

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"time"

	"seedreel/client/catalogue"
)

// wavespeed speaks WaveSpeedAI's API: every answer is {code, message, data},
// a task that failed still answers 200.
type wavespeed struct{ *Simulator }

// nanoTime is how the service writes time, always with nine decimals.
const nanoTime = "2006-01-02T15:04:05.000000000Z"

// The service's words and codes for a task that failed. The first text was
// captured in real use.
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

func (v *wavespeed) routes(mux *http.ServeMux) {
	handle := func(pattern string, h http.HandlerFunc) { mux.HandleFunc(pattern, bearer(v, h)) }
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

func (v *wavespeed) missingKey() refusal {
	return refusal{status: http.StatusUnauthorized, message: "Invalid API key"}
}

func (v *wavespeed) answer(w http.ResponseWriter, data any) {
	writeJSON(w, http.StatusOK, map[string]any{"code": http.StatusOK, "message": "success", "data": data})
}

// refuse words the first problem, as the service names one at a time.
func (v *wavespeed) refuse(w http.ResponseWriter, _ *http.Request, why refusal) {
	if len(why.problems) > 0 {
		p := why.problems[0]
		why.message = "Invalid parameter: " + p.field + " "
		switch p.fault {
		case faultMissing:
			why.message = "Missing required parameter: " + p.field
		case faultType:
			why.message += fmt.Sprintf("must be of type %s, got %s", p.want, p.got)
		case faultNotListed:
			why.message += "must be one of: " + strings.Join(p.listed, ", ")
		case faultOther:
			why.message += p.text
		}
	}
	body := map[string]any{"code": why.status, "message": why.message}
	if why.code != "" {
		body["error_code"] = why.code
	}
	writeJSON(w, why.status, body)
}

func (v *wavespeed) unknown(w http.ResponseWriter, r *http.Request) {
	v.refuse(w, r, refusal{status: http.StatusNotFound, message: "Not found: " + r.URL.Path})
}

func (v *wavespeed) create(w http.ResponseWriter, r *http.Request) {
	m := v.catalogue.Now().Model(catalogue.Ref{Provider: providerWaveSpeed, ID: r.PathValue("model")})
	if m == nil {
		v.refuse(w, r, refusal{status: http.StatusNotFound, message: "Model not found: " + r.PathValue("model")})
		return
	}
	body, no := readBody(w, r)
	if no != nil {
		v.refuse(w, r, *no)
		return
	}
	t, no := v.submit(r, v, order{model: m, id: hexID(), body: body})
	if no != nil {
		v.refuse(w, r, *no)
		return
	}
	if wantsSync(body) {
		v.answerLate(w, r, &t)
		return
	}
	v.answer(w, v.prediction(r, &t, t.Created))
}

// syncPatience is how long a submit in sync mode waits at speed 1. The
// service's limit is not documented; its gateway is known to give up on videos.
const syncPatience = time.Minute

// answerLate keeps a submit waiting for its result. Where that takes too long
// the task goes on, and the answer says so with a code of its own.
func (v *wavespeed) answerLate(w http.ResponseWriter, r *http.Request, t *Task) {
	wait := t.at(t.Created, v.speed).ended.Sub(t.Created)
	limit := time.Duration(float64(syncPatience) / v.speed)
	if !pause(r.Context(), min(wait, limit)) {
		return // nobody is left to tell
	}
	p := v.prediction(r, t, t.Created.Add(min(wait, limit)))
	if wait > limit {
		p.Status, p.Code = "processing", timeoutCode
		p.Error = "Sync mode timed out, the task is still processing. Query the result later at: " + p.URLs["get"]
	}
	v.answer(w, p)
}

func (v *wavespeed) result(w http.ResponseWriter, r *http.Request) {
	t, ok := v.owned(r, providerWaveSpeed, r.PathValue("id"))
	if !ok || v.now().Sub(t.Created) > retention {
		v.refuse(w, r, refusal{status: http.StatusNotFound, message: "Prediction not found"})
		return
	}
	v.answer(w, v.prediction(r, &t, v.now()))
}

// wavespeedPrediction is the service's task object.
type wavespeedPrediction struct {
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

func (v *wavespeed) prediction(r *http.Request, t *Task, now time.Time) wavespeedPrediction {
	p := t.at(now, v.speed)
	out := wavespeedPrediction{
		ID: t.ID, Model: t.Model, Outputs: []string{}, NSFW: []bool{}, Created: t.Created.UTC().Format(nanoTime),
		URLs:    map[string]string{"get": v.link(r, "/api/v3/predictions/"+t.ID+"/result")},
		Timings: map[string]int64{"inference": 0},
	}
	// That a removed record still answers is the JavaScript SDK's word for it:
	// it takes "deleted" for an end of polling.
	if v.tasks.forgotten(t.ID) {
		out.Status, out.Error = "deleted", deletedText
		return out
	}
	switch p.stage {
	case stageQueued:
		out.Status = "created"
	case stageWorking:
		out.Status = cmp.Or(t.Word, "processing")
	case stageDone:
		out.Status, out.NSFW = "completed", []bool{false}
		out.Outputs = []string{t.Text}
		if t.Text == "" {
			out.Outputs = []string{v.link(r, outputPath+t.file()+".mp4")}
		}
		out.Timings["inference"] = p.work.Milliseconds()
	case stageFailed:
		out.Status, out.Error, out.Code = wavespeedEnd(p.ending)
	}
	return out
}

func wavespeedEnd(e ending) (status, text string, code int) {
	switch e {
	case endsModerated:
		return "failed", moderationText, moderationCode
	case endsTimedOut:
		return "timeout", timeoutText, timeoutCode
	case endsCancelled:
		return "cancelled", cancelledText, 0
	case endsDeleted:
		return "deleted", deletedText, 0
	case endsWell, endsBroken:
	}
	return "failed", brokenText, brokenCode
}

// ticket answers with the place to PUT a file to, as the current SDKs use it.
func (v *wavespeed) ticket(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		Name string `json:"filename"`
		Size int64  `json:"size"`
		Type string `json:"content_type"`
	}
	body, no := readBody(w, r)
	if no == nil && json.Unmarshal(body, &ask) != nil {
		no = &refusal{status: http.StatusBadRequest, message: "the request body is not a JSON object"}
	}
	switch {
	case no != nil:
	case ask.Name == "":
		no = &refusal{status: http.StatusBadRequest, problems: []problem{{field: "filename", fault: faultMissing}}}
	case ask.Size <= 0:
		no = &refusal{status: http.StatusBadRequest, problems: []problem{{field: "size", fault: faultMissing}}}
	case ask.Size > maxUpload:
		no = &refusal{status: http.StatusRequestEntityTooLarge, message: "file too large"}
	}
	if no != nil {
		v.refuse(w, r, *no)
		return
	}
	if ask.Type == "" {
		ask.Type = "application/octet-stream"
	}
	x := upload{ID: hexID(), Name: safeName(ask.Name), Type: ask.Type, Size: ask.Size}
	expires, permit := v.now().UTC().Add(ticketLife), hexID()
	v.tickets.add(permit, ticket{upload: x, expires: expires}, v.now())
	data := v.uploaded(r, &x)
	data["upload"] = map[string]any{
		"method": http.MethodPut, "url": v.link(r, ticketPath+permit),
		"headers": map[string]string{"Content-Type": ask.Type}, "expires_at": expires.Format(time.RFC3339),
	}
	v.answer(w, data)
}

// binary takes a file as a form, as the documentation and the older SDKs do.
func (v *wavespeed) binary(w http.ResponseWriter, r *http.Request) {
	x, err := v.receiveForm(w, r)
	switch {
	case errors.Is(err, errTooBig):
		v.refuse(w, r, refusal{status: http.StatusRequestEntityTooLarge, message: "file too large"})
	case errors.Is(err, errNoFile):
		v.refuse(w, r, refusal{status: http.StatusBadRequest, problems: []problem{{field: "file", fault: faultMissing}}})
	case err != nil:
		v.refuse(w, r, refusal{status: http.StatusBadRequest, message: "the upload could not be read"})
	default:
		v.answer(w, v.uploaded(r, &x))
	}
}

var errNoFile = errors.New("no file in the form")

func (v *wavespeed) receiveForm(w http.ResponseWriter, r *http.Request) (upload, error) {
	const formRoom = 1 << 20 // for the form around the file
	r.Body = http.MaxBytesReader(w, r.Body, maxUpload+formRoom)
	form, err := r.MultipartReader()
	if err != nil {
		return upload{}, errors.Join(errNoFile, err)
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return upload{}, errNoFile
		}
		if err != nil {
			return upload{}, fmt.Errorf("reading a form: %w", err)
		}
		if part.FormName() == "file" {
			return v.receivePart(part)
		}
	}
}

func (v *wavespeed) receivePart(part *multipart.Part) (upload, error) {
	kind := part.Header.Get("Content-Type")
	if kind == "" {
		kind = "application/octet-stream"
	}
	return v.receive(upload{ID: hexID(), Name: safeName(part.FileName()), Type: kind, Size: -1}, part)
}

func (v *wavespeed) uploaded(r *http.Request, x *upload) map[string]any {
	kind, _, _ := strings.Cut(x.Type, "/")
	return map[string]any{"type": kind, "download_url": v.link(r, x.path()), "filename": x.Name, "size": x.Size}
}
