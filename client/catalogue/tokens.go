package catalogue

import (
	"math"

	"seedreel/client/usd"
)

// million is the number of tokens that prices refer to.
const million = 1_000_000

// Tokens returns the tokens of a clip of a frame size, by the maker's formula:
// pixels times frames divided by 1024, rounded down. frames counts those of
// the clip and of the given video, plus one.
func Tokens(width, height, frames int) int64 {
	return int64(width) * int64(height) * int64(frames) / 1024
}

// TokenPrice returns the price of that many tokens at a rate per million, to
// the nearest micro-dollar.
func TokenPrice(tokens int64, perMillion usd.Micro) usd.Micro {
	return usd.Micro((tokens*int64(perMillion) + million/2) / million)
}

// TokensOf returns the tokens of a clip of the values in a frame of that size,
// with so many seconds of video given; 0 where its length is not fixed.
func (m *Model) TokensOf(v Values, width, height int, inputSeconds float64) int64 {
	least, most := m.frameCount(v, inputSeconds)
	if least != most {
		return 0
	}
	return Tokens(width, height, most)
}

// ChargeFor returns the charge for a clip of the values that the service
// metered at so many tokens. It reports false if the model is not billed by
// tokens.
func (m *Model) ChargeFor(v Values, tokens int64) (usd.Micro, bool) {
	row := m.priceRow(v)
	if row == nil || row.PerMillionTokens == nil || tokens <= 0 {
		return 0, false
	}
	return TokenPrice(tokens, *row.PerMillionTokens), true
}

// byTokens prices frames. Where the frame, the length of the clip or that of
// the given video is not known, the total stays open between the bounds that
// the model sets.
func (e Estimate) byTokens(m *Model, v Values, rate usd.Micro, in given) Estimate {
	lo, hi, why := m.tokenBounds(v, in)
	if hi == 0 {
		e.Why = why
		return e
	}
	e.Seconds = m.Seconds(v)
	e.From = m.hasVideo(v) && m.Price.InputFloor != nil
	if lo != hi {
		e.Low, e.High, e.Why = TokenPrice(lo, rate), TokenPrice(hi, rate), why
		return e
	}
	e.Known, e.Total = true, TokenPrice(lo, rate)
	if full := m.fullRate(v); full > rate {
		e.Saved = TokenPrice(lo, full) - e.Total
	}
	return e
}

// fullRate returns the rate of the same clip in the service's usual tier.
func (m *Model) fullRate(v Values) usd.Micro {
	if m.Field(RoleServiceTier) == nil {
		return 0
	}
	usual := v.Clone()
	delete(usual, RoleServiceTier)
	if row := m.priceRow(usual); row != nil && row.PerMillionTokens != nil {
		return *row.PerMillionTokens
	}
	return 0
}

// tokenBounds returns the fewest and the most tokens that the values can need,
// both 0 when there is no bound, and what decides between them.
func (m *Model) tokenBounds(v Values, known given) (lo, hi int64, why string) {
	small, large := m.frameBounds(v, known)
	if large == [2]int{} {
		return 0, 0, "the size of the clip is not known"
	}
	if small != large {
		why = "the size of the clip follows what you give"
	}
	short, long := m.frameCount(v, 0)
	if long == 0 {
		return 0, 0, "the length of the clip is not fixed"
	}
	if short != long {
		why = "the length of the clip is not fixed"
	}
	if in := m.Price.InputSeconds; in != nil && m.hasVideo(v) {
		if known.seconds > 0 {
			short, long = m.frameCount(v, in.clamp(known.seconds))
		} else if in.Max == nil {
			return 0, 0, "it depends on the length of the video you give"
		} else {
			why = "it depends on the length of the video you give"
			short, _ = m.frameCount(v, in.clamp(0))
			_, long = m.frameCount(v, float64(*in.Max))
		}
	}
	return Tokens(small[0], small[1], short), Tokens(large[0], large[1], long), why
}

// clamp limits the length of given video to what is billed of it.
func (in *InputSeconds) clamp(seconds float64) float64 {
	if in.Min != nil {
		seconds = max(seconds, float64(*in.Min))
	}
	if in.Max != nil {
		seconds = min(seconds, float64(*in.Max))
	}
	return seconds
}

// frameCount returns how many frames are billed for the clip with so many
// seconds of given video: the least and the most where the model decides on
// the length, 0 when nothing bounds it.
func (m *Model) frameCount(v Values, inputSeconds float64) (least, most int) {
	fps := m.Output.FPS
	billed := func(frames int64) int {
		if floor := m.Price.InputFloor; floor != nil && m.hasVideo(v) {
			out := float64(frames-1) / float64(fps)
			whole := math.Ceil(out * float64(floor[0]) / float64(floor[1]))
			return int(math.Round(float64(fps)*max(out+inputSeconds, whole))) + 1
		}
		return int(frames) + int(math.Round(float64(fps)*inputSeconds))
	}
	if n, ok := v.Int(RoleFrames); ok && n > 0 && m.Field(RoleFrames) != nil {
		return billed(n), billed(n)
	}
	if s := m.Seconds(v); s > 0 {
		n := billed(int64(m.Frames(s)))
		return n, n
	}
	if f := m.Field(RoleDuration); f != nil && fps > 0 {
		if lo, hi := f.Range(); lo > 0 && hi >= lo {
			return billed(int64(m.Frames(int(lo)))), billed(int64(m.Frames(int(hi))))
		}
	}
	return 0, 0
}

// frameBounds returns the smallest and the largest frame that the clip can
// have: twice the same where the ratio is chosen, or follows an image whose
// size is known; zeros when none is known.
func (m *Model) frameBounds(v Values, known given) (small, large [2]int) {
	if w, h, ok := m.Frame(v, known.width, known.height); ok {
		return [2]int{w, h}, [2]int{w, h}
	}
	for _, s := range m.FrameSizes[m.ResolutionOf(v)] {
		n := s[0] * s[1]
		if n == 0 {
			continue
		}
		if small == [2]int{} || n < small[0]*small[1] {
			small = s
		}
		if n > large[0]*large[1] {
			large = s
		}
	}
	return small, large
}
