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
			return paid, found, nil
		}
	}
	if !found {
		odd.Cut("requests", maxPages*logSize)
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
	// cut is set if there are more lines than were read.
	cut bool
}

func newLedger() ledger { return ledger{turn: make(chan struct{}, 1)} }

// corrected returns what a generation cost by the ledger, if that has
// corrections of it. The sum is the ledger's own: the log may have one of them
// already.
func (p *Provider) corrected(ctx context.Context, id string, around time.Time, odd *rest.OddLines) (paid usd.Micro, ok bool, err error) {
	moved, cut, err := p.corrections(ctx, id, around)
	if err != nil {
		return 0, false, err
	}
	if cut {
		odd.Cut("corrections", maxPages*logSize)
	}
	if len(moved) == 0 {
		return 0, false, nil
	}
	sum, charged := rest.Bill{}, false
	cut, err = p.moves(ctx, movedUse, around.Add(-logBefore), around.Add(logAfter), func(m movement) {
		if string(m.ID) == id {
			charged = true
			count(&sum, &m)
		}
	})
	if err != nil {
		return 0, false, err
	}
	if charged {
		for i := range moved {
			count(&sum, &moved[i])
		}
		paid, ok = sum.Total()
	} else {
		sum.Leave("a correction without a charge")
		if cut {
			sum.Cut("charges", maxPages*logSize)
		}
	}
	odd.Add(&sum.OddLines)
	return paid, ok, nil
}

// count counts a movement. What is no plain amount of dollars is left out.
func count(sum *rest.Bill, m *movement) {
	moved, said := amount(m.Amount, m.Currency)
	switch way := strings.ToUpper(strings.TrimSpace(string(m.Direction))); {
	case moved == nil:
		sum.Leave("a line of %s", cmp.Or(said, "no amount"))
	case way == "CHARGE":
		sum.Charge(*moved)
	case way == "TOPUP":
		sum.Refund(*moved)
	default:
		sum.Leave("a line of %s of the direction %q", moved, rest.Message(string(m.Direction)))
	}
}

// corrections returns what the ledger has of a generation beside its charge, and
// whether it has more lines than were read. Servers without a ledger, and keys
// that may not read it, have none.
func (p *Provider) corrections(ctx context.Context, id string, around time.Time) (moved []movement, cut bool, err error) {
	l := &p.ledger
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, false, ctx.Err()
	}
	defer func() { <-l.turn }()
	now, from := p.now(), around.Add(-logBefore)
	if age := now.Sub(l.began); l.of == nil || age < 0 || age >= ledgerLife || from.Before(l.from) {
		if back := now.Add(-ledgerBack); back.Before(from) {
			from = back
		}
		of, more := map[string][]movement{}, false
		for _, kind := range []string{movedRefund, movedAdjustment} {
			cut, err := p.moves(ctx, kind, from, time.Time{}, func(m movement) {
				if m.ID != "" {
					of[string(m.ID)] = append(of[string(m.ID)], m)
				}
			})
			if err != nil {
				return nil, false, err
			}
			more = more || cut
		}
		l.of, l.from, l.began, l.cut = of, from, now, more
	}
	return l.of[id], l.cut, nil
}

// moves reads the ledger's movements of a kind, newest first, each once: a
// server that does not heed the kind gives all of them. A zero end is none. cut
// reports whether there are more than were read.
func (p *Provider) moves(ctx context.Context, kind string, from, to time.Time, each func(movement)) (cut bool, err error) {
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
			return false, offered(err)
		}
		for _, raw := range lines {
			var m movement
			if rest.Object(raw, &m) && strings.EqualFold(string(m.Type), kind) && !seen[string(raw)] {
				seen[string(raw)] = true
				each(m)
			}
		}
		if next == "" || next == rest.Text(q.Get("cursor")) {
			return false, nil
		}
		q.Set("cursor", string(next))
	}
	return true, nil
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
