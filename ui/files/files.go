// Package files is a file browser for a dialog.
//
// Folders are read in commands and never while drawing; results that arrive
// after the user has moved on are dropped. Names are untrusted and pass through
// ui/safe. Only regular files and folders are shown: opening a pipe or a device
// to look at it could hang or do harm.
package files

import (
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"seedreel/ui/bar"
	"seedreel/ui/dialog"
	"seedreel/ui/keys"
	"seedreel/ui/list"
	"seedreel/ui/safe"
	"seedreel/ui/theme"
)

// Options configures a Browser.
type Options struct {
	ID    string
	Title safe.String
	// Suffixes are the endings shown, such as ".png", in any case; none means
	// all.
	Suffixes []string
	// Many is how many files can be marked; 0 and 1 pick one.
	Many int
	// Take is called with the paths picked, absolute and in the order they were
	// marked.
	Take func(paths []string) tea.Cmd
	// Home is the folder that ~ names.
	Home string
	// Now is the clock for the ages of files.
	Now func() time.Time
}

// Entry is one file or folder.
type Entry struct {
	Name string
	Dir  bool
	Size int64
	At   time.Time
}

// Browser lists a folder. Typing filters, a path typed up to a slash opens that
// folder, tab completes, enter opens or picks, left or backspace goes up, space
// marks, alt+. shows hidden files.
type Browser struct {
	opts    Options
	dir     string
	entries []Entry
	filter  string
	hidden  bool
	loading bool
	err     safe.String
	request int
	from    string // folder left by going up, to select in its parent
	marked  []string
	list    *list.List[Entry, string]
	st      *theme.Styles
}

// New returns a browser; the command of Open fills it.
func New(opts Options) *Browser {
	b := &Browser{opts: opts}
	b.list = list.New(func(e Entry) string { return e.Name }, b.row)
	b.list.Keys = list.ArrowKeyMap()
	return b
}

// Open goes to a folder.
func (b *Browser) Open(dir string) tea.Cmd {
	b.request++
	b.dir, b.filter, b.loading, b.err = dir, "", true, ""
	return read(b.request, b.opts.ID, dir)
}

// Dir returns the folder shown, to be remembered for the next time.
func (b *Browser) Dir() string { return b.dir }

// ID returns the name of the dialog.
func (b *Browser) ID() string { return b.opts.ID }

// Update moves, filters, marks and picks.
func (b *Browser) Update(msg tea.Msg) (dialog.Action, tea.Cmd) {
	switch m := msg.(type) {
	case readMsg:
		return b.loaded(m), nil
	case tea.PasteMsg:
		b.setFilter(b.filter + strings.TrimSpace(string(safe.Line(m.Content))))
		return nil, b.follow()
	case tea.KeyPressMsg:
		return b.press(m)
	}
	return nil, nil
}

// loaded shows a folder that was read, or takes the path that is no folder.
func (b *Browser) loaded(m readMsg) dialog.Action {
	if m.request != b.request || m.id != b.opts.ID {
		return nil
	}
	if m.typed != "" {
		rest, still := strings.CutPrefix(b.filter, m.typed)
		switch {
		case !still:
			return nil
		case m.err != "" && m.take:
			return b.take(m.dir)
		case m.err != "":
			return nil // what is typed may become a name
		}
		b.dir, b.filter = m.dir, rest
	}
	b.loading, b.err, b.entries = false, m.err, m.entries
	b.list.SetItems(nil)
	b.apply()
	if b.from != "" {
		b.list.Select(b.from)
		b.from = ""
	} else {
		b.list.Move(-b.list.Len())
	}
	return nil
}

// isLink reports whether a text is a link.
func isLink(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// typed returns the path or link in the filter, "" if it holds words to filter
// by. A path that begins with a name is relative to the folder shown.
func (b *Browser) typed() string {
	switch f := b.filter; {
	case isLink(f):
		return f
	case b.opts.Home != "" && (f == "~" || strings.HasPrefix(f, "~/")):
		return filepath.Join(b.opts.Home, f[1:])
	case !strings.Contains(f, "/"):
		return ""
	case filepath.IsAbs(f):
		return filepath.Clean(f)
	default:
		return filepath.Join(b.dir, f)
	}
}

// follow opens the folder that was typed up to its slash, if there is one.
func (b *Browser) follow() tea.Cmd {
	at := strings.LastIndex(b.filter, "/")
	if at < 0 || isLink(b.filter) {
		return nil
	}
	whole := b.filter
	b.filter = whole[:at+1]
	dir := b.typed()
	b.filter = whole
	return b.look(dir, whole[:at+1], false)
}

// look reads a folder that was typed. If it is none and take is set, its path
// is taken.
func (b *Browser) look(dir, typed string, take bool) tea.Cmd {
	b.request++
	read := read(b.request, b.opts.ID, dir)
	return func() tea.Msg {
		m, ok := read().(readMsg)
		if ok {
			m.dir, m.typed, m.take = dir, typed, take
		}
		return m
	}
}

// complete extends the filter as far as all names that begin with it agree, and
// opens the folder if there is one such name.
func (b *Browser) complete() tea.Cmd {
	var names []Entry
	for _, e := range b.list.Items() {
		if len(e.Name) >= len(b.filter) && strings.EqualFold(e.Name[:len(b.filter)], b.filter) {
			names = append(names, e)
		}
	}
	if len(names) == 0 {
		return nil
	}
	same := names[0].Name
	for _, e := range names[1:] {
		for !strings.HasPrefix(strings.ToLower(e.Name), strings.ToLower(same)) {
			_, n := utf8.DecodeLastRuneInString(same)
			same = same[:len(same)-n]
		}
	}
	if len(names) == 1 && names[0].Dir {
		return b.Open(filepath.Join(b.dir, same))
	}
	b.setFilter(same)
	return nil
}

// Point opens the folder or picks the file that was clicked; of several files it
// marks them. The wheel moves the mark.
func (b *Browser) Point(_, y int, click bool, wheel int) (dialog.Action, tea.Cmd) {
	if wheel != 0 {
		b.list.Move(wheel)
		return nil, nil
	}
	i, ok := b.list.At(y - rowsBegin)
	if !click || !ok {
		return nil, nil
	}
	e := b.list.Items()[i]
	b.list.Select(e.Name)
	if !e.Dir && b.opts.Many > 1 {
		b.mark()
		b.list.Select(e.Name)
		return nil, nil
	}
	return b.enter(true)
}

func (b *Browser) press(m tea.KeyPressMsg) (dialog.Action, tea.Cmd) {
	switch k := m.String(); k {
	case "ctrl+c":
		return dialog.Close, nil
	case "esc":
		if b.filter == "" {
			return dialog.Close, nil
		}
		b.setFilter("")
	case "enter", "right":
		switch path := b.typed(); {
		case isLink(path) && k == "enter":
			return b.take(path), nil
		case path != "" && !isLink(path):
			return nil, b.look(path, b.filter, k == "enter")
		}
		return b.enter(k == "enter")
	case "left":
		return nil, b.up()
	case "backspace":
		if b.filter == "" {
			return nil, b.up()
		}
		r := []rune(b.filter)
		b.setFilter(string(r[:len(r)-1]))
	case "ctrl+u":
		b.setFilter("")
	case "alt+.":
		b.hidden = !b.hidden
		b.apply()
	case "tab":
		return nil, b.complete()
	case "space":
		if !b.spaced() {
			b.mark()
			return nil, nil
		}
		b.setFilter(b.filter + " ")
	default:
		if !b.list.Update(m) && m.Text != "" {
			b.setFilter(b.filter + safe.Edit(m.Text))
			if m.Text == "/" {
				return nil, b.follow()
			}
		}
	}
	return nil, nil
}

// spaced reports whether a space belongs to the filter: a name goes on with it,
// or there is nothing to mark.
func (b *Browser) spaced() bool {
	if b.filter == "" {
		return false
	}
	want := strings.ToLower(b.filter) + " "
	return b.opts.Many < 2 || b.typed() != "" || len(b.list.Items()) == 0 || slices.ContainsFunc(b.list.Items(), func(e Entry) bool {
		return strings.Contains(strings.ToLower(e.Name), want)
	})
}

// enter opens a folder, or returns the marked files or the selected one; the
// right arrow only opens folders.
func (b *Browser) enter(pick bool) (dialog.Action, tea.Cmd) {
	sel, ok := b.list.Selected()
	switch {
	case ok && sel.Dir:
		return nil, b.Open(filepath.Join(b.dir, sel.Name))
	case !pick:
		return nil, nil
	case len(b.marked) > 0:
		return b.take(b.marked...), nil
	case ok:
		return b.take(filepath.Join(b.dir, sel.Name)), nil
	}
	return nil, nil
}

// take returns the action that picks paths.
func (b *Browser) take(paths ...string) dialog.Action {
	return func() tea.Cmd { return b.opts.Take(paths) }
}

// Hints returns nil: the browser has a line of its own for its keys.
func (b *Browser) Hints() keys.Map { return nil }

func (b *Browser) up() tea.Cmd {
	parent := filepath.Dir(b.dir)
	if parent == b.dir {
		return nil
	}
	b.from = filepath.Base(b.dir)
	return b.Open(parent)
}

// mark marks the selected file or removes its mark.
func (b *Browser) mark() {
	sel, ok := b.list.Selected()
	if !ok || sel.Dir || b.opts.Many < 2 {
		return
	}
	path := filepath.Join(b.dir, sel.Name)
	b.list.Invalidate()
	for i, p := range b.marked {
		if p == path {
			b.marked = append(b.marked[:i:i], b.marked[i+1:]...)
			return
		}
	}
	if len(b.marked) < b.opts.Many {
		b.marked = append(b.marked, path)
		b.list.Move(1)
	}
}

func (b *Browser) place(path string) int {
	for i, p := range b.marked {
		if p == path {
			return i + 1
		}
	}
	return 0
}

func (b *Browser) setFilter(f string) {
	b.filter = f
	b.apply()
	b.list.Move(-b.list.Len())
}

// apply shows the entries that match the filter, the endings and the setting
// for hidden files. A filter that begins with a dot includes hidden files.
func (b *Browser) apply() {
	want := strings.ToLower(b.filter)
	hidden := b.hidden || strings.HasPrefix(want, ".")
	var shown []Entry
	for _, e := range b.entries {
		name := strings.ToLower(e.Name)
		switch {
		case strings.HasPrefix(name, ".") && !hidden:
		case !e.Dir && !b.fits(name):
		case !strings.Contains(name, want):
		default:
			shown = append(shown, e)
		}
	}
	b.list.SetItems(shown)
}

func (b *Browser) fits(lower string) bool {
	if len(b.opts.Suffixes) == 0 {
		return true
	}
	for _, s := range b.opts.Suffixes {
		if strings.HasSuffix(lower, strings.ToLower(s)) {
			return true
		}
	}
	return false
}

// row renders mark, name, size and age; folders have a slash.
func (b *Browser) row(e Entry, width int, selected bool) string {
	st := b.st
	lead := "  "
	if selected {
		lead = st.Row.Mark.Render("▸") + " "
	}
	if b.opts.Many > 1 {
		tick := "  "
		if !e.Dir && b.place(filepath.Join(b.dir, e.Name)) > 0 {
			tick = st.Row.Mark.Render("✓") + " "
		}
		lead += tick
	}
	name, style := safe.Line(e.Name), st.Text.Base
	size := safe.Line(bar.Bytes(e.Size))
	if e.Dir {
		name, style, size = name+"/", st.Text.Bright, ""
	}
	const sizeW, ageW = 8, 14
	room := max(width-safe.Width(lead)-sizeW-ageW, 8)
	age := safe.Line(bar.Age(e.At, b.opts.Now()))
	line := lead + style.Render(string(safe.PadRight(name, room))) +
		st.Text.Quiet.Render(string(safe.PadLeft(size, sizeW)+safe.PadLeft(age, ageW)))
	if selected {
		return st.Select(line, width)
	}
	return safe.Truncate(line, width)
}
