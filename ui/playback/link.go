package playback

import "time"

// Link is the measured state of the line to the terminal. The zero value knows
// nothing.
type Link struct {
	// rest is how long an answer takes on an idle line.
	rest time.Duration
	// rate is bytes a second, 0 while answers come as fast as at rest.
	rate float64
}

// noise is how much later than at rest an answer may come without meaning
// anything.
const noise = 15 * time.Millisecond

// Rest records how long an answer took on an idle line.
func (l *Link) Rest(took time.Duration) { l.rest = took }

// Measure learns from an answer that took so long after a frame of n bytes had
// been on its way for head already.
func (l *Link) Measure(n int, took, head time.Duration) {
	if took < l.rest {
		l.rest = took
	}
	queue := took - l.rest
	if queue <= noise || n == 0 {
		// The frame had left before the question did: the link carries it, but
		// how much more it could carry is unknown. Forget slowly what was slow.
		if l.rate > 0 && head > 0 {
			l.rate = max(l.rate, float64(n)/head.Seconds())
		}
		return
	}
	now := float64(n) / (queue + head).Seconds()
	if l.rate == 0 {
		l.rate = now
		return
	}
	l.rate += (now - l.rate) / 2
}

// Cost returns how long a frame of n bytes occupies the link.
func (l *Link) Cost(n int) time.Duration {
	if l.rate <= 0 {
		return 0
	}
	return time.Duration(float64(n) / l.rate * float64(time.Second))
}
