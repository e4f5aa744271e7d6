//go:build !race

package queue

// games is the default number of games.
const games = "8"
