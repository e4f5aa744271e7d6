//go:build race

package story_test

// underRace tells that the detector of races is on, under which drawing is ten
// times as slow and sizes find nothing new.
const underRace = true
