package catalogue

import (
	"errors"
	"fmt"
	"math"

	"seedreel/client/usd"
)

const (
	// longestClip exceeds every length of a clip, in seconds: with it, and
	// with MostUSD per unit, the price of any order can still be computed.
	longestClip = 3600
	// mostMedia exceeds every number of files that a request takes.
	mostMedia = 1000
)

// checkPrices rejects figures that cannot be prices. Estimates are multiplied,
// added, and compared with limits without further checks.
func (m *Model) checkPrices() error {
	for i := range m.Price.Rows {
		r := &m.Price.Rows[i]
		for name, p := range map[string]*usd.Micro{
			"usd_per_output_second": r.PerOutputSecond, "usd_per_input_second": r.PerInputSecond, "usd_per_run": r.PerRun,
		} {
			if p != nil && !plausible(*p) {
				return fmt.Errorf("price row %d: %s of %s is no price", i+1, name, *p)
			}
		}
	}
	for i := range m.Price.Observed {
		if o := &m.Price.Observed[i]; !plausible(o.USD) {
			return fmt.Errorf("price.observed %d: %s is no price", i+1, o.USD)
		}
	}
	if in := m.Price.InputSeconds; in != nil {
		if !inOrder(in.Min, in.Max) || in.Max != nil && *in.Max > longestClip {
			return fmt.Errorf("price.input_seconds: its bounds are not 0 to %d, in order", longestClip)
		}
	}
	for _, c := range m.Constraints {
		if c.Kind == "max_total_seconds" && !(c.Seconds > 0) {
			return fmt.Errorf("constraint %q of %g seconds", c.Kind, c.Seconds)
		}
	}
	return nil
}

// MostUSD is the price in dollars from which a figure is assumed to be
// something else: the service's web pages count in millionths, and a clip
// costs less than this.
const MostUSD = 10_000

func plausible(p usd.Micro) bool { return p >= 0 && p < MostUSD*usd.Dollar }

// inOrder reports whether two bounds, either of which may be nil, are not
// negative and in order.
func inOrder[T int | int64 | float64](lo, hi *T) bool {
	return (lo == nil || *lo >= 0) && (hi == nil || *hi >= 0) && (lo == nil || hi == nil || *lo <= *hi)
}

// checkLimits rejects bounds that nothing could satisfy.
func (f *Field) checkLimits() error {
	if f.MaxLength != nil && *f.MaxLength < 1 {
		return fmt.Errorf("max_length is %d", *f.MaxLength)
	}
	if f.Items != nil && (!inOrder(f.Items.Min, f.Items.Max) || f.Items.Max != nil && (*f.Items.Max < 1 || *f.Items.Max > mostMedia)) {
		return fmt.Errorf("its number of items is not 1 to %d, in order", mostMedia)
	}
	if f.Role == RoleDuration {
		if f.Max != nil && *f.Max > longestClip {
			return fmt.Errorf("max %d is no length of a clip", *f.Max)
		}
		for _, o := range f.Options() {
			if o.num > longestClip {
				return fmt.Errorf("%d is no length of a clip", o.num)
			}
		}
	}
	if f.Media == nil {
		return nil
	}
	return f.Media.check()
}

func (s *MediaSpec) check() error {
	for name, x := range map[string]*float64{
		"max_mb": s.MaxMB, "max_ratio": s.MaxRatio, "max_total_seconds": s.MaxTotalSeconds, "max_seconds_each": s.MaxSecondsEach,
	} {
		if x != nil && (!(*x > 0) || math.IsInf(*x, 0)) {
			return fmt.Errorf("media.%s is %g", name, *x)
		}
	}
	if !inOrder(s.MinWidth, s.MaxWidth) || !inOrder(s.MinHeight, s.MaxHeight) || !inOrder(s.MinRatio, s.MaxRatio) {
		return errors.New("media: its bounds are negative or not in order")
	}
	return nil
}
