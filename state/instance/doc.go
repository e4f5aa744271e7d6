// Package instance gives one running process an identity that others can tell
// dead from alive.
//
// A process holds an exclusive lock on instances/ID.lock for its life. The
// kernel lets go of it on every way out, kill -9 and power loss included, so
// no timer has to guess: a slow process is never called dead.
package instance
