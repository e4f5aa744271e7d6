package simulator

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
)

// The most items that a page of the service may hold.
const maxPage = 100

func (v *wavespeed) noFunds() refusal {
	return refusal{status: http.StatusBadRequest, message: "Insufficient credits. Please top up."}
}

func (v *wavespeed) showBalance(w http.ResponseWriter, r *http.Request) {
	has, _ := v.balance(v.mine(r, providerWaveSpeed))
	v.answer(w, map[string]any{"balance": has})
}

// ask reads the JSON body of a question, an empty one as {}.
func (v *wavespeed) ask(w http.ResponseWriter, r *http.Request, into any) *refusal {
	body, no := readBody(w, r)
	if no != nil {
		return no
	}
	if len(body) > 0 && json.Unmarshal(body, into) != nil {
		return &refusal{status: http.StatusBadRequest, message: "the request body is not the JSON object that is expected"}
	}
	return nil
}

// paging is what every list of the service is asked with.
type paging struct {
	Page *int `json:"page"`
	Size *int `json:"page_size"`
}

func (p *paging) check() *refusal {
	bad := func(field, text string) *refusal {
		return &refusal{status: http.StatusBadRequest, problems: []problem{{field: field, fault: faultOther, text: text}}}
	}
	switch {
	case p.Page == nil:
		return &refusal{status: http.StatusBadRequest, problems: []problem{{field: "page", fault: faultMissing}}}
	case p.Size == nil:
		return &refusal{status: http.StatusBadRequest, problems: []problem{{field: "page_size", fault: faultMissing}}}
	case *p.Page < 1 || *p.Page > 1<<20:
		return bad("page", "must be greater than or equal to 1")
	case *p.Size < 1 || *p.Size > maxPage:
		return bad("page_size", "must be between 1 and 100")
	}
	return nil
}

// window is a stretch of time that a question is about. Ends that are not
// given are open.
type window struct{ from, to time.Time }

func (x *window) holds(t time.Time) bool {
	return (x.from.IsZero() || !t.Before(x.from)) && (x.to.IsZero() || !t.After(x.to))
}

// readWindow reads two stamps, named for the refusal.
func readWindow(fromName, from, toName, to string) (window, *refusal) {
	var out window
	for _, x := range []struct {
		name, text string
		into       *time.Time
	}{{fromName, from, &out.from}, {toName, to, &out.to}} {
		if x.text == "" {
			continue
		}
		t, err := time.Parse(time.RFC3339, x.text)
		if err != nil {
			return out, &refusal{status: http.StatusBadRequest, problems: []problem{{
				field: x.name, fault: faultOther, text: "must be a time as in RFC 3339",
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

// billings answers single charges and refunds, the newest first.
func (v *wavespeed) billings(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		paging
		Type  string `json:"billing_type"`
		Start string `json:"start_time"`
		End   string `json:"end_time"`
		Model string `json:"model_uuid"`
		Key   string `json:"access_key_uuid"`
	}
	no := v.ask(w, r, &ask)
	if no == nil {
		no = ask.check()
	}
	when, bad := readWindow("start_time", ask.Start, "end_time", ask.End)
	if no == nil {
		no = bad
	}
	if no == nil && ask.Type != "" && ask.Type != billDeduct && ask.Type != billRefund {
		no = &refusal{status: http.StatusBadRequest, problems: []problem{{
			field: "billing_type", fault: faultNotListed, listed: []string{billDeduct, billRefund},
		}}}
	}
	if no != nil {
		v.refuse(w, r, *no)
		return
	}
	tasks := v.mine(r, providerWaveSpeed)
	bill := v.bill(tasks)
	slices.Reverse(bill)
	account := accountOf(r)
	bill = slices.DeleteFunc(bill, func(e Entry) bool {
		return ask.Type != "" && ask.Type != billingType(e.Kind) || !when.holds(e.At) ||
			ask.Model != "" && ask.Model != e.Model || ask.Key != "" && ask.Key != account
	})
	page, more := pageOf(bill, *ask.Page, *ask.Size)
	items := make([]map[string]any, 0, len(page))
	for i := range page {
		items = append(items, v.billing(r, &page[i], account))
	}
	v.answer(w, map[string]any{"page": *ask.Page, "has_more": more, "items": items})
}

func billingType(k EntryKind) string {
	if k == EntryRefund {
		return billRefund
	}
	return billDeduct
}

func (v *wavespeed) billing(r *http.Request, e *Entry, account string) map[string]any {
	kind := billingType(e.Kind)
	x := map[string]any{
		"uuid": digestID(kind, e.Task), "billing_type": kind, "price": e.Amount, "created_at": e.At.UTC().Format(nanoTime),
		"access_key_name": "practice", "access_key_uuid": account,
		"order": map[string]any{"uuid": digestID("order", e.Task), "state": "paid", "price": e.Amount, "origin_price": e.Amount},
	}
	if t, ok := v.task(providerWaveSpeed, e.Task); ok {
		p := v.prediction(r, &t, v.now())
		x["prediction"] = map[string]any{"uuid": t.ID, "model_uuid": t.Model, "status": p.Status}
	}
	return x
}

// modelUse is one model's share of what was spent.
type modelUse struct {
	Model string    `json:"model_uuid"`
	Type  string    `json:"model_type"`
	Unit  usd.Micro `json:"unit_price"`
	Cost  usd.Micro `json:"total_cost"`
	Count int       `json:"total_count"`
	Last  string    `json:"last_used_date"`
}

// dayUse is what was spent on a day.
type dayUse struct {
	Date   string    `json:"date"`
	Amount usd.Micro `json:"amount"`
	Count  int       `json:"count"`
}

// usage sums up what was spent in a stretch of time. What was given back does
// not count as spent.
func (v *wavespeed) usage(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		Start string `json:"start_time"`
		End   string `json:"end_time"`
		Model string `json:"model_uuid"`
	}
	no := v.ask(w, r, &ask)
	for name, value := range map[string]string{"start_time": ask.Start, "end_time": ask.End} {
		if no == nil && value == "" {
			no = &refusal{status: http.StatusBadRequest, problems: []problem{{field: name, fault: faultMissing}}}
		}
	}
	when, bad := readWindow("start_time", ask.Start, "end_time", ask.End)
	if no == nil {
		no = bad
	}
	if no != nil {
		v.refuse(w, r, *no)
		return
	}
	models, days := map[string]*modelUse{}, map[string]*dayUse{}
	var total usd.Micro
	asked, good := 0, 0
	tasks := v.mine(r, providerWaveSpeed)
	for i := range tasks {
		t := &tasks[i]
		if !when.holds(t.Created) || ask.Model != "" && ask.Model != t.Model {
			continue
		}
		asked++
		p := t.at(v.now(), v.speed)
		if p.stage == stageFailed {
			continue
		}
		if p.stage == stageDone {
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
	for _, id := range sortedKeys(models) {
		perModel = append(perModel, models[id])
	}
	byAmount(perModel, func(m *modelUse) usd.Micro { return m.Cost })
	for _, date := range sortedKeys(days) {
		daily = append(daily, days[date])
	}
	v.answer(w, map[string]any{
		"per_model_usage": perModel, "daily_usage": daily,
		"summary": map[string]any{"total_cost": total, "total_requests": asked, "success_requests": good},
	})
}

func (v *wavespeed) modelUse(id string) *modelUse {
	out := &modelUse{Model: id}
	if m := v.catalogue.Now().Model(catalogue.Ref{Provider: providerWaveSpeed, ID: id}); m != nil {
		out.Type = m.Task
		out.Unit, _ = basePrice(m)
	}
	return out
}

// webhookSecret is the key that notices would be signed with. The simulator
// sends none: they go to public addresses only.
func (v *wavespeed) webhookSecret(w http.ResponseWriter, r *http.Request) {
	v.answer(w, "whsec_"+strings.Repeat(digestID("webhook", accountOf(r)), 2))
}
