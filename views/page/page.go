// Package page defines a screen for the root model that shows them all. The
// root keeps an ordered list of pages and knows nothing else about them: a new
// screen is a folder with a Page in it, and a line in that list.
//
// A page is not a tea.Model. It is given its size, keys while it is open, and
// every message that is not for a particular part, and answers with commands.
package page

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"seedreel/ui/keys"
)

// Page is one screen.
type Page interface {
	// Title returns the name in the header, or "" for a page that only others
	// open.
	Title() string
	// Keys returns the page's own actions, all of one group. Those that cannot
	// be used now have a reason.
	Keys() keys.Map
	// Update handles key presses and pastes while the page is open, and every
	// other message always: an answer may come after the person has left.
	Update(msg tea.Msg) tea.Cmd
	// View draws the page from its state.
	View() string
	// SetSize sets the size of the page in cells.
	SetSize(w, h int) tea.Cmd
	// SetFocused opens or leaves the page.
	SetFocused(on bool) tea.Cmd
	// Footer returns the actions available now, for the last line of the screen.
	// Those in last are never left out.
	Footer() (hints, last keys.Map)
	// Point acts on what is drawn at a cell of the page.
	Point(at Mouse) tea.Cmd
}

// Mouse is a click, a move with the button held, or a turn of the wheel by rows,
// at a cell of a page.
type Mouse struct {
	X, Y        int
	Click, Drag bool
	Wheel       int
}

// The interfaces below are optional.

// Starter is a page with a command to run when the program starts.
type Starter interface{ Init() tea.Cmd }

// Keeper is a page with data that must not be lost when the program ends.
type Keeper interface {
	// Keep writes the data.
	Keep(ctx context.Context) error
}

// Visitor is a page that reloads its data when it is opened.
type Visitor interface{ Visit() tea.Cmd }

// Refresher is a page whose data may be changed by jobs while it is open.
type Refresher interface{ Refresh() tea.Cmd }

// Settler is a page that is asked after every message whether there is more to
// do, such as loading pictures for what has changed.
type Settler interface{ Settle() tea.Cmd }

// Styled is a page that caches its drawing and must redraw it when the styles
// change.
type Styled interface{ Restyle() }

// Typist is a page in which letters may be text.
type Typist interface {
	// Capturing reports whether letters are text now.
	Capturing() bool
	// Rest takes the focus out of what captures letters.
	Rest()
}

// Idler is a page that may have nothing in focus.
type Idler interface{ Idle() bool }

// Holder is a page with a field that takes keys with a modifier as its own,
// whatever they mean elsewhere.
type Holder interface {
	// Holds reports whether the field in focus takes a key.
	Holds(key tea.KeyPressMsg) bool
}

// Backer is a page that may use the back key itself.
type Backer interface{ Backs() bool }

// Detailer is a page that shows more about the selection, beside or below it.
type Detailer interface {
	// Beside returns the width of the details on a screen of w cells that the
	// page has for itself; 0 for none.
	Beside(w int) int
	Detail(w, h int) string
}

// Counter is a page whose entries are counted in the header.
type Counter interface {
	// Count returns the number, or "" for none. A steady one keeps its room as
	// it comes and goes, and is the last to be left out.
	Count() (n string, steady bool)
}

// Taker is a page that applies actions of another page's group to its own
// selection.
type Taker interface{ Takes(b keys.Binding) bool }

// LeaveMsg asks the root to return to the page from which this one was opened.
type LeaveMsg struct{}

// Group returns the heading of a page's actions, or "".
func Group(p Page) string {
	if k := p.Keys(); len(k) > 0 {
		return k[0].Group
	}
	return ""
}

// Capturing reports whether letters are text on a page.
func Capturing(p Page) bool {
	t, ok := p.(Typist)
	return ok && t.Capturing()
}

// Holds reports whether a field of a page takes a key as its own.
func Holds(p Page, key tea.KeyPressMsg) bool {
	h, ok := p.(Holder)
	return ok && h.Holds(key)
}

// Rest takes the focus out of what captures letters on a page.
func Rest(p Page) {
	if t, ok := p.(Typist); ok {
		t.Rest()
	}
}

// Backs reports whether a page uses the back key itself.
func Backs(p Page) bool {
	b, ok := p.(Backer)
	return ok && b.Backs()
}

// Visit makes a page read its data.
func Visit(p Page) tea.Cmd {
	if v, ok := p.(Visitor); ok {
		return v.Visit()
	}
	return nil
}

// Refresh makes a page read its data again.
func Refresh(p Page) tea.Cmd {
	if r, ok := p.(Refresher); ok {
		return r.Refresh()
	}
	return nil
}
