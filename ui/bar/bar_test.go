package bar_test

import (
	"math"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"seedreel/ui/bar"
	"seedreel/ui/theme"
)

func TestView(t *testing.T) {
	t.Parallel()
	st := theme.New(theme.Dark())
	for _, tt := range []struct {
		part  float64
		width int
		want  string
	}{
		{0, 4, "────"}, {0.5, 4, "━━──"}, {1, 4, "━━━━"}, {0.01, 4, "━───"}, {7, 2, "━━"}, {-1, 2, "──"}, {math.NaN(), 2, "──"}, {1, 0, ""},
	} {
		if got := ansi.Strip(bar.View(tt.part, tt.width, st)); got != tt.want {
			t.Errorf("%v in %d cells: %q, want %q", tt.part, tt.width, got, tt.want)
		}
	}
}

func TestAmounts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ got, want string }{
		{bar.Bytes(0), "0 B"},
		{bar.Bytes(-5), "0 B"},
		{bar.Bytes(999), "999 B"},
		{bar.Bytes(1000), "1 KB"},
		{bar.Bytes(412_345), "412 KB"},
		{bar.Bytes(999_999), "1.0 MB"},
		{bar.Bytes(3_140_000), "3.1 MB"},
		{bar.Bytes(12_000_000), "12 MB"},
		{bar.Bytes(2_500_000_000), "2.5 GB"},
		{bar.BytesOf(3_100_000, 12_000_000), "3.1 of 12 MB"},
		{bar.BytesOf(500, 0), "500 B"},
		{bar.BytesOf(0, 900_000), "0 of 900 KB"},
	} {
		if tt.got != tt.want {
			t.Errorf("%q, want %q", tt.got, tt.want)
		}
	}
}

func TestTimes(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 10, 12, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) string { return bar.Age(now.Add(-d), now) }
	for _, tt := range []struct{ got, want string }{
		{bar.Clock(41 * time.Second), "0:41"},
		{bar.Clock(-time.Second), "0:00"},
		{bar.Clock(12*time.Minute + 5*time.Second), "12:05"},
		{bar.Clock(time.Hour + 2*time.Minute + 3*time.Second), "1:02:03"},
		{bar.Elapsed(41*time.Second, 90*time.Second), "0:41 of ~1:30"},
		{bar.Elapsed(41*time.Second, 0), "0:41"},
		{bar.Words(41 * time.Second), "41 s"},
		{bar.Words(90 * time.Second), "1 min 30 s"},
		{bar.Words(2 * time.Minute), "2 min"},
		{bar.Words(125 * time.Minute), "2 h 5 min"},
		{bar.Words(72 * time.Hour), "3 days"},
		{ago(-time.Hour), "just now"},
		{ago(4 * time.Second), "just now"},
		{ago(30 * time.Second), "30 s ago"},
		{ago(4 * time.Minute), "4 min ago"},
		{ago(3 * time.Hour), "3 h ago"},
		{ago(25 * time.Hour), "1 day ago"},
		{ago(100 * time.Hour), "4 days ago"},
	} {
		if tt.got != tt.want {
			t.Errorf("%q, want %q", tt.got, tt.want)
		}
	}
}
