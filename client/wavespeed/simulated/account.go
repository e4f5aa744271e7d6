package simulated

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/simulator"
	"seedreel/client/usd"
)

// The most items in a page of the service.
const maxPage = 100

// NoFunds is the refusal of a submit that the account cannot pay.
func (v *dialect) NoFunds() simulator.Refusal {
	return simulator.Refusal{Status: http.StatusBadRequest, Message: "Insufficient credits. Please top up."}
}

func (v *dialect) showBalance(w http.ResponseWriter, r *http.Request) {
	has, _ := v.Balance(v.Mine(r, ID))
	v.answer(w, map[string]any{"balance": has})
}

// ask decodes the JSON body of a query, an empty one as {}.
func (v *dialect) ask(w http.ResponseWriter, r *http.Request, into any) *simulator.Refusal {
	body, no := simulator.ReadBody(w, r)
	if no != nil {
		return no
	}
	if len(body) > 0 && json.Unmarshal(body, into) != nil {
		return &simulator.Refusal{Status: http.StatusBadRequest, Message: "the request body is not the JSON object that is expected"}
	}
	return nil
}

// paging is the paging part of every list query.
type paging struct {
	Page *int `json:"page"`
	Size *int `json:"page_size"`
}

func (p *paging) check() *simulator.Refusal {
	bad := func(field, text string) *simulator.Refusal {
		return &simulator.Refusal{Status: http.StatusBadRequest, Problems: []simulator.Problem{{Field: field, Flaw: simulator.FlawOther, Text: text}}}
	}
	switch {
	case p.Page == nil:
		return &simulator.Refusal{Status: http.StatusBadRequest, Problems: []simulator.Problem{{Field: "page", Flaw: simulator.FlawMissing}}}
	case p.Size == nil:
		return &simulator.Refusal{Status: http.StatusBadRequest, Problems: []simulator.Problem{{Field: "page_size", Flaw: simulator.FlawMissing}}}
	case *p.Page < 1 || *p.Page > 1<<20:
		return bad("page", "must be greater than or equal to 1")
	case *p.Size < 1 || *p.Size > maxPage:
		return bad("page_size", "must be between 1 and 100")
	}
	return nil
}

// oneOf refuses a filter that is none of the service's words; "" filters
// nothing.
func oneOf(field, got string, listed ...string) *simulator.Refusal {
	if got == "" || slices.Contains(listed, got) {
		return nil
	}
	return &simulator.Refusal{Status: http.StatusBadRequest, Problems: []simulator.Problem{{
		Field: field, Flaw: simulator.FlawNotListed, Got: got, Listed: listed,
	}}}
}

// readWindow reads two timestamps, whose names go into a refusal.
func readWindow(fromName, from, toName, to string) (simulator.Window, *simulator.Refusal) {
	var out simulator.Window
	for _, x := range []struct {
		name, text string
		into       *time.Time
	}{{fromName, from, &out.From}, {toName, to, &out.To}} {
		if x.text == "" {
			continue
		}
		t, err := time.Parse(time.RFC3339, x.text)
		if err != nil {
			return out, &simulator.Refusal{Status: http.StatusBadRequest, Problems: []simulator.Problem{{
				Field: x.name, Flaw: simulator.FlawOther, Text: "must be a time as in RFC 3339",
			}}}
		}
		*x.into = t
	}
	return out, nil
}

// The service's words for the two directions of money.
const (
	billDeduct = "deduct"
	billRefund = "refund"
)

// billings answers with single charges and refunds, newest first.
func (v *dialect) billings(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		paging
		Type  string `json:"billing_type"`
		Start string `json:"start_time"`
		End   string `json:"end_time"`
		Model string `json:"model_uuid"`
		Key   string `json:"access_key_uuid"`
	}
	no := v.ask(w, r, &ask)
	when, bad := readWindow("start_time", ask.Start, "end_time", ask.End)
	if no = cmp.Or(no, ask.check(), bad, oneOf("billing_type", ask.Type, billDeduct, billRefund)); no != nil {
		v.Refuse(w, r, *no)
		return
	}
	tasks := v.Mine(r, ID)
	bill := v.BillOf(tasks)
	slices.Reverse(bill)
	account := simulator.AccountOf(r)
	bill = slices.DeleteFunc(bill, func(e simulator.Entry) bool {
		return ask.Type != "" && ask.Type != billingType(e.Kind) || !when.Holds(e.At) ||
			ask.Model != "" && ask.Model != e.Model || ask.Key != "" && ask.Key != account
	})
	page, more := pageOf(bill, *ask.Page, *ask.Size)
	items := make([]map[string]any, 0, len(page))
	for i := range page {
		items = append(items, v.billing(r, &page[i], account))
	}
	v.answer(w, map[string]any{"page": *ask.Page, "has_more": more, "items": items})
}

func billingType(k simulator.EntryKind) string {
	if k == simulator.EntryRefund {
		return billRefund
	}
	return billDeduct
}

func (v *dialect) billing(r *http.Request, e *simulator.Entry, account string) map[string]any {
	kind := billingType(e.Kind)
	x := map[string]any{
		"uuid": simulator.DigestID(kind, e.Task), "billing_type": kind, "price": e.Amount, "created_at": e.At.UTC().Format(nanoTime),
		"access_key_name": "practice", "access_key_uuid": account,
		"order": map[string]any{"uuid": simulator.DigestID("order", e.Task), "state": "paid", "price": e.Amount, "origin_price": e.Amount},
	}
	if t, ok := v.Task(ID, e.Task); ok {
		p := v.prediction(r, &t, v.Now())
		x["prediction"] = map[string]any{"uuid": t.ID, "model_uuid": t.Model, "status": p.Status}
	}
	return x
}

// modelUse is one model's share of the spending.
type modelUse struct {
	Model string    `json:"model_uuid"`
	Type  string    `json:"model_type"`
	Unit  usd.Micro `json:"unit_price"`
	Cost  usd.Micro `json:"total_cost"`
	Count int       `json:"total_count"`
	Last  string    `json:"last_used_date"`
}

// dayUse is the spending of a day.
type dayUse struct {
	Date   string    `json:"date"`
	Amount usd.Micro `json:"amount"`
	Count  int       `json:"count"`
}

// usage sums up the spending in a period. Refunded charges do not count as
// spent.
func (v *dialect) usage(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		Start string `json:"start_time"`
		End   string `json:"end_time"`
		Model string `json:"model_uuid"`
	}
	no := v.ask(w, r, &ask)
	for name, value := range map[string]string{"start_time": ask.Start, "end_time": ask.End} {
		if no == nil && value == "" {
			no = &simulator.Refusal{Status: http.StatusBadRequest, Problems: []simulator.Problem{{Field: name, Flaw: simulator.FlawMissing}}}
		}
	}
	when, bad := readWindow("start_time", ask.Start, "end_time", ask.End)
	if no == nil {
		no = bad
	}
	if no != nil {
		v.Refuse(w, r, *no)
		return
	}
	models, days := map[string]*modelUse{}, map[string]*dayUse{}
	var total usd.Micro
	asked, good := 0, 0
	tasks := v.Mine(r, ID)
	for i := range tasks {
		t := &tasks[i]
		if !when.Holds(t.Created) || ask.Model != "" && ask.Model != t.Model {
			continue
		}
		asked++
		p := v.Progress(t)
		if p.Stage == simulator.StageFailed {
			continue
		}
		if p.Stage == simulator.StageDone {
			good++
		}
		date := t.Created.UTC().Format(time.DateOnly)
		m, d := models[t.Model], days[date]
		if m == nil {
			m = v.modelUse(t.Model)
			models[t.Model] = m
		}
		if d == nil {
			d = &dayUse{Date: date}
			days[date] = d
		}
		m.Cost, m.Count, m.Last = m.Cost+t.Price, m.Count+1, date
		d.Amount, d.Count = d.Amount+t.Price, d.Count+1
		total += t.Price
	}
	perModel, daily := make([]*modelUse, 0, len(models)), make([]*dayUse, 0, len(days))
	for _, id := range slices.Sorted(maps.Keys(models)) {
		perModel = append(perModel, models[id])
	}
	slices.SortStableFunc(perModel, func(a, b *modelUse) int { return cmp.Compare(b.Cost, a.Cost) })
	for _, date := range slices.Sorted(maps.Keys(days)) {
		daily = append(daily, days[date])
	}
	v.answer(w, map[string]any{
		"per_model_usage": perModel, "daily_usage": daily,
		"summary": map[string]any{"total_cost": total, "total_requests": asked, "success_requests": good},
	})
}

func (v *dialect) modelUse(id string) *modelUse {
	out := &modelUse{Model: id}
	if m := v.Catalogue().Model(catalogue.Ref{Provider: ID, ID: id}); m != nil {
		out.Type = m.Task
		out.Unit, _ = basePrice(m)
	}
	return out
}

// webhookSecret returns the key for signing notices. The simulator sends none:
// they go to public addresses only.
func (v *dialect) webhookSecret(w http.ResponseWriter, r *http.Request) {
	v.answer(w, "whsec_"+strings.Repeat(simulator.DigestID("webhook", simulator.AccountOf(r)), 2))
}

// pageOf returns one page of a list, and reports whether more follow.
func pageOf[T any](list []T, page, size int) (items []T, more bool) {
	from := min((page-1)*size, len(list))
	to := min(from+size, len(list))
	return list[from:to], to < len(list)
}
