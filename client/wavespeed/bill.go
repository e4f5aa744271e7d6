package wavespeed

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"seedreel/client"
	"seedreel/client/rest"
	"seedreel/client/usd"
)

// The bounds of a search through the bill and the history.
const (
	pageSize = 100 // the most the service gives (predictions-api page)
	maxPages = 20
	// A clip is booked no earlier than it is submitted, and a refund comes within
	// three hours (refund policy). What comes later is read apart, as a long
	// time may have more lines than are read.
	billBefore = 10 * time.Minute
	billAfter  = 6 * time.Hour
)

// The directions of money on a bill, in lower case.
const (
	billDeduct = "deduct"
	billRefund = "refund"
)

// Charge adds up the bill's lines for a prediction (POST
// /api/v3/billings/search, items[].prediction.uuid and price). Lines of the
// type "refund" are subtracted.
func (p *Provider) Charge(ctx context.Context, id string, around time.Time) (usd.Micro, bool, error) {
	const op = "reading the bill"
	sum := account{id: id, seen: map[string]bool{}}
	soon, now := around.Add(billAfter), p.now()
	if err := p.bill(ctx, op, around.Add(-billBefore), soon, sum.add); err != nil {
		return 0, false, err
	}
	if now.After(soon) {
		sum.late = true
		if err := p.bill(ctx, op, soon, now, sum.add); err != nil {
			return 0, false, err
		}
	}
	return sum.total(op)
}

// bill reads the lines of a time.
func (p *Provider) bill(ctx context.Context, op string, from, to time.Time, line func(json.RawMessage)) error {
	for page := 1; page <= maxPages; page++ {
		body, err := json.Marshal(map[string]any{
			"page": page, "page_size": pageSize, "start_time": stamp(from), "end_time": stamp(to),
		})
		if err != nil {
			return rest.Invalid(Name, op, err)
		}
		var got bill
		err = p.rest.Ask(ctx, rest.Call{Op: op, Path: "/api/v3/billings/search"}, body, func(a *rest.Answer) bool {
			got = bill{}
			return data(a, &got)
		})
		if err != nil {
			return err
		}
		items := rest.List(got.Items)
		for _, raw := range items {
			line(raw)
		}
		if got.More != "true" || len(items) == 0 {
			break
		}
	}
	return nil
}

type bill struct {
	More  rest.Text       `json:"has_more"`
	Items json.RawMessage `json:"items"`
}

// line is one line of a bill.
type line struct {
	UUID       rest.Text       `json:"uuid"`
	Type       json.RawMessage `json:"billing_type"`
	Price      rest.Text       `json:"price"`
	Currency   rest.Text       `json:"currency"`
	Prediction json.RawMessage `json:"prediction"`
}

// account adds up the lines of one prediction.
type account struct {
	id string
	// seen holds the lines read: by their ids, and whole if they have none.
	seen map[string]bool
	// late is set for the lines of the later time: a service that does not
	// heed the times gives the same ones again.
	late           bool
	paid, refunded usd.Micro
	charged        bool
	odd            rest.OddLines
}

// add counts a line of the bill, once. What is no plain amount of dollars is
// left out and reported.
func (a *account) add(raw json.RawMessage) {
	var l line
	var of struct {
		ID rest.Text `json:"uuid"`
	}
	if !rest.Object(raw, &l) || !rest.Object(l.Prediction, &of) || string(of.ID) != a.id || a.repeated(l.UUID, raw) {
		return
	}
	if c := string(l.Currency); c != "" && !strings.EqualFold(c, dollars) {
		a.odd.Leave("a line of %s %s", rest.Message(c), rest.Message(string(l.Price)))
		return
	}
	price, err := usd.Parse(string(l.Price))
	kind := kindOfLine(l.Type)
	if kind == billRefund {
		price = max(price, -price) // written with either sign
	}
	switch {
	case err != nil || !price.Plausible():
		a.odd.Leave("a line of %q", rest.Message(string(l.Price)))
	case kind == billRefund:
		a.refunded = a.refunded.Plus(price)
	case kind == billDeduct || kind == "":
		a.paid, a.charged = a.paid.Plus(price), true
	default:
		a.odd.Leave("a line of %s of the kind %q", price, rest.Message(kind))
	}
}

// kindOfLine returns the kind of a line in lower case, "" if it has none. What
// is no text is returned as it is, which is no kind that is known.
func kindOfLine(raw json.RawMessage) string {
	kind := string(rest.TextOf(raw))
	if kind == "" && string(raw) != "null" && string(raw) != `""` {
		kind = string(raw)
	}
	return strings.ToLower(strings.TrimSpace(kind))
}

// repeated reports whether a line was seen before: rows that are added
// meanwhile shift the pages. Two equal lines without an id are two lines,
// unless the second comes with the later time.
func (a *account) repeated(uuid rest.Text, raw json.RawMessage) bool {
	name := string(uuid)
	if uuid == "" {
		name = string(raw)
	}
	was := a.seen[name]
	a.seen[name] = true
	return was && (uuid != "" || a.late)
}

// total returns the sum. Without a charge there is none: a refund alone is the
// rest of a bill that is not complete.
func (a *account) total(op string) (paid usd.Micro, found bool, err error) {
	if !a.charged && a.refunded > 0 {
		a.odd.Leave("a refund without a charge")
	}
	if a.charged {
		if paid = max(a.paid-a.refunded, 0); paid.Plausible() {
			found = true
		} else {
			a.odd.Leave("lines that add up to %s for one clip", paid)
			paid = 0
		}
	}
	if odd := a.odd.Err(); odd != nil {
		err = &client.Error{Kind: client.KindUnavailable, Provider: Name, Op: op, Err: odd}
	}
	return paid, found, err
}
