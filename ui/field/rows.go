package field

import "strings"

// rowMark is U+2063 INVISIBLE SEPARATOR: it has no width under any counting and
// is never part of untrusted text, because ui/safe drops it. A field begins
// with as many as its ordinal, so that scrolling and clipping a form also
// scrolls and clips the marks of its rows.
const rowMark = "\u2063"

// Rows splits a drawn form into lines. For each line, begins holds the ordinal
// of the field that begins there, 0 for none.
func Rows(view string) (lines []string, begins []int) {
	lines = strings.Split(view, "\n")
	begins = make([]int, len(lines))
	for i, l := range lines {
		if begins[i] = strings.Count(l, rowMark); begins[i] > 0 {
			lines[i] = strings.ReplaceAll(l, rowMark, "")
		}
	}
	return lines, begins
}
