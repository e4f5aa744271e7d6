package safe

import (
	"net/url"
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

// Ellipsis ends a truncated text.
const Ellipsis = "…"

// agree rewrites the clusters of one line that are wider under one counting
// method than under the other. Terminals over SSH count by wcwidth and the
// layout counts by grapheme; a cluster that differs moves every border right of
// it.
func agree(s string) string {
	// The line's width proves nothing: differences of clusters may cancel out.
	var b strings.Builder
	b.Grow(len(s))
	for rest := s; rest != ""; {
		if n := plainRun(rest); n > 0 {
			b.WriteString(rest[:n])
			rest = rest[n:]
			continue
		}
		cluster, _ := ansi.FirstGraphemeCluster(rest, ansi.GraphemeWidth)
		if cluster == "" {
			break
		}
		rest = rest[len(cluster):]
		b.WriteString(settle(cluster))
	}
	out := b.String()
	if ansi.StringWidth(out) != ansi.StringWidthWc(out) {
		return bare(out)
	}
	return out
}

// plainRun returns how many bytes at the start of s are clusters of one letter
// each, of one width under both methods. It leaves out the last letter of a run
// if something follows that may join it.
func plainRun(s string) int {
	last := 0
	for i, r := range s {
		if !lone(r) {
			return last
		}
		last = i
	}
	return len(s)
}

// lone reports whether r is a letter of the scripts in which most prompts are
// written, which both methods count alike: Latin, Greek, Cyrillic, kana, Han,
// Hangul.
func lone(r rune) bool {
	switch {
	case r >= ' ' && r <= '~', r >= 0xC0 && r <= 0x2AF, r >= 0x391 && r <= 0x3C9, r >= 0x410 && r <= 0x44F:
		return true
	case r >= 0x3041 && r <= 0x3096, r >= 0x30A1 && r <= 0x30FA, r >= 0x4E00 && r <= 0x9FA5, r >= 0xAC00 && r <= 0xD7A3:
		return true
	}
	return false
}

// settle returns a form of one cluster that both methods count alike.
func settle(cluster string) string {
	if same(cluster) {
		return cluster
	}
	dropped := strings.Map(func(r rune) rune {
		if joiner(r) || r >= 0x1F3FB && r <= 0x1F3FF {
			return -1
		}
		return r
	}, cluster)
	if dropped == "" {
		return string(replacement)
	}
	// The marks of dropped letters have moved to the letter before.
	dropped = fewMarks(dropped)
	if same(dropped) {
		return dropped
	}
	var b strings.Builder
	for i, r := range dropped {
		if !same(string(r)) {
			r = replacement
		}
		if i > 0 && ansi.StringWidth(string(r)) > 0 {
			b.WriteRune(breaker)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// fewMarks removes the marks that a letter has too many of.
func fewMarks(s string) string {
	marks := 0
	return strings.Map(func(r rune) rune {
		if !unicode.In(r, unicode.Mn, unicode.Me) {
			marks = 0
			return r
		}
		if marks++; marks > maxMarks {
			return -1
		}
		return r
	}, s)
}

// bare is the last resort for a line: it returns letters that both methods
// count alike, each a cluster of its own.
func bare(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == breaker || joiner(r):
		case !same(string(r)):
			b.WriteRune(replacement)
		case r < 0x80:
			b.WriteRune(r)
		case ansi.StringWidth(string(r)) > 0:
			b.WriteRune(breaker)
			b.WriteRune(r)
		}
	}
	return b.String()
}

func same(s string) bool { return ansi.StringWidth(s) == ansi.StringWidthWc(s) }

// Width returns the number of cells of s; sequences in it take none.
func Width[S ~string](s S) int { return ansi.StringWidth(string(s)) }

// Truncate cuts s to at most cells cells and ends a cut text with an ellipsis.
// It keeps sequences in s, so styled text may be cut too.
func Truncate[S ~string](s S, cells int) S {
	if cells <= 0 {
		return ""
	}
	return S(ansi.Truncate(string(s), cells, Ellipsis))
}

// Cut returns the cells from from up to, not including, to.
func Cut[S ~string](s S, from, to int) S {
	if to <= from || to <= 0 {
		return ""
	}
	return S(ansi.Cut(string(s), max(from, 0), to))
}

// PadRight cuts or pads s to exactly cells cells, with the text on the left.
func PadRight[S ~string](s S, cells int) S {
	s = Truncate(s, cells)
	return s + S(strings.Repeat(" ", max(cells-Width(s), 0)))
}

// PadLeft cuts or pads s to exactly cells cells, with the text on the right,
// for numbers.
func PadLeft[S ~string](s S, cells int) S {
	s = Truncate(s, cells)
	return S(strings.Repeat(" ", max(cells-Width(s), 0))) + s
}

// Wrap breaks a block into lines of at most width cells: between words if
// possible, and within a path after a slash.
func Wrap(b Block, width int) []String {
	if width < 1 {
		return nil
	}
	lines := strings.Split(ansi.Wrap(string(b), width, "/"), "\n")
	out := make([]String, len(lines))
	for i, l := range lines {
		out[i] = String(strings.TrimRight(l, " "))
	}
	return out
}

// URL returns a link as host and path only. Queries and user names may hold
// secrets (signed links do), and other schemes do not belong on a screen. If
// raw is not an http(s) link, URL returns the cleaned text and false.
func URL(raw string) (String, bool) {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return Line(raw), false
	}
	return Line(u.Host + u.EscapedPath()), true
}
