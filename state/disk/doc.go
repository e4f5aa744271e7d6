// Package disk adds to reading and writing what the program needs of a file
// system: locks, atomic writes, names that survive a power cut, and free space.
package disk
