package term

import (
	"context"
	"fmt"
	"net/url"
	"os/exec"
	"path/filepath"
	"runtime"

	tea "charm.land/bubbletea/v2"

	"seedreel/ui/safe"
)

// OpenedMsg reports the result of opening a folder, file or link.
type OpenedMsg struct{ Err error }

// Open shows a folder, a file or a link with the desktop of this machine. If
// that cannot work it returns no command but the reason in words.
func Open(ctx context.Context, program Program, env Env, target string) (tea.Cmd, safe.String) {
	if env.SSH {
		return nil, "this program runs on another machine: copy it and open it on yours"
	}
	if runtime.GOOS != "windows" && runtime.GOOS != "darwin" && !env.Display {
		return nil, "there is no desktop on this machine to open it with"
	}
	if !openable(target) {
		return nil, "only links and full paths can be opened"
	}
	name, args := opener(runtime.GOOS)
	path, err := exec.LookPath(name)
	if err != nil {
		return nil, safe.Line(name + " is not installed")
	}
	return func() tea.Msg {
		// The arguments go to the program unchanged, without a shell.
		err := program(ctx, path, append(args, target)...).Run()
		if err != nil {
			err = fmt.Errorf("opening with %s: %w", name, err)
		}
		return OpenedMsg{Err: err}
	}, ""
}

// openable reports whether target is an http link or an absolute path. Neither
// can begin with a dash, so neither can be taken for an option.
func openable(target string) bool {
	if filepath.IsAbs(target) {
		return true
	}
	u, err := url.Parse(target)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

func opener(goos string) (name string, args []string) {
	switch goos {
	case "darwin":
		return "open", nil
	case "windows":
		return "rundll32", []string{"url.dll,FileProtocolHandler"}
	}
	return "xdg-open", nil
}
