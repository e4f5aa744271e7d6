package simulated

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"seedreel/client/simulator"
	"seedreel/client/usd"
)

// The limits of log queries: the longest window, and the requests allowed per
// minute.
const (
	longestWindow = 92 * 24 * time.Hour
	logsPerMinute = 200
)

// about reads the period and the key that a query asks for.
func (v *dialect) about(r *http.Request) (simulator.Window, *simulator.Refusal) {
	q := r.URL.Query()
	var problems []simulator.Problem
	bad := func(field, text string) {
		problems = append(problems, simulator.Problem{Field: field, Flaw: simulator.FlawOther, Text: text})
	}
	out := simulator.Window{From: stamp(q, "start", &problems), To: stamp(q, "end", &problems)}
	period, both := q.Get("period"), q.Has("start") && q.Has("end")
	switch {
	case period != "" && (q.Has("start") || q.Has("end")):
		bad("period", "Provide either period or both start and end, not both")
	case period != "":
		d, ok := readPeriod(period)
		if !ok {
			bad("period", "Must be a positive integer followed by h or d")
		}
		out = simulator.Window{From: v.Now().Add(-d), To: v.Now()}
	case !both:
		bad("period", "Provide either period or both start and end")
	case out.To.Before(out.From):
		bad("end", "Must not be earlier than start")
	}
	if out.To.Sub(out.From) > longestWindow {
		bad("period", "The window must not exceed 92 days")
	}
	if len(problems) > 0 {
		return out, &simulator.Refusal{Status: http.StatusBadRequest, Problems: problems}
	}
	if p := q.Get("key_prefix"); p != "" && p != keyPrefix(r) {
		return out, &simulator.Refusal{Status: http.StatusForbidden, Message: "Another key can only be asked for with a management key"}
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

// within returns the tasks of an account in a window, newest first.
func (v *dialect) within(r *http.Request, when simulator.Window) []simulator.Task {
	tasks := slices.DeleteFunc(v.Mine(r, ID), func(t simulator.Task) bool { return !when.Holds(t.Created) })
	slices.Reverse(tasks)
	return tasks
}

// logRow is one request. The status of a running job is not documented, as
// there are only two: the request that made it did succeed.
type logRow struct {
	Created   string         `json:"created"`
	Status    string         `json:"status"`
	Origin    string         `json:"origin"`
	Model     string         `json:"model"`
	Cost      *amount        `json:"cost"`
	Tokens    map[string]int `json:"tokens"`
	Request   *string        `json:"request_id"`
	Inference string         `json:"inference_id"`
	Client    *string        `json:"client_request_id"`
}

// logList answers one row for each create.
func (v *dialect) logList(w http.ResponseWriter, r *http.Request) {
	if v.logs.over(simulator.AccountOf(r), v.Now(), logsPerMinute) {
		v.Refuse(w, r, simulator.Refusal{Status: http.StatusTooManyRequests, Message: "Too Many Requests"})
		return
	}
	q := r.URL.Query()
	when, no := v.about(r)
	limit, offset, problems := pageQuery(q)
	problems = append(problems, oneOf(q, "status", []string{"succeeded", "failed"})...)
	if no == nil && len(problems) > 0 {
		no = &simulator.Refusal{Status: http.StatusBadRequest, Problems: problems}
	}
	if no != nil {
		v.Refuse(w, r, *no)
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
	paging := map[string]any{"limit": limit, "offset": offset, "total": len(rows), "has_more": to < len(rows)}
	switch v.mannerOf(r).Log {
	case "tokenless":
		for i := range rows {
			rows[i].Client = nil
		}
	case "unpaged":
		paging = map[string]any{"limit": limit}
	case "cursor":
		paging = map[string]any{"next_cursor": nil}
		if to < len(rows) {
			paging["next_cursor"] = simulator.DigestID("page", strconv.Itoa(to))
		}
	}
	simulator.WriteJSON(w, http.StatusOK, map[string]any{"data": rows[from:to], "pagination": paging})
}

// wanted reports whether a value passes a filter that may be given several times.
func wanted(q url.Values, name, value string) bool {
	return len(q[name]) == 0 || slices.Contains(q[name], value)
}

// bare returns a model's name without its source.
func bare(model string) string { return model[strings.LastIndexByte(model, '/')+1:] }

func (v *dialect) logRow(t *simulator.Task) logRow {
	x := logRow{
		Created: t.Created.UTC().Format(jsTime), Status: "succeeded", Origin: "api", Model: t.Model, Cost: priced(t.Price),
		Tokens: map[string]int{"input": 0, "output": 0, "total": 0}, Inference: t.ID,
	}
	request := simulator.DigestID("request", t.ID)
	x.Request = &request
	if t.ClientRequestID != "" {
		x.Client = &t.ClientRequestID
	}
	if v.Progress(t).Stage == simulator.StageFailed {
		x.Status, x.Cost = "failed", &amount{}
	}
	return x
}

// spend answers with what a key spent in a window; the longer path, detail,
// adds the models.
func (v *dialect) spend(w http.ResponseWriter, r *http.Request) { v.sum(w, r, false) }

func (v *dialect) spendDetail(w http.ResponseWriter, r *http.Request) { v.sum(w, r, true) }

// share is one model's part of the spending.
type share struct {
	Model    string    `json:"model"`
	Spend    usd.Micro `json:"spend"`
	Requests int       `json:"requests"`
}

func (v *dialect) sum(w http.ResponseWriter, r *http.Request, detail bool) {
	when, no := v.about(r)
	if no != nil {
		v.Refuse(w, r, *no)
		return
	}
	var total share
	models := map[string]*share{}
	for _, e := range v.BillOf(v.within(r, when)) {
		m := models[e.Model]
		if m == nil {
			m = &share{Model: e.Model}
			models[e.Model] = m
		}
		m.Spend, m.Requests = m.Spend+e.Amount, m.Requests+1
		total.Spend, total.Requests = total.Spend+e.Amount, total.Requests+1
	}
	answer := map[string]any{
		"api_key_prefix": nil, "start": when.From.UTC().Format(jsTime), "end": when.To.UTC().Format(jsTime),
		"spend": total.Spend, "currency": "USD", "requests": total.Requests,
	}
	if p := r.URL.Query().Get("key_prefix"); p != "" {
		answer["api_key_prefix"] = p
	}
	if detail {
		list := make([]*share, 0, len(models))
		for _, id := range slices.Sorted(maps.Keys(models)) {
			list = append(list, models[id])
		}
		slices.SortStableFunc(list, func(a, b *share) int { return cmp.Compare(b.Spend, a.Spend) })
		answer["models"] = list
	}
	simulator.WriteJSON(w, http.StatusOK, answer)
}

// etagOf returns the weak tag of an answer.
func etagOf(body []byte) string {
	return fmt.Sprintf(`W/"%x-%s"`, len(body), simulator.DigestID(string(body))[:27])
}

// throttle counts the requests of accounts in the last minute.
type throttle struct {
	mu   sync.Mutex
	seen map[string][]time.Time
}

// over counts one request and reports whether there were more than most.
func (l *throttle) over(account string, now time.Time, most int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seen == nil {
		l.seen = map[string][]time.Time{}
	}
	old := now.Add(-time.Minute)
	at := slices.DeleteFunc(l.seen[account], func(t time.Time) bool { return !t.After(old) })
	if len(at) < most {
		l.seen[account] = append(at, now)
		return false
	}
	l.seen[account] = at
	return true
}
