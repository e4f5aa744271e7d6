// Package guard is the pass that a request needs to enter the store when it may
// be paid for. Its folder keeps the views out, and a test keeps out everything
// but state/order, which makes passes, and state/store, which reads them.
package guard

import (
	"time"

	"seedreel/client/usd"
)

// Terms are what a request has to pass, all checked in the transaction that
// writes it, so that two processes cannot both pass.
type Terms struct {
	// Nonce names the confirmation: the second insert under one nonce adds
	// nothing.
	Nonce string
	// Limit reads the most that may be spent since Since, 0 for no limit. It is
	// called inside the transaction and again when that is tried again.
	Limit func() (usd.Micro, error)
	Since time.Time
	// Agreed is the sum since Since that a person agreed to although it passes
	// the limit.
	Agreed usd.Micro
	// Ceiling is the most that one request of unknown price may cost; nil when
	// nobody named one.
	Ceiling *usd.Micro
	// Estimate is what a job that is sent again counts for.
	Estimate *usd.Micro
	// Distinct refuses a job equal to an earlier one, unless that one's id is
	// among Repeats.
	Distinct bool
	Repeats  []string
}

// Guard is a pass. The zero Guard lets nothing through.
type Guard struct {
	terms Terms
	made  bool
}

// New returns a pass under terms.
func New(t Terms) Guard { return Guard{terms: t, made: true} }

// Terms returns what the pass demands, and reports whether it is one at all.
func (g *Guard) Terms() (Terms, bool) { return g.terms, g.made }
