//go:build race

package story_test

// underRace is set if the race detector is on, under which drawing is ten times
// as slow and sizes find nothing new.
const underRace = true
