package near

import "strings"

// Meant returns the name that was most likely meant by what was typed: one
// that differs by a few slips of the keyboard, or that begins so. It returns ""
// if none is near.
func Meant(typed string, names []string) string {
	want := plain(typed)
	if len(want) == 0 {
		return ""
	}
	best, least, most := "", allowed(len(want))*2+1, 0
	for _, name := range names {
		whole, begun := slips(want, plain(name))
		// A beginning counts as half a slip: the whole name is nearer.
		score := min(2*whole, 2*begun+1)
		// Of two that are as near the longer: letters are left out more often than
		// added.
		nearer := whole < most || whole == most && len(name) > len(best)
		if score < least || score == least && best != "" && nearer {
			best, least, most = name, score, whole
		}
	}
	return best
}

// allowed returns how many slips a name of n letters may have.
func allowed(n int) int { return min(max((n+2)/4, 1), 3) }

// plain returns the letters of a name as they are compared: case and the sign
// between words are often mistaken.
func plain(name string) []rune {
	return []rune(strings.NewReplacer("_", "-", " ", "-").Replace(strings.ToLower(strings.TrimSpace(name))))
}

// slips returns how many letters have to be put in, taken out, changed or
// swapped with their neighbour to make b of a, and the fewest that make a
// beginning of b.
func slips(a, b []rune) (whole, begun int) {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			n := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				n = min(n, rows[i-2][j-2]+1)
			}
			rows[i][j] = n
		}
	}
	last := rows[len(a)]
	begun = last[len(b)]
	// A beginning of a letter or two would be near to anything.
	for j := max(len(a)-1, 2); j < len(last); j++ {
		begun = min(begun, last[j])
	}
	return last[len(b)], begun
}
