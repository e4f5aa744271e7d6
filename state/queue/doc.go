// Package queue moves jobs: it lists what is due (Next) and does one step at a
// time (Run). It starts no goroutines of its own except in Work; the caller
// decides where the steps run, on the screens' commands, in a plain loop
// (Work), or one by one in a test with a clock of its own.
//
// The rule behind it all: a request that may have been paid for is on disk
// before it leaves, and is never sent again by itself.
package queue
