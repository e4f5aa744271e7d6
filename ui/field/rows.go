package field

import "strings"

// rowMark is U+2063 INVISIBLE SEPARATOR: it has no width under any counting and
// is never part of foreign text, because ui/safe drops it. A field begins with
// as many as its ordinal, so that whatever scrolls and clips a form does the
// same to the marks of its rows.
const rowMark = "\u2063"

// Rows takes a drawn form apart into lines. begins has, for each line, the
// ordinal of the field that begins there, 0 for none.
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
