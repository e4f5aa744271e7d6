package linear

import (
	"bufio"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize/english"

	"seedreel/ui/safe"
)

// typed is a line of the person, or the end of them.
type typed struct {
	line string
	err  error
}

// input reads lines, one at a time. A read of a terminal cannot be ended, so
// one that nobody waited for to its end is that of the next question.
type input struct {
	r       *bufio.Reader
	pending chan typed
}

func newInput(r io.Reader) *input { return &input{r: bufio.NewReader(r)} }

// next returns where the next line will be.
func (in *input) next() <-chan typed {
	if in.pending == nil {
		got := make(chan typed, 1)
		in.pending = got
		go func() {
			line, err := in.r.ReadString('\n')
			got <- typed{line, err}
		}()
	}
	return in.pending
}

// took notes that the line was used.
func (in *input) took() { in.pending = nil }

// chosen returns the option of a number or of its own words, -1 for none.
func chosen(options []safe.String, s string) int {
	if n, err := strconv.Atoi(s); err == nil && n >= 1 && n <= len(options) {
		return n - 1
	}
	return slices.IndexFunc(options, func(o safe.String) bool { return strings.EqualFold(string(o), s) })
}

// count returns "1 clip" or "3 clips".
func count(n int, what string) string { return english.Plural(n, what, "") }

// isAre returns "1 clip is" or "3 clips are".
func isAre(n int, what string) string {
	if n == 1 {
		return count(n, what) + " is"
	}
	return count(n, what) + " are"
}

// capital returns a text that begins a sentence.
func capital(s safe.String) safe.String {
	if s == "" {
		return ""
	}
	return safe.Line(strings.ToUpper(string(s[:1]))) + s[1:]
}
