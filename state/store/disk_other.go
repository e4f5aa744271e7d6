//go:build !linux && !darwin && !windows

package store

// networkName cannot be told here; Options.NoWAL is for people who know.
func networkName(string) string { return "" }

// freeBytes is not known here; a full disk still shows when it is written to.
func freeBytes(string) (int64, bool) { return 0, false }
