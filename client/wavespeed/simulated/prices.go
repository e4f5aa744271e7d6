package simulated

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"seedreel/client/catalogue"
	"seedreel/client/simulator"
	"seedreel/client/usd"
)

// basePrice returns the floor of a model's price list: the cheapest row for
// the default length. It reports false if nothing is published.
func basePrice(m *catalogue.Model) (usd.Micro, bool) {
	var least usd.Micro
	found := false
	for i := range m.Price.Rows {
		p, ok := rowPrice(m, &m.Price.Rows[i])
		if ok && (!found || p < least) {
			least, found = p, true
		}
	}
	return least, found
}

// baseSeconds returns the length that basePrice is for.
func baseSeconds(m *catalogue.Model) int {
	if n := m.Seconds(nil); n > 0 {
		return n
	}
	return simulator.UsualSeconds
}

func rowPrice(m *catalogue.Model, row *catalogue.PriceRow) (usd.Micro, bool) {
	var p usd.Micro
	if row.PerRun != nil {
		p += *row.PerRun
	}
	if row.PerOutputSecond != nil {
		p += *row.PerOutputSecond * usd.Micro(baseSeconds(m))
	}
	return p, row.PerRun != nil || row.PerOutputSecond != nil
}

// formulaOf returns the price list as the JSONata expression in the list of
// models, "" when nothing is published.
func formulaOf(m *catalogue.Model) string {
	base, ok := basePrice(m)
	if !ok {
		return ""
	}
	rows, open := []string{}, 0
	for i := range m.Price.Rows {
		row := &m.Price.Rows[i]
		if _, ok := rowPrice(m, row); !ok {
			continue
		}
		sum := rowFormula(m, row, base)
		if cond := condition(m, row.When); cond != "" {
			rows, open = append(rows, cond+" ? "+sum+" : ("), open+1
			continue
		}
		rows = append(rows, sum)
		return `{"total_price": ` + strings.Join(rows, "") + strings.Repeat(")", open) + "}"
	}
	return `{"total_price": ` + strings.Join(rows, "") + "base_price" + strings.Repeat(")", open) + "}"
}

func rowFormula(m *catalogue.Model, row *catalogue.PriceRow, base usd.Micro) string {
	var terms []string
	if row.PerRun != nil {
		terms = append(terms, dollars(*row.PerRun))
	}
	if row.PerOutputSecond != nil {
		seconds := baseSeconds(m)
		name := strconv.Itoa(seconds)
		if f := m.Field(catalogue.RoleDuration); f != nil {
			name = f.Name
		}
		if whole := *row.PerOutputSecond * usd.Micro(seconds); whole == base {
			terms = append(terms, fmt.Sprintf("base_price * %s / %d", name, seconds))
		} else {
			terms = append(terms, dollars(*row.PerOutputSecond)+" * "+name)
		}
	}
	if row.PerInputSecond != nil && m.Price.InputSeconds != nil {
		terms = append(terms, dollars(*row.PerInputSecond)+" * "+m.Price.InputSeconds.Field+"_duration")
	}
	return strings.Join(terms, " + ")
}

// condition returns the conditions of a price row, "" if it has none.
func condition(m *catalogue.Model, when map[string]any) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(when)) {
		switch want := when[k].(type) {
		case string:
			parts = append(parts, fmt.Sprintf("%s = %q", k, want))
		case bool:
			name := k
			if k == "has_video_input" && m.Price.InputSeconds != nil {
				name = "$exists(" + m.Price.InputSeconds.Field + ")"
			}
			parts = append(parts, fmt.Sprintf("%s = %t", name, want))
		}
	}
	return strings.Join(parts, " and ")
}

func dollars(m usd.Micro) string { return strings.TrimPrefix(m.String(), "$") }
