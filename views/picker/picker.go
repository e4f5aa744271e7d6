// Package picker chooses a model for the form, and reads the current models of
// the services.
package picker

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/catalogue"
	"seedreel/ui/dialog"
	"seedreel/ui/safe"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// Name is the name of the picker's dialog.
const Name = "model"

// Open opens the picker over all models that make a clip, and passes the chosen
// one to take.
func Open(s *studio.Studio, take func(m *catalogue.Model) tea.Cmd) {
	if s.Dialogs.Has(Name) {
		return
	}
	models := slices.DeleteFunc(slices.Clone(s.Catalogue.Now().All()), func(x *catalogue.Model) bool { return !x.MakesVideo() })
	// The form's own model is first, then those with the same task; and models
	// that stay come before those that are going.
	now := s.Model
	other := func(x *catalogue.Model) int {
		switch {
		case x.Ref() == now.Ref():
			return 0
		case x.Task == now.Task:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(models, func(a, b *catalogue.Model) int {
		return cmp.Or(cmp.Compare(other(a), other(b)), cmp.Compare(going(a), going(b)))
	})
	var rows []dialog.Row
	for _, x := range models {
		row := rowOf(s, x)
		row.Do = func() tea.Cmd { return take(x) }
		rows = append(rows, row)
	}
	tellApart(rows)
	s.Dialogs.Push(dialog.NewPick(Name, "Choose a model", rows, now.Ref().String()).Does("take this model"))
}

// tellApart adds to rows that would read the same the words of their ids that
// the others do not have.
func tellApart(rows []dialog.Row) {
	alike := map[string][]int{}
	for i, r := range rows {
		key := fmt.Sprint(r.Columns)
		alike[key] = append(alike[key], i)
	}
	for _, at := range alike {
		if len(at) < 2 {
			continue
		}
		for _, i := range at {
			for _, word := range strings.Split(path.Base(rows[i].ID), "-") {
				if !slices.ContainsFunc(at, func(o int) bool { return o != i && strings.Contains(path.Base(rows[o].ID), word) }) {
					rows[i].Columns[tierColumn] += " " + safe.Line(word)
				}
			}
		}
	}
}

// tierColumn is the column of columns that names the generation.
const tierColumn = 1

// going returns 0 for a model that stays, 1 for one that is being switched off
// and 2 for one that is gone.
func going(x *catalogue.Model) int {
	return slices.Index([]string{catalogue.LifeActive, catalogue.LifeRetiring, catalogue.LifeRetired}, x.Lifecycle.Status)
}

func rowOf(s *studio.Studio, x *catalogue.Model) dialog.Row {
	price := priceOf(s, x)
	life := safe.String("")
	if x.Lifecycle.Status != catalogue.LifeActive {
		life = safe.Line(x.Lifecycle.Status)
	}
	size := safe.Line(x.Resolution.Value)
	if x.Resolution.Mode == "field" {
		size = safe.Line(strings.Join(x.Resolution.Options, " "))
	}
	row := dialog.Row{
		ID:      x.Ref().String(),
		Columns: columns(s.Screen.W, x, size, price, life),
		Note:    safe.Line(x.ID),
		// Narrow windows leave columns out; what is found must not depend on them.
		Words: x.ID + " " + x.Provider + " " + string(words.Service(x.Provider)+" "+size) + " " + x.Lifecycle.Status + " " + strings.Join(x.Tasks, " "),
	}
	if ok, why := s.Ready(x.Provider); !ok {
		row.Note += ". " + why
	}
	if x.Lifecycle.Note != "" {
		row.Note += ". " + safe.Line(x.Lifecycle.Note)
	}
	return row
}

// priceOf returns the price of the form with another model. If the form leaves
// the length to its model, that model's length is used, so that prices compare.
func priceOf(s *studio.Studio, x *catalogue.Model) safe.String {
	values := s.Draft()
	if !values[catalogue.RoleDuration].IsSet() {
		now := s.Model
		if n := now.Seconds(now.Adopt(values)); n > 0 {
			values = maps.Clone(values)
			values[catalogue.RoleDuration] = catalogue.Int(int64(n))
		}
	}
	v := x.Adopt(values)
	e := catalogue.EstimatePrice(x, v, 0)
	switch {
	case e.Known || e.High > 0:
		price := safe.Line(e.String())
		if n := x.Seconds(v); n > 0 {
			price += safe.Line(" for " + catalogue.Int(int64(n)).String() + " s")
		}
		return price
	case e.PerSecond > 0:
		return safe.Line(e.PerSecond.String()) + " a second"
	}
	return "price unknown"
}

// columns returns the columns of the picker on a screen of w cells: on a narrow
// one the less important ones are shortened, so that price and life are never
// cut off.
func columns(w int, x *catalogue.Model, size, price, life safe.String) []safe.String {
	switch {
	case w >= 140:
		return []safe.String{words.Task(x.Task), words.Tier(x), size, words.Service(x.Provider), price, life}
	case w >= 110:
		return []safe.String{before(words.Task(x.Task), " to video"), words.Tier(x), size, before(words.Service(x.Provider), " "), price, life}
	}
	if x.Resolution.Mode == "field" {
		size = safe.Line(x.Resolution.Default)
	}
	service, _, _ := strings.Cut(string(words.Service(x.Provider)), " ")
	price = before(before(price, " for "), " to ")
	price = safe.Line(strings.Replace(string(price), " a second", "/s", 1))
	if price == "price unknown" {
		price = "?"
	}
	if w >= 80 {
		return []safe.String{before(words.Task(x.Task), " to video"), words.Tier(x), size, safe.Line(strings.TrimSuffix(service, "AI")), price, life}
	}
	service, _, _ = strings.Cut(service, "Speed")
	switch x.Lifecycle.Status {
	case catalogue.LifeRetiring:
		life = "ends"
	case catalogue.LifeRetired:
		life = "over"
	}
	return []safe.String{safe.Line(words.TaskCode(x.Task)), words.Tier(x), size, safe.Line(service), price, life}
}

// before returns the part of s before sep, or all of it without one.
func before(s, sep safe.String) safe.String {
	head, _, _ := strings.Cut(string(s), string(sep))
	return safe.Line(head)
}
