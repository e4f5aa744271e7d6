// Package usd holds money: whole micro-dollars, written and read exactly.
package usd

import (
	"fmt"
	"strconv"
	"strings"
)

// Micro is money: one millionth of a US dollar.
type Micro int64

// Dollar is one US dollar in micro-dollars.
const Dollar Micro = 1_000_000

// String writes dollars with two decimals, more where the amount needs them:
// "$0.50", "$12.34", "$1.005".
func (m Micro) String() string {
	sign := ""
	if m < 0 {
		sign, m = "-", -m
	}
	s := fmt.Sprintf("%d.%06d", m/Dollar, m%Dollar)
	for strings.HasSuffix(s, "0") && len(s)-strings.IndexByte(s, '.') > 3 {
		s = s[:len(s)-1]
	}
	return sign + "$" + s
}

// Cents writes dollars with two decimals, rounded down: what is left is never
// shown as more than it is.
func (m Micro) Cents() string {
	const cent = Dollar / 100
	c := m / cent
	if m < 0 && m%cent != 0 {
		c--
	}
	return (c * cent).String()
}

// Parse reads a decimal number of dollars, exactly, rounding what is below
// a micro-dollar half up. Exponents are understood, as JSON may hold them.
func Parse(s string) (Micro, error) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, fmt.Errorf("reading an amount %q: %w", s, err)
	}
	const most = 9e12 // dollars; beyond it the figure is no price
	if f != f || f > most || f < -most {
		return 0, fmt.Errorf("reading an amount %q: out of range", s)
	}
	if f < 0 {
		return -Micro(-f*1e6 + 0.5), nil
	}
	return Micro(f*1e6 + 0.5), nil
}

// UnmarshalJSON reads a JSON number of dollars; null is left as it was.
func (m *Micro) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	v, err := Parse(string(b))
	if err != nil {
		return err
	}
	*m = v
	return nil
}

// MarshalJSON writes a JSON number of dollars.
func (m Micro) MarshalJSON() ([]byte, error) {
	return []byte(strings.Replace(m.String(), "$", "", 1)), nil
}
