package safe_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"seedreel/ui/safe"
)

// attacks are the ways in which untrusted text has been used against terminals.
var attacks = []struct{ name, raw string }{
	{"OSC 0 title", "a\x1b]0;owned\x07b"},
	{"OSC 0 title, ST", "a\x1b]0;owned\x1b\\b"},
	{"OSC 2 title", "a\x1b]2;owned\x07b"},
	{"OSC 4 palette", "a\x1b]4;1;#000000\x07b"},
	{"OSC 7 directory", "a\x1b]7;file:///etc\x07b"},
	{"OSC 8 link", "a\x1b]8;;http://evil\x1b\\click\x1b]8;;\x1b\\b"},
	{"OSC 9 notification", "a\x1b]9;hello\x07b"},
	{"OSC 10 foreground", "a\x1b]10;#ffffff\x07b"},
	{"OSC 52 clipboard", "a\x1b]52;c;cm0gLXJmIH4=\x07b"},
	{"OSC 777 notification", "a\x1b]777;notify;a;b\x07b"},
	{"OSC 1337 iTerm2 file", "a\x1b]1337;File=inline=1:AAAA\x07b"},
	{"OSC not ended", "a\x1b]0;owned"},
	{"marks over a letter that goes", "a\u0300\u0301\U0001F3FF\u0301\u0301\u0301\u0301"},
	{"CSI colour", "a\x1b[31mred\x1b[0mb"},
	{"CSI clear screen", "a\x1b[2Jb"},
	{"CSI cursor home", "a\x1b[Hb"},
	{"CSI cursor up", "a\x1b[10Ab"},
	{"CSI alternate screen", "a\x1b[?1049lb"},
	{"CSI mouse on", "a\x1b[?1003hb"},
	{"CSI device status", "a\x1b[6nb"},
	{"CSI window report", "a\x1b[21tb"},
	{"CSI repeat", "a\x1b[9999999bb"},
	{"CSI not ended", "a\x1b["},
	{"DCS sixel", "a\x1bPq#0~~\x1b\\b"},
	{"DCS tmux passthrough", "a\x1bPtmux;\x1b\x1b]52;c;AAAA\x07\x1b\\b"},
	{"DCS XTGETTCAP", "a\x1bP+q544e\x1b\\b"},
	{"APC kitty image", "a\x1b_Ga=T,f=100;AAAA\x1b\\b"},
	{"PM", "a\x1b^private\x1b\\b"},
	{"SOS", "a\x1bXstring\x1b\\b"},
	{"RIS reset", "a\x1bcb"},
	{"charset", "a\x1b(0lqqk\x1b(Bb"},
	{"C1 CSI as UTF-8", "a\u009b31mb"},
	{"C1 OSC as UTF-8", "a\u009d0;owned\u009cb"},
	{"C1 CSI as a byte", "a\x9b31mb"},
	{"carriage return", "safe text\roverwritten"},
	{"backspaces", "abc\b\b\bxyz"},
	{"NUL, BEL, SO, SI, DEL", "a\x00\x07\x0e\x0f\x7fb"},
	{"VT and FF", "a\x0b\x0cb"},
	{"tab", "a\tb"},
	{"line separators", "a\u2028b\u2029c"},
	{"bidi override", "a\u202egnp.exe\u202cb"},
	{"bidi isolates", "a\u2066b\u2069c\u200e\u200f\u061c"},
	{"zero width", "p\u200ba\u2060y\ufeff\u00adp\u3164al"},
	{"tag characters", "a\U000e0041\U000e0042\U000e007fb"},
	{"bad UTF-8", "a\xff\xfe\xc3b"},
	{"zalgo", "e" + strings.Repeat("\u0301", 200) + "x"},
	{"variation selector smuggling", "a\U000e0100\U000e01ef\ufe00b"},
	{"private use and noncharacters", "a\ue000\U000f0000\ufdd0\uffffb"},
}

// unsafeRune reports whether a rune must never appear in the output.
func unsafeRune(r rune, breaks bool) bool {
	switch {
	case r == '\n':
		return !breaks
	case r < 0x20, r >= 0x7f && r <= 0x9f:
		return true
	case r == 0x2060, r == 0xFEFF, r == 0x00AD, r == 0x3164, r == 0x2028, r == 0x2029:
		return true
	case r >= 0xE000 && r <= 0xF8FF, r >= 0xE0000:
		return true
	case r == 0x200C, r == 0x200D: // joiners that scripts need
		return false
	case r == 0x200B: // splits clusters that terminals count differently
		return false
	}
	return unicode.Is(unicode.Cf, r)
}

func check(t *testing.T, raw, out string, breaks bool) {
	t.Helper()
	if !utf8.ValidString(out) {
		t.Errorf("%q gave invalid UTF-8: %q", raw, out)
	}
	marks := 0
	for _, r := range out {
		if unsafeRune(r, breaks) {
			t.Errorf("%q left %U in %q", raw, r, out)
		}
		marks++
		if !unicode.In(r, unicode.Mn, unicode.Me) {
			marks = 0
		}
		if marks > 4 {
			t.Fatalf("%q left %d marks on one letter", raw, marks)
		}
	}
	for _, l := range strings.Split(out, "\n") {
		if g, w := ansi.StringWidth(l), ansi.StringWidthWc(l); g != w {
			t.Errorf("%q is %d cells by grapheme and %d by wcwidth: %q", raw, g, w, l)
		}
	}
}

// A line whose clusters differ in both directions is as wide under either
// method, and its parts are not.
func TestClustersThatCancelOutAreSettled(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"❤️❤️👍🏽", "❤️❤️👨‍👩", "a❤️b❤️👍🏽c"} {
		line := safe.Line(raw)
		for n := range line.Width() {
			cut := string(safe.Truncate(line, n))
			if a, b := ansi.StringWidth(cut), ansi.StringWidthWc(cut); a != b {
				t.Errorf("%q cut to %d is %d or %d cells wide: %q", raw, n, a, b, cut)
			}
		}
	}
}

func TestAttacksLeaveNothingBehind(t *testing.T) {
	t.Parallel()
	for _, a := range attacks {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			check(t, a.raw, string(safe.Line(a.raw)), false)
			check(t, a.raw, string(safe.Lines("x\n"+a.raw)), true)
			for _, r := range safe.Edit(a.raw) {
				if unsafeRune(r, true) {
					t.Errorf("Edit left %U", r)
				}
			}
		})
	}
}

func TestTextIsKept(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"A lake at dawn":           "A lake at dawn",
		"two\nlines\tand a tab":    "two lines and a tab",
		"windows\r\nbreak":         "windows break",
		"żółć äöü é":               "żółć äöü é",
		"漢字 한글 かな":                 "漢字 한글 かな",
		"שלום עולם":                "שלום עולם",
		"plain 😀 emoji":            "plain 😀 emoji",
		"a heart ❤️ here":          "a heart ❤ here",
		"thumbs 👍🏽 up":             "thumbs 👍 up",
		"\u0301leading mark":       "leading mark",
		"red \x1b[31mcolour\x1b[m": "red colour",
		"bell\x07":                 "bell␇",
	} {
		if got := string(safe.Line(raw)); got != want {
			t.Errorf("Line(%q) = %q, want %q", raw, got, want)
		}
	}
	// Letters of scripts that terminals disagree on stay readable.
	if got := strings.ReplaceAll(string(safe.Line("नमस्ते का")), "\u200b", ""); got != "नमस्ते का" {
		t.Errorf("Devanagari became %q", got)
	}
	if got := safe.Edit("one\rtwo\r\nthree\n\rfive"); got != "one\ntwo\nthree\n\nfive" {
		t.Errorf("pasted line breaks became %q", got)
	}
	if got := safe.Edit("family 👨‍👩‍👧 ❤️\n"); got != "family 👨‍👩‍👧 ❤️\n" {
		t.Errorf("Edit changed visible text: %q", got)
	}
}

func TestLengthIsBounded(t *testing.T) {
	t.Parallel()
	if n := len(safe.Line(strings.Repeat("é", 1<<20))); n > 70<<10 {
		t.Errorf("a line of %d bytes", n)
	}
	if n := len(safe.Lines(strings.Repeat("abc\n", 1<<20))); n > 1<<20+8 {
		t.Errorf("a block of %d bytes", n)
	}
}

func TestCellHelpers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, got, want string }{
		{"truncate", string(safe.Truncate(safe.String("skateboarder"), 6)), "skate…"},
		{"truncate wide", string(safe.Truncate(safe.String("漢字漢字"), 4)), "漢…"},
		{"truncate nothing", string(safe.Truncate(safe.String("ab"), 0)), ""},
		{"fits", string(safe.Truncate(safe.String("ab"), 2)), "ab"},
		{"pad right", string(safe.PadRight(safe.String("漢"), 4)), "漢  "},
		{"pad left", string(safe.PadLeft(safe.String("7"), 3)), "  7"},
		{"cut", string(safe.Cut(safe.String("abcdef"), 2, 4)), "cd"},
		{"cut nothing", string(safe.Cut(safe.String("abc"), 2, 2)), ""},
		{"styled", safe.PadRight("\x1b[1mab\x1b[m", 3), "\x1b[1mab\x1b[m "},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, tt.got, tt.want)
		}
	}
	lines := safe.Wrap("a lake at dawn\nmist", 7)
	if len(lines) != 3 || lines[0] != "a lake" || lines[1] != "at dawn" || lines[2] != "mist" {
		t.Errorf("Wrap gave %q", lines)
	}
	if safe.Wrap("x", 0) != nil {
		t.Error("Wrap into no cells gave lines")
	}
}

func TestURLShowsHostAndPathOnly(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		raw, want string
		ok        bool
	}{
		{"https://user:pw@cdn.example.com/a/b.mp4?X-Signature=secret#f", "cdn.example.com/a/b.mp4", true},
		{"http://example.com", "example.com", true},
		{"file:///etc/passwd", "file:///etc/passwd", false},
		{"javascript:alert(1)", "javascript:alert(1)", false},
		{"https://e\x1b[31mx/", "https://ex/", false},
	} {
		got, ok := safe.URL(tt.raw)
		if string(got) != tt.want || ok != tt.ok {
			t.Errorf("URL(%q) = %q, %v", tt.raw, got, ok)
		}
	}
}

func FuzzLine(f *testing.F) {
	for _, a := range attacks {
		f.Add(a.raw)
	}
	f.Add("नमस्ते ｶﾞ 👨‍👩‍👧 🇩🇪 1️⃣ ลำ")
	f.Fuzz(func(t *testing.T, raw string) {
		if len(raw) > 4096 {
			return
		}
		once := safe.Line(raw)
		check(t, raw, string(once), false)
		check(t, string(once), string(safe.Line(string(once))), false)
		check(t, raw, string(safe.Lines(raw)), true)
	})
}

func BenchmarkLine(b *testing.B) {
	ascii := strings.Repeat("A lake at dawn, mist. ", 17)
	accents := strings.Repeat("Ein See im Frühnebel, ", 17)
	b.Run("ascii", func(b *testing.B) {
		for b.Loop() {
			safe.Line(ascii)
		}
	})
	b.Run("accents", func(b *testing.B) {
		for b.Loop() {
			safe.Line(accents)
		}
	})
}

// What counts as a letter by itself must be one.
func TestPlainLettersAreOneWidth(t *testing.T) {
	t.Parallel()
	for r := rune(0); r < 0x10000; r++ {
		if r >= 0xD800 && r < 0xE000 {
			continue
		}
		line := string(safe.Line("a" + string(r) + "b"))
		if a, b := ansi.StringWidth(line), ansi.StringWidthWc(line); a != b {
			t.Errorf("U+%04X: %q is %d or %d cells wide", r, line, a, b)
		}
	}
}

// A path that is too long for a line is broken after a slash.
func TestWrapBreaksPathsAtSlashes(t *testing.T) {
	t.Parallel()
	got := safe.Wrap("/clips/assets/samples/lake.jpg", 25)
	if want := []safe.String{"/clips/assets/samples/", "lake.jpg"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
