package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"seedreel/client/catalogue"
	"seedreel/client/near"
)

// Known are the values that filters can find, by the names of filters. A filter
// without any is not judged.
type Known map[string][]string

// Made returns the services and models that there are jobs of. Some may be in
// no catalogue any more.
func (s *Store) Made(ctx context.Context) ([]catalogue.Ref, error) { return s.pairs(ctx) }

// Names returns the services and models that a search can find: those of a
// catalogue and those that there are jobs of.
func Names(of []*catalogue.Model, made []catalogue.Ref) Known {
	k := Known{}
	add := func(r catalogue.Ref) {
		k["service"], k["model"] = once(k["service"], r.Provider), once(k["model"], r.ID)
	}
	for _, m := range of {
		add(m.Ref())
	}
	for _, r := range made {
		add(r)
	}
	return k
}

// Unmatched returns a sentence for each value that its filter cannot find
// anything by, with the nearest that it can.
func (s *Search) Unmatched(k Known) []string {
	var out []string
	judge := func(filter, none string, values []string, matches func(name, value string) bool) {
		names := k[filter]
		for _, v := range values {
			v := strings.ToLower(v)
			if len(names) == 0 || slices.ContainsFunc(names, func(n string) bool { return matches(strings.ToLower(n), v) }) {
				continue
			}
			text := fmt.Sprintf("%s: %s %q", filter, none, v)
			if meant := near.Meant(v, withParts(names)); meant != "" {
				text += "; did you mean " + meant + "?"
			}
			out = append(out, text)
		}
	}
	judge("service", "no service has in its name", s.Services, strings.Contains)
	judge("model", "no model has in its name", s.Models, strings.Contains)
	whole := func(name, value string) bool { return name == value }
	judge("reel", "there is no reel", s.Reels, whole)
	judge("label", "no job has the label", s.Labels, whole)
	return out
}

// withParts returns names with the words that they are made of: a filter takes
// a part of a name, and one that was mistyped is near to a part only.
func withParts(names []string) []string {
	out := slices.Clone(names)
	for _, n := range names {
		out = append(out, strings.FieldsFunc(n, func(r rune) bool { return strings.ContainsRune("/-:", r) })...)
	}
	return out
}

// nearValue returns a question with the value of a filter that was probably
// meant, "" if none is near.
func nearValue(filter, value string) string {
	if meant := near.Meant(value, FilterValues(filter)); meant != "" {
		return "; did you mean " + meant + "?"
	}
	return ""
}
