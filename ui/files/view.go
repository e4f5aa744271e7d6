package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"seedreel/ui/cursor"
	"seedreel/ui/dialog"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
)

// readMsg is a folder that was read; request identifies the reading, so that a
// stale one can be dropped.
type readMsg struct {
	request int
	id      string
	entries []Entry
	err     safe.String
	// dir is the folder if it was typed, typed what named it in the filter, and
	// take is set if it may be a file, to be taken.
	dir, typed string
	take       bool
}

// read lists a folder, folders first. It follows links to see what they are and
// leaves out everything but files and folders.
func read(request int, id, dir string) tea.Cmd {
	return func() tea.Msg {
		msg := readMsg{request: request, id: id}
		found, err := os.ReadDir(dir)
		if err != nil {
			msg.err = words(err)
			return msg
		}
		for _, d := range found {
			if e, ok := entry(dir, d); ok {
				msg.entries = append(msg.entries, e)
			}
		}
		slices.SortStableFunc(msg.entries, func(a, b Entry) int {
			if a.Dir != b.Dir {
				if a.Dir {
					return -1
				}
				return 1
			}
			return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
		})
		return msg
	}
}

func entry(dir string, d fs.DirEntry) (Entry, bool) {
	info, err := d.Info()
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		info, err = os.Stat(dir + string(os.PathSeparator) + d.Name())
	}
	// Skip what has vanished since, and links to nowhere.
	if err != nil || !info.IsDir() && !info.Mode().IsRegular() {
		return Entry{}, false
	}
	return Entry{Name: d.Name(), Dir: info.IsDir(), Size: info.Size(), At: info.ModTime()}, true
}

// words returns why a folder cannot be shown.
func words(err error) safe.String {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return "you may not look into this folder"
	case errors.Is(err, fs.ErrNotExist):
		return "this folder is not there any more"
	}
	return safe.Line(err.Error())
}

// rowsBegin is the line of the dialog in which the rows begin: below the border,
// the folder, the filter and a blank line.
const rowsBegin = 4

// View renders the folder.
func (b *Browser) View(w, h int, st *theme.Styles) string {
	if b.st != st {
		b.st = st
		b.list.Invalidate()
	}
	in := dialog.Inner(92, w)
	const chrome = 8 // border, folder, filter and notes with their spaces
	room := max(min(h-chrome, 24), 1)
	b.list.SetSize(in, room)
	head := st.Text.Quiet.Render(string(left(safe.Line(b.dir), in)))
	filter := st.Field.GutterFocused.Render("┃") + " "
	if b.filter == "" {
		filter += cursor.Mark + st.Field.Placeholder.Render("type to filter, or type a path or link")
	} else {
		filter += st.Field.ValueFocused.Render(string(safe.Line(b.filter))) + cursor.Mark
	}
	lines := []string{head, filter, ""}
	if note := b.empty(); note != "" {
		lines = append(lines, note)
		lines = append(lines, make([]string, room-1)...)
	} else {
		lines = append(lines, strings.Split(b.list.View(), "\n")...)
	}
	lines = append(lines, "", st.Text.Quiet.Render(string(safe.Truncate(b.hint(), in))))
	return dialog.Frame(b.opts.Title, lines, in, st)
}

// left keeps the end of a path, which is more telling than its beginning.
func left(s safe.String, w int) safe.String {
	if n := s.Width(); n > w {
		return safe.Ellipsis + safe.Cut(s, n-w+1, n)
	}
	return s
}

// empty returns why there is no row, or "".
func (b *Browser) empty() string {
	switch {
	case b.err != "":
		return b.st.Field.Error.Render(string(b.err))
	case b.list.Len() > 0:
		return ""
	case b.loading:
		return b.st.Text.Quiet.Render("reading the folder…")
	case b.filter != "":
		if b.typed() != "" {
			return b.st.Text.Quiet.Render("enter takes this path or link, or opens the folder")
		}
		return b.st.Text.Quiet.Render("nothing matches; esc clears the filter")
	case len(b.opts.Suffixes) > 0:
		return b.st.Text.Quiet.Render("no " + strings.Join(b.opts.Suffixes, ", ") + " here; left goes up")
	}
	return b.st.Text.Quiet.Render("an empty folder; left goes up")
}

func (b *Browser) hint() safe.String {
	if b.opts.Many < 2 {
		return "enter pick   tab complete   left folder above   alt+. hidden   esc close"
	}
	return safe.Line(fmt.Sprintf("%d of %d marked   space mark   enter take   tab complete   left folder above", len(b.marked), b.opts.Many))
}
