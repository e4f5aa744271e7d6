package secret

import (
	"context"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// keySuffix ends the names of variables that hold services' keys, ours and
// those of other programs.
const keySuffix = "_API_KEY"

// Command is exec.CommandContext for a program that needs no keys and no
// terminal: a player, ffmpeg, a desktop's tools. Children hand their environment
// on to plug-ins and crash reports, and anything that runs as them can read it.
// The program is in a session of its own, so that it cannot write to the
// terminal, whatever has been put in its place.
func Command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := Foreground(ctx, name, args...)
	apart(cmd)
	return cmd
}

// Foreground is like Command for a program that needs the terminal: the editor,
// which is the person's own choice as in a shell.
func Foreground(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = environ(os.Environ(), runtime.GOOS == "windows")
	return cmd
}

// environ returns env without the variables that hold keys.
func environ(env []string, fold bool) []string {
	out := make([]string, 0, len(env))
	for _, line := range env {
		name, _, _ := strings.Cut(line, "=")
		if fold {
			name = strings.ToUpper(name)
		}
		if !strings.HasSuffix(name, keySuffix) {
			out = append(out, line)
		}
	}
	return out
}
