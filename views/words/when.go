package words

import (
	"time"

	"seedreel/state/store"
	"seedreel/ui/safe"
)

// Day returns a day as people say it: the weekday within a week, else the date.
// It is "" today.
func Day(at, now time.Time) safe.String {
	midnight := store.Midnight(now, now.Location())
	switch at = at.In(now.Location()); {
	case !at.Before(midnight):
		return ""
	case !at.Before(midnight.AddDate(0, 0, -6)):
		return safe.Line(at.Format("Mon"))
	case at.Year() == now.Year():
		return safe.Line(at.Format("2 Jan"))
	}
	return safe.Line(at.Format("2 Jan 2006"))
}

// Moment returns a time to the second, with its day unless that is today's.
func Moment(at, now time.Time) safe.String {
	clock := safe.Line(at.In(now.Location()).Format("15:04:05"))
	if day := Day(at, now); day != "" {
		return day + " " + clock
	}
	return clock
}
