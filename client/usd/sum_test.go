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

func TestShare(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		sum  usd.Micro
		of   int64
		want usd.Micro
	}{
		{1_360_000, 3, 450_000},
		{1_000_000, 8, 130_000},
		{960_000, 3, 320_000},
		{20_000, 3, 6666},
		{0, 4, 0},
		{-1_360_000, 3, -450_000},
		{math.MaxInt64, 1, math.MaxInt64 / 10_000 * 10_000},
	} {
		if got := c.sum.Share(c.of); got != c.want {
			t.Errorf("one of %d parts of %s is %s, want %s", c.of, c.sum, got, c.want)
		}
	}
}
