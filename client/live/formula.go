package live

import (
	"encoding/json"
	"math/big"
	"slices"
	"strings"

	"seedreel/client/catalogue"
	"seedreel/client/jsonata"
	"seedreel/client/usd"
)

// ListPrice converts a model's base price in dollars and its formula to rows
// of a price list. The rows are exact: every length that the model offers is
// tried, and a price that is not linear in seconds, or depends on an input
// that a row cannot name, stays unknown and is left to a live quote. source
// names the list, asOf its month.
func ListPrice(m *catalogue.Model, base json.Number, formula, asOf, source string) catalogue.Price {
	p := catalogue.Price{Currency: "USD", Basis: "unknown", AsOf: asOf, Sources: []string{source}}
	dollars, ok := exact(string(base))
	if !ok || dollars.Sign() <= 0 || dollars.Cmp(big.NewRat(catalogue.MostUSD, 1)) >= 0 {
		return p
	}
	if strings.TrimSpace(formula) == "" {
		// Without a formula the base is the price of a run, unless some input
		// could change it.
		if m.Field(catalogue.RoleDuration) == nil && m.Field(catalogue.RoleResolution) == nil && m.Field(catalogue.RoleAudioToggle) == nil && !takesVideo(m) {
			if run, ok := micro(dollars); ok {
				p.Basis = "run"
				p.Rows = []catalogue.PriceRow{{When: map[string]any{}, PerRun: &run, Confidence: "live", Sources: p.Sources}}
			}
		}
		return p
	}
	f, err := jsonata.Parse(formula)
	if err != nil {
		p.Note = err.Error()
		return p
	}
	l := &lister{m: m, f: f, base: dollars, source: source}
	for _, when := range l.cases() {
		row := l.row(when)
		if row.PerOutputSecond != nil {
			p.Basis = "second"
		} else if row.PerRun != nil && p.Basis == "unknown" {
			p.Basis = "run"
		}
		p.Rows = append(p.Rows, row)
	}
	if p.Basis == "unknown" {
		p.Rows = nil
	}
	return p
}

func takesVideo(m *catalogue.Model) bool {
	return slices.ContainsFunc(m.Fields, func(f catalogue.Field) bool { return f.Media != nil && f.Media.Kind == "video" })
}

// exact parses a decimal number exactly, without excessive exponents.
func exact(s string) (*big.Rat, bool) {
	if s == "" || len(s) > jsonata.MaxDigits {
		return nil, false
	}
	if i := strings.IndexAny(s, "eE"); i >= 0 && len(s)-i > 4 {
		return nil, false
	}
	return usd.ParseDecimal(s)
}

// micro converts dollars to micro-dollars, false where that would round.
func micro(dollars *big.Rat) (usd.Micro, bool) {
	x := new(big.Rat).Mul(dollars, big.NewRat(int64(usd.Dollar), 1))
	if !x.IsInt() || !x.Num().IsInt64() || x.Sign() < 0 {
		return 0, false
	}
	return usd.Micro(x.Num().Int64()), true
}

// lister converts a formula to rows.
type lister struct {
	m      *catalogue.Model
	f      *jsonata.Expr
	base   *big.Rat
	source string
}

// uses reports whether the formula mentions the field of a role.
func (l *lister) uses(r catalogue.Role) bool {
	f := l.m.Field(r)
	return f != nil && slices.Contains(l.f.Names(), f.Name)
}

func (l *lister) usesVideo() bool {
	all := l.f.Names()
	return slices.ContainsFunc(l.m.Fields, func(f catalogue.Field) bool {
		return f.Media != nil && f.Media.Kind == "video" && slices.Contains(all, f.Name)
	})
}

// cases returns the conditions that each get a row. If the formula uses a
// video, clips with one get none: their price depends on its length.
func (l *lister) cases() []map[string]any {
	out := []map[string]any{{}}
	spread := func(key string, values []any) {
		var next []map[string]any
		for _, c := range out {
			for _, v := range values {
				d := map[string]any{key: v}
				for k, x := range c {
					d[k] = x
				}
				next = append(next, d)
			}
		}
		out = next
	}
	if l.usesVideo() {
		spread(catalogue.WhenVideoInput, []any{false})
	}
	if l.uses(catalogue.RoleResolution) {
		var sizes []any
		for _, o := range l.m.Field(catalogue.RoleResolution).Options() {
			sizes = append(sizes, o.String())
		}
		spread(catalogue.WhenResolution, sizes)
	}
	if l.uses(catalogue.RoleAudioToggle) {
		spread(catalogue.WhenAudio, []any{true, false})
	}
	return out
}

// row prices one case, without a figure where it cannot be computed.
func (l *lister) row(when map[string]any) catalogue.PriceRow {
	row := catalogue.PriceRow{When: when, Confidence: "unknown", Sources: []string{l.source}}
	lengths := []int64{0}
	if l.uses(catalogue.RoleDuration) {
		lengths = l.lengths()
	}
	if len(lengths) == 0 {
		return row
	}
	prices := make([]*big.Rat, len(lengths))
	for i, d := range lengths {
		r, err := l.f.Eval(l.env(when, d))
		price, ok := r.Number()
		if err != nil || !ok || price.Sign() <= 0 {
			return row
		}
		prices[i] = price
	}
	slope, start, ok := line(lengths, prices)
	if !ok {
		return row
	}
	perSecond, ok1 := micro(slope)
	perRun, ok2 := micro(start)
	if !ok1 || !ok2 {
		return row
	}
	row.Confidence = "live"
	if perSecond > 0 {
		row.PerOutputSecond = &perSecond
	}
	if perRun > 0 {
		row.PerRun = &perRun
	}
	return row
}

// lengths returns all lengths in seconds that the model offers.
func (l *lister) lengths() []int64 {
	const most = 1000
	f := l.m.Field(catalogue.RoleDuration)
	var out []int64
	for _, o := range f.Options() {
		if n, ok := o.AsInt(); ok && n > 0 {
			out = append(out, n)
		}
	}
	if len(f.Enum) > 0 || f.Min == nil || f.Max == nil || *f.Max-*f.Min > most {
		return out
	}
	for d := max(*f.Min, 1); d <= *f.Max; d++ {
		out = append(out, d)
	}
	return out
}

// line returns the one straight line through all points.
func line(x []int64, y []*big.Rat) (slope, start *big.Rat, ok bool) {
	slope, start = new(big.Rat), y[0]
	if len(x) > 1 {
		if x[1] == x[0] {
			return nil, nil, false
		}
		rise := new(big.Rat).Sub(y[1], y[0])
		slope = rise.Quo(rise, big.NewRat(x[1]-x[0], 1))
		start = new(big.Rat).Sub(y[0], new(big.Rat).Mul(slope, big.NewRat(x[0], 1)))
	}
	for i := range x {
		want := new(big.Rat).Mul(slope, big.NewRat(x[i], 1))
		if want.Add(want, start).Cmp(y[i]) != 0 {
			return nil, nil, false
		}
	}
	return slope, start, true
}

// env returns the inputs of one case. Those that a row cannot name are
// unknown, except for video and a sole option, which follow the case.
func (l *lister) env(when map[string]any, seconds int64) jsonata.Env {
	return func(name string) (jsonata.Value, bool) {
		if name == "base_price" {
			return jsonata.Number(l.base), true
		}
		f := l.m.FieldNamed(name)
		if f == nil {
			return jsonata.Value{}, false
		}
		switch {
		case f.Role == catalogue.RoleDuration:
			return jsonata.Number(big.NewRat(seconds, 1)), true
		case f.Role == catalogue.RoleResolution:
			s, ok := when[catalogue.WhenResolution].(string)
			return jsonata.Text(s), ok
		case f.Role == catalogue.RoleAudioToggle:
			on, ok := when[catalogue.WhenAudio].(bool)
			return jsonata.Truth(on), ok
		case f.Media != nil:
			return jsonata.Value{}, f.Media.Kind == "video" && !f.Required
		}
		return jsonata.Value{}, false
	}
}
