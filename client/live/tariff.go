package live

import (
	"encoding/json"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/usd"
)

// Tariff is a service's price of one model, by the choices in a request. It is
// foreign data; a price that cannot be computed exactly is ErrNoQuote.
type Tariff struct {
	// Rates are all tried: exactly one must apply.
	Rates []Rate
	// Open is set if the service itself states that it cannot quote ahead.
	Open bool
}

// Rate is one price: Price dollars for Per units.
type Rate struct {
	// When maps fields of the request, by wire name, to the values one of
	// which must be chosen. Values are compared as text, ignoring case.
	When       map[string][]string
	Price, Per json.Number
	// Unit is the service's word: "second", "generation".
	Unit string
}

// The units from which a clip's price can be computed. Others, such as tokens
// and megapixels, are only known after the clip is made.
var (
	secondUnits = []string{"second", "seconds", "sec", "s", "video-second", "video_second"}
	runUnits    = []string{"generation", "generations", "video", "videos", "request", "requests", "run", "runs", "clip", "item", "call"}
)

// each returns the exact price of one unit, nil when it has none.
func (r *Rate) each() *big.Rat {
	price, ok := exact(string(r.Price))
	if !ok || price.Sign() <= 0 {
		return nil
	}
	per := big.NewRat(1, 1)
	if r.Per != "" {
		if per, ok = exact(string(r.Per)); !ok || per.Sign() <= 0 {
			return nil
		}
	}
	return price.Quo(price, per)
}

func (r *Rate) bySecond() bool { return slices.Contains(secondUnits, strings.ToLower(r.Unit)) }
func (r *Rate) byRun() bool    { return slices.Contains(runUnits, strings.ToLower(r.Unit)) }

// Quote prices values by the tariff, exactly, rounded up at half a
// micro-dollar. It is Partial if a choice that affects the price is missing.
func (t Tariff) Quote(m *catalogue.Model, v catalogue.Values) (client.Quote, error) {
	if t.Open {
		return client.Quote{}, client.ErrNoQuote
	}
	var hit *Rate
	var missing []string
	for i := range t.Rates {
		r := &t.Rates[i]
		holds, lack, ok := r.holds(m, v)
		switch {
		case !ok:
			return client.Quote{}, client.ErrNoQuote
		case lack != "":
			missing = append(missing, lack)
		case holds && hit != nil:
			return client.Quote{}, client.ErrNoQuote
		case holds:
			hit = r
		}
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		return client.Quote{Partial: true, Missing: slices.Compact(missing)}, nil
	}
	if hit == nil {
		return client.Quote{}, client.ErrNoQuote
	}
	return hit.quote(m, v)
}

func (r *Rate) quote(m *catalogue.Model, v catalogue.Values) (client.Quote, error) {
	each := r.each()
	if each == nil || !r.bySecond() && !r.byRun() {
		return client.Quote{}, client.ErrNoQuote
	}
	if r.bySecond() {
		s := m.Seconds(v)
		if s <= 0 {
			return client.Quote{Partial: true, Missing: []string{catalogue.RoleDuration.Label()}}, nil
		}
		each.Mul(each, big.NewRat(int64(s), 1))
	}
	price, ok := roundMicro(each)
	if !ok {
		return client.Quote{}, client.ErrNoQuote
	}
	return client.Quote{Price: price}, nil
}

func roundMicro(dollars *big.Rat) (usd.Micro, bool) {
	x := new(big.Rat).Mul(dollars, big.NewRat(int64(usd.Dollar), 1))
	x.Add(x, big.NewRat(1, 2))
	n := new(big.Int).Div(x.Num(), x.Denom())
	return usd.Micro(n.Int64()), n.IsInt64() && n.Sign() > 0
}

// holds reports whether the rate applies to the values; lack is the label of a
// missing choice. ok is false when the rate depends on something that is not a
// field of the model.
func (r *Rate) holds(m *catalogue.Model, v catalogue.Values) (holds bool, lack string, ok bool) {
	holds = true
	for name, want := range r.When {
		got, label, known := chosen(m, name, v)
		switch {
		case !known:
			return false, "", false
		case got == "":
			lack = label
		case !slices.ContainsFunc(want, func(w string) bool { return strings.EqualFold(w, got) }):
			holds = false
		}
	}
	if !holds {
		lack = ""
	}
	return holds, lack, true
}

// chosen returns the value of a field by its wire name, as text: the chosen
// one, else the default; "" when there is neither.
func chosen(m *catalogue.Model, name string, v catalogue.Values) (value, label string, known bool) {
	f := m.FieldNamed(name)
	if f == nil && name == catalogue.WhenResolution && m.Resolution.Mode == "fixed" {
		return m.Resolution.Value, name, true
	}
	if f == nil || f.Media != nil {
		return "", "", false
	}
	x := v[f.Role]
	if !x.IsSet() {
		x, _ = f.DefaultValue()
	}
	if on, ok := x.AsBool(); ok {
		return strconv.FormatBool(on), f.Role.Label(), true
	}
	return x.String(), f.Role.Label(), true
}

// ListPrice converts the tariff to rows of a price list where rows can express
// it exactly; else its basis is "unknown". asOf is the month, source the list.
func (t Tariff) ListPrice(m *catalogue.Model, asOf, source string) catalogue.Price {
	p := catalogue.Price{Currency: "USD", Basis: "unknown", AsOf: asOf, Sources: []string{source}}
	if t.Open {
		return p
	}
	var rows []catalogue.PriceRow
	for i := range t.Rates {
		r := &t.Rates[i]
		each := r.each()
		when, ok := r.conditions(m)
		if each == nil || !ok || !r.bySecond() && !r.byRun() {
			return p
		}
		price, ok := micro(each)
		if !ok {
			return p
		}
		for _, w := range when {
			row := catalogue.PriceRow{When: w, Confidence: "live", Sources: p.Sources}
			if r.bySecond() {
				row.PerOutputSecond, p.Basis = &price, "second"
			} else {
				row.PerRun = &price
			}
			rows = append(rows, row)
		}
	}
	if p.Basis == "unknown" && len(rows) > 0 {
		p.Basis = "run"
	}
	p.Rows = rows
	return p
}

// conditions returns the rate's conditions in the words of price rows: one for
// each value of a size class.
func (r *Rate) conditions(m *catalogue.Model) (out []map[string]any, ok bool) {
	out = []map[string]any{{}}
	for name, values := range r.When {
		f := m.FieldNamed(name)
		var key string
		switch {
		case f != nil && f.Role == catalogue.RoleResolution, f == nil && name == catalogue.WhenResolution && m.Resolution.Mode == "fixed":
			key = catalogue.WhenResolution
		case f != nil && f.Role == catalogue.RoleAudioToggle:
			key = catalogue.WhenAudio
		default:
			return nil, false
		}
		var next []map[string]any
		for _, c := range out {
			for _, s := range values {
				d := map[string]any{key: s}
				if key == catalogue.WhenAudio {
					d[key] = strings.EqualFold(s, "true")
				}
				for k, x := range c {
					d[k] = x
				}
				next = append(next, d)
			}
		}
		out = next
	}
	return out, len(out) > 0 && len(out) <= maxOptions
}
