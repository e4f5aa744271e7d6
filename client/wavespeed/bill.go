package wavespeed

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
	// A clip is booked no earlier than it is submitted; a refund comes within
	// three hours (refund policy).
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
	for page := 1; page <= maxPages; page++ {
		body, err := json.Marshal(map[string]any{
			"page": page, "page_size": pageSize,
			"start_time": stamp(around.Add(-billBefore)), "end_time": stamp(around.Add(billAfter)),
		})
		if err != nil {
			return 0, false, invalid(op, err)
		}
		var got bill
		err = p.rest.Ask(ctx, rest.Call{Op: op, Path: "/api/v3/billings/search"}, body, func(a *rest.Answer) bool {
			got = bill{}
			return data(a, &got)
		})
		if err != nil {
			return 0, false, err
		}
		items := rest.List(got.Items)
		for _, raw := range items {
			sum.add(raw)
		}
		if got.More != "true" || len(items) == 0 {
			break
		}
	}
	return sum.total(op)
}

type bill struct {
	More  rest.Text       `json:"has_more"`
	Items json.RawMessage `json:"items"`
}

// line is one line of a bill.
type line struct {
	UUID       rest.Text       `json:"uuid"`
	Type       rest.Text       `json:"billing_type"`
	Price      rest.Text       `json:"price"`
	Currency   rest.Text       `json:"currency"`
	Prediction json.RawMessage `json:"prediction"`
}

// account adds up the lines of one prediction.
type account struct {
	id             string
	seen           map[string]bool
	paid, refunded usd.Micro
	charged        bool
	// odd are the lines that were left out.
	odd []error
}

// add counts a line of the bill, once. What is no plain amount of dollars is
// left out and reported.
func (a *account) add(raw json.RawMessage) {
	var l line
	var of struct {
		ID rest.Text `json:"uuid"`
	}
	if !rest.Object(raw, &l) || !rest.Object(l.Prediction, &of) || string(of.ID) != a.id || a.repeated(l.UUID) {
		return
	}
	if c := string(l.Currency); c != "" && !strings.EqualFold(c, dollars) {
		a.leave("a line in %s", c)
		return
	}
	price, err := usd.Parse(string(l.Price))
	kind := strings.ToLower(strings.TrimSpace(string(l.Type)))
	if kind == billRefund {
		price = max(price, -price) // written with either sign
	}
	switch {
	case err != nil || !price.Plausible():
		a.leave("a line of %q", string(l.Price))
	case kind == billRefund:
		a.refunded = a.refunded.Plus(price)
	case kind == billDeduct || kind == "":
		a.paid, a.charged = a.paid.Plus(price), true
	default:
		a.leave("a line of the kind %q", string(l.Type))
	}
}

// repeated reports whether a line was seen before: rows that are added
// meanwhile shift the pages.
func (a *account) repeated(uuid rest.Text) bool {
	if uuid == "" {
		return false
	}
	was := a.seen[string(uuid)]
	a.seen[string(uuid)] = true
	return was
}

func (a *account) leave(format, what string) {
	a.odd = append(a.odd, fmt.Errorf(format+": %w", rest.Message(what), client.ErrOdd))
}

// total returns the sum. Without a charge there is none: a refund alone is the
// rest of a bill that is not complete.
func (a *account) total(op string) (paid usd.Micro, found bool, err error) {
	if !a.charged && a.refunded > 0 {
		a.odd = append(a.odd, fmt.Errorf("a refund without a charge: %w", client.ErrOdd))
	}
	if len(a.odd) > 0 {
		err = &client.Error{Kind: client.KindUnavailable, Provider: Name, Op: op, Err: errors.Join(a.odd...)}
	}
	if !a.charged {
		return 0, false, err
	}
	paid = max(a.paid-a.refunded, 0)
	if !paid.Plausible() {
		odd := fmt.Errorf("lines that add up to %s for one clip: %w", paid, client.ErrOdd)
		return 0, false, &client.Error{Kind: client.KindUnavailable, Provider: Name, Op: op, Err: odd}
	}
	return paid, true, err
}
