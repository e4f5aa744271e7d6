// Package client says what a video service is: the models it offers, the
// request it takes, the prediction it answers with, and the ways it can fail.
//
// It holds no HTTP and no model: the catalogue is data (see Catalogue), and
// each service lives in a package of its own below this one. Nothing in here
// knows of the screen or of the disk.
package client
