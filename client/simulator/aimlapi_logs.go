package simulator

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"seedreel/client/usd"
)

// The bounds of questions about the past: the longest window, and how often
// the log may be asked for in a minute.
const (
	longestWindow = 92 * 24 * time.Hour
	logsPerMinute = 200
)

// about reads which stretch of time and which key a question is about.
func (v *aimlapi) about(r *http.Request) (window, *refusal) {
	q := r.URL.Query()
	var problems []problem
	bad := func(field, text string) {
		problems = append(problems, problem{field: field, fault: faultOther, text: text})
	}
	out := window{from: stamp(q, "start", &problems), to: stamp(q, "end", &problems)}
	period, both := q.Get("period"), q.Has("start") && q.Has("end")
	switch {
	case period != "" && (q.Has("start") || q.Has("end")):
		bad("period", "Provide either period or both start and end, not both")
	case period != "":
		d, ok := readPeriod(period)
		if !ok {
			bad("period", "Must be a positive integer followed by h or d")
		}
		out = window{from: v.now().Add(-d), to: v.now()}
	case !both:
		bad("period", "Provide either period or both start and end")
	case out.to.Before(out.from):
		bad("end", "Must not be earlier than start")
	}
	if out.to.Sub(out.from) > longestWindow {
		bad("period", "The window must not exceed 92 days")
	}
	if len(problems) > 0 {
		return out, &refusal{status: http.StatusBadRequest, problems: problems}
	}
	if p := q.Get("key_prefix"); p != "" && p != keyPrefix(r) {
		return out, &refusal{status: http.StatusForbidden, message: "Another key can only be asked for with a management key"}
	}
	return out, nil
}

func readPeriod(text string) (time.Duration, bool) {
	unit := time.Hour
	number, ok := strings.CutSuffix(text, "h")
	if !ok {
		unit = 24 * time.Hour
		if number, ok = strings.CutSuffix(text, "d"); !ok {
			return 0, false
		}
	}
	n, err := strconv.Atoi(number)
	return time.Duration(n) * unit, err == nil && n > 0 && n <= 1<<16 && number[0] != '+'
}

// within are the tasks of an account in a window, the newest first.
func (v *aimlapi) within(r *http.Request, when window) []Task {
	tasks := slices.DeleteFunc(v.mine(r, providerAIMLAPI), func(t Task) bool { return !when.holds(t.Created) })
	slices.Reverse(tasks)
	return tasks
}

// logRow is one request. Which word a job has while it runs is not documented,
// as there are only two: the request that made it did succeed.
type logRow struct {
	Created   string         `json:"created"`
	Status    string         `json:"status"`
	Origin    string         `json:"origin"`
	Model     string         `json:"model"`
	Cost      amount         `json:"cost"`
	Tokens    map[string]int `json:"tokens"`
	Request   *string        `json:"request_id"`
	Inference string         `json:"inference_id"`
	Client    *string        `json:"client_request_id"`
}

// logList answers one row for each create.
func (v *aimlapi) logList(w http.ResponseWriter, r *http.Request) {
	if v.logs.over(accountOf(r), v.now(), logsPerMinute) {
		v.refuse(w, r, refusal{status: http.StatusTooManyRequests, message: "Too Many Requests"})
		return
	}
	q := r.URL.Query()
	when, no := v.about(r)
	limit, offset, problems := pageQuery(q)
	problems = append(problems, oneOf(q, "status", []string{"succeeded", "failed"})...)
	if no == nil && len(problems) > 0 {
		no = &refusal{status: http.StatusBadRequest, problems: problems}
	}
	if no != nil {
		v.refuse(w, r, *no)
		return
	}
	rows := []logRow{}
	tasks := v.within(r, when)
	for i := range tasks {
		x := v.logRow(&tasks[i])
		if wanted(q, "status", x.Status) && (wanted(q, "model", x.Model) || wanted(q, "model", bare(x.Model))) {
			rows = append(rows, x)
		}
	}
	from := min(offset, len(rows))
	to := min(from+limit, len(rows))
	writeJSON(w, http.StatusOK, map[string]any{
		"data":       rows[from:to],
		"pagination": map[string]any{"limit": limit, "offset": offset, "total": len(rows), "has_more": to < len(rows)},
	})
}

// wanted tells whether a value passes a filter that may be given several times.
func wanted(q url.Values, name, value string) bool {
	return len(q[name]) == 0 || slices.Contains(q[name], value)
}

// bare is a model's name without its source.
func bare(model string) string { return model[strings.LastIndexByte(model, '/')+1:] }

func (v *aimlapi) logRow(t *Task) logRow {
	x := logRow{
		Created: t.Created.UTC().Format(jsTime), Status: "succeeded", Origin: "api", Model: t.Model, Cost: amountOf(t.Price),
		Tokens: map[string]int{"input": 0, "output": 0, "total": 0}, Inference: t.ID,
	}
	request := digestID("request", t.ID)
	x.Request = &request
	if t.ClientRequestID != "" {
		x.Client = &t.ClientRequestID
	}
	if t.at(v.now(), v.speed).stage == stageFailed {
		x.Status, x.Cost = "failed", amount{}
	}
	return x
}

// spend answers what a key spent in a window; detail, for the longer path,
// adds the models.
func (v *aimlapi) spend(w http.ResponseWriter, r *http.Request) { v.sum(w, r, false) }

func (v *aimlapi) spendDetail(w http.ResponseWriter, r *http.Request) { v.sum(w, r, true) }

// share is one model's part of what was spent.
type share struct {
	Model    string    `json:"model"`
	Spend    usd.Micro `json:"spend"`
	Requests int       `json:"requests"`
}

func (v *aimlapi) sum(w http.ResponseWriter, r *http.Request, detail bool) {
	when, no := v.about(r)
	if no != nil {
		v.refuse(w, r, *no)
		return
	}
	var total share
	models := map[string]*share{}
	for _, e := range v.bill(v.within(r, when)) {
		m := models[e.Model]
		if m == nil {
			m = &share{Model: e.Model}
			models[e.Model] = m
		}
		m.Spend, m.Requests = m.Spend+e.Amount, m.Requests+1
		total.Spend, total.Requests = total.Spend+e.Amount, total.Requests+1
	}
	answer := map[string]any{
		"api_key_prefix": nil, "start": when.from.UTC().Format(jsTime), "end": when.to.UTC().Format(jsTime),
		"spend": total.Spend, "currency": "USD", "requests": total.Requests,
	}
	if p := r.URL.Query().Get("key_prefix"); p != "" {
		answer["api_key_prefix"] = p
	}
	if detail {
		list := make([]*share, 0, len(models))
		for _, id := range sortedKeys(models) {
			list = append(list, models[id])
		}
		byAmount(list, func(s *share) usd.Micro { return s.Spend })
		answer["models"] = list
	}
	writeJSON(w, http.StatusOK, answer)
}

// etagOf is the weak tag of an answer.
func etagOf(body []byte) string {
	return fmt.Sprintf(`W/"%x-%s"`, len(body), digestID(string(body))[:27])
}
