package term

import (
	"context"
	"os/exec"
)

// Program makes the command of another program, as exec.CommandContext does.
// Which part of the environment it gets is decided by who gives the function:
// this package knows no secrets.
type Program = func(ctx context.Context, name string, args ...string) *exec.Cmd
