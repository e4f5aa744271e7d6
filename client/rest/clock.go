package rest

import (
	"net/http"
	"sync"
	"time"
)

const (
	// mostSpread is the longest time between a request and its answer that
	// still fixes the service's clock: half of it is the error, and requests
	// are told apart by seconds.
	mostSpread = 4 * time.Second
	// mostStep is how far this machine's clock may move on its own, against
	// the time that has passed, before what was measured by it is forgotten.
	mostStep = time.Second
	// dateStep is the precision of a Date header.
	dateStep = time.Second
)

// clock is what is known of a service's clock, from the Date of its answers.
type clock struct {
	mu sync.Mutex
	// date was the service's time when this machine's clock was at.
	date, at time.Time
}

// see takes an answer's Date. The service wrote it between from and to by the
// clock of this machine; a Date that a cache kept is as old as its Age.
func (c *clock) see(h http.Header, from, to time.Time) {
	date, err := http.ParseTime(h.Get("Date"))
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		return
	}
	spread := to.Sub(from)
	if h.Get("Age") != "" || spread < 0 || spread > mostSpread {
		return
	}
	c.date, c.at = date.Add(dateStep/2), from.Add(spread/2)
}

// ahead returns how far the service's clock is ahead of this machine's. It is
// not known before the first Date, nor after this machine's clock was set or
// its sleep, until the next one.
func (c *clock) ahead(at time.Time) (time.Duration, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at.IsZero() {
		return 0, false
	}
	passed, shown := at.Sub(c.at), at.Round(0).Sub(c.at.Round(0))
	if d := passed - shown; d > mostStep || d < -mostStep {
		return 0, false
	}
	return c.date.Sub(c.at.Round(0)), true
}

// Ahead returns how far the service's clock is ahead of this machine's at a
// time by the latter, and whether that is known: from the Date of its last
// answer, if this machine's clock has not been set since.
func (c *Client) Ahead(at time.Time) (time.Duration, bool) { return c.clock.ahead(at) }
