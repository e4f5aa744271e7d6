package rest

import (
	"errors"
	"fmt"

	"seedreel/client"
)

// mostOdd bounds the lines that are named.
const mostOdd = 3

// OddLines collects what was left out of a sum.
type OddLines struct {
	lines []error
	more  int
}

// Leave names a line that was left out.
func (o *OddLines) Leave(format string, a ...any) {
	if len(o.lines) == mostOdd {
		o.more++
		return
	}
	o.lines = append(o.lines, fmt.Errorf(format+": %w", append(a, client.ErrOdd)...))
}

// Add adds the lines that another sum has left out.
func (o *OddLines) Add(more *OddLines) {
	for _, l := range more.lines {
		if len(o.lines) == mostOdd {
			o.more++
		} else {
			o.lines = append(o.lines, l)
		}
	}
	o.more += more.more
}

// Err returns an error for which errors.Is(err, client.ErrOdd) holds, nil if
// nothing was left out.
func (o *OddLines) Err() error {
	all := errors.Join(o.lines...)
	if o.more > 0 {
		all = errors.Join(all, fmt.Errorf("%d more lines: %w", o.more, client.ErrOdd))
	}
	return all
}

// Cut names that there are more lines of a kind than the n that were read.
func (o *OddLines) Cut(what string, n int) { o.Leave("the %s after the first %d lines", what, n) }
