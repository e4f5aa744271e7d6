package aimlapi

import (
	"context"
	"time"

	"seedreel/client"
	"seedreel/client/find"
)

const (
	// scanLife is how long pages of the log are reused for further searches.
	// After an outage many requests are searched for at once, and the log
	// takes 200 queries a minute (logs-v2.json) while one search may need
	// twenty.
	scanLife = 10 * time.Second
	// scanStep widens the searched period to whole steps, so that requests
	// sent at about the same time are found on the same pages.
	scanStep = 5 * time.Minute
)

// window is a span of time in the log.
type window struct{ from, to time.Time }

// windowOf returns a period in whole steps.
func windowOf(around find.Span) window {
	return window{from: around.From.UTC().Truncate(scanStep), to: around.To.UTC().Truncate(scanStep).Add(scanStep)}
}

// logRows is one page of the log. more reports whether another page follows;
// bad, whether a row could not be read or it is not known what follows: the
// vendor documents has_more and nothing else.
type logRows struct {
	records   []client.Record
	odd       []oddCost
	more, bad bool
}

// oddCost is a cost that is no plain amount of dollars, as the row has it.
type oddCost struct{ id, said string }

// scan is one reading of a window, page after page. Its pages belong together,
// in order: new rows come in at the top, so a page older than the one before
// it would hide rows between the two.
type scan struct {
	began time.Time
	pages []logRows
}

// scans holds the readings recent enough to be reused.
type scans struct {
	// turn admits one reader at a time; the others then find its pages here.
	turn chan struct{}
	of   map[window]*scan
}

func newScans() scans { return scans{turn: make(chan struct{}, 1), of: map[window]*scan{}} }

// scanned returns page n of a window, 0 for the newest.
func (p *Provider) scanned(ctx context.Context, op string, w window, n int) (logRows, error) {
	select {
	case p.scans.turn <- struct{}{}:
	case <-ctx.Done():
		return logRows{}, ctx.Err()
	}
	defer func() { <-p.scans.turn }()
	now := p.now()
	for at, old := range p.scans.of {
		if age := now.Sub(old.began); age < 0 || age >= scanLife {
			delete(p.scans.of, at)
		}
	}
	s := p.scans.of[w]
	if s == nil {
		s = &scan{began: now}
		p.scans.of[w] = s
	}
	// A search that began on an older reading finds its next page here too.
	for len(s.pages) <= n {
		page, err := p.logs(ctx, op, w.from, w.to, len(s.pages)*logSize)
		if err != nil {
			return logRows{}, err
		}
		s.pages = append(s.pages, page)
		if !page.more {
			break
		}
	}
	if n >= len(s.pages) {
		return logRows{}, nil
	}
	return s.pages[n], nil
}
