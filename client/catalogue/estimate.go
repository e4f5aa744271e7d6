package catalogue

import (
	"fmt"
	"slices"
	"time"

	"seedreel/client/usd"
)

// The conditions that a price row may have.
const (
	WhenResolution  = "resolution"
	WhenAudio       = "generate_audio"
	WhenVideoInput  = "has_video_input"
	WhenServiceTier = "service_tier"
)

// ConfidenceQuote marks a figure quoted by the service itself for these exact
// values.
const ConfidenceQuote = "quote"

// Estimate is the probable cost of one clip, from the list price in the
// catalogue. Computing it needs no I/O; the service's bill is authoritative.
type Estimate struct {
	// Known reports whether Total is a figure; if not, Why names what is
	// missing.
	Known bool
	Total usd.Micro
	// PerSecond is the price of a second of clip, 0 when billed otherwise.
	PerSecond usd.Micro
	Seconds   int
	// Low and High bound the price where it depends on the unknown length of
	// given media; both 0 when there is no bound.
	Low, High usd.Micro
	// From reports whether Total is a minimum, as the service bills by a floor
	// that it does not publish.
	From bool
	// Saved is how much more the same clip would cost in the service's usual
	// tier.
	Saved usd.Micro
	// Confidence is the data's word for how certain the figure is:
	// vendor_page, vendor_code, live (the service's own list), vendor_sample,
	// third_party, derived, unknown.
	Confidence string
	// AsOf is the month of the price list, "2026-01", "" when not known.
	AsOf string
	Why  string
}

// Times returns the estimate for that many clips.
func (e Estimate) Times(clips int) Estimate {
	n := int64(max(clips, 1))
	e.Total, e.Low, e.High, e.Saved = e.Total.Times(n), e.Low.Times(n), e.High.Times(n), e.Saved.Times(n)
	return e
}

// Estimate prices the values by the model's list, with what look knows of the
// media among them.
func (m *Model) Estimate(v Values, look Inspect) Estimate {
	return m.estimate(v, m.given(v, look))
}

// EstimatePrice prices the values by the model's list. inputSeconds is the
// length of video billed as input, 0 when not known.
func EstimatePrice(m *Model, v Values, inputSeconds float64) Estimate {
	return m.estimate(v, given{seconds: inputSeconds})
}

func (m *Model) estimate(v Values, in given) Estimate {
	e := Estimate{AsOf: m.Price.AsOf, Confidence: "unknown"}
	row := m.priceRow(v)
	if m.Price.Basis == "unknown" || row == nil {
		e.Why = "no price is published for this choice"
		return e
	}
	e.Confidence = row.Confidence
	if row.PerMillionTokens != nil {
		return e.byTokens(m, v, *row.PerMillionTokens, in)
	}
	if row.PerOutputSecond == nil && row.PerInputSecond == nil && row.PerRun == nil {
		e.Why = "no price is published for this choice"
		return e
	}
	var perRun usd.Micro
	if row.PerRun != nil {
		perRun = *row.PerRun
	}
	if row.PerOutputSecond != nil {
		e.PerSecond = *row.PerOutputSecond
	}
	e.Seconds = m.Seconds(v)
	if e.PerSecond != 0 && e.Seconds == 0 {
		return e.open(m, perRun)
	}
	e.Total = perRun.Plus(e.PerSecond.Times(int64(e.Seconds)))
	e.Known = true
	if row.PerInputSecond != nil && m.Price.InputSeconds != nil {
		return e.withInput(m.Price.InputSeconds, *row.PerInputSecond, in.seconds)
	}
	return e
}

// open leaves the total open because the model chooses the length, and bounds
// the price by its range of lengths.
func (e Estimate) open(m *Model, perRun usd.Micro) Estimate {
	e.Why = "the length of the clip is not fixed"
	if f := m.Field(RoleDuration); f != nil && f.Min != nil && f.Max != nil {
		e.Low = perRun.Plus(e.PerSecond.Times(max(*f.Min, 0)))
		e.High = perRun.Plus(e.PerSecond.Times(*f.Max))
	}
	return e
}

// withInput adds the price of given video, or leaves the total open between
// the bounds that its length is clamped to.
func (e Estimate) withInput(in *InputSeconds, per usd.Micro, seconds float64) Estimate {
	if seconds > 0 {
		s := seconds
		if in.Min != nil {
			s = max(s, float64(*in.Min))
		}
		if in.Max != nil {
			s = min(s, float64(*in.Max))
		}
		e.Total += usd.Micro(float64(per)*s + 0.5)
		return e
	}
	e.Known = false
	e.Why = "it depends on the length of the video you give"
	if in.Max != nil {
		lo := int64(0)
		if in.Min != nil {
			lo = *in.Min
		}
		e.Low, e.High = e.Total.Plus(per.Times(lo)), e.Total.Plus(per.Times(*in.Max))
	}
	e.Total = 0
	return e
}

func (m *Model) priceRow(v Values) *PriceRow {
	for i := range m.Price.Rows {
		if m.matches(m.Price.Rows[i].When, v) {
			return &m.Price.Rows[i]
		}
	}
	return nil
}

func (m *Model) matches(when map[string]any, v Values) bool {
	for k, want := range when {
		if has, known := m.condition(k, v); !known || has != want {
			return false
		}
	}
	return true
}

// condition returns what prices may depend on, by its name in the data.
func (m *Model) condition(name string, v Values) (has any, known bool) {
	switch name {
	case WhenResolution:
		return m.ResolutionOf(v), true
	case WhenAudio:
		return m.soundOn(v), true
	case WhenVideoInput:
		return m.hasVideo(v), true
	case WhenServiceTier:
		return m.tier(v), true
	}
	return nil, false
}

// tier returns the service tier that makes the clip: chosen or by default.
func (m *Model) tier(v Values) string {
	if s := v.Text(RoleServiceTier); s != "" {
		return s
	}
	if f := m.Field(RoleServiceTier); f != nil {
		d, _ := f.DefaultValue()
		return d.text
	}
	return ""
}

func (m *Model) soundOn(v Values) bool {
	if on, ok := v.Bool(RoleAudioToggle); ok {
		return on
	}
	if f := m.Field(RoleAudioToggle); f != nil {
		d, _ := f.DefaultValue()
		return d.on
	}
	return false
}

func (m *Model) hasVideo(v Values) bool {
	return slices.ContainsFunc(m.Fields, func(f Field) bool {
		return f.Media != nil && f.Media.Kind == "video" && v[f.Role].IsSet()
	})
}

// Basis returns in a few words what the figure is based on: "list price,
// vendor page, Jan 2026", "third-party figure, Jan 2026", "unknown"; and the
// saving of a slower tier: "$0.13 saved by waiting".
func (e Estimate) Basis() string {
	s := e.source()
	if e.Known && e.Saved > 0 {
		s = e.Saved.String() + " saved by waiting; " + s
	}
	return s
}

func (e Estimate) source() string {
	var s string
	switch e.Confidence {
	case ConfidenceQuote:
		return "live price, by the service itself"
	case "vendor_page":
		s = "list price, vendor page"
	case "vendor_code":
		s = "list price, vendor code"
	case "live":
		s = "the service's own list"
	case "vendor_sample":
		s = "a charge seen once"
	case "third_party":
		s = "third-party figure"
	case "derived":
		s = "derived, no published price"
	default:
		return "unknown"
	}
	if t, err := time.Parse("2006-01", e.AsOf); err == nil {
		s += ", " + t.Format("Jan 2006")
	}
	return s
}

// String returns the price in words: "$0.08", "from $1.21", "$0.30 to $1.95",
// "unknown".
func (e Estimate) String() string {
	switch {
	case e.Known && e.From:
		return "from " + e.Total.String()
	case e.Known:
		return e.Total.String()
	case e.High > 0:
		return fmt.Sprintf("%s to %s", e.Low, e.High)
	}
	return "unknown"
}

// Ceiling returns the most that one clip can cost by the list, and whether
// that is known. Limits are checked against it.
func (e Estimate) Ceiling() (usd.Micro, bool) {
	if e.Known {
		return e.Total, true
	}
	return e.High, e.High > 0
}
