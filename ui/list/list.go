// Package list shows a window on many rows and keeps the selection by identity.
//
// A live list is re-sorted, grows and shrinks while someone reads it. An index
// would point at another row after each change, so the list remembers the row's
// id and finds it again. It renders only the visible rows, no matter how many
// there are.
package list

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"seedreel/ui/layout"
)

// Render draws one row, at most width cells wide, on one line or on as many as
// the height function returns.
type Render[T any] func(item T, width int, selected bool) string

// KeyMap holds the keys that move through a list.
type KeyMap struct {
	Up, Down, PageUp, PageDown, Home, End key.Binding
}

// DefaultKeyMap returns arrows, pages and the letters of vi. A list under a
// text field uses ArrowKeyMap.
func DefaultKeyMap() KeyMap {
	return KeyMap{
		Up:       key.NewBinding(key.WithKeys("up", "k")),
		Down:     key.NewBinding(key.WithKeys("down", "j")),
		PageUp:   key.NewBinding(key.WithKeys("pgup")),
		PageDown: key.NewBinding(key.WithKeys("pgdown")),
		Home:     key.NewBinding(key.WithKeys("home", "g")),
		End:      key.NewBinding(key.WithKeys("end", "G")),
	}
}

// ArrowKeyMap returns no letters, for lists that are filtered by typing.
func ArrowKeyMap() KeyMap {
	m := DefaultKeyMap()
	m.Up.SetKeys("up", "ctrl+p")
	m.Down.SetKeys("down", "ctrl+n")
	m.Home.SetKeys("home")
	m.End.SetKeys("end")
	return m
}

// List is a list of items T identified by an ID.
type List[T any, ID comparable] struct {
	Keys KeyMap

	id     func(T) ID
	render Render[T]
	height func(T) int

	items []T
	at    int // index of the selected item, -1 when empty
	top   int // index of the first item on the screen
	w, h  int

	// want is the item chosen by the user, even while it is absent (filtered
	// out, or the list empty); moving the selection clears it.
	want    ID
	hasWant bool

	view  string
	fresh bool
}

// New returns an empty list.
func New[T any, ID comparable](id func(T) ID, render Render[T]) *List[T, ID] {
	return &List[T, ID]{Keys: DefaultKeyMap(), id: id, render: render, at: -1}
}

// SetHeight sets how many lines a row takes, if not always one.
func (l *List[T, ID]) SetHeight(rows func(T) int) {
	l.height, l.fresh = rows, false
}

// SetRender replaces the renderer, after a change of styles.
func (l *List[T, ID]) SetRender(r Render[T]) {
	l.render, l.fresh = r, false
}

// SetSize sets the window in cells.
func (l *List[T, ID]) SetSize(w, h int) {
	if w == l.w && h == l.h {
		return
	}
	l.w, l.h, l.fresh = max(w, 0), max(h, 0), false
	l.scroll()
}

// Invalidate makes the next View render again, for rows that show the time.
func (l *List[T, ID]) Invalidate() { l.fresh = false }

// SetItems replaces all items. The selected one stays selected and on its row
// of the screen; if it is gone, its neighbour is selected.
func (l *List[T, ID]) SetItems(items []T) {
	before := l.at
	l.items, l.fresh = items, false
	if len(items) == 0 {
		l.at, l.top = -1, 0
		return
	}
	switch i, ok := l.find(before); {
	case ok:
		if before >= 0 {
			l.top += i - before
		}
		l.at = i
	default:
		l.at = min(max(before, 0), len(items)-1)
	}
	if !l.hasWant {
		l.want, l.hasWant = l.id(items[l.at]), true
	}
	l.scroll()
}

// find looks for the wanted item, starting at its last index.
func (l *List[T, ID]) find(hint int) (int, bool) {
	if !l.hasWant {
		return 0, false
	}
	if hint >= 0 && hint < len(l.items) && l.id(l.items[hint]) == l.want {
		return hint, true
	}
	for i, it := range l.items {
		if l.id(it) == l.want {
			return i, true
		}
	}
	return 0, false
}

// Len returns the number of items.
func (l *List[T, ID]) Len() int { return len(l.items) }

// Items returns the items as set.
func (l *List[T, ID]) Items() []T { return l.items }

// Selected returns the selected item; ok is false if the list is empty.
func (l *List[T, ID]) Selected() (item T, ok bool) {
	if l.at < 0 {
		return item, false
	}
	return l.items[l.at], true
}

// Index returns the index of the selected item, -1 if the list is empty.
func (l *List[T, ID]) Index() int { return l.at }

// Select moves to the item with that ID and reports whether it is there. If
// not, it is selected as soon as it appears.
func (l *List[T, ID]) Select(id ID) bool {
	l.want, l.hasWant, l.fresh = id, true, false
	i, ok := l.find(l.at)
	if ok {
		l.at = i
		l.scroll()
	}
	return ok
}

// Move goes n rows down, or up if n is negative, and stops at the ends. It
// reports whether the selection moved.
func (l *List[T, ID]) Move(n int) bool {
	if len(l.items) == 0 {
		return false
	}
	to := min(max(l.at+n, 0), len(l.items)-1)
	moved := to != l.at
	l.at, l.want, l.hasWant = to, l.id(l.items[to]), true
	if moved {
		l.fresh = false
		l.scroll()
	}
	return moved
}

// Update moves by keys. It reports whether it used the key, so that others may
// use the rest.
func (l *List[T, ID]) Update(msg tea.KeyPressMsg) bool {
	switch {
	case key.Matches(msg, l.Keys.Up):
		l.Move(-1)
	case key.Matches(msg, l.Keys.Down):
		l.Move(1)
	case key.Matches(msg, l.Keys.PageUp):
		l.Move(-l.page())
	case key.Matches(msg, l.Keys.PageDown):
		l.Move(l.page())
	case key.Matches(msg, l.Keys.Home):
		l.Move(-len(l.items))
	case key.Matches(msg, l.Keys.End):
		l.Move(len(l.items))
	default:
		return false
	}
	return true
}

// page returns the number of rows on the screen, less one for overlap.
func (l *List[T, ID]) page() int {
	_, last := l.Visible()
	return max(last-l.top-1, 1)
}

// NearEnd reports whether the window is within a page of the last item, when
// more of a long history should be loaded.
func (l *List[T, ID]) NearEnd() bool { return l.top+2*max(l.h, 1) >= len(l.items) }

// rows returns the height of item i, at least one.
func (l *List[T, ID]) rows(i int) int {
	if l.height == nil {
		return 1
	}
	return max(l.height(l.items[i]), 1)
}

// scroll moves the window as little as needed to show the selected item, and
// fills it at the end of the list. It examines no more rows than fit.
func (l *List[T, ID]) scroll() {
	if l.at < 0 || l.h <= 0 {
		return
	}
	first := l.at
	for room := l.h - l.rows(l.at); first > 0 && room >= l.rows(first-1); first-- {
		room -= l.rows(first - 1)
	}
	l.top = min(max(l.top, first), l.at)
	// Leave no empty rows below the last item while there are items above.
	last, room := len(l.items), l.h
	for last > 0 && room >= l.rows(last-1) && last > l.top-l.h {
		last--
		room -= l.rows(last)
	}
	l.top = max(min(l.top, last), 0)
	if l.at < l.top {
		l.top = l.at
	}
}

// Visible returns the range of items on the screen, excluding last.
func (l *List[T, ID]) Visible() (first, last int) {
	used := 0
	for last = l.top; last < len(l.items) && used < l.h; last++ {
		used += l.rows(last)
	}
	return l.top, last
}

// At returns the index of the item at line y of the view, for mouse events.
func (l *List[T, ID]) At(y int) (int, bool) {
	i, _, ok := l.Within(y)
	return i, ok
}

// Within is like At and also returns the line within the item.
func (l *List[T, ID]) Within(y int) (i, line int, ok bool) {
	first, last := l.Visible()
	for i := first; i < last; i++ {
		if y < l.rows(i) {
			return i, y, y >= 0
		}
		y -= l.rows(i)
	}
	return 0, 0, false
}

// View renders the window in exactly the size set by SetSize.
func (l *List[T, ID]) View() string {
	if l.fresh {
		return l.view
	}
	first, last := l.Visible()
	lines := make([]string, 0, l.h)
	for i := first; i < last; i++ {
		row := strings.Split(l.render(l.items[i], l.w, i == l.at), "\n")
		for n := range l.rows(i) {
			if n < len(row) {
				lines = append(lines, row[n])
			} else {
				lines = append(lines, "")
			}
		}
	}
	l.view = layout.FitLines(lines, layout.Rect{W: l.w, H: l.h})
	l.fresh = true
	return l.view
}
