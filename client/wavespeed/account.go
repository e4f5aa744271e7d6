package wavespeed

import (
	"context"
	"encoding/json"
	"errors"
	"math/big"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/rest"
	"seedreel/client/usd"
)

var (
	_ client.Balancer = (*Provider)(nil)
	_ client.Quoter   = (*Provider)(nil)
	_ client.Biller   = (*Provider)(nil)
	_ client.Deleter  = (*Provider)(nil)
)

// dollars is the only currency in the vendor's samples.
const dollars = "USD"

// data decodes the data of an answer's envelope. It reports false if the
// service returned an error.
func data(a *rest.Answer, v any) bool {
	var e envelope
	if rest.Decode(a.Body, &e) != nil || (e.Code != "" && e.Code != "200") {
		return false
	}
	return rest.Object(e.Data, v)
}

// Balance reads the balance, GET /api/v3/balance (data.balance, in dollars;
// docs and official tool).
func (p *Provider) Balance(ctx context.Context) (usd.Micro, error) {
	var left usd.Micro
	var in string
	err := p.rest.Get(ctx, rest.Call{Op: "reading the balance", Path: "/api/v3/balance"}, func(a *rest.Answer) bool {
		var b struct {
			Balance  rest.Text `json:"balance"`
			Currency rest.Text `json:"currency"`
		}
		if !data(a, &b) {
			return false
		}
		var err error
		left, err = usd.Parse(string(b.Balance))
		in = rest.Message(string(b.Currency))
		return err == nil
	})
	if err == nil && in != "" && !strings.EqualFold(in, dollars) {
		return 0, &client.Error{Kind: client.KindUnavailable, Provider: Name, Op: "reading the balance", Err: &client.CurrencyError{Currency: in}}
	}
	return left, err
}

// price is the answer to a price request, of either generation.
type price struct {
	Price      rest.Text `json:"price"`
	Discounted rest.Text `json:"discounted_price"`
	Rate       rest.Text `json:"discount_rate"`
	Unit       rest.Text `json:"unit_price"`
	Currency   rest.Text `json:"currency"`
}

// Quote requests the exact price of these values (POST /api/v3/model/price,
// the documented endpoint), and falls back to the older /model/pricing where
// that is unknown. For an incomplete form the service answers with the floor
// of its range, so no request is made for one.
func (p *Provider) Quote(ctx context.Context, m *catalogue.Model, v catalogue.Values) (client.Quote, error) {
	const op = "asking for the price"
	send, missing := m.Quotable(v)
	if len(missing) > 0 {
		return client.Quote{Partial: true, Missing: missing}, nil
	}
	inputs, err := m.Body(send)
	if err != nil {
		return client.Quote{}, rest.Invalid(Name, op, err)
	}
	body, err := json.Marshal(struct {
		Model  string          `json:"model_id"`
		Inputs json.RawMessage `json:"inputs"`
	}{m.ID, inputs})
	if err != nil {
		return client.Quote{}, rest.Invalid(Name, op, err)
	}
	var got price
	ask := func(path string) error {
		return p.rest.Ask(ctx, rest.Call{Op: op, Path: path}, body, func(a *rest.Answer) bool {
			got = price{}
			return data(a, &got) && (got.Price != "" || got.Discounted != "" || got.Unit != "")
		})
	}
	if !p.oldPrices.Load() {
		err = ask("/api/v3/model/price")
		if !unknownPath(err) {
			return got.quote(op, err)
		}
	}
	if err = ask("/api/v3/model/pricing"); err == nil {
		// Only now is it certain that the path was unknown and not the model.
		p.oldPrices.Store(true)
	}
	return got.quote(op, err)
}

func unknownPath(err error) bool {
	e, ok := errors.AsType[*client.Error](err)
	return ok && (e.Status == http.StatusNotFound || e.Status == http.StatusMethodNotAllowed)
}

// quote converts an answer to a figure. A rate of N means that N percent are
// to be paid (official tool).
func (g *price) quote(op string, err error) (client.Quote, error) {
	if err != nil {
		return client.Quote{}, err
	}
	none := &client.Error{Kind: client.KindNotFound, Provider: Name, Op: op, Err: client.ErrNoQuote}
	if g.Currency != "" && !strings.EqualFold(string(g.Currency), dollars) {
		return client.Quote{}, none
	}
	list, now := amount(g.Price), amount(g.Discounted)
	if list == nil {
		list = amount(g.Unit)
	}
	if now == nil && list != nil {
		now = g.cut(*list)
	}
	if now == nil {
		now = list
	}
	if now == nil || *now <= 0 {
		return client.Quote{}, none
	}
	q := client.Quote{Price: *now}
	if list != nil && *list > *now {
		q.List = list
	}
	return q, nil
}

// cut returns the list price after the rate, nil where that gives no price.
func (g *price) cut(list usd.Micro) *usd.Micro {
	rate, ok := usd.ParseDecimal(string(g.Rate))
	if !ok || rate.Sign() <= 0 || rate.Cmp(big.NewRat(wholePrice, 1)) >= 0 {
		return nil
	}
	part := rate.Mul(rate, big.NewRat(int64(list), wholePrice)).Add(rate, big.NewRat(1, 2))
	now := usd.Micro(new(big.Int).Quo(part.Num(), part.Denom()).Int64())
	return &now
}

// wholePrice is the rate, in percent, without a discount.
const wholePrice = 100

func amount(t rest.Text) *usd.Micro {
	m, err := usd.Parse(string(t))
	if err != nil || !m.Plausible() {
		return nil
	}
	return &m
}

// stamp formats a time as the official tool does, in UTC with milliseconds.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// DeleteRecord removes predictions from the service's list (POST
// /api/v3/predictions/delete, prediction-delete page), which ignores unknown
// ids.
func (p *Provider) DeleteRecord(ctx context.Context, ids []string) (int, error) {
	const op = "deleting records"
	for _, id := range ids {
		if !goodID(id) {
			return 0, rest.Invalid(Name, op, errBadID)
		}
	}
	n := 0
	for some := range slices.Chunk(ids, pageSize) {
		body, err := json.Marshal(map[string][]string{"ids": some})
		if err != nil {
			return n, rest.Invalid(Name, op, err)
		}
		var got struct {
			Deleted rest.Text `json:"deleted_count"`
		}
		gone := 0
		err = p.rest.Ask(ctx, rest.Call{Op: op, Path: "/api/v3/predictions/delete"}, body, func(a *rest.Answer) bool {
			if !data(a, &got) {
				return false
			}
			var err error
			gone, err = strconv.Atoi(string(got.Deleted))
			return err == nil && gone >= 0
		})
		if err != nil {
			return n, err
		}
		n += gone
	}
	return n, nil
}
