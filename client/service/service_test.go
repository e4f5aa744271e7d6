package service_test

import (
	"testing"
	"time"

	"seedreel/client/service"
)

func TestPollsFollowWhatIsInProgress(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		polls service.Polls
		runs  int
		want  int
	}{
		{service.Polls{Pace: 5 * time.Second, PerSecond: 10, Most: 100}, 2, 10},
		{service.Polls{Pace: 5 * time.Second, PerSecond: 10, Most: 100}, 51, 51},
		{service.Polls{Pace: 5 * time.Second, PerSecond: 10, Most: 100}, 10_000, 100},
		{service.Polls{Pace: 10 * time.Second, PerSecond: 5}, 10_000, 5},
		{service.Polls{PerSecond: 5, Most: 9}, 3, 5},
		{service.Polls{}, 3, 0},
	} {
		if got := c.polls.For(c.runs); got != c.want {
			t.Errorf("%+v with %d under way: %d, want %d", c.polls, c.runs, got, c.want)
		}
	}
}
