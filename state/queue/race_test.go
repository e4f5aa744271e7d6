//go:build race

package queue

// games is small here: under the race detector SQLite, which is translated C,
// takes ten times as long.
const games = "2"
