package dialog

import (
	"cmp"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"

	"seedreel/ui/safe"
)

// distance returns how far a row is from the words of a filter: 0 if each
// begins a word of its first column, more for other columns, for the middle of
// a word, and most for what is not shown.
func distance(r *Row, words []string) int {
	sum := 0
	for _, w := range words {
		best := 4
		for c, col := range r.Columns {
			text := strings.ToLower(string(col))
			at := strings.Index(text, w)
			if at < 0 {
				continue
			}
			d := min(c, 1)
			if !begins(text, w) {
				d += 2
			}
			best = min(best, d)
		}
		sum += best
	}
	return sum
}

// others returns the rows that do not hold the words, but are near to them, the
// nearest first.
func (p *Pick) others(words []string) []Row {
	if p.near == nil {
		return nil
	}
	type hit struct {
		row Row
		far int
	}
	var hits []hit
	for i, r := range p.rows {
		if hasAll(p.hay[i], words) || len(r.Columns) == 0 {
			continue
		}
		if far, ok := p.near(strings.Join(words, " "), string(r.Columns[0])); ok {
			hits = append(hits, hit{r, far})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(a.far, b.far) })
	out := make([]Row, len(hits))
	for i := range hits {
		out[i] = hits[i].row
	}
	return out
}

// begins reports whether a word of a text begins with w.
func begins(text, w string) bool {
	for _, word := range strings.Fields(text) {
		if strings.HasPrefix(word, w) {
			return true
		}
	}
	return false
}

// nearest sorts rows by their distance; rows in groups stay in them.
func nearest(rows []Row, words []string) {
	if slices.ContainsFunc(rows, func(r Row) bool { return r.Group != "" }) {
		return
	}
	slices.SortStableFunc(rows, func(a, b Row) int { return cmp.Compare(distance(&a, words), distance(&b, words)) })
}

// matched renders a text with the letters that match the words set apart.
func matched(s safe.String, words []string, style, match lipgloss.Style) string {
	text, lower := string(s), strings.ToLower(string(s))
	if len(words) == 0 || len(lower) != len(text) {
		return style.Render(text)
	}
	hit := make([]bool, len(text))
	for _, w := range words {
		for from := 0; ; {
			at := strings.Index(lower[from:], w)
			if at < 0 {
				break
			}
			for i := range len(w) {
				hit[from+at+i] = true
			}
			from += at + len(w)
		}
	}
	var b strings.Builder
	for from := 0; from < len(text); {
		to := from + 1
		for to < len(text) && hit[to] == hit[from] {
			to++
		}
		if hit[from] {
			b.WriteString(match.Render(text[from:to]))
		} else {
			b.WriteString(style.Render(text[from:to]))
		}
		from = to
	}
	return b.String()
}
