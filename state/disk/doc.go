// Package disk is what the program asks of a file system beyond reading and
// writing: locks, files that are there whole or not at all, names that outlive
// a power cut, and how much room is left.
package disk
