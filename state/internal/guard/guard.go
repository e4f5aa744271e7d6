// Package guard is the pass that a request which may cost money needs to enter
// the store. Its folder keeps the views out, and a test keeps out everything
// but state/order, which makes passes, and state/store, which reads them.
package guard

import (
	"time"

	"seedreel/client/usd"
)

// Terms are the conditions for a request. All are checked in the transaction
// that writes it, so that two processes cannot both pass.
type Terms struct {
	// Nonce names the confirmation: the second insert under one nonce adds
	// nothing.
	Nonce string
	// Limit returns the most that may be spent since Since, 0 for no limit. It
	// is called inside the transaction and again if that is retried.
	Limit func() (usd.Micro, error)
	Since time.Time
	// Agreed is the sum since Since that a person accepted even though it
	// exceeds the limit.
	Agreed usd.Micro
	// Ceiling is the most that one request of unknown price may cost, or nil.
	Ceiling *usd.Micro
	// Estimate is the amount that a job sent again counts for.
	Estimate *usd.Micro
	// Distinct refuses a job equal to an earlier one, unless the earlier one's
	// id is in Repeats.
	Distinct bool
	Repeats  []string
}

// Guard is a pass. The zero Guard admits nothing.
type Guard struct {
	terms Terms
	made  bool
}

// New returns a pass with the given terms.
func New(t Terms) Guard { return Guard{terms: t, made: true} }

// Terms returns the terms of the pass, and false for the zero Guard.
func (g *Guard) Terms() (Terms, bool) { return g.terms, g.made }
