// Package client defines what a video service is: the request it takes, the
// prediction it answers with, its optional abilities, and the ways in which it
// can fail.
//
// It contains no HTTP and no model: models are data (package catalogue), and
// each service has a package of its own below this one. Nothing here depends
// on the screen or the disk.
package client
