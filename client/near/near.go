// Package near defines which names a person may mean who typed a part of one,
// some of its letters, or one with a mistake.
package near

import (
	"cmp"
	"slices"
	"strings"
)

// Distance reports whether the letters of typed are in a name in their order,
// and how far from the name it is: 0 if the name begins with it, more the later
// it begins and the more letters are between.
func Distance(typed, name string) (distance int, ok bool) {
	rest := []rune(strings.ToLower(strings.Join(strings.Fields(typed), "")))
	if len(rest) == 0 {
		return 0, true
	}
	last := -1
	for i, r := range []rune(strings.ToLower(name)) {
		if r != rest[0] {
			continue
		}
		if last < 0 {
			distance = min(i, mostBefore)
		} else {
			distance += 2 * (i - last - 1)
		}
		last = i
		if rest = rest[1:]; len(rest) == 0 {
			return distance, true
		}
	}
	return 0, false
}

// mostBefore is the most that letters before the first of a match count.
const mostBefore = 8

// Having returns the places of the names that have the letters of typed in
// their order, the nearest first.
func Having(typed string, names []string) []int {
	far := make([]int, len(names))
	var out []int
	for i, name := range names {
		d, ok := Distance(typed, name)
		if far[i] = d; ok {
			out = append(out, i)
		}
	}
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(far[a], far[b]) })
	return out
}

// Alike returns the places of all names, those first that look most like typed,
// which need not be a part of any: one with a mistake in it is found, too.
func Alike(typed string, names []string) []int {
	want := pairs(typed)
	shares, out := make([]float64, len(names)), make([]int, len(names))
	for i, name := range names {
		shares[i], out[i] = alike(want, pairs(name)), i
	}
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(shares[b], shares[a]) })
	return out
}

// pairs returns the pairs of neighbouring letters in a text.
func pairs(text string) map[string]bool {
	out := map[string]bool{}
	r := []rune(strings.ToLower(text))
	for i := 1; i < len(r); i++ {
		out[string(r[i-1:i+1])] = true
	}
	return out
}

// alike returns the share of pairs that two texts have in common, more of the
// first than of the second: what was typed is a part of a name.
func alike(a, b map[string]bool) float64 {
	n := 0
	for p := range a {
		if b[p] {
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return float64(n)/float64(len(a)) + float64(n)/float64(len(b))/10
}
