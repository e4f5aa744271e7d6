package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"seedreel/client/usd"
)

// By is the grouping of spending.
type By int

// The groupings of spending.
const (
	ByDay By = iota
	ByModel
	ByService
)

// SpendRow is one sum. Practice money is not real and has rows of its own.
type SpendRow struct {
	// Day is the midnight at which the day began, in the zone given; zero
	// unless by day.
	Day time.Time
	// Provider is set by model and by service, Model by model only.
	Provider, Model string
	Practice        bool
	// Jobs counts the clips that may have been billed, each attempt as one;
	// Unpriced counts attempts without any figure.
	Jobs, Unpriced int
	// Spent is charges, and estimates or ceilings where the service reported
	// none (of that Estimated); micro-dollars.
	Spent, Estimated usd.Micro
	// Seconds is the total length of the clips.
	Seconds int
	// Kept is how many of the clips are picks of their shots.
	Kept int
}

// PerKept returns what a clip that was kept cost, with all that were made for
// it; ok is false if none was kept.
func (r *SpendRow) PerKept() (each usd.Micro, ok bool) {
	if r.Kept == 0 {
		return 0, false
	}
	return r.Spent.Share(int64(r.Kept)), true
}

// quarter is the unit in which SQLite adds up: every time zone of today begins
// its days on a quarter of an hour.
const quarter = 15 * time.Minute

// Midnight returns when the day of t began in a zone: limits and sums go by
// the user's own days.
func Midnight(t time.Time, zone *time.Location) time.Time {
	return DaysBefore(t, zone, 0)
}

// DaysBefore returns when the day began that lies a number of days before that
// of t. Where clocks are set forward at midnight, a day begins at one o'clock;
// where they are set back over it, at the first of the two midnights.
func DaysBefore(t time.Time, zone *time.Location, days int) time.Time {
	y, m, d := t.In(zone).Date()
	noon := time.Date(y, m, d-days, 12, 0, 0, 0, zone)
	y, m, d = noon.Date()
	begins := time.Date(y, m, d, 0, 0, 0, 0, zone)
	if begins.Hour() != 0 || begins.Day() != d {
		// There is no midnight: the day begins with the new time.
		if from, _ := noon.ZoneBounds(); !from.IsZero() {
			return from.In(zone)
		}
	}
	for _, earlier := range []time.Duration{30 * time.Minute, time.Hour, 2 * time.Hour} {
		if e := begins.Add(-earlier); e.Day() == d && e.Hour() == 0 && e.Minute() == 0 {
			return e
		}
	}
	return begins
}

// Spend adds up the cost of the attempts made at from or later. Days are
// sorted newest first, models and services dearest first.
func (s *Store) Spend(ctx context.Context, from time.Time, by By, tz *time.Location) (out []SpendRow, err error) {
	key, group := "0", ""
	switch by {
	case ByDay:
		key = fmt.Sprintf("at_ms / %d", quarter.Milliseconds())
		group = "1, "
	case ByModel:
		group = "provider, model, "
	case ByService:
		group = "provider, "
	}
	err = eachRow(ctx, s.r, "adding up the spending", func(rows *sql.Rows) error {
		var r SpendRow
		var n int64
		if err := rows.Scan(&n, &r.Provider, &r.Model, &r.Practice, &r.Jobs, &r.Unpriced, &r.Spent, &r.Estimated, &r.Seconds, &r.Kept); err != nil {
			return err
		}
		switch by {
		case ByDay:
			at := time.UnixMilli(n * quarter.Milliseconds()).In(tz)
			r.Day = Midnight(at, tz)
			r.Provider, r.Model = "", ""
		case ByService:
			r.Model = ""
		case ByModel:
		}
		out = addRow(out, r)
		return nil
	}, `SELECT `+key+`, a.provider, a.model, a.practice, count(*) FILTER (WHERE a.kind <> 'rewriting'),
 count(*) FILTER (WHERE `+figure+` IS NULL), coalesce(sum(`+figure+`), 0),
 coalesce(sum(`+figure+`) FILTER (WHERE a.charge_uusd IS NULL), 0), sum(min(max(a.seconds, 0), 86400)),
 count(*) FILTER (WHERE a.current = 1 AND a.job_seq IN (SELECT seq FROM jobs WHERE pick = 1 AND deleted_ms IS NULL))
 FROM attempts a WHERE a.at_ms >= ? AND a.outcome IN ('billed', 'maybe') GROUP BY `+group+`practice ORDER BY 1 DESC`, from.UnixMilli())
	if err != nil {
		return nil, err
	}
	if by != ByDay {
		slices.SortStableFunc(out, func(a, b SpendRow) int { return cmp.Compare(b.Spent, a.Spent) })
	}
	return out, nil
}

// addRow merges the quarters of a day; rows come sorted, so the match is near
// the end.
func addRow(rows []SpendRow, r SpendRow) []SpendRow {
	for i := len(rows) - 1; i >= 0 && i >= len(rows)-2; i-- {
		if o := &rows[i]; o.Day.Equal(r.Day) && o.Practice == r.Practice && o.Provider == r.Provider && o.Model == r.Model {
			o.Jobs += r.Jobs
			o.Unpriced += r.Unpriced
			o.Spent = o.Spent.Plus(r.Spent)
			o.Estimated = o.Estimated.Plus(r.Estimated)
			o.Seconds += r.Seconds
			o.Kept += r.Kept
			return rows
		}
	}
	return append(rows, r)
}
