//go:build !unix

package frames

import "os/exec"

// alone does nothing: the process itself is killed, and ffmpeg starts no
// others.
func alone(*exec.Cmd) {}
