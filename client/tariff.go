package client

import (
	"encoding/json"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// Tariff is a service's price of one model, by the choices in a request. It is
// foreign data; what cannot be computed exactly is ErrNoQuote.
type Tariff struct {
	// Rates are tried all: exactly one must hold.
	Rates []Rate
	// Open tells that the service itself says that it cannot quote ahead.
	Open bool
}

// Rate is one price: Price dollars for Per units.
type Rate struct {
	// When names fields of the request by their wire name, with the values of
	// which one must be chosen. Values are compared as text, without case.
	When       map[string][]string
	Price, Per json.Number
	// Unit is the service's word: "second", "generation".
	Unit string
}

// The units that a clip's price can be computed from. Others, such as tokens
// and megapixels, are only known after the clip is made.
var (
	secondUnits = []string{"second", "seconds", "sec", "s", "video-second", "video_second"}
	runUnits    = []string{"generation", "generations", "video", "videos", "request", "requests", "run", "runs", "clip", "item", "call"}
)

// each is the exact price of one unit, nil when it is no price.
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
// micro-dollar. It is Partial where a choice that the price hangs on is
// missing.
func (t Tariff) Quote(m *Model, v Values) (Quote, error) {
	if t.Open {
		return Quote{}, ErrNoQuote
	}
	var hit *Rate
	var missing []string
	for i := range t.Rates {
		r := &t.Rates[i]
		holds, lack, ok := r.holds(m, v)
		switch {
		case !ok:
			return Quote{}, ErrNoQuote
		case lack != "":
			missing = append(missing, lack)
		case holds && hit != nil:
			return Quote{}, ErrNoQuote
		case holds:
			hit = r
		}
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		return Quote{Partial: true, Missing: slices.Compact(missing)}, nil
	}
	if hit == nil {
		return Quote{}, ErrNoQuote
	}
	return hit.quote(m, v)
}

func (r *Rate) quote(m *Model, v Values) (Quote, error) {
	each := r.each()
	if each == nil || !r.bySecond() && !r.byRun() {
		return Quote{}, ErrNoQuote
	}
	if r.bySecond() {
		s := m.Seconds(v)
		if s <= 0 {
			return Quote{Partial: true, Missing: []string{RoleDuration.Label()}}, nil
		}
		each.Mul(each, big.NewRat(int64(s), 1))
	}
	price, ok := roundMicro(each)
	if !ok {
		return Quote{}, ErrNoQuote
	}
	return Quote{Price: price}, nil
}

func roundMicro(usd *big.Rat) (MicroUSD, bool) {
	x := new(big.Rat).Mul(usd, big.NewRat(int64(Dollar), 1))
	x.Add(x, big.NewRat(1, 2))
	n := new(big.Int).Div(x.Num(), x.Denom())
	return MicroUSD(n.Int64()), n.IsInt64() && n.Sign() > 0
}

// holds tells whether the rate is that of the values; lack is the label of a
// choice that is missing. ok is false when the rate hangs on something that no
// field of the model is.
func (r *Rate) holds(m *Model, v Values) (holds bool, lack string, ok bool) {
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

// chosen is the value of a field by its wire name, as text: the chosen one, or
// the default; "" when there is neither.
func chosen(m *Model, name string, v Values) (value, label string, known bool) {
	f := m.FieldNamed(name)
	if f == nil && name == WhenResolution && m.Resolution.Mode == "fixed" {
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

// ListPrice writes the tariff as rows of a price list, where rows can say it
// exactly; else its basis is "unknown". asOf is the month, source the list.
func (t Tariff) ListPrice(m *Model, asOf, source string) Price {
	p := Price{Currency: "USD", Basis: "unknown", AsOf: asOf, Sources: []string{source}}
	if t.Open {
		return p
	}
	var rows []PriceRow
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
			row := PriceRow{When: w, Confidence: "live", Sources: p.Sources}
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

// conditions are the rate's, in the words of price rows: one for each value of
// a size class.
func (r *Rate) conditions(m *Model) (out []map[string]any, ok bool) {
	out = []map[string]any{{}}
	for name, values := range r.When {
		f := m.FieldNamed(name)
		var key string
		switch {
		case f != nil && f.Role == RoleResolution, f == nil && name == WhenResolution && m.Resolution.Mode == "fixed":
			key = WhenResolution
		case f != nil && f.Role == RoleAudioToggle:
			key = WhenAudio
		default:
			return nil, false
		}
		var next []map[string]any
		for _, c := range out {
			for _, s := range values {
				d := map[string]any{key: s}
				if key == WhenAudio {
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
