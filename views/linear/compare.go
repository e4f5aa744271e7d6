package linear

import (
	"slices"
	"strconv"
	"strings"

	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/state/reel"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// mostCompared is how many clips are compared at most, as on the screens.
const mostCompared = 4

// compare reads out what distinguishes clips of a list, and keeps one of them.
func (t *talk) compare(read []*job.Job) error {
	chosen, err := t.several(read)
	if err != nil || len(chosen) == 0 {
		return err
	}
	first := chosen[0]
	for _, n := range chosen[1:] {
		t.say("Number %d against number %d: %s.", n, first, t.against(read[first-1], read[n-1]))
	}
	var others []string
	shot := read[first-1].Shot
	alike := shot != ""
	for _, n := range chosen {
		others = append(others, read[n-1].ID)
		alike = alike && read[n-1].Shot == shot
	}
	return t.choose(func() (out []entry, err error) {
		for _, n := range chosen {
			j, err := t.e.Store.Job(t.ctx, read[n-1].ID)
			if err != nil {
				return nil, err
			}
			name := safe.Line("number " + strconv.Itoa(n))
			if t.shower(j) != nil {
				out = append(out, entry{"Watch " + name + " with the desktop", "", func() error { return t.watch(j) }})
			}
			if alike {
				out = append(out, entry{"Keep " + name + " and reject the others", "", func() error {
					if err := t.mark(j, reel.Keep(j.ID, others...)); err != nil {
						return err
					}
					return errDone
				}})
				continue
			}
			out = append(out, entry{"Pick " + name + " for its shot", "", func() error { return t.mark(j, reel.Pick(j.ID)) }})
		}
		return out, nil
	}, "go back")
}

// several asks for the numbers of saved clips of a list.
func (t *talk) several(read []*job.Job) ([]int, error) {
	for {
		s, err := t.answer("Which numbers, two to four of them, or enter for none:")
		if err != nil || s == "" {
			return nil, err
		}
		var out []int
		wrong := safe.String("")
		for _, w := range strings.FieldsFunc(s, func(c rune) bool { return c == ' ' || c == ',' }) {
			n, err := strconv.Atoi(w)
			switch {
			case err != nil || n < 1 || n > len(read):
				wrong = among(w, len(read))
			case read[n-1].State != job.Saved:
				wrong = safe.Line("Number " + w + " has no clip.")
			case !slices.Contains(out, n):
				out = append(out, n)
			}
		}
		switch {
		case wrong != "":
			t.say("%s", wrong)
		case len(out) < 2 || len(out) > mostCompared:
			t.say("Please answer with two to four numbers, such as 1 2.")
		default:
			return out, nil
		}
	}
}

// against returns what a clip has that another has not, in words that can be
// heard.
func (t *talk) against(a, b *job.Job) safe.String {
	c := reel.WhatChanged(a, b)
	var parts []string
	for _, w := range c.Words {
		switch {
		case w.Was == "":
			parts = append(parts, "also “"+w.Is+"”")
		case w.Is == "":
			parts = append(parts, "without “"+w.Was+"”")
		default:
			parts = append(parts, "“"+w.Is+"” instead of “"+w.Was+"”")
		}
	}
	if c.Model != nil {
		parts = append(parts, t.modelName(c.Model.Is)+" instead of "+t.modelName(c.Model.Was))
	}
	for _, f := range c.Fields {
		parts = append(parts, f.Role.Label()+" "+orNone(f.Is)+" instead of "+orNone(f.Was))
	}
	if x, y := cost(a), cost(b); x != y {
		parts = append(parts, string(y+" instead of "+x))
	}
	if x, y := a.Rating, b.Rating; x != y {
		parts = append(parts, "rated "+strconv.Itoa(y)+" instead of "+strconv.Itoa(x))
	}
	if len(parts) == 0 {
		return "nothing differs but what the model made of it"
	}
	return safe.Line(strings.Join(parts, ", "))
}

// modelName returns a model with its service.
func (t *talk) modelName(ref catalogue.Ref) string {
	if m := t.e.Catalogue.Now().Model(ref); m != nil {
		return string(words.Model(m) + " at " + words.Service(m.Provider))
	}
	return ref.ID
}

func orNone(v catalogue.Value) string {
	if v.IsSet() {
		return v.String()
	}
	return none
}
