package aimlapi

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"seedreel/client"
	"seedreel/client/rest"
	"seedreel/client/usd"
)

// amount reads {"usd", "credits"}, or a bare number of dollars: dollars before
// credits, nil when there is neither. odd is an amount that is none, ""
// otherwise.
func amount(raw json.RawMessage, currency rest.Text) (paid *usd.Micro, odd string) {
	var c struct {
		USD      rest.Text `json:"usd"`
		Credits  rest.Text `json:"credits"`
		Amount   rest.Text `json:"amount"`
		Currency rest.Text `json:"currency"`
	}
	if !rest.Object(raw, &c) {
		c.USD = rest.TextOf(raw)
	}
	said := rest.Message(string(cmp.Or(c.USD, c.Amount, c.Credits)))
	for _, in := range []rest.Text{c.Currency, currency} {
		if in != "" && !strings.EqualFold(string(in), currencyUSD) {
			return nil, strings.TrimSpace(rest.Message(string(in)) + " " + said)
		}
	}
	if paid = dollars(string(c.USD)); paid != nil {
		return paid, ""
	}
	if paid = credits(string(c.Credits)); paid == nil && said != "" {
		return nil, strconv.Quote(said)
	}
	return paid, ""
}

// Charge reads what a generation cost from the request log, and what was
// corrected since from the ledger, which is what moved the balance (the
// vendor's usage-logs.md): refunds that name the generation. One that names
// none is nobody's, as far as can be known.
func (p *Provider) Charge(ctx context.Context, id string, around time.Time) (usd.Micro, bool, error) {
	const op = "reading the request log"
	if !goodID(id) {
		return 0, false, rest.Invalid(Name, op, errBadID)
	}
	var odd rest.OddLines
	paid, found, err := p.logged(ctx, op, id, around, &odd)
	if err != nil {
		return 0, false, err
	}
	if kept, ok, err := p.corrected(ctx, id, around, &odd); err != nil {
		// The figure of the log is still the best known.
		odd.Leave("refunds, as the ledger cannot be read (%v)", err)
	} else if ok {
		paid, found = kept, true
	}
	if err := odd.Err(); err != nil {
		return paid, found, &client.Error{Kind: client.KindUnavailable, Provider: Name, Op: op, Err: err}
	}
	return paid, found, nil
}

// logged looks for a generation in the request log (GET /v2/logs, the vendor's
// usage-logs.md), which lists it once the clip is made. Several rows of one
// generation repeat its cost, so the largest is used. Costs that are no plain
// amount of dollars are left out.
func (p *Provider) logged(ctx context.Context, op, id string, around time.Time, odd *rest.OddLines) (paid usd.Micro, found bool, err error) {
	named := map[string]bool{}
	for n := range maxPages {
		page, err := p.logs(ctx, op, around.Add(-logBefore), around.Add(logAfter), n*logSize)
		if err != nil {
			return 0, false, err
		}
		for i := range page.records {
			if r := &page.records[i]; r.ID == id && r.Charge != nil {
				paid, found = max(paid, *r.Charge), true
			}
		}
		for _, c := range page.odd {
			if c.id == id && !named[c.said] { // rows repeat their cost
				named[c.said] = true
				odd.Leave("a line of %s", c.said)
			}
		}
		if !page.more {
			break
		}
	}
	return paid, found, nil
}

// The kinds of movement that the ledger can be asked for
// (billing-transactions-v2.json). REFUND and ADJUSTMENT are rare, so that those
// of the whole account are read.
const (
	movedUse        = "MODEL_USAGE"
	movedRefund     = "REFUND"
	movedAdjustment = "ADJUSTMENT"
)

const (
	// ledgerBack is how far back corrections are read at once: for as long as
	// bills are asked for.
	ledgerBack = 32 * 24 * time.Hour
	// ledgerLife is how long they are used for further bills.
	ledgerLife = time.Minute
)

// movement is one line of the ledger. The amount is never negative; the
// direction is CHARGE, or TOPUP for money that comes back.
type movement struct {
	Direction rest.Text       `json:"direction"`
	Type      rest.Text       `json:"type"`
	Amount    json.RawMessage `json:"amount"`
	Currency  rest.Text       `json:"currency"`
	ID        rest.Text       `json:"reference_id"`
}

// ledger holds the corrections read last, by the generation that they name.
type ledger struct {
	// turn admits one reader at a time; the others then find the lines here.
	turn        chan struct{}
	from, began time.Time
	of          map[string][]movement
}

func newLedger() ledger { return ledger{turn: make(chan struct{}, 1)} }

// corrected returns what a generation cost by the ledger, if that has
// corrections of it. The sum is the ledger's own: the log may have one of them
// already.
func (p *Provider) corrected(ctx context.Context, id string, around time.Time, odd *rest.OddLines) (paid usd.Micro, ok bool, err error) {
	moved, err := p.corrections(ctx, id, around)
	if err != nil || len(moved) == 0 {
		return 0, false, err
	}
	var sum account
	err = p.moves(ctx, movedUse, around.Add(-logBefore), around.Add(logAfter), func(m movement) {
		if string(m.ID) == id {
			sum.add(&m, odd)
		}
	})
	if err != nil {
		return 0, false, err
	}
	charged := sum.charged
	for i := range moved {
		sum.add(&moved[i], odd)
	}
	paid = max(sum.paid-sum.back, 0)
	switch {
	case !charged:
		odd.Leave("a correction without a charge")
	case !paid.Plausible():
		odd.Leave("lines that add up to %s for one clip", paid)
	default:
		return paid, true, nil
	}
	return 0, false, nil
}

// account adds up the movements of one generation.
type account struct {
	paid, back usd.Micro
	charged    bool
}

// add counts a movement. What is no plain amount of dollars is left out.
func (a *account) add(m *movement, odd *rest.OddLines) {
	moved, said := amount(m.Amount, m.Currency)
	switch way := strings.ToUpper(strings.TrimSpace(string(m.Direction))); {
	case moved == nil:
		odd.Leave("a line of %s", cmp.Or(said, "no amount"))
	case way == "CHARGE":
		a.paid, a.charged = a.paid.Plus(*moved), true
	case way == "TOPUP":
		a.back = a.back.Plus(*moved)
	default:
		odd.Leave("a line of %s of the direction %q", moved, rest.Message(string(m.Direction)))
	}
}

// corrections returns what the ledger has of a generation beside its charge.
// Servers without a ledger, and keys that may not read it, have none.
func (p *Provider) corrections(ctx context.Context, id string, around time.Time) ([]movement, error) {
	l := &p.ledger
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-l.turn }()
	now, from := p.now(), around.Add(-logBefore)
	if age := now.Sub(l.began); l.of == nil || age < 0 || age >= ledgerLife || from.Before(l.from) {
		if back := now.Add(-ledgerBack); back.Before(from) {
			from = back
		}
		of := map[string][]movement{}
		for _, kind := range []string{movedRefund, movedAdjustment} {
			err := p.moves(ctx, kind, from, time.Time{}, func(m movement) {
				if m.ID != "" {
					of[string(m.ID)] = append(of[string(m.ID)], m)
				}
			})
			if err != nil {
				return nil, err
			}
		}
		l.of, l.from, l.began = of, from, now
	}
	return l.of[id], nil
}

// moves reads the ledger's movements of a kind, newest first, each once: a
// server that does not heed the kind gives all of them. A zero end is none.
func (p *Provider) moves(ctx context.Context, kind string, from, to time.Time, each func(movement)) error {
	q := url.Values{"type": {kind}, "limit": {strconv.Itoa(logSize)}, "from": {from.UTC().Format(time.RFC3339)}}
	if !to.IsZero() {
		q.Set("to", to.UTC().Format(time.RFC3339))
	}
	seen := map[string]bool{}
	for range maxPages {
		var lines []json.RawMessage
		var next rest.Text
		err := p.rest.Get(ctx, rest.Call{Op: "reading the ledger", Path: "/v2/billing/transactions", Query: q}, func(a *rest.Answer) bool {
			var body struct {
				Data   json.RawMessage `json:"data"`
				Paging struct {
					Next rest.Text `json:"next_cursor"`
				} `json:"pagination"`
			}
			if rest.Decode(a.Body, &body) != nil || body.Data == nil {
				return false
			}
			lines, next = rest.List(body.Data), body.Paging.Next
			return true
		})
		if err != nil {
			return offered(err)
		}
		for _, raw := range lines {
			var m movement
			if rest.Object(raw, &m) && strings.EqualFold(string(m.Type), kind) && !seen[string(raw)] {
				seen[string(raw)] = true
				each(m)
			}
		}
		if next == "" || next == rest.Text(q.Get("cursor")) {
			return nil
		}
		q.Set("cursor", string(next))
	}
	return nil
}

// offered returns nil for the error of a server without a ledger, or of a key
// that may not read it.
func offered(err error) error {
	if e, ok := errors.AsType[*client.Error](err); ok {
		switch e.Kind {
		case client.KindNotFound, client.KindUnauthorized, client.KindInvalid:
			return nil
		case client.KindUnknown, client.KindNoFunds, client.KindModeration, client.KindRateLimited, client.KindUnavailable,
			client.KindNotSent, client.KindUncertain, client.KindFailed:
		}
	}
	return err
}
