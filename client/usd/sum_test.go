package usd_test

import (
	"math"
	"testing"

	"seedreel/client/usd"
)

func TestSumsStayInRange(t *testing.T) {
	t.Parallel()
	const most, least = usd.Micro(math.MaxInt64), usd.Micro(math.MinInt64)
	for _, tc := range []struct{ a, b, want usd.Micro }{
		{1, 2, 3}, {-1, 2, 1}, {most, 1, most}, {most, most, most}, {least, -1, least}, {least, least, least}, {most, least, -1}, {0, most, most},
	} {
		if got := tc.a.Plus(tc.b); got != tc.want {
			t.Errorf("%d + %d = %d, want %d", int64(tc.a), int64(tc.b), int64(got), int64(tc.want))
		}
	}
	for _, tc := range []struct {
		a    usd.Micro
		n    int64
		want usd.Micro
	}{
		{2, 3, 6}, {-2, 3, -6}, {0, math.MaxInt64, 0}, {most, 2, most}, {most, -2, least}, {least, -1, most}, {least, 2, least}, {5_000_000_000_000 * usd.Dollar / 1000, 4000, most},
	} {
		if got := tc.a.Times(tc.n); got != tc.want {
			t.Errorf("%d * %d = %d, want %d", int64(tc.a), tc.n, int64(got), int64(tc.want))
		}
	}
}

func TestPlausible(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{"0": true, "0.6": true, "10000": true, "10000.01": false, "-0.6": false, "1e9": false} {
		m, err := usd.Parse(text)
		if err != nil || m.Plausible() != want {
			t.Errorf("%s: plausible is %t (%v), want %t", text, m.Plausible(), err, want)
		}
	}
	for _, text := range []string{"8e13", "9000000000001", "-8e13", "1e999"} {
		if m, err := usd.Parse(text); err == nil {
			t.Errorf("Parse(%s) = %v, want an error", text, m)
		}
	}
}
