// Package usd holds money: whole micro-dollars, written and read exactly.
package usd

import (
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strings"
)

// Micro is money: one millionth of a US dollar.
type Micro int64

// Dollar is one US dollar in micro-dollars.
const Dollar Micro = 1_000_000

// String returns dollars with two decimals, more where the amount needs them:
// "$0.50", "$12.34", "$1.005". All amounts are written so, on screens, in text
// and in JSON: what is rounded no longer adds up.
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

// mostDollars is the figure above which an amount of money cannot be meant.
const mostDollars = 9_000_000_000_000

// MostForOne is the figure above which an amount cannot be the price of one
// request: whatever a bill or a list claims, it is a mistake.
const MostForOne = 10_000 * Dollar

// Plausible reports whether an amount can be the price of one request.
func (m Micro) Plausible() bool { return m >= 0 && m <= MostForOne }

// Plus adds without overflow: beyond what can be counted it stays at the end
// of the range, so that a sum is never less than its parts.
func (m Micro) Plus(n Micro) Micro {
	sum := m + n
	switch {
	case m > 0 && n > 0 && sum < 0:
		return math.MaxInt64
	case m < 0 && n < 0 && sum >= 0:
		return math.MinInt64
	}
	return sum
}

// Times multiplies without overflow, as Plus adds.
func (m Micro) Times(n int64) Micro {
	if m == 0 || n == 0 {
		return 0
	}
	x := m * Micro(n)
	switch {
	case x/Micro(n) == m && (x < 0) == ((m < 0) != (n < 0)):
		return x
	case (m < 0) == (n < 0):
		return math.MaxInt64
	}
	return math.MinInt64
}

// Share returns one of n equal parts, to the nearest cent: a quotient is no
// figure of a bill. What is less than a cent is returned to the micro-dollar.
// There must be a part.
func (m Micro) Share(n int64) Micro {
	const cent = Dollar / 100
	each, half := m/Micro(n), cent/2
	if -cent < each && each < cent {
		return each
	}
	if each < 0 {
		half = -half
	}
	return each.Plus(half) / cent * cent
}

// Parse parses a decimal number of dollars, exactly, rounding fractions of a
// micro-dollar half up, away from zero. Exponents are accepted, as JSON may
// hold them; other notations of numbers are rejected.
func Parse(s string) (Micro, error) {
	x, ok := ParseDecimal(s)
	if !ok {
		return 0, fmt.Errorf("reading an amount %.40q: it is no decimal number", s)
	}
	if new(big.Rat).Abs(x).Cmp(big.NewRat(mostDollars, 1)) > 0 {
		return 0, fmt.Errorf("reading an amount %.40q: out of range", s)
	}
	negative := x.Sign() < 0
	x.Abs(x).Mul(x, big.NewRat(int64(Dollar), 1)).Add(x, big.NewRat(1, 2))
	m := Micro(new(big.Int).Quo(x.Num(), x.Denom()).Int64())
	if negative {
		m = -m
	}
	return m, nil
}

// decimal matches a number as people and JSON write it. Go's own parsers also
// accept hexadecimal digits, fractions, underscores and words such as "inf",
// which in a price mean that something else was intended.
var decimal = regexp.MustCompile(`^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?$`)

// maxDecimal bounds a number in characters.
const maxDecimal = 64

// ParseDecimal parses a decimal number exactly, and reports whether the text
// is one.
func ParseDecimal(s string) (*big.Rat, bool) {
	if len(s) > maxDecimal || !decimal.MatchString(s) {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

// UnmarshalJSON reads a JSON number of dollars; null leaves the value
// unchanged.
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
