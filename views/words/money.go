package words

import (
	"seedreel/state/reel"
	"seedreel/ui/safe"
)

// Practice is how lists mark what was made in practice, in place of a price.
const Practice safe.String = "practice"

// Bill returns what takes cost, in words that never call practice spent:
// "spent $0.24", "practice, would have cost $0.32".
func Bill(b reel.Bill) safe.String {
	spent, practised := "spent "+Sum(b.Spent, b.Unpriced), "would have cost "+Sum(b.Practised, b.UnpricedPractice)
	switch {
	case b.Practised == 0 && b.UnpricedPractice == 0:
		return spent
	case b.Spent == 0 && b.Unpriced == 0:
		return Practice + ", " + practised
	}
	return spent + ", " + Practice + " " + practised
}

// Spent returns what takes cost for a column of a list. What was made in
// practice alone is marked as in every list.
func Spent(b reel.Bill) safe.String {
	if b.Spent == 0 && b.Unpriced == 0 && (b.Practised > 0 || b.UnpricedPractice > 0) {
		return Practice
	}
	return Sum(b.Spent, b.Unpriced)
}
