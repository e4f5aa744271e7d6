package simulated

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/simulator"
)

// known finds a task that the service still has, for the requesting account.
func (v *dialect) known(r *http.Request, id string) (simulator.Task, bool) {
	t, ok := v.Owned(r, ID, id)
	return t, ok && v.kept(&t)
}

func (v *dialect) kept(t *simulator.Task) bool {
	now := v.Now()
	p := v.Progress(t)
	gone := word(t, p) == "cancelled" && now.Sub(p.Ended) > canceledLife
	return !gone && now.Sub(t.Created) <= retention && !v.Forgotten(t.ID)
}

func (v *dialect) notFound(w http.ResponseWriter, r *http.Request, id string) {
	v.Refuse(w, r, simulator.Refusal{Status: http.StatusNotFound, Code: "NotFound", Message: "The task " + id + " is not found."})
}

func (v *dialect) show(w http.ResponseWriter, r *http.Request) {
	t, ok := v.known(r, r.PathValue("id"))
	if !ok {
		v.notFound(w, r, r.PathValue("id"))
		return
	}
	simulator.WriteJSON(w, http.StatusOK, v.object(r, &t))
}

// object returns a task as the service writes it.
func (v *dialect) object(r *http.Request, t *simulator.Task) map[string]any {
	p, x := v.Progress(t), ownOf(t)
	m := v.Catalogue().Model(catalogue.Ref{Provider: ID, ID: t.Model})
	updated := t.Created
	if now := v.Now(); p.Stage >= simulator.StageDone {
		updated = p.Ended
	} else if p.Stage == simulator.StageWorking {
		updated = now
	}
	out := map[string]any{
		"id": t.ID, "model": cmp.Or(x.Model, t.Model), "status": word(t, p), "error": nil,
		"created_at": t.Created.Unix(), "updated_at": updated.Unix(), "seed": t.Seed, "framespersecond": 24,
	}
	if x.Identifier != "" {
		out["safety_identifier"] = x.Identifier
	}
	if m != nil {
		describe(out, m, t)
	}
	switch {
	case p.Stage == simulator.StageDone:
		content := map[string]string{"video_url": v.ClipLink(r, t)}
		if t.LastFrame {
			content["last_frame_url"] = v.LastFrameLink(r, t)
		}
		out["content"] = content
		out["usage"] = map[string]int64{"completion_tokens": x.Tokens, "total_tokens": x.Tokens}
	case p.Stage == simulator.StageFailed && p.Ending == simulator.EndsModerated:
		out["error"] = filtered(cmp.Or(x.Refused, codeVideo))
	case p.Stage == simulator.StageFailed && p.Ending == simulator.EndsBroken:
		out["error"] = map[string]string{"code": "InternalServiceError", "message": v.Words(http.StatusInternalServerError)}
	}
	return out
}

func filtered(code string) map[string]string {
	what := "video"
	if code == codeSound {
		what = "audio"
	}
	return map[string]string{"code": code, "message": "The request failed because the output " + what + " may contain sensitive information."}
}

// describe adds the parts of a request that the service repeats: the plain
// fields, never the elements of content.
func describe(out map[string]any, m *catalogue.Model, t *simulator.Task) {
	filled := m.Fill(t.Values)
	for i := range m.Fields {
		f := &m.Fields[i]
		x := filled[f.Role]
		switch f.Role {
		case catalogue.RoleModel, catalogue.RoleSeed, catalogue.RoleWatermark, catalogue.RoleReturnLastFrame, catalogue.RoleMode:
			continue
		case catalogue.RoleDraftTask:
			if x.IsSet() {
				out["draft_task_id"] = x
			}
			continue
		case catalogue.RoleDuration:
			if filled[catalogue.RoleFrames].IsSet() {
				continue
			}
			x = catalogue.Int(int64(t.Seconds))
		default:
		}
		if x.IsSet() && !strings.HasPrefix(f.Name, contentPrefix) {
			out[f.Name] = x
		}
	}
	if m.Field(catalogue.RoleServiceTier) == nil {
		out["service_tier"] = usualTier
	}
}

const usualTier = "default"

// list answers a page, newest first. Without a tier it lists only tasks of the
// default one.
func (v *dialect) list(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	page, ok := number(q, "page_num", 1, 1, 1<<20)
	size, ok2 := number(q, "page_size", 20, 1, 500)
	if !ok || !ok2 {
		v.Refuse(w, r, *bad("page_size", "must be a number from 1 to 500"))
		return
	}
	tier := cmp.Or(q.Get("filter.service_tier"), usualTier)
	var ids []string
	for _, x := range q["filter.task_ids"] {
		ids = append(ids, strings.Split(x, ",")...)
	}
	found := []map[string]any{}
	tasks := v.Mine(r, ID)
	slices.Reverse(tasks)
	slices.SortStableFunc(tasks, func(a, b simulator.Task) int {
		return b.Created.Truncate(time.Second).Compare(a.Created.Truncate(time.Second))
	})
	for i := range tasks {
		t := &tasks[i]
		if !v.kept(t) || len(ids) > 0 && !slices.Contains(ids, t.ID) {
			continue
		}
		o := v.object(r, t)
		// A value that came from the task is text, a Value that prints as it is.
		if is(o["service_tier"]) != tier || !pass(q, "filter.status", o["status"]) || !pass(q, "filter.model", o["model"]) {
			continue
		}
		if o["error"] != nil {
			o["failure_reason"] = o["error"] // the SDK's name for it here
		}
		found = append(found, o)
	}
	from := min((page-1)*size, len(found))
	items := found[from:min(from+size, len(found))]
	simulator.WriteJSON(w, http.StatusOK, map[string]any{"total": len(found), "items": items})
}

func pass(q url.Values, filter string, has any) bool {
	want := q.Get(filter)
	return want == "" || want == is(has)
}

// is returns a value of a task's object as text.
func is(x any) string {
	switch s := x.(type) {
	case string:
		return s
	case catalogue.Value:
		return s.String()
	}
	return ""
}

func number(q url.Values, name string, usual, least, most int) (int, bool) {
	text := q.Get(name)
	if text == "" {
		return usual, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= least && n <= most
}

// remove cancels a waiting task, refuses a running one, and drops the record
// of one that has ended; the answer does not show which.
func (v *dialect) remove(w http.ResponseWriter, r *http.Request) {
	t, ok := v.known(r, r.PathValue("id"))
	if !ok {
		v.notFound(w, r, r.PathValue("id"))
		return
	}
	done, err := v.drop(&t)
	switch {
	case err != nil:
		v.Refuse(w, r, simulator.Refusal{Status: http.StatusInternalServerError, Message: v.Words(http.StatusInternalServerError)})
	case !done:
		v.Refuse(w, r, simulator.Refusal{
			Status: http.StatusBadRequest, Code: "InvalidParameter", Message: "The task " + t.ID + " cannot be deleted in its status.",
		})
	default:
		simulator.WriteJSON(w, http.StatusOK, struct{}{})
	}
}

func (v *dialect) drop(t *simulator.Task) (bool, error) {
	switch word(t, v.Progress(t)) {
	case "queued":
		return v.Cancel(t)
	case "succeeded", "failed", "expired":
		return true, v.Forget(t.ID)
	}
	return false, nil
}

// Sort returns the operation a request asks for.
func (v *dialect) Sort(r *http.Request, body func() []byte) simulator.Asked {
	id, one := strings.CutPrefix(r.URL.Path, tasksPath+"/")
	switch {
	case one && r.Method == http.MethodGet:
		return simulator.Asked{Op: simulator.OpPoll, Task: id}
	case one:
		return simulator.Asked{Op: simulator.OpOther, Task: id}
	case r.Method == http.MethodPost:
		var named struct {
			Model string `json:"model"`
		}
		_ = json.Unmarshal(body(), &named) // an invalid body names no model
		if m := v.find(named.Model); m != nil {
			named.Model = m.ID
		}
		return simulator.Asked{Op: simulator.OpSubmit, Model: named.Model}
	}
	return simulator.Asked{Op: simulator.OpHistory}
}
