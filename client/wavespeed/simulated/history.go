package simulated

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"

	"seedreel/client/catalogue"
	"seedreel/client/simulator"
)

// statuses are the filters of the history. The list is the server's own,
// quoted in the vendor's command; other words are refused.
var statuses = [...]string{"created", "processing", "completed", "failed", "cancelled", "timeout"}

// historyItem is a task in the history: with the time it took in milliseconds
// and, when asked for, with its inputs.
type historyItem struct {
	prediction
	ExecutionTime int64          `json:"executionTime"`
	Inputs        map[string]any `json:"inputs,omitempty"`
}

// history answers a page of the tasks of the last seven days, newest first. It
// never returns a total.
func (v *dialect) history(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		paging
		Model  string `json:"model"`
		Status string `json:"status"`
		After  string `json:"created_after"`
		Before string `json:"created_before"`
		Inputs bool   `json:"include_inputs"`
	}
	no := v.ask(w, r, &ask)
	when, bad := readWindow("created_after", ask.After, "created_before", ask.Before)
	if no = cmp.Or(no, ask.check(), bad, oneOf("status", ask.Status, statuses[:]...)); no != nil {
		v.Refuse(w, r, *no)
		return
	}
	now := v.Now()
	tasks := v.Mine(r, ID)
	slices.Reverse(tasks)
	items := []historyItem{}
	for i := range tasks {
		t := &tasks[i]
		if v.Forgotten(t.ID) || now.Sub(t.Created) > retention || !when.Holds(t.Created) ||
			ask.Model != "" && ask.Model != t.Model {
			continue
		}
		x := historyItem{prediction: v.prediction(r, t, now)}
		if ask.Status != "" && ask.Status != x.Status {
			continue
		}
		x.ExecutionTime = x.Timings["inference"]
		if ask.Inputs {
			x.Inputs = v.inputs(t)
		}
		items = append(items, x)
	}
	page, _ := pageOf(items, *ask.Page, *ask.Size)
	v.answer(w, map[string]any{"page": *ask.Page, "items": page})
}

// inputs returns a task's inputs under the service's names.
func (v *dialect) inputs(t *simulator.Task) map[string]any {
	out := map[string]any{}
	m := v.Catalogue().Model(catalogue.Ref{Provider: t.Provider, ID: t.Model})
	if m == nil {
		return out
	}
	for i := range m.Fields {
		f := &m.Fields[i]
		x := t.Values[f.Role]
		switch {
		case !x.IsSet():
		case f.Media != nil && !f.List():
			out[f.Name] = t.Values.Media(f.Role)[0]
		default:
			out[f.Name] = x
		}
	}
	return out
}

// remove removes records from the history. It neither stops a task nor refunds
// it, and unknown ids, or another account's, are no error.
func (v *dialect) remove(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		IDs []string `json:"ids"`
	}
	no := v.ask(w, r, &ask)
	if no == nil && len(ask.IDs) == 0 {
		no = &simulator.Refusal{Status: http.StatusBadRequest, Problems: []simulator.Problem{{Field: "ids", Flaw: simulator.FlawMissing}}}
	}
	if no != nil {
		v.Refuse(w, r, *no)
		return
	}
	gone := []string{}
	for _, id := range ask.IDs {
		if _, ok := v.Owned(r, ID, id); ok && !v.Forgotten(id) && !slices.Contains(gone, id) {
			gone = append(gone, id)
		}
	}
	if err := v.Forget(gone...); err != nil {
		v.Refuse(w, r, simulator.Refusal{Status: http.StatusInternalServerError, Message: "internal server error"})
		return
	}
	v.answer(w, map[string]any{"deleted_count": len(gone)})
}

// syncKey is the switch that every model takes, listed or not.
const syncKey = "enable_sync_mode"

// wantsSync reports whether a submit asks to wait for the result.
func wantsSync(body []byte) bool {
	var keys map[string]json.RawMessage
	var on bool
	return json.Unmarshal(body, &keys) == nil && json.Unmarshal(keys[syncKey], &on) == nil && on
}
