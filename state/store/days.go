package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"seedreel/client/usd"
	"seedreel/state/reel"
)

// DaySum is what a query finds of one day.
type DaySum struct {
	// Day is when it begins.
	Day  time.Time
	Jobs int
	// More is set if counting stopped within the day.
	More bool
	Bill reel.Bill
}

// Days adds up what a query finds, day by day of its zone, from a time on; the
// latest day is the first. Like Count it stops at some number of jobs.
func (s *Store) Days(ctx context.Context, q Query, since time.Time) (out []DaySum, err error) {
	p, err := s.planFor(ctx, &q)
	if err != nil || p.none {
		return nil, err
	}
	p.and("jobs.created_ms >= ?", since.UnixMilli())
	rows, err := s.r.QueryContext(ctx, `SELECT jobs.created_ms, jobs.practice,
 (SELECT coalesce(sum(`+figure+`), 0) FROM attempts a WHERE a.job_seq = jobs.seq AND a.outcome IN ('billed', 'maybe')),
 (SELECT count(*) FROM attempts a WHERE a.job_seq = jobs.seq AND a.outcome IN ('billed', 'maybe') AND `+figure+` IS NULL)
`+p.from+` WHERE `+strings.Join(p.where, " AND ")+` ORDER BY jobs.created_ms DESC LIMIT ?`, append(p.args, countUpTo+1)...)
	if err != nil {
		return nil, fmt.Errorf("adding up days: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for n := 0; rows.Next(); n++ {
		var at int64
		var practice bool
		var spent usd.Micro
		var unpriced int
		if err := rows.Scan(&at, &practice, &spent, &unpriced); err != nil {
			return nil, fmt.Errorf("adding up days: %w", err)
		}
		if day := Midnight(time.UnixMilli(at).In(q.zone()), q.zone()); len(out) == 0 || !out[len(out)-1].Day.Equal(day) {
			out = append(out, DaySum{Day: day})
		}
		sum := &out[len(out)-1]
		if n == countUpTo {
			sum.More = true
			break
		}
		sum.Jobs++
		b := reel.Bill{Spent: spent, Unpriced: unpriced}
		if practice {
			b = reel.Bill{Practised: spent, UnpricedPractice: unpriced}
		}
		sum.Bill = sum.Bill.Plus(b)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("adding up days: %w", err)
	}
	return out, nil
}
