package list_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"seedreel/ui/list"
)

type row struct {
	id    int
	lines int
}

func rows(ids ...int) []row {
	out := make([]row, len(ids))
	for i, id := range ids {
		out[i] = row{id, 1}
	}
	return out
}

func upTo(n int) []row {
	out := make([]row, n)
	for i := range out {
		out[i] = row{i, 1}
	}
	return out
}

// fixture is a list that counts its renderings.
type fixture struct {
	*list.List[row, int]
	rendered int
}

func build(w, h int) *fixture {
	f := &fixture{}
	f.List = list.New(func(r row) int { return r.id }, func(r row, width int, selected bool) string {
		f.rendered++
		mark := " "
		if selected {
			mark = "▸"
		}
		return mark + strings.Repeat(fmt.Sprintf("%d\n", r.id), r.lines)
	})
	f.SetSize(w, h)
	return f
}

func (f *fixture) selected(t *testing.T) int {
	t.Helper()
	r, ok := f.Selected()
	if !ok {
		return -1
	}
	return r.id
}

func TestSelectionFollowsTheID(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		after [][]row
		want  int
	}{
		{"sorted anew", [][]row{rows(3, 2, 1)}, 2},
		{"row inserted above", [][]row{rows(9, 8, 1, 2, 3)}, 2},
		{"neighbour deleted", [][]row{rows(2, 3)}, 2},
		{"deleted, the next takes its place", [][]row{rows(1, 3)}, 3},
		{"deleted at the end", [][]row{rows(1)}, 1},
		{"empty", [][]row{nil}, -1},
		{"empty and back", [][]row{nil, rows(1, 2, 3)}, 2},
		{"empty and others", [][]row{nil, rows(7, 8)}, 7},
		{"filtered away and back", [][]row{rows(1, 3), rows(1, 2, 3)}, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := build(10, 5)
			l.SetItems(rows(1, 2, 3))
			l.Select(2)
			for _, items := range tt.after {
				l.SetItems(items)
			}
			if got := l.selected(t); got != tt.want {
				t.Errorf("selected %d, want %d", got, tt.want)
			}
		})
	}
}

func TestTheRowStaysWhereItIsOnTheScreen(t *testing.T) {
	t.Parallel()
	l := build(10, 10)
	l.SetItems(upTo(100))
	l.Select(50)
	y := slices.Index(strings.Split(l.View(), "\n"), "▸50       ")
	l.SetItems(append(rows(1000, 1001, 1002), upTo(100)...))
	if now := slices.Index(strings.Split(l.View(), "\n"), "▸50       "); now != y || y < 0 {
		t.Errorf("the selected row jumped from line %d to %d", y, now)
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	l := build(10, 10)
	l.SetItems(upTo(100))
	for _, tt := range []struct {
		key  tea.Key
		want int
	}{
		{tea.Key{Code: tea.KeyDown}, 1},
		{tea.Key{Code: 'j', Text: "j"}, 2},
		{tea.Key{Code: tea.KeyUp}, 1},
		{tea.Key{Code: 'k', Text: "k"}, 0},
		{tea.Key{Code: 'k', Text: "k"}, 0},
		{tea.Key{Code: tea.KeyPgDown}, 9},
		{tea.Key{Code: tea.KeyPgUp}, 0},
		{tea.Key{Code: tea.KeyEnd}, 99},
		{tea.Key{Code: tea.KeyDown}, 99},
		{tea.Key{Code: tea.KeyHome}, 0},
		{tea.Key{Code: 'G', Text: "G"}, 99},
		{tea.Key{Code: 'g', Text: "g"}, 0},
	} {
		if !l.Update(tea.KeyPressMsg(tt.key)) {
			t.Errorf("%v was not taken", tt.key)
		}
		if got := l.selected(t); got != tt.want {
			t.Errorf("after %v selected %d, want %d", tt.key, got, tt.want)
		}
	}
	if l.Update(tea.KeyPressMsg{Code: 'x', Text: "x"}) {
		t.Error("a key of others was taken")
	}
}

func TestOnlyVisibleRowsAreRendered(t *testing.T) {
	t.Parallel()
	l := build(20, 12)
	l.SetItems(upTo(10_000))
	l.View()
	l.View()
	if l.rendered != 12 {
		t.Errorf("%d rows rendered for 12 lines seen twice", l.rendered)
	}
	l.rendered = 0
	l.Select(9_999)
	if view := l.View(); l.rendered != 12 || !strings.HasSuffix(strings.TrimRight(view, " "), "▸9999") {
		t.Errorf("%d rows rendered at the end:\n%s", l.rendered, view)
	}
	if !l.NearEnd() {
		t.Error("the end is not near")
	}
}

func TestRowsOfSeveralLines(t *testing.T) {
	t.Parallel()
	l := build(10, 6)
	l.SetHeight(func(r row) int { return r.lines })
	items := rows(0, 1, 2, 3, 4)
	items[1].lines, items[3].lines = 3, 2
	l.SetItems(items)
	for _, id := range []int{0, 1, 2, 3, 4, 3, 2, 1, 0} {
		l.Select(id)
		view := l.View()
		if got := strings.Count(view, "\n") + 1; got != 6 {
			t.Fatalf("row %d selected: %d lines", id, got)
		}
		if !strings.Contains(view, fmt.Sprintf("▸%d", id)) {
			t.Fatalf("row %d selected and not seen:\n%s", id, view)
		}
	}
	if i, ok := l.At(2); !ok || i != 1 {
		t.Errorf("line 2 belongs to row %d", i)
	}
	if _, ok := l.At(-1); ok {
		t.Error("a line above the list belongs to a row")
	}
}

func FuzzWindow(f *testing.F) {
	f.Add(5, 3, 4, 2)
	f.Add(100, 10, 99, 3)
	f.Fuzz(func(t *testing.T, n, h, at, tall int) {
		if n < 1 || n > 300 || h < 1 || h > 50 || at < 0 || at >= n || tall < 1 || tall > 9 {
			return
		}
		l := build(8, h)
		l.SetHeight(func(r row) int { return r.lines })
		items := upTo(n)
		for i := range items {
			items[i].lines = 1 + i%tall
		}
		l.SetItems(items)
		l.Select(at)
		view := l.View()
		if strings.Count(view, "\n")+1 != h || !strings.Contains(view, "▸") {
			t.Fatalf("n=%d h=%d at=%d tall=%d:\n%s", n, h, at, tall, view)
		}
		l.SetSize(8, max(h/2, 1))
		l.SetItems(items[:max(n/2, 1)])
		if !strings.Contains(l.View(), "▸") {
			t.Fatal("the selection is out of sight after shrinking")
		}
	})
}
