package cli

import (
	"testing"
	"time"

	"seedreel/state/queue"
)

// TestTransfersHaveASpeed checks rate and time left, which are known after a
// second and start again with the next transfer.
func TestTransfersHaveASpeed(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	p := newPace(func() time.Time { return now })
	for _, tc := range []struct {
		after time.Duration
		x     queue.Progress
		want  string
	}{
		{0, queue.Progress{JobID: "a", Phase: "download", Done: 1e6, Total: 10e6}, "a download [##----------------------] 1.0 MB of 10 MB"},
		{100 * time.Millisecond, queue.Progress{JobID: "a", Phase: "download", Done: 2e6, Total: 10e6}, "a download [####--------------------] 2.0 MB of 10 MB"},
		{1900 * time.Millisecond, queue.Progress{JobID: "a", Phase: "download", Done: 5e6, Total: 10e6}, "a download [############------------] 5.0 MB of 10 MB, 2.0 MB/s, 3s left"},
		{time.Second, queue.Progress{JobID: "a", Phase: "upload", Done: 0, Total: 10e6}, "a upload [------------------------] 0 B of 10 MB"},
		{2 * time.Second, queue.Progress{JobID: "a", Phase: "upload", Done: 0, Total: 10e6}, "a upload [------------------------] 0 B of 10 MB"},
		{2 * time.Second, queue.Progress{JobID: "b", Phase: "download", Done: 1000}, "b download 1.0 kB"},
		{2 * time.Second, queue.Progress{JobID: "b", Phase: "download", Done: 5000}, "b download 5.0 kB, 2.0 kB/s"},
	} {
		now = now.Add(tc.after)
		if got := string(p.line(tc.x)); got != tc.want {
			t.Errorf("%q, want %q", got, tc.want)
		}
	}
}
