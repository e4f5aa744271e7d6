// Package page is what a screen is to the one model that shows them all. The
// root keeps an ordered list of pages and knows nothing else of them: a new
// screen is a folder with a Page in it, and a line in that list.
//
// A page is no tea.Model. It is given its size, keys while it is open, and
// every message that is nobody's in particular, and answers with commands.
package page

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"seedreel/ui/keys"
)

// Page is one screen.
type Page interface {
	// Title is the name in the header, "" for a page that only others open.
	Title() string
	// Keys are the page's own actions, all of one group. Those that cannot be
	// used now have a reason.
	Keys() keys.Map
	// Update takes key presses and pastes while the page is open, and every
	// other message always: an answer may come after the person has gone on.
	Update(msg tea.Msg) tea.Cmd
	// View draws the page from what it holds.
	View() string
	// SetSize gives the size of the page in cells.
	SetSize(w, h int) tea.Cmd
	// SetFocused opens the page or leaves it.
	SetFocused(on bool) tea.Cmd
	// Footer is what can be done now, for the last line of the screen. What is
	// in last is never left out.
	Footer() (hints, last keys.Map)
	// Point acts on what is drawn under a cell of the page.
	Point(at Mouse) tea.Cmd
}

// Mouse is a click, or a turn of the wheel by rows, at a cell of a page.
type Mouse struct {
	X, Y  int
	Click bool
	Wheel int
}

// What follows is asked of a page only if it has it.

// Starter is a page that begins something when the program does.
type Starter interface{ Init() tea.Cmd }

// Keeper is a page with something that must not be lost when the program ends.
type Keeper interface {
	// Keep writes it down.
	Keep(ctx context.Context) error
}

// Visitor is a page that reads its data anew when it is opened.
type Visitor interface{ Visit() tea.Cmd }

// Refresher is a page whose data a job changes while the page is open.
type Refresher interface{ Refresh() tea.Cmd }

// Settler is a page that is asked after every message whether there is more to
// do, such as pictures to load for what has changed.
type Settler interface{ Settle() tea.Cmd }

// Styled is a page that keeps what it drew and must draw it anew in other
// styles.
type Styled interface{ Restyle() }

// Typist is a page in which letters may be text.
type Typist interface {
	// Capturing reports whether letters are text now.
	Capturing() bool
	// Rest takes the focus out of what captures letters.
	Rest()
}

// Backer is a page that may have a use of its own for the key that goes back.
type Backer interface{ Backs() bool }

// Detailer is a page that shows more of what is selected, beside or below it.
type Detailer interface {
	// Beside is the width that the details want of a screen of w cells, when the
	// page has the screen for itself; 0 for none.
	Beside(w int) int
	Detail(w, h int) string
}

// Counter is a page whose entries are counted in the header.
type Counter interface {
	// Count is the number, "" for none. One that is steady keeps its room, as it
	// comes and goes, and is the last to be left out.
	Count() (n string, steady bool)
}

// Taker is a page that carries out actions of another page's group on what is
// selected here.
type Taker interface{ Takes(b keys.Binding) bool }

// LeaveMsg asks the root to go back to where a page was opened from.
type LeaveMsg struct{}

// Group is the heading of a page's actions, "" when it has none.
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

// Rest takes the focus out of what captures letters on a page.
func Rest(p Page) {
	if t, ok := p.(Typist); ok {
		t.Rest()
	}
}

// Backs reports whether a page has a use for the key that goes back.
func Backs(p Page) bool {
	b, ok := p.(Backer)
	return ok && b.Backs()
}

// Visit has a page read its data.
func Visit(p Page) tea.Cmd {
	if v, ok := p.(Visitor); ok {
		return v.Visit()
	}
	return nil
}

// Refresh has a page read its data again.
func Refresh(p Page) tea.Cmd {
	if r, ok := p.(Refresher); ok {
		return r.Refresh()
	}
	return nil
}
