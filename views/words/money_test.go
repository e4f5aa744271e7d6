package words

import (
	"testing"

	"seedreel/state/reel"
	"seedreel/ui/safe"
)

// Practice is never called spent, and an unknown price is never nothing.
func TestBillsKeepPracticeApart(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		bill       reel.Bill
		long, list safe.String
	}{
		{reel.Bill{}, "spent $0.00", "$0.00"},
		{reel.Bill{Spent: 80_000}, "spent $0.08", "$0.08"},
		{reel.Bill{Unpriced: 1}, "spent ?", "?"},
		{reel.Bill{Spent: 80_000, Unpriced: 1}, "spent $0.08+?", "$0.08+?"},
		{reel.Bill{Practised: 320_000}, "practice, would have cost $0.32", "practice"},
		{reel.Bill{UnpricedPractice: 1}, "practice, would have cost ?", "practice"},
		{reel.Bill{Spent: 80_000, Practised: 320_000}, "spent $0.08, practice would have cost $0.32", "$0.08"},
	} {
		if got := Bill(tt.bill); got != tt.long {
			t.Errorf("%+v is %q, want %q", tt.bill, got, tt.long)
		}
		if got := Spent(tt.bill); got != tt.list {
			t.Errorf("%+v is %q in a list, want %q", tt.bill, got, tt.list)
		}
	}
}
