package history

import (
	"testing"
	"time"

	"seedreel/client/all"
	"seedreel/views/words"
)

// All is brought in that a service lists, and the line about it has the same
// number of days.
func TestJobsAreBroughtInAsFarBackAsTheyAreListed(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	for _, d := range all.Services() {
		if back := now.Sub(oldest(d.ID, now)); back != d.ListsBack || words.Days(back) != words.ListsBack(d.ID) {
			t.Errorf("%s lists %v and is asked for %v (%s)", d.ID, d.ListsBack, back, words.ListsBack(d.ID))
		}
	}
}
