package rest

import "seedreel/client/usd"

// Bill adds up the lines of a bill that are for one clip, and collects what
// could not be counted.
type Bill struct {
	OddLines
	paid, back usd.Micro
	charged    bool
}

// Charge counts money that was taken.
func (b *Bill) Charge(m usd.Micro) { b.paid, b.charged = b.paid.Plus(m), true }

// Refund counts money that came back.
func (b *Bill) Refund(m usd.Micro) { b.back = b.back.Plus(m) }

// Total returns the sum. Without a charge there is none: a refund alone is the
// rest of a bill that is not complete.
func (b *Bill) Total() (paid usd.Micro, found bool) {
	if !b.charged {
		if b.back > 0 {
			b.Leave("a refund without a charge")
		}
		return 0, false
	}
	if paid = max(b.paid-b.back, 0); !paid.Plausible() {
		b.Leave("lines that add up to %s for one clip", paid)
		return 0, false
	}
	return paid, true
}
