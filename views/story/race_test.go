//go:build race

package story_test

// underRace is set if the race detector is on, under which drawing is ten times
// as slow. Other sizes and colours of a screen are drawn by the same goroutines,
// so each walk through the screens is made at one size and in one theme.
const underRace = true
