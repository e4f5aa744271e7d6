package editor_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"seedreel/ui/field/editor"
)

// marked returns the text with "|" at the cursor, where a typed letter would
// go.
func marked(t *editor.Text) string {
	t.Insert("|")
	v := t.Value()
	t.Delete(editor.Left)
	return v
}

// at returns a text with the cursor in place of "|".
func at(width int, s string) *editor.Text {
	t := editor.New()
	t.SetWidth(width)
	before, after, _ := strings.Cut(s, "|")
	t.SetValue(before + after)
	t.Go(editor.Begin, false)
	for t.Value() != "" && !strings.HasPrefix(marked(t), before+"|") {
		t.Go(editor.Right, false)
	}
	return t
}

func TestMoves(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, from string
		moves      []editor.Move
		want       string
	}{
		{"left over a line end", "one\n|two", []editor.Move{editor.Left}, "one|\ntwo"},
		{"right over a line end", "one|\ntwo", []editor.Move{editor.Right}, "one\n|two"},
		{"left at the beginning", "|one", []editor.Move{editor.Left}, "|one"},
		{"right at the end", "one|", []editor.Move{editor.Right}, "one|"},
		{"left over a letter of many runes", "a👨‍👩‍👧|b", []editor.Move{editor.Left}, "a|👨‍👩‍👧b"},
		{"right over a letter with a mark", "|e\u0301x", []editor.Move{editor.Right}, "e\u0301|x"},
		{"word left", "one two |", []editor.Move{editor.WordLeft}, "one |two "},
		{"word left in a word", "one tw|o", []editor.Move{editor.WordLeft}, "one |two"},
		{"word left over a line end", "one\n  |two", []editor.Move{editor.WordLeft}, "|one\n  two"},
		{"word left to the beginning", "  |one", []editor.Move{editor.WordLeft}, "|  one"},
		{"word right", "|one two", []editor.Move{editor.WordRight, editor.WordRight}, "one two|"},
		{"word right over a line end", "one|\n\n two x", []editor.Move{editor.WordRight}, "one\n\n two| x"},
		{"word right to the end", "one| ", []editor.Move{editor.WordRight}, "one |"},
		{"line start and end", "one\ntw|o", []editor.Move{editor.LineStart}, "one\n|two"},
		{"line end", "o|ne\ntwo", []editor.Move{editor.LineEnd}, "one|\ntwo"},
		{"begin", "one\ntwo|", []editor.Move{editor.Begin}, "|one\ntwo"},
		{"end", "|one\ntwo", []editor.Move{editor.End}, "one\ntwo|"},
		{"down", "on|e\ntwo", []editor.Move{editor.Down}, "one\ntw|o"},
		{"down within a line that is wrapped", "abc| defg hijk", []editor.Move{editor.Down}, "abc defg hij|k"},
		{"down in the last row", "one\nt|wo", []editor.Move{editor.Down}, "one\nt|wo"},
		{"up in the first row", "on|e", []editor.Move{editor.Up}, "on|e"},
		{"up and down keep the cell", "four|\n1\nfour", []editor.Move{editor.Down, editor.Down}, "four\n1\nfour|"},
		{"and forget it after another move", "four|\n1\nfour", []editor.Move{editor.Down, editor.Left, editor.Down}, "four\n1\n|four"},
		{"down to a wide letter", "abc|\n漢字", []editor.Move{editor.Down}, "abc\n漢|字"},
		{"page down", "|1\n2\n3\n4\n5", []editor.Move{editor.PageDown}, "1\n2\n3\n|4\n5"},
		{"page down beyond the end", "1\n2\n3\n|4\n5", []editor.Move{editor.PageDown}, "1\n2\n3\n4\n|5"},
		{"page up", "1\n2\n3\n4\n5|", []editor.Move{editor.PageUp}, "1\n2|\n3\n4\n5"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := at(10, tt.from)
			e.SetHeight(3)
			for _, m := range tt.moves {
				e.Go(m, false)
			}
			if got := marked(e); got != tt.want {
				t.Errorf("%q became %q, want %q", tt.from, got, tt.want)
			}
		})
	}
}

func TestDeletes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, from string
		move       editor.Move
		want       string
	}{
		{"before", "ab|c", editor.Left, "a|c"},
		{"behind", "a|bc", editor.Right, "a|c"},
		{"a whole letter", "a👨‍👩‍👧|b", editor.Left, "a|b"},
		{"a letter with a mark", "|e\u0301x", editor.Right, "|x"},
		{"the line end before", "ab\n|c", editor.Left, "ab|c"},
		{"the line end behind", "ab|\nc", editor.Right, "ab|c"},
		{"nothing at the beginning", "|ab", editor.Left, "|ab"},
		{"nothing at the end", "ab|", editor.Right, "ab|"},
		{"the word before", "one two|", editor.WordLeft, "one |"},
		{"the word behind", "one| two three", editor.WordRight, "one| three"},
		{"no word of the line before", "one\n|two", editor.WordLeft, "one|two"},
		{"no word of the line behind", "one|\ntwo", editor.WordRight, "one|two"},
		{"to the line's start", "a\none| two", editor.LineStart, "a\n| two"},
		{"to the line's end", "one| two\nb", editor.LineEnd, "one|\nb"},
		{"an empty line upwards", "a\n|\nb", editor.LineStart, "a|\nb"},
		{"an empty line downwards", "a\n|\nb", editor.LineEnd, "a\n|b"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := at(10, tt.from)
			e.Delete(tt.move)
			if got := marked(e); got != tt.want {
				t.Errorf("%q became %q, want %q", tt.from, got, tt.want)
			}
		})
	}
}

func TestSelection(t *testing.T) {
	t.Parallel()
	e := at(20, "one two|\nthree")
	e.SetHeight(5)
	e.Go(editor.WordLeft, true)
	e.Go(editor.Left, true)
	rows, x, y := e.View()
	if r := rows[0]; r.Before != "one" || r.Selected != " two" || r.After != "" || x != 3 || y != 0 {
		t.Fatalf("selected %q, cursor %d,%d", r, x, y)
	}
	e.Insert("!")
	if got := marked(e); got != "one!|\nthree" {
		t.Fatalf("typing over a selection gave %q", got)
	}
	e.Go(editor.Begin, false)
	e.Go(editor.Right, false)
	e.Go(editor.Down, true)
	rows, _, _ = e.View()
	if rows[0].Selected != "ne!" || rows[1].Selected != "t" || rows[1].After != "hree" {
		t.Fatalf("selected %q", rows)
	}
	e.Delete(editor.Right)
	if got := marked(e); got != "o|hree" {
		t.Fatalf("deleting a selection gave %q", got)
	}
	e.Go(editor.Left, true)
	e.Go(editor.Right, false)
	e.Insert("x")
	if got := e.Value(); got != "ox"+"hree" {
		t.Fatalf("a move did not end the selection: %q", got)
	}
}

// Going back and forth selects nothing, and the next key is not lost.
func TestDeletesAfterAnEmptySelection(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, from string
		selected   []editor.Move
		move       editor.Move
		want       string
	}{
		{"backspace, nothing to the right", "one two|", []editor.Move{editor.Right}, editor.Left, "one tw|"},
		{"backspace, there and back", "one two|", []editor.Move{editor.Left, editor.Right}, editor.Left, "one tw|"},
		{"delete", "|one two", []editor.Move{editor.Left}, editor.Right, "|ne two"},
		{"the word before", "one two|", []editor.Move{editor.Right}, editor.WordLeft, "one |"},
		{"to the line's end", "on|e two", []editor.Move{editor.Right, editor.Left}, editor.LineEnd, "on|"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := at(20, tt.from)
			for _, m := range tt.selected {
				e.Go(m, true)
			}
			e.Delete(tt.move)
			if got := marked(e); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	e := at(20, "one| été\nx")
	e.Word(strings.ToUpper)
	if got := marked(e); got != "one ÉTÉ|\nx" {
		t.Errorf("got %q", got)
	}
	empty := editor.New()
	empty.Word(strings.ToUpper)
	if empty.Value() != "" {
		t.Errorf("an empty text became %q", empty.Value())
	}
}

// view returns the visible rows as plain text.
func view(t *editor.Text) []string {
	rows, _, _ := t.View()
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = r.Before + r.Selected + r.After
	}
	return out
}

func TestWraps(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text, want string
	}{
		{"between words", "one two three four", "one two /three /four"},
		{"a word that fills a row", "123456789 x", "123456789 /x"},
		{"a word that is too long", "1234567890123 x", "123456789/0123 x"},
		{"a long word after a short one", "ab 1234567890123", "ab /123456789/0123"},
		{"lines", "a\n\nb", "a//b"},
		{"wide letters anywhere", "漢字漢字漢字", "漢字漢字/漢字"},
		{"spaces do not vanish", "12345678    x", "12345678  /  x"},
		{"a cursor behind a full row", "12345678  ", "12345678  /"},
		{"nothing", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := editor.New()
			e.SetWidth(10)
			e.SetHeight(20)
			e.SetValue(tt.text)
			if got := strings.Join(view(e), "/"); got != tt.want {
				t.Errorf("%q is shown as %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

// Widths that two ways of counting find too large in one letter and too small
// in another must not cancel out: each letter is drawn in a form both count
// alike.
func TestLettersAreSettledOneByOne(t *testing.T) {
	t.Parallel()
	e := editor.New()
	for _, text := range []string{"❤️❤️👨‍👩", "❤️❤️👍🏽", "a ❤️❤️👍🏽 b"} {
		e.SetValue(text)
		row := view(e)[0]
		for rest := row; rest != ""; {
			c, _ := ansi.FirstGraphemeCluster(rest, ansi.GraphemeWidth)
			if ansi.StringWidth(c) != ansi.StringWidthWc(c) {
				t.Errorf("%q is drawn as %q, with the letter %q", text, row, c)
			}
			rest = rest[len(c):]
		}
		if e.Value() != text {
			t.Errorf("%q became %q", text, e.Value())
		}
	}
}

func TestScrollsWithTheCursor(t *testing.T) {
	t.Parallel()
	e := editor.New()
	e.SetHeight(3)
	e.SetValue("1\n2\n3\n4\n5")
	for _, tt := range []struct {
		move editor.Move
		want string
		y    int
	}{
		{editor.End, "345", 2},
		{editor.Up, "345", 1},
		{editor.Up, "345", 0},
		{editor.Up, "234", 0},
		{editor.Down, "234", 1},
		{editor.Begin, "123", 0},
		{editor.PageDown, "234", 2},
		{editor.End, "345", 2},
	} {
		e.Go(tt.move, false)
		rows, _, y := e.View()
		if got := strings.Join(view(e), ""); got != tt.want || y != tt.y || len(rows) != 3 {
			t.Fatalf("after move %d: %q, cursor in row %d, want %q and %d", tt.move, got, y, tt.want, tt.y)
		}
	}
	for range 4 { // the 5, its line, the 4 and its line
		e.Delete(editor.LineStart)
	}
	if got := strings.Join(view(e), ""); got != "123" {
		t.Errorf("a shorter text leaves rows empty: %q", got)
	}
	if e.Top() || !e.Bottom() {
		t.Error("the cursor is not in the last row")
	}
}

func TestLargePaste(t *testing.T) {
	t.Parallel()
	e := at(60, "before|after")
	e.SetHeight(10)
	text := strings.Repeat(strings.Repeat("A lake at dawn, mist over the 湖. ", 40)+"\n", 75)
	began := time.Now()
	e.Insert(text)
	e.View()
	took := time.Since(began)
	if e.Value() != "before"+text+"after" || e.Count() != utf8.RuneCountInString(text)+11 {
		t.Fatal("the text did not arrive whole")
	}
	// Ten milliseconds; the bound allows for a loaded machine.
	if took > 2*time.Second {
		t.Errorf("%d bytes took %v", len(text), took)
	}
}

// FuzzEdits presses random keys. Moves must not change a letter, every row must
// fit, and the cursor must get from one end to the other.
func FuzzEdits(f *testing.F) {
	f.Add("one two three\n\n漢字 e\u0301 👨‍👩‍👧 🇩🇪🇫🇷", []byte{0, 1, 200, 3, 77, 14, 9, 31, 8, 20, 255, 4, 5, 100, 6})
	f.Add(strings.Repeat("word ", 40), []byte{4, 4, 4, 24, 5, 1, 12, 30, 7, 40})
	f.Fuzz(func(t *testing.T, text string, keys []byte) {
		if len(text) > 2000 || !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 }) {
			t.Skip("not what safe.Edit lets through")
		}
		e := editor.New()
		e.SetWidth(12)
		e.SetHeight(4)
		e.SetValue(text)
		for _, k := range keys[:min(len(keys), 60)] {
			before := e.Value()
			m := editor.Move(k % 12)
			switch k / 12 % 4 {
			case 0:
				e.Go(m, false)
			case 1:
				e.Go(m, true)
			case 2:
				e.Delete(m)
			case 3:
				e.Insert([]string{"x", " ", "漢", "\n", "two words", "a\nb"}[k%6])
			}
			if k/12%4 < 2 && e.Value() != before {
				t.Fatalf("a move changed %q to %q", before, e.Value())
			}
			checkView(t, e)
		}
		e.Go(editor.Begin, false)
		steps := 0
		for last := ""; marked(e) != last; steps++ {
			last = marked(e)
			e.Go(editor.Right, false)
		}
		if steps > utf8.RuneCountInString(e.Value())+2 || !strings.HasSuffix(marked(e), "|") {
			t.Fatalf("%d steps to the right did not lead to the end of %q", steps, e.Value())
		}
	})
}

// checkView checks that rows are valid text within the width, with the cursor
// among them.
func checkView(t *testing.T, e *editor.Text) {
	t.Helper()
	if v := e.Value(); !utf8.ValidString(v) || e.Count() != utf8.RuneCountInString(v) {
		t.Fatalf("the text is %q with a count of %d", v, e.Count())
	}
	rows, x, y := e.View()
	if y < 0 || y >= len(rows) || len(rows) > 4 || x < 0 {
		t.Fatalf("the cursor is at %d,%d of %d rows", x, y, len(rows))
	}
	for _, r := range rows {
		s := r.Before + r.Selected + r.After
		if strings.Contains(s, "\n") || ansi.StringWidth(s) > 12 && ascii(s) {
			t.Fatalf("a row is %q", s)
		}
		if ascii(s) && x > 11 {
			t.Fatalf("the cursor is at cell %d", x)
		}
	}
}

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}
