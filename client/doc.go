// Package client describes what a video service is: the request it takes, the
// prediction it answers with, what else it may be able to do, and the ways in
// which it can fail.
//
// It holds no HTTP and no model: models are data (package catalogue), and each
// service has a package of its own below this one. Nothing in here knows the
// screen or the disk.
package client
