// Package store keeps jobs on disk: one SQLite file that several processes of
// the program share, beside it a file with a receipt for every paid id, and a
// few megabytes of ballast that can be dropped when the disk is full.
//
// Every write is one immediate transaction that is on the disk before the call
// returns (WAL with synchronous FULL). Every method takes a context and may
// wait for another process, so none of them belongs on the goroutine that
// draws the screen. Times are UTC and whole milliseconds, money is in
// micro-dollars.
package store
