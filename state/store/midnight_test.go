package store

import (
	"testing"
	"time"
	_ "time/tzdata" // the zones of the table
)

func TestDaysBeginWhereThereIsNoMidnight(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		zone, at string
		days     int
		want     string
	}{
		{"UTC", "2026-03-14T12:00:00Z", 0, "2026-03-14T00:00:00Z"},
		{"UTC", "2026-03-14T12:00:00Z", 13, "2026-03-01T00:00:00Z"},
		// Set forward at midnight.
		{"America/Santiago", "2024-09-08T12:00:00-03:00", 0, "2024-09-08T01:00:00-03:00"},
		{"America/Santiago", "2024-09-09T00:30:00-03:00", 1, "2024-09-08T01:00:00-03:00"},
		{"America/Santiago", "2024-09-08T12:00:00-03:00", 1, "2024-09-07T00:00:00-04:00"},
		{"Asia/Beirut", "2024-03-31T09:00:00+03:00", 0, "2024-03-31T01:00:00+03:00"},
		{"Africa/Cairo", "2024-04-26T09:00:00+03:00", 0, "2024-04-26T01:00:00+03:00"},
		// Set back at one o'clock: there are two midnights.
		{"America/Havana", "2024-11-03T12:00:00-05:00", 0, "2024-11-03T00:00:00-04:00"},
		{"Atlantic/Azores", "2024-10-27T12:00:00-01:00", 0, "2024-10-27T00:00:00Z"},
		{"Australia/Lord_Howe", "2024-10-06T12:00:00+11:00", 0, "2024-10-06T00:00:00+10:30"},
	} {
		zone, err := time.LoadLocation(tc.zone)
		if err != nil {
			t.Fatal(err)
		}
		at, err := time.Parse(time.RFC3339, tc.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := DaysBefore(at, zone, tc.days).Format(time.RFC3339); got != tc.want {
			t.Errorf("%s, %d days before %s: %s, want %s", tc.zone, tc.days, tc.at, got, tc.want)
		}
	}
}
