// Package layout divides the screen into rectangles. It is plain arithmetic on
// numbers and strings, without a terminal or state.
package layout

// Rect is a part of the screen in cells; X and Y count from the top left.
type Rect struct{ X, Y, W, H int }

// Empty reports whether the rectangle has no cell.
func (r Rect) Empty() bool { return r.W <= 0 || r.H <= 0 }

// Right returns the first column right of the rectangle.
func (r Rect) Right() int { return r.X + r.W }

// Bottom returns the first row below the rectangle.
func (r Rect) Bottom() int { return r.Y + r.H }

// Contains reports whether the cell lies inside, for mouse events.
func (r Rect) Contains(x, y int) bool {
	return x >= r.X && x < r.Right() && y >= r.Y && y < r.Bottom()
}

// Inset removes columns on both sides and rows at top and bottom.
func (r Rect) Inset(cols, rows int) Rect {
	cols, rows = clamp(cols, r.W/2), clamp(rows, r.H/2)
	return Rect{r.X + cols, r.Y + rows, r.W - 2*cols, r.H - 2*rows}
}

// Top splits off the first n rows.
func (r Rect) Top(n int) (top, rest Rect) {
	n = clamp(n, r.H)
	return Rect{r.X, r.Y, r.W, n}, Rect{r.X, r.Y + n, r.W, r.H - n}
}

// Foot splits off the last n rows.
func (r Rect) Foot(n int) (rest, foot Rect) { return r.Top(r.H - clamp(n, r.H)) }

// Left splits off the first n columns.
func (r Rect) Left(n int) (left, rest Rect) {
	n = clamp(n, r.W)
	return Rect{r.X, r.Y, n, r.H}, Rect{r.X + n, r.Y, r.W - n, r.H}
}

// Stack puts a rule of one row between two parts, the upper one top rows high.
// If there is no room for both, the upper part takes everything.
func (r Rect) Stack(top int) (above, rule, below Rect) {
	if top >= r.H-1 {
		return r, Rect{}, Rect{}
	}
	above, rest := r.Top(top)
	rule, below = rest.Top(1)
	return above, rule, below
}

// Center places a block of w by h cells in the middle, clamped to r.
func (r Rect) Center(w, h int) Rect {
	w, h = clamp(w, r.W), clamp(h, r.H)
	return Rect{r.X + (r.W-w)/2, r.Y + (r.H-h)/2, w, h}
}

func clamp(n, high int) int { return max(0, min(n, high)) }

// Mode is how many panes are shown together.
type Mode int

const (
	// TooSmall has room for a notice only.
	TooSmall Mode = iota
	// Tabs shows one pane at a time.
	Tabs
	// Split shows the form beside the list.
	Split
	// Detail shows form, list and details side by side.
	Detail
)

// Sizes where the mode changes. 80x24 must do everything with one pane; at 100
// columns a form of 52 cells and a list of 47 are both readable.
const (
	minW, minH = 60, 16
	splitW     = 100
	detailW    = 140
	// sideDetailH is the height from which the side column has room for a list
	// with the details of the selected row below it.
	sideDetailH = 22
	// The greatest useful widths of a form and of the details.
	mostMainW, mostDetailW = 70, 48
)

// Layout is the whole screen. Rectangles of panes not shown are empty.
type Layout struct {
	Mode     Mode
	Screen   Rect
	Header   Rect // one line
	Rule     Rect // the line under the header
	Main     Rect
	Divider  Rect // the column between Main and Side
	Side     Rect
	SideRule Rect // the line between Side and a Detail below it
	Divider2 Rect // the column between Side and a Detail beside it
	Detail   Rect
	FootRule Rect // the line above the footer
	Footer   Rect // one line
}

// Of divides a screen of w by h cells.
func Of(w, h int) Layout {
	l := Layout{Screen: Rect{W: max(w, 0), H: max(h, 0)}}
	if w < minW || h < minH {
		return l
	}
	var body Rect
	l.Header, body = l.Screen.Top(1)
	l.Rule, body = body.Top(1)
	body, l.Footer = body.Foot(1)
	body, l.FootRule = body.Foot(1)
	switch {
	case w >= detailW:
		l.Mode = Detail
		l.columns3(body)
	case w >= splitW:
		l.Mode = Split
		l.columns2(body)
	default:
		l.Mode, l.Main = Tabs, body
	}
	return l
}

// columns2 gives the form slightly more than half, as text needs it.
func (l *Layout) columns2(body Rect) {
	var rest Rect
	l.Main, rest = body.Left(body.W*8/15 + 1)
	l.Divider, l.Side = rest.Left(1)
	if l.Side.H < sideDetailH {
		return
	}
	l.Side, l.SideRule, l.Detail = l.Side.Stack(l.Side.H / 2)
}

// columns3 bounds the form and the details, which do not get more readable with
// width; the list takes the rest.
func (l *Layout) columns3(body Rect) {
	var rest Rect
	l.Main, rest = body.Left(min(body.W*2/5, mostMainW))
	l.Divider, rest = rest.Left(1)
	detail := min(rest.W*2/5, mostDetailW)
	l.Side, rest = rest.Left(rest.W - detail - 1)
	l.Divider2, l.Detail = rest.Left(1)
}
