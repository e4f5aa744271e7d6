package simulated

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"seedreel/client/simulator"
	"seedreel/client/usd"
)

// jsTime is how the service writes time.
const jsTime = "2006-01-02T15:04:05.000Z"

// credits converts money to the service's own unit.
func credits(m usd.Micro) int64 { return int64(m) * creditsPerDollar / int64(usd.Dollar) }

// MissingKey is the refusal of a request without a key.
func (v *dialect) MissingKey() simulator.Refusal {
	return simulator.Refusal{
		Status: http.StatusUnauthorized,
		Message: "This request requires a valid API key. You can create a new API key on the Billing page: " +
			"https://aimlapi.com/app/keys",
	}
}

// NoFunds has another body than other refusals, as it was captured.
func (v *dialect) NoFunds() simulator.Refusal {
	return simulator.Refusal{
		Status: http.StatusForbidden, Shape: string(ShapeB),
		Message: "You've run out of funds. Please top up your balance or update your payment method to continue: " +
			"https://aimlapi.com/app/billing",
	}
}

func (v *dialect) billing(w http.ResponseWriter, r *http.Request) {
	has, _ := v.Balance(v.Mine(r, ID))
	simulator.WriteJSON(w, http.StatusOK, map[string]any{"current_balance": has, "currency": "USD"})
}

func (v *dialect) billingDetail(w http.ResponseWriter, r *http.Request) {
	has, _ := v.Balance(v.Mine(r, ID))
	simulator.WriteJSON(w, http.StatusOK, map[string]any{
		"user_id": 1, "email": "practice@simulator.invalid", "current_balance": has, "currency": "USD",
		"autotopup_settings": map[string]any{"is_enabled": false, "threshold": 0, "amount": 0, "currency": "USD"},
	})
}

// oldBalance answers as the first generation of the API did, in credits.
func (v *dialect) oldBalance(w http.ResponseWriter, r *http.Request) {
	const low = 10_000 // the documented sample's threshold
	has, _ := v.Balance(v.Mine(r, ID))
	status, why := "current", "Balance is current and up to date"
	if credits(has) < low {
		status, why = "low", "Balance is below the threshold"
	}
	simulator.WriteJSON(w, http.StatusOK, map[string]any{
		"balance": credits(has), "lowBalance": credits(has) < low, "lowBalanceThreshold": low,
		"lastUpdated": v.Now().UTC().Format(jsTime), "autoDebitStatus": "disabled", "status": status, "statusExplanation": why,
	})
}

// key answers with the permissions of a key. The simulator knows no management
// keys.
func (v *dialect) key(w http.ResponseWriter, r *http.Request) {
	var month usd.Micro
	now := v.Now().UTC()
	start := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	for _, e := range v.BillOf(v.Mine(r, ID)) {
		if !e.At.Before(start) {
			month += e.Amount
		}
	}
	opened := v.Opened(v.Mine(r, ID)).Format(jsTime)
	simulator.WriteJSON(w, http.StatusOK, map[string]any{"data": map[string]any{
		"name": "practice", "disabled": false, "prefix": keyPrefix(r), "scopes": []string{"model:video"}, "limit": nil,
		"created_at": opened, "updated_at": opened, "monthly_usage": month,
	}})
}

// keyPrefix is the part of a key that the service shows.
func keyPrefix(r *http.Request) string {
	k := simulator.KeyOf(r)
	return k[:min(8, len(k))]
}

// movement is one line of the ledger.
type movement struct {
	Created   string  `json:"created_at"`
	Direction string  `json:"direction"`
	Type      string  `json:"type"`
	Amount    amount  `json:"amount"`
	Model     *string `json:"model"`
	Reference *string `json:"reference_id"`
	at        time.Time
}

// amount is money in both of the service's units.
type amount struct {
	USD     usd.Micro `json:"usd"`
	Credits int64     `json:"credits"`
}

func amountOf(m usd.Micro) amount { return amount{USD: m, Credits: credits(m)} }

// priced returns the price of a task, nil where no price is known: what is
// unknown is not $0.
func priced(m usd.Micro) *amount {
	if m == 0 {
		return nil
	}
	x := amountOf(m)
	return &x
}

// The words by which the ledger can be filtered.
var (
	ledgerDirections = []string{"TOPUP", "CHARGE"}
	ledgerTypes      = []string{"PAYMENT", "BONUS", "REFUND", "ADJUSTMENT", "MODEL_USAGE", "CREDITS_EXPIRED", "INIT"}
)

// ledger returns the movements of an account's balance, oldest first. Failed
// jobs are not listed: their money was only held.
func (v *dialect) ledger(tasks []simulator.Task) []movement {
	opened := v.Opened(tasks)
	out := []movement{{
		Created: opened.UTC().Format(jsTime), Direction: "TOPUP", Type: "INIT", Amount: amountOf(v.Opening()), at: opened,
	}}
	for _, e := range v.BillOf(tasks) {
		out = append(out, movement{
			Created: e.At.UTC().Format(jsTime), Direction: "CHARGE", Type: "MODEL_USAGE", Amount: amountOf(e.Amount),
			Model: &e.Model, Reference: &e.Task, at: e.At,
		})
	}
	return out
}

// transactions answers a page of the ledger, newest first. The cursor is the
// number of older lines: lines are only ever added at the other end.
func (v *dialect) transactions(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	limit, _, problems := pageQuery(q)
	problems = append(problems, oneOf(q, "direction", ledgerDirections)...)
	problems = append(problems, oneOf(q, "type", ledgerTypes)...)
	from, to := stamp(q, "from", &problems), stamp(q, "to", &problems)
	if !from.IsZero() && !to.IsZero() && !to.After(from) {
		problems = append(problems, simulator.Problem{Field: "to", Flaw: simulator.FlawOther, Text: "must be later than from"})
	}
	lines := v.ledger(v.Mine(r, ID))
	end := len(lines)
	if c := q.Get("cursor"); c != "" {
		n, ok := readCursor(c)
		if !ok || n > len(lines) {
			problems = append(problems, simulator.Problem{Field: "cursor", Flaw: simulator.FlawOther, Text: "Invalid cursor"})
		} else {
			end = n
		}
	}
	if len(problems) > 0 {
		v.Refuse(w, r, simulator.Refusal{Status: http.StatusBadRequest, Problems: problems})
		return
	}
	data, more, next := []movement{}, false, 0
	for i := end - 1; i >= 0; i-- {
		l := &lines[i]
		if d := q.Get("direction"); d != "" && d != l.Direction {
			continue
		}
		if t := q.Get("type"); t != "" && t != l.Type {
			continue
		}
		if !from.IsZero() && l.at.Before(from) || !to.IsZero() && !l.at.Before(to) {
			continue
		}
		if len(data) == limit {
			more, next = true, i+1
			break
		}
		data = append(data, *l)
	}
	var cursor *string
	if more {
		c := writeCursor(next)
		cursor = &c
	}
	simulator.WriteJSON(w, http.StatusOK, map[string]any{
		"data": data, "pagination": map[string]any{"next_cursor": cursor, "has_more": more},
	})
}

func writeCursor(n int) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"v":1,"c":%d}`, n))
}

// readCursor accepts a cursor only in the form in which it was given.
func readCursor(c string) (int, bool) {
	b, err := base64.RawURLEncoding.DecodeString(c)
	if err != nil {
		return 0, false
	}
	var n int
	if _, err := fmt.Sscanf(string(b), `{"v":1,"c":%d}`, &n); err != nil || n < 0 || writeCursor(n) != c {
		return 0, false
	}
	return n, true
}

// pageQuery reads limit and offset.
func pageQuery(q url.Values) (limit, offset int, problems []simulator.Problem) {
	limit = 50
	for _, x := range []struct {
		name        string
		into        *int
		least, most int
	}{{"limit", &limit, 1, 100}, {"offset", &offset, 0, 1 << 30}} {
		text := q.Get(x.name)
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < x.least || n > x.most {
			problems = append(problems, simulator.Problem{
				Field: x.name, Flaw: simulator.FlawOther, Text: fmt.Sprintf("Number must be from %d to %d", x.least, x.most),
			})
			continue
		}
		*x.into = n
	}
	return limit, offset, problems
}

// oneOf checks the values of a parameter against a list.
func oneOf(q url.Values, name string, listed []string) []simulator.Problem {
	for _, got := range q[name] {
		if !slices.Contains(listed, got) {
			return []simulator.Problem{{Field: name, Flaw: simulator.FlawNotListed, Got: got, Listed: listed}}
		}
	}
	return nil
}

// stamp reads a time: UTC if it has no offset, zero if it is not given.
func stamp(q url.Values, name string, problems *[]simulator.Problem) time.Time {
	text := q.Get(name)
	if text == "" {
		return time.Time{}
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC()
		}
	}
	*problems = append(*problems, simulator.Problem{Field: name, Flaw: simulator.FlawOther, Text: "Invalid datetime"})
	return time.Time{}
}
