//go:build !unix

package main

import "os/exec"

// asGroup does nothing: the program starts no children on this system.
func asGroup(*exec.Cmd) {}
