package field

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"charm.land/huh/v2"

	"seedreel/ui/safe"
	"seedreel/ui/theme"
)

// MediaRole is a role for items, such as the first frame.
type MediaRole struct {
	Key   string
	Label safe.String
	// Max is the largest number of items in the role.
	Max int
	// Add is shown in the empty row, such as "add an image (optional)".
	Add safe.String
}

// MediaItem is one path or link with its role.
type MediaItem struct{ Role, Item string }

// FactView shows what is known about an item, as supplied by the owner.
type FactView struct {
	// Name replaces the last part of the path or link.
	Name safe.String
	// Pixels, Format and Size are shown in columns: "1280x720", "PNG", "412 KB".
	Pixels, Format, Size safe.String
	// Problem is shown under the item, or Note if there is none.
	Problem, Note safe.String
}

// Media is a list of files and links by role.
type Media struct {
	base
	roles []MediaRole
	items []MediaItem // grouped by role, in the order of roles
	facts map[string]FactView
	at    int         // the marked row
	note  safe.String // what is wrong with the last key
	said  safe.String // what the last key did
	// undo is the item removed last, and its place among the items.
	undo   *MediaItem
	undoAt int
	edit   *textinput.Model // set while a path is typed
	split  func(string) []string
}

// NewMedia returns a media field with its roles in the order shown.
func NewMedia(spec Spec, roles ...MediaRole) *Media {
	f := &Media{base: newBase(spec), roles: roles, facts: map[string]FactView{}, split: pastedLines}
	f.self = f
	return f
}

// pastedLines returns one item per line.
func pastedLines(text string) []string {
	var out []string
	for _, l := range strings.Split(safe.Edit(text), "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// SetSplit sets the function that splits a pasted text into paths and links.
func (f *Media) SetSplit(split func(string) []string) { f.split = split }

// SetItems replaces the items; it drops those beyond what the roles take.
func (f *Media) SetItems(items []MediaItem) {
	f.items, f.at, f.note, f.said, f.edit, f.undo, f.fresh = nil, 0, "", "", nil, nil, false
	for _, it := range items {
		f.put(it)
	}
}

// Items returns the items in the order shown.
func (f *Media) Items() []MediaItem { return append([]MediaItem(nil), f.items...) }

// GetValue returns the items.
func (f *Media) GetValue() any { return f.Items() }

// SetFacts sets the facts of a path or link, in every row that shows it.
func (f *Media) SetFacts(item string, facts FactView) { f.facts[item], f.fresh = facts, false }

// Add appends an item to a role, or to the first role with room if role is
// empty. It reports whether there was room.
func (f *Media) Add(role, item string) bool {
	if role == "" {
		role = f.free()
	}
	ok := f.put(MediaItem{role, item})
	if !ok {
		f.note = f.full(role)
	}
	f.fresh = false
	return ok
}

// Target returns the role for a file chosen elsewhere: the marked one if it has
// room, else the first with room, else "".
func (f *Media) Target() string {
	rows := f.rows()
	if f.at < len(rows) && f.count(rows[f.at].role.Key) < rows[f.at].role.Max {
		return rows[f.at].role.Key
	}
	return f.free()
}

// PointAt moves the mark to a row of the role that has a problem, else to the
// role's first row.
func (f *Media) PointAt(role string) {
	to := -1
	for i, r := range f.rows() {
		if r.role.Key != role {
			continue
		}
		wrong := r.item >= 0 && f.facts[f.items[r.item].Item].Problem != ""
		if to < 0 || wrong {
			to = i
		}
		if wrong {
			break
		}
	}
	if to >= 0 {
		f.at, f.fresh = to, false
	}
}

func (f *Media) free() string {
	for _, r := range f.roles {
		if f.count(r.Key) < r.Max {
			return r.Key
		}
	}
	return ""
}

func (f *Media) full(role string) safe.String {
	for _, r := range f.roles {
		if r.Key == role {
			return safe.Line(fmt.Sprintf("%s: up to %d", r.Label, r.Max))
		}
	}
	total := 0
	for _, r := range f.roles {
		total += r.Max
	}
	return safe.Line(fmt.Sprintf("up to %d", total))
}

func (f *Media) count(role string) int {
	n := 0
	for _, it := range f.items {
		if it.Role == role {
			n++
		}
	}
	return n
}

// put inserts an item, keeping items grouped in the order of the roles.
func (f *Media) put(item MediaItem) bool {
	at := 0
	for _, r := range f.roles {
		n := f.count(r.Key)
		at += n
		if r.Key != item.Role {
			continue
		}
		if n >= r.Max {
			return false
		}
		f.items = append(f.items[:at], append([]MediaItem{item}, f.items[at:]...)...)
		return true
	}
	return false
}

// mediaRow is one displayed row: an item, or the place to add one.
type mediaRow struct {
	role  MediaRole
	label safe.String
	item  int // index into items, -1 for the row to add
}

func (f *Media) rows() []mediaRow {
	var out []mediaRow
	at := 0
	for _, r := range f.roles {
		n := f.count(r.Key)
		for i := range n {
			out = append(out, mediaRow{r, numbered(r, i), at + i})
		}
		at += n
		if n < r.Max {
			out = append(out, mediaRow{r, numbered(r, n), -1})
		}
	}
	return out
}

func numbered(r MediaRole, i int) safe.String {
	if r.Max < 2 {
		return r.Label
	}
	return r.Label + safe.Line(fmt.Sprintf(" %d", i+1))
}

// Capturing reports whether a path is being typed.
func (f *Media) Capturing() bool { return f.focused && f.edit != nil }

// Blur accepts the typed path and removes the focus.
func (f *Media) Blur() tea.Cmd {
	cmd := f.commit()
	f.note, f.said = "", ""
	return tea.Batch(cmd, f.base.Blur())
}

// SetStyles changes the styles.
func (f *Media) SetStyles(st *theme.Styles) { f.base.SetStyles(st) }

// KeyBinds adds the keys that act on a row.
func (f *Media) KeyBinds() []key.Binding {
	return append([]key.Binding{
		key.NewBinding(key.WithKeys("enter"), key.WithHelp("enter", "type a path")),
		key.NewBinding(key.WithKeys("o"), key.WithHelp("o", "browse")),
		key.NewBinding(key.WithKeys("x"), key.WithHelp("x", "remove")),
		key.NewBinding(key.WithKeys("u"), key.WithHelp("u", "bring back")),
		key.NewBinding(key.WithKeys("[", "]"), key.WithHelp("[ ]", "move")),
	}, f.base.KeyBinds()...)
}

// Update moves, adds and removes.
func (f *Media) Update(msg tea.Msg) (huh.Model, tea.Cmd) {
	return f, f.route(msg, f.press, f.paste)
}

// paste adds the pasted items; while a path is typed it inserts the text there.
func (f *Media) paste(text string) tea.Cmd {
	if f.edit != nil {
		return f.typed(tea.PasteMsg{Content: oneLine(strings.TrimSpace(text))})
	}
	return f.take(f.split(text))
}

func (f *Media) take(items []string) tea.Cmd {
	f.note, f.said, f.fresh = "", "", false
	var left []string
	for _, it := range items {
		if !f.Add(f.Target(), it) {
			left = append(left, path.Base(filepath.ToSlash(it)))
		}
	}
	if len(left) > 0 { // one that only vanished would be missed in the clip
		f.note += ", no place for " + safe.Line(strings.Join(left, ", "))
	}
	if len(left) == len(items) {
		return nil
	}
	f.at = min(f.at+1, max(len(f.rows())-1, 0))
	return f.changed()
}

func (f *Media) press(m tea.KeyPressMsg) (tea.Cmd, bool) {
	if f.edit != nil {
		return f.editing(m), true
	}
	rows := f.rows()
	if len(rows) == 0 {
		return nil, false
	}
	f.at = min(f.at, len(rows)-1)
	row := rows[f.at]
	if f.note+f.said != "" {
		f.note, f.said, f.fresh = "", "", false
	}
	switch m.String() {
	case "up", "k":
		return f.move(-1, len(rows))
	case "down", "j":
		return f.move(1, len(rows))
	case "enter", "space":
		f.open(row)
		return nil, true
	case "o":
		browse := BrowseMsg{f.spec.Key, row.role.Key}
		return func() tea.Msg { return browse }, true
	case "x", "backspace", "delete":
		return f.remove(row), true
	case "u":
		return f.bringBack(), true
	case "shift+up", "[":
		return f.swap(row, -1), true
	case "shift+down", "]":
		return f.swap(row, 1), true
	}
	return nil, false
}

func (f *Media) move(by, n int) (tea.Cmd, bool) {
	to := f.at + by
	if to < 0 || to >= n {
		return nil, false
	}
	f.at, f.fresh = to, false
	return nil, true
}

// open starts editing a path: a new one, or the marked item.
func (f *Media) open(row mediaRow) {
	in := newInput()
	in.Placeholder = "path or link"
	if row.item >= 0 {
		in.SetValue(oneLine(f.items[row.item].Item))
	}
	f.edit, f.fresh = &in, false
	// The command starts a virtual cursor, which is not used.
	_ = in.Focus()
}

func (f *Media) editing(m tea.KeyPressMsg) tea.Cmd {
	switch m.String() {
	case "esc":
		f.edit, f.fresh = nil, false
		return nil
	case "enter", "up", "down":
		return f.commit()
	}
	return f.typed(m)
}

func (f *Media) typed(msg tea.Msg) tea.Cmd {
	in, cmd := f.edit.Update(msg)
	f.edit, f.fresh = &in, false
	return cmd
}

// commit accepts the typed path; an empty one removes the item it replaced.
func (f *Media) commit() tea.Cmd {
	if f.edit == nil {
		return nil
	}
	text := strings.TrimSpace(f.edit.Value())
	f.edit, f.fresh = nil, false
	rows := f.rows()
	if f.at >= len(rows) {
		return nil
	}
	row := rows[f.at]
	switch {
	case row.item < 0 && text == "":
		return nil
	case row.item < 0:
		items := f.split(text)
		if len(items) == 0 {
			items = []string{text}
		}
		return f.take(items)
	case text == "":
		return f.remove(row)
	case f.items[row.item].Item == text:
		return nil
	}
	f.items[row.item].Item = text
	return f.changed()
}

// shortName returns the last part of a path or link.
func shortName(item string) safe.String {
	if link, ok := safe.URL(item); ok {
		return safe.Line(path.Base(string(link)))
	}
	if strings.HasPrefix(item, "data:") {
		return "pasted image"
	}
	at := strings.LastIndexAny(item, `/\`)
	return safe.Line(item[at+1:])
}
