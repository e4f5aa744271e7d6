package layout_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"seedreel/ui/layout"
)

func TestModes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		w, h int
		want layout.Mode
	}{
		{0, 0, layout.TooSmall},
		{59, 24, layout.TooSmall},
		{80, 15, layout.TooSmall},
		{-3, -3, layout.TooSmall},
		{60, 16, layout.Tabs},
		{80, 24, layout.Tabs},
		{99, 50, layout.Tabs},
		{100, 24, layout.Split},
		{120, 36, layout.Split},
		{139, 36, layout.Split},
		{140, 16, layout.Detail},
		{200, 55, layout.Detail},
	} {
		if got := layout.Of(tt.w, tt.h).Mode; got != tt.want {
			t.Errorf("%dx%d is mode %d, want %d", tt.w, tt.h, got, tt.want)
		}
	}
}

func TestSplitAt120x36(t *testing.T) {
	t.Parallel()
	l := layout.Of(120, 36)
	if l.Main.W < 62 || l.Side.W < 50 || l.Detail.Empty() || l.Detail.Y != l.SideRule.Y+1 {
		t.Errorf("the split is %+v", l)
	}
	if l = layout.Of(100, 24); !l.Detail.Empty() || l.Side.W < 45 {
		t.Errorf("the small split is %+v", l)
	}
}

func parts(l layout.Layout) []layout.Rect {
	return []layout.Rect{l.Header, l.Rule, l.Main, l.Divider, l.Side, l.SideRule, l.Divider2, l.Detail, l.FootRule, l.Footer}
}

func FuzzOf(f *testing.F) {
	for _, s := range [][2]int{{1, 1}, {60, 16}, {80, 24}, {100, 30}, {120, 36}, {140, 40}, {400, 120}} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, w, h int) {
		if w < 1 || h < 1 || w > 400 || h > 120 {
			return
		}
		l := layout.Of(w, h)
		cells, all := 0, parts(l)
		for i, r := range all {
			if r.W < 0 || r.H < 0 || r.X < 0 || r.Y < 0 || r.Right() > w || r.Bottom() > h {
				t.Fatalf("%dx%d: part %d is %+v", w, h, i, r)
			}
			cells += r.W * r.H
			for j, o := range all[:i] {
				if !r.Empty() && !o.Empty() && r.X < o.Right() && o.X < r.Right() && r.Y < o.Bottom() && o.Y < r.Bottom() {
					t.Fatalf("%dx%d: parts %d %+v and %d %+v overlap", w, h, i, r, j, o)
				}
			}
		}
		if l.Mode != layout.TooSmall && cells != w*h {
			t.Fatalf("%dx%d: %d cells of %d are given out", w, h, cells, w*h)
		}
		out := layout.Draw(l, layout.Panes{Header: "head", Main: strings.Repeat("漢字\x1b[31m main\n", 50), Side: "side", Detail: "detail", Footer: "foot"},
			func(s string) string { return "\x1b[2m" + s + "\x1b[m" })
		lines := strings.Split(out, "\n")
		if len(lines) != h {
			t.Fatalf("%dx%d: drawn %d lines", w, h, len(lines))
		}
		for y, line := range lines {
			if n := ansi.StringWidth(line); n != w {
				t.Fatalf("%dx%d: line %d is %d cells", w, h, y, n)
			}
		}
	})
}

func TestAllSizes(t *testing.T) {
	t.Parallel()
	for w := 1; w <= 400; w += 3 {
		for h := 1; h <= 120; h += 7 {
			l := layout.Of(w, h)
			for i, r := range parts(l) {
				if r.W < 0 || r.H < 0 || r.Right() > w || r.Bottom() > h {
					t.Fatalf("%dx%d: part %d is %+v", w, h, i, r)
				}
			}
		}
	}
}

func TestDrawJoinsRulesAndColumns(t *testing.T) {
	t.Parallel()
	l := layout.Of(100, 24)
	out := strings.Split(layout.Draw(l, layout.Panes{}, func(s string) string { return s }), "\n")
	at := l.Divider.X
	for y, want := range map[int]rune{1: '┬', 5: '│', 22: '┴'} {
		if got := []rune(out[y])[at]; got != want {
			t.Errorf("line %d has %q where the column is, want %q", y, got, want)
		}
	}
}

func TestRects(t *testing.T) {
	t.Parallel()
	r := layout.Rect{X: 2, Y: 3, W: 10, H: 6}
	above, rule, below := r.Stack(2)
	if above.H != 2 || rule.Y != 5 || rule.H != 1 || below.Y != 6 || below.H != 3 {
		t.Errorf("stacked %+v %+v %+v", above, rule, below)
	}
	if above, rule, below = r.Stack(5); above != r || !rule.Empty() || !below.Empty() {
		t.Errorf("without room stacked %+v %+v %+v", above, rule, below)
	}
	rest, foot := r.Foot(2)
	if rest.H != 4 || foot.Y != 7 || foot.H != 2 {
		t.Errorf("foot %+v %+v", rest, foot)
	}
	if c := r.Center(4, 2); c != (layout.Rect{X: 5, Y: 5, W: 4, H: 2}) {
		t.Errorf("centered %+v", c)
	}
	if c := r.Center(99, 99); c != r {
		t.Errorf("a block larger than its place is %+v", c)
	}
	if in := r.Inset(1, 9); in.H < 0 || in.W != 8 {
		t.Errorf("inset %+v", in)
	}
	if !r.Contains(2, 3) || r.Contains(12, 3) || r.Contains(2, 9) {
		t.Error("Contains is wrong at the edges")
	}
}

func TestFitKeepsStylesClosed(t *testing.T) {
	t.Parallel()
	got := layout.Fit("\x1b[31mabcdef\x1b[m\nx", layout.Rect{W: 3, H: 3})
	if got != "\x1b[31mabc\x1b[m\nx  \n   " {
		t.Errorf("got %q", got)
	}
	if layout.Fit("x", layout.Rect{}) != "" {
		t.Error("an empty place shows something")
	}
}

func TestEnds(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		w    int
		want string
	}{
		{12, "left   right"}, {9, "le… right"}, {8, "l… right"}, {5, "right"}, {3, "rig"}, {0, ""}, {-1, ""},
	} {
		if got := layout.Ends("left", "right", tt.w); got != tt.want {
			t.Errorf("in %d cells: %q, want %q", tt.w, got, tt.want)
		}
	}
}

// A notice is set into the rule above the footer and takes no space from
// either.
func TestANoticeLeavesTheFooterAlone(t *testing.T) {
	t.Parallel()
	l := layout.Of(80, 24)
	plain := func(s string) string { return s }
	rows := func(notice string) []string {
		return strings.Split(layout.Draw(l, layout.Panes{Main: "form", Footer: "? keys", Notice: notice}, plain), "\n")
	}
	before, after := rows(""), rows("✓ Saved")
	for y := range before {
		if y != l.FootRule.Y && before[y] != after[y] {
			t.Errorf("row %d became %q", y, after[y])
		}
	}
	if got := after[l.FootRule.Y]; !strings.HasPrefix(got, "─ ✓ Saved ──") || ansi.StringWidth(got) != 80 {
		t.Errorf("the rule is %q", got)
	}
	if long := rows(strings.Repeat("x", l.NoticeRoom()+1)); long[l.FootRule.Y] != before[l.FootRule.Y] {
		t.Errorf("a notice that does not fit is %q", long[l.FootRule.Y])
	}
}
