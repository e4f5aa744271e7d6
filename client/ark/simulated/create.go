package simulated

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/simulator"
	"seedreel/client/usd"
)

// own is the part of a task that only this service has.
type own struct {
	// Model is the id under which the model was requested.
	Model      string `json:"model"`
	Identifier string `json:"identifier,omitempty"`
	// Tokens is the number of tokens billed once the clip is made.
	Tokens int64 `json:"tokens"`
	// Refused is the code of the filter that will refuse the clip.
	Refused string `json:"refused,omitempty"`
}

func ownOf(t *simulator.Task) own {
	var o own
	_ = json.Unmarshal(t.Own, &o) // written here; the zero value does for another's
	return o
}

// The phrases of a prompt that trigger one of the filters: before the task is
// made, and on the sound alone, which a clip without sound passes.
const (
	phraseText  = "simulate refused text"
	phraseImage = "simulate refused image"
	phraseSound = "simulate refused sound"
)

const (
	codeSound = "OutputAudioSensitiveContentDetected"
	codeVideo = "OutputVideoSensitiveContentDetected"
)

func (v *dialect) create(w http.ResponseWriter, r *http.Request) {
	t, no := v.order(w, r)
	if no != nil {
		v.Refuse(w, r, *no)
		return
	}
	simulator.WriteJSON(w, http.StatusOK, map[string]string{"id": t.ID})
}

func (v *dialect) order(w http.ResponseWriter, r *http.Request) (simulator.Task, *simulator.Refusal) {
	raw, no := simulator.ReadBody(w, r)
	if no != nil {
		return simulator.Task{}, no
	}
	var body map[string]json.RawMessage
	var id string
	if json.Unmarshal(raw, &body) != nil {
		return simulator.Task{}, &simulator.Refusal{Status: http.StatusBadRequest, Message: "The request body is not valid JSON."}
	}
	if json.Unmarshal(body["model"], &id) != nil || id == "" {
		return simulator.Task{}, missing("model")
	}
	m := v.find(id)
	if m == nil {
		return simulator.Task{}, &simulator.Refusal{
			Status: http.StatusNotFound, Code: "InvalidEndpointOrModel.NotFound",
			Message: "The model or endpoint " + id + " does not exist or you do not have access to it.",
		}
	}
	o, no := read(m, body)
	if no == nil {
		no = v.filter(o)
	}
	if no == nil && v.queued(r) >= mostQueued {
		no = &simulator.Refusal{
			Status: http.StatusTooManyRequests, Code: "QuotaExceeded", Message: "The tasks that wait for the account have reached the limit.",
		}
	}
	if no != nil {
		return simulator.Task{}, no
	}
	return v.accept(r, m, id, o)
}

// filter checks the inputs.
func (v *dialect) filter(o *order) *simulator.Refusal {
	var prompt string
	_ = json.Unmarshal(o.fields[contentPrefix+"text"], &prompt) // "" where there is none
	for phrase, what := range map[string]string{phraseText: "Text", phraseImage: "Image"} {
		if strings.Contains(strings.ToLower(prompt), phrase) {
			return &simulator.Refusal{
				Status: http.StatusBadRequest, Code: "Input" + what + "SensitiveContentDetected",
				Message: "The request failed because the input " + strings.ToLower(what) + " may contain sensitive information.",
			}
		}
	}
	return nil
}

// queued returns the number of the account's waiting tasks.
func (v *dialect) queued(r *http.Request) int {
	n := 0
	for _, t := range v.Mine(r, ID) {
		if v.Progress(&t).Stage == simulator.StageQueued {
			n++
		}
	}
	return n
}

// accept creates the task: priced by tokens, slower in the cheap tier, timed
// out if it exceeds its limit.
func (v *dialect) accept(r *http.Request, m *catalogue.Model, id string, o *order) (simulator.Task, *simulator.Refusal) {
	flat, err := json.Marshal(o.fields)
	if err != nil {
		return simulator.Task{}, &simulator.Refusal{Status: http.StatusInternalServerError, Message: v.Words(http.StatusInternalServerError)}
	}
	d, no := v.Draft(r, simulator.Order{Model: m, ID: newID(v.Now()), Body: flat, Ignored: []string{"callback_url", "tools", "priority"}})
	if no == nil && o.draft != "" {
		no = v.final(r, m, o.draft, &d.Task)
	}
	if no != nil {
		return simulator.Task{}, no
	}
	t := &d.Task
	filled := m.Fill(t.Values)
	x := own{Model: id, Identifier: o.identifier}
	x.Tokens, t.Price = meter(m, filled, t)
	if strings.Contains(strings.ToLower(t.Values.Text(catalogue.RolePrompt)), phraseSound) && sounds(m, filled) {
		x.Refused, t.Fate = codeSound, simulator.KindModeration
	}
	if filled.Text(catalogue.RoleServiceTier) == "flex" {
		t.Pace = flexPace
	}
	if n, ok := filled.Int(catalogue.RoleExpiresAfter); ok {
		t.Limit = time.Duration(n) * time.Second
	}
	t.LastFrame, _ = filled.Bool(catalogue.RoleReturnLastFrame)
	if t.Own, err = json.Marshal(x); err != nil {
		return simulator.Task{}, &simulator.Refusal{Status: http.StatusInternalServerError, Message: v.Words(http.StatusInternalServerError)}
	}
	return v.Accept(r, d)
}

// meter returns the tokens that the task is billed by, from its final frame
// and length. A linked video counts with the minimum length: it is never
// fetched here.
func meter(m *catalogue.Model, filled catalogue.Values, t *simulator.Task) (int64, usd.Micro) {
	v := filled.Clone()
	if m.Field(catalogue.RoleDuration) != nil {
		v[catalogue.RoleDuration] = catalogue.Int(int64(t.Seconds))
	}
	tokens := m.TokensOf(v, t.Width, t.Height, 0)
	price, _ := m.ChargeFor(v, tokens)
	return tokens, price
}

func sounds(m *catalogue.Model, v catalogue.Values) bool {
	on, _ := v.Bool(catalogue.RoleAudioToggle)
	return on && m.Output.Audio == "toggle"
}

// final makes the final clip of a draft: everything the draft decides is taken
// from it, the frame in the new resolution.
func (v *dialect) final(r *http.Request, m *catalogue.Model, id string, t *simulator.Task) *simulator.Refusal {
	d, ok := v.Owned(r, ID, id)
	is, _ := d.Values.Bool(catalogue.RoleDraft)
	if !ok || !is || d.Model != m.ID || v.Progress(&d).Stage != simulator.StageDone {
		return bad(contentPrefix+"draft_task", "is no finished draft of this model")
	}
	for _, role := range []catalogue.Role{
		catalogue.RolePrompt, catalogue.RoleFirstFrame, catalogue.RoleLastFrame, catalogue.RoleReferenceImages, catalogue.RoleAudioToggle,
		catalogue.RoleAspectRatio, catalogue.RoleDuration, catalogue.RoleCameraFixed,
	} {
		if x := d.Values[role]; x.IsSet() {
			t.Values[role] = x
		}
	}
	t.Seed, t.Seconds = d.Seed, d.Seconds
	if w, h, known := m.Frame(m.Fill(t.Values), d.Width, d.Height); known {
		t.Width, t.Height = w, h
	}
	return nil
}

// word returns the service's status word for a task.
func word(t *simulator.Task, p simulator.Progress) string {
	switch p.Stage {
	case simulator.StageQueued:
		return "queued"
	case simulator.StageWorking:
		return cmp.Or(t.Word, "running")
	case simulator.StageDone:
		return "succeeded"
	case simulator.StageFailed:
	}
	switch p.Ending {
	case simulator.EndsTimedOut:
		return "expired"
	case simulator.EndsCancelled, simulator.EndsDeleted:
		return "cancelled"
	case simulator.EndsWell, simulator.EndsModerated, simulator.EndsBroken:
	}
	return "failed"
}
