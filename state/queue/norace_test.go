//go:build !race

package queue

// games is how many are played where nobody asked for a number.
const games = "8"
