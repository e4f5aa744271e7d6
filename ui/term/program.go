package term

import (
	"context"
	"os/exec"
)

// Program returns the command to run another program, as exec.CommandContext
// does. The supplier of the function decides which part of the environment the
// command gets: this package knows no secrets.
type Program = func(ctx context.Context, name string, args ...string) *exec.Cmd
