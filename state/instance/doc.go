// Package instance gives a running process an identity by which others can know
// whether it is alive.
//
// A process holds an exclusive lock on instances/ID.lock for its life. The
// kernel releases it however the process ends, kill -9 and power loss included,
// so no timer has to guess: a slow process is never declared dead.
package instance
