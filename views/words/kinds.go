package words

import (
	"slices"
	"strings"

	"seedreel/client/catalogue"
)

// Kinds returns the words by which a list names models, in lower case, and the
// models of each: "t2v", "lite", "480p", "2.0", "reference". They make the
// words in a list searchable.
func Kinds(cat *catalogue.Catalogue) map[string][]catalogue.Ref {
	out := map[string][]catalogue.Ref{}
	for _, m := range cat.All() {
		if !m.MakesVideo() {
			continue
		}
		all := append(strings.Fields(string(Short(m))), strings.Split(strings.ToLower(m.Task), "-")...)
		slices.Sort(all)
		for _, w := range slices.Compact(all) {
			if w != "to" && w != "video" { // nearly all have those
				out[w] = append(out[w], m.Ref())
			}
		}
	}
	return out
}
