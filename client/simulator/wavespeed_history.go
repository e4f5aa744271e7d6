package simulator

import (
	"encoding/json"
	"net/http"
	"slices"

	"seedreel/client/catalogue"
)

// wavespeedStatuses are what the history can be filtered by. The list is the
// server's own, quoted in the vendor's command; other words are refused.
var wavespeedStatuses = [...]string{"created", "processing", "completed", "failed", "cancelled", "timeout"}

// historyItem is a task in the history: with the time it took in milliseconds
// and, when asked for, with its inputs.
type historyItem struct {
	wavespeedPrediction
	ExecutionTime int64          `json:"executionTime"`
	Inputs        map[string]any `json:"inputs,omitempty"`
}

// history answers a page of the tasks of the last seven days, the newest
// first. It never says how many there are.
func (v *wavespeed) history(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		paging
		Model  string `json:"model"`
		Status string `json:"status"`
		After  string `json:"created_after"`
		Before string `json:"created_before"`
		Inputs bool   `json:"include_inputs"`
	}
	no := v.ask(w, r, &ask)
	if no == nil {
		no = ask.check()
	}
	when, bad := readWindow("created_after", ask.After, "created_before", ask.Before)
	if no == nil {
		no = bad
	}
	if no == nil && ask.Status != "" && !slices.Contains(wavespeedStatuses[:], ask.Status) {
		no = &refusal{status: http.StatusBadRequest, problems: []problem{{
			field: "status", fault: faultNotListed, got: ask.Status, listed: wavespeedStatuses[:],
		}}}
	}
	if no != nil {
		v.refuse(w, r, *no)
		return
	}
	now := v.now()
	tasks := v.mine(r, providerWaveSpeed)
	slices.Reverse(tasks)
	items := []historyItem{}
	for i := range tasks {
		t := &tasks[i]
		if v.tasks.forgotten(t.ID) || now.Sub(t.Created) > retention || !when.holds(t.Created) ||
			ask.Model != "" && ask.Model != t.Model {
			continue
		}
		x := historyItem{wavespeedPrediction: v.prediction(r, t, now)}
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

// inputs writes what a task was asked for under the service's names.
func (v *wavespeed) inputs(t *Task) map[string]any {
	out := map[string]any{}
	m := v.catalogue.Now().Model(catalogue.Ref{Provider: t.Provider, ID: t.Model})
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

// remove takes records out of the history. It neither stops a task nor gives
// money back, and ids that are not known, or not the account's, are no error.
func (v *wavespeed) remove(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		IDs []string `json:"ids"`
	}
	no := v.ask(w, r, &ask)
	if no == nil && len(ask.IDs) == 0 {
		no = &refusal{status: http.StatusBadRequest, problems: []problem{{field: "ids", fault: faultMissing}}}
	}
	if no != nil {
		v.refuse(w, r, *no)
		return
	}
	gone := []string{}
	for _, id := range ask.IDs {
		if _, ok := v.owned(r, providerWaveSpeed, id); ok && !v.tasks.forgotten(id) && !slices.Contains(gone, id) {
			gone = append(gone, id)
		}
	}
	if len(gone) > 0 {
		if err := v.journal.append(record{Deleted: gone}); err != nil {
			v.refuse(w, r, refusal{status: http.StatusInternalServerError, message: "internal server error"})
			return
		}
		v.tasks.forget(gone)
	}
	v.answer(w, map[string]any{"deleted_count": len(gone)})
}

// wantsSync tells whether a submit asks to wait for the result.
func wantsSync(body []byte) bool {
	keys, err := object(body)
	if err != nil {
		return false
	}
	var on bool
	return json.Unmarshal(keys["enable_sync_mode"], &on) == nil && on
}
