//go:build !race

package story_test

const underRace = false
