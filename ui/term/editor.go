package term

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// EditorClosedMsg returns the text from the editor.
type EditorClosedMsg struct {
	Key     string // of the text, as given to Edit
	Text    string
	Changed bool
	Err     error
}

// maxEdited bounds the text read back, in bytes.
const maxEdited = 1 << 20

// errNoEditor is returned if no editor is found.
var errNoEditor = errors.New("no editor: set VISUAL or EDITOR")

// Edit opens text in the user's editor and reports with an EditorClosedMsg.
// The file is readable by the user alone and removed afterwards. Of all programs
// that are started the editor alone keeps the terminal, which it cannot do
// without: it is the person's own choice, as in a shell.
func Edit(ctx context.Context, program Program, getenv func(string) string, key, text string) tea.Cmd {
	return func() tea.Msg {
		args, err := editorArgs(getenv, exec.LookPath)
		if err != nil {
			return EditorClosedMsg{Key: key, Text: text, Err: err}
		}
		name, err := writeTemp(text)
		if err != nil {
			return EditorClosedMsg{Key: key, Text: text, Err: err}
		}
		cmd := program(ctx, args[0], append(args[1:], name)...)
		// Bubble Tea needs the message of this command: it hands the terminal
		// over and takes it back.
		return tea.Exec(foreground{cmd}, func(err error) tea.Msg { return closed(key, text, name, err) })()
	}
}

// EditorArgs returns the command of the user's editor with its arguments, to
// which the file is appended.
func EditorArgs(getenv func(string) string) ([]string, error) {
	return editorArgs(getenv, exec.LookPath)
}

// writeTemp writes the text to a new file with mode 0600.
func writeTemp(text string) (name string, err error) {
	f, err := os.CreateTemp("", "text-*.txt")
	if err != nil {
		return "", fmt.Errorf("making a file for the editor: %w", err)
	}
	_, err = io.WriteString(f, text)
	if err = errors.Join(err, f.Close()); err != nil {
		return "", errors.Join(fmt.Errorf("writing for the editor: %w", err), os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// closed reads the file back. If the editor failed it keeps the text unchanged.
func closed(key, before, name string, runErr error) EditorClosedMsg {
	msg := EditorClosedMsg{Key: key, Text: before}
	after, err := readTemp(name)
	if runErr != nil {
		err = fmt.Errorf("running the editor: %w", runErr)
	}
	if err != nil {
		msg.Err = err
		return msg
	}
	// Editors end the last line even if it was not ended before.
	if !strings.HasSuffix(before, "\n") {
		after = strings.TrimSuffix(strings.TrimSuffix(after, "\n"), "\r")
	}
	msg.Text, msg.Changed = after, after != before
	return msg
}

func readTemp(name string) (text string, err error) {
	f, err := os.Open(name)
	if err != nil {
		return "", fmt.Errorf("reading what the editor wrote: %w", err)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxEdited))
	if err = errors.Join(err, f.Close(), os.Remove(name)); err != nil {
		return "", fmt.Errorf("reading what the editor wrote: %w", err)
	}
	return string(data), nil
}

// editorArgs returns the command of VISUAL or EDITOR, or the first usual editor
// that is installed.
func editorArgs(getenv func(string) string, look func(string) (string, error)) ([]string, error) {
	for _, name := range []string{"VISUAL", "EDITOR"} {
		if v := strings.TrimSpace(getenv(name)); v != "" {
			args, err := split(v)
			if err != nil {
				return nil, fmt.Errorf("reading %s: %w", name, err)
			}
			return args, nil
		}
	}
	usual := []string{"nano", "vim", "vi"}
	if runtime.GOOS == "windows" {
		usual = []string{"notepad"}
	}
	for _, name := range usual {
		if p, err := look(name); err == nil {
			return []string{p}, nil
		}
	}
	return nil, errNoEditor
}

// split splits a command as a shell would, with quotes and backslashes and
// nothing more: no variables, no globs, no shell.
func split(s string) ([]string, error) {
	var out []string
	var cur strings.Builder
	quote, in := rune(0), false
	runes := []rune(s)
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == '\'', quote == '"' && r != '\\':
			cur.WriteRune(r)
		case r == '\\' && runtime.GOOS != "windows" && i+1 < len(runes):
			i++
			cur.WriteRune(runes[i])
			in = true
		case r == '\'' || r == '"':
			quote, in = r, true
		case r == ' ' || r == '\t':
			if in {
				out = append(out, cur.String())
				cur.Reset()
			}
			in = false
		default:
			cur.WriteRune(r)
			in = true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("a quote is not closed in %q", s)
	}
	if in {
		out = append(out, cur.String())
	}
	if len(out) == 0 || out[0] == "" {
		return nil, errNoEditor
	}
	return out, nil
}
