package aimlapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/live"
	"seedreel/client/rest"
)

var _ client.Quoter = (*Provider)(nil)

// priceLife is how long a model's price is cached, so that typing in a form
// does not ask each time: it depends on the model, not on the prompt.
const priceLife = 10 * time.Minute

// priceCache caches the tariffs read.
type priceCache struct {
	mu   sync.Mutex
	held map[string]heldPrice
}

type heldPrice struct {
	tariff live.Tariff
	until  time.Time
}

func (c *priceCache) get(id string, now time.Time) (live.Tariff, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	h, ok := c.held[id]
	return h.tariff, ok && now.Before(h.until)
}

func (c *priceCache) put(id string, t live.Tariff, until time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held == nil {
		c.held = map[string]heldPrice{}
	}
	c.held[id] = heldPrice{t, until}
}

// listed is a model in GET /v1/models (models-catalogue.md).
type listed struct {
	ID           rest.Text       `json:"id"`
	Aliases      []rest.Text     `json:"aliases"`
	Type         rest.Text       `json:"type"`
	Tags         []rest.Text     `json:"tags"`
	Capabilities []rest.Text     `json:"capabilities"`
	Modalities   json.RawMessage `json:"modalities"`
	Pricing      json.RawMessage `json:"pricing"`
	Info         struct {
		Name rest.Text `json:"name"`
	} `json:"info"`
}

// is reports whether the entry is the one of an id: the id itself or an alias,
// which is how the vendor documents matching.
func (l *listed) is(id string) bool {
	return string(l.ID) == id || slices.Contains(l.Aliases, rest.Text(id))
}

// video reports whether the model makes clips.
func (l *listed) video() bool {
	var m struct {
		Output []rest.Text `json:"output"`
	}
	if rest.Object(l.Modalities, &m) && slices.Contains(m.Output, "video") {
		return true
	}
	return strings.Contains(string(l.Type), "video") || slices.Contains(l.Tags, "playground:video") ||
		slices.ContainsFunc(l.Capabilities, func(c rest.Text) bool { return strings.HasSuffix(string(c), "_to_video") })
}

// catalogue reads GET /v1/models, which needs no key, and returns the entries
// that keep selects. The list is tens of megabytes, so the others are dropped
// as they come.
func (p *Provider) catalogue(ctx context.Context, op string, q url.Values, keep func(*listed) bool) ([]listed, error) {
	var out []listed
	call := rest.Call{Op: op, Path: "/v1/models", Query: q, Public: true, Most: maxList, Patience: listPatience}
	call.Stream = &rest.Stream{Field: "data", Most: maxModels, Item: func(raw json.RawMessage) {
		var l listed
		if rest.Object(raw, &l) && l.ID != "" && keep(&l) {
			out = append(out, l)
		}
	}}
	err := p.rest.Get(ctx, call, func(a *rest.Answer) bool { return a.Cut == nil && call.Stream.Found() })
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Quote computes the price of the values from the price that the service
// publishes for the model (GET /v1/models?id=…&include=pricing, the vendor's
// models-catalogue.md; kinds fixed and variants). Prices of kind variable,
// without a figure, or in a unit not known ahead give no quote.
func (p *Provider) Quote(ctx context.Context, m *catalogue.Model, v catalogue.Values) (client.Quote, error) {
	const op = "asking for the price"
	_, missing := m.Quotable(v)
	if len(missing) > 0 {
		return client.Quote{Partial: true, Missing: missing}, nil
	}
	t, ok := p.prices.get(m.ID, p.now())
	if !ok {
		list, err := p.catalogue(ctx, op, url.Values{"id": {m.ID}, "include": {"pricing"}}, func(l *listed) bool { return l.is(m.ID) })
		if err != nil {
			return client.Quote{}, err
		}
		t = live.Tariff{Open: true}
		for i := range list {
			// One id may be served in several ways, at several prices.
			if l := &list[i]; t.Open || l.video() {
				t = readTariff(l.Pricing)
			}
		}
		p.prices.put(m.ID, t, p.now().Add(priceLife))
	}
	q, err := t.Quote(m, v)
	if errors.Is(err, client.ErrNoQuote) {
		return client.Quote{}, &client.Error{Kind: client.KindNotFound, Provider: Name, Op: op, Err: err}
	}
	return q, err
}

// rate is a price in the pricing block: of kind fixed by unit (given as name
// or unit), of kind variants by when.
type rate struct {
	When    map[string]json.RawMessage `json:"when"`
	Price   rest.Text                  `json:"price"`
	Per     rest.Text                  `json:"per"`
	Unit    rest.Text                  `json:"unit"`
	Name    rest.Text                  `json:"name"`
	Measure rest.Text                  `json:"measure"`
}

// readTariff reads a pricing block; anything not fully understood leaves the
// price open.
func readTariff(raw json.RawMessage) live.Tariff {
	open := live.Tariff{Open: true}
	var b struct {
		Kind     rest.Text         `json:"kind"`
		Currency rest.Text         `json:"currency"`
		Units    []json.RawMessage `json:"units"`
		Variants []json.RawMessage `json:"variants"`
	}
	if !rest.Object(raw, &b) || b.Currency != "" && !strings.EqualFold(string(b.Currency), "USD") {
		return open
	}
	var rates []json.RawMessage
	switch b.Kind {
	case "fixed":
		rates = b.Units
	case "variants":
		rates = b.Variants
	}
	// Several fixed rates are for several items, all of which a clip may need.
	if len(rates) == 0 || b.Kind == "fixed" && len(rates) > 1 {
		return open
	}
	var t live.Tariff
	for _, raw := range rates {
		var r rate
		if !rest.Object(raw, &r) || r.Measure == "input" {
			return open
		}
		unit := r.Unit
		if unit == "" {
			unit = r.Name
		}
		out := live.Rate{Price: json.Number(r.Price), Per: json.Number(r.Per), Unit: string(unit), When: map[string][]string{}}
		for name, want := range r.When {
			for _, w := range rest.List(want) {
				out.When[name] = append(out.When[name], string(rest.TextOf(w)))
			}
		}
		t.Rates = append(t.Rates, out)
	}
	return t
}
