package store

import (
	"slices"
	"strings"
	"unicode"
)

// Completion is what the last word of a search line can become.
type Completion struct {
	// Line is the whole line with it, and Word the word alone.
	Line, Word string
}

// Complete returns what the last word of a search line can become: the names of
// filters, or the values of one, of which known holds those that are not fixed.
// A line that ends with a space has all filters next.
func Complete(line string, known map[string][]string) []Completion {
	from := lastWord(line)
	head, typed := line[:from], strings.ToLower(line[from:])
	var words []string
	name, value, filter := strings.Cut(typed, ":")
	if filter {
		value = strings.TrimPrefix(value, `"`)
		for _, v := range slices.Concat(FilterValues(name), known[name]) {
			if strings.ContainsFunc(v, unicode.IsSpace) {
				v = `"` + v + `"`
			}
			if strings.HasPrefix(strings.ToLower(strings.TrimPrefix(v, `"`)), value) {
				words = append(words, name+":"+v)
			}
		}
	} else {
		for _, n := range FilterNames() {
			if strings.HasPrefix(n, typed) && n != "state" { // status is the same
				words = append(words, n+":")
			}
		}
	}
	out := make([]Completion, 0, len(words))
	for _, w := range words {
		if w != typed {
			out = append(out, Completion{Line: head + w, Word: w})
		}
	}
	return out
}

// lastWord returns where the last word of a line begins; quotes hold words
// together.
func lastWord(line string) int {
	from, quoted := 0, false
	for i, r := range line {
		switch {
		case r == '"':
			quoted = !quoted
		case unicode.IsSpace(r) && !quoted:
			from = i + len(string(r))
		}
	}
	return from
}
