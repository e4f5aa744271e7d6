package download

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

var nine = time.Date(2026, 11, 21, 9, 30, 15, 0, time.UTC)

func TestFileName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ prompt, id, want string }{
		{"A fox runs through snow", "7k3qabcdwxyz", "20261121-093015_a-fox-runs-through-snow_7k3qabcd"},
		{"", "7k3q", "20261121-093015_7k3q"},
		{"Ein Fuchs läuft über Öl", "a", "20261121-093015_ein-fuchs-läuft-über-öl_a"},
		{"e\u0301te\u0301", "a", "20261121-093015_été_a"}, // composed
		{"一只狐狸在雪中奔跑,35毫米", "a", "20261121-093015_一只狐狸在雪中奔跑-35毫米_a"},
		{"../../etc/passwd", "a", "20261121-093015_etc-passwd_a"},
		{"-rf .hidden", "a", "20261121-093015_rf-hidden_a"},
		{"con", "a", "20261121-093015_x-con_a"},
		{"COM7", "a", "20261121-093015_x-com7_a"},
		{"a\x1b[31mred\x00\r\n", "a", "20261121-093015_a-31mred_a"},
		{"שלום \u202eעולם", "a", "20261121-093015_שלום-עולם_a"}, // no direction marks
		{"z\u0300\u0301\u0302\u0303\u0304\u0305\u0306", "a", "20261121-093015_z\u0300\u0301\u0302\u0303_a"},
		{strings.Repeat("word ", 40), "a", "20261121-093015_" + strings.Repeat("word-", 11) + "word_a"},
		{strings.Repeat("雪", 100), "../x", "20261121-093015_" + strings.Repeat("雪", 20) + "_x"},
	} {
		if got := FileName(nine, c.prompt, c.id); got != c.want {
			t.Errorf("FileName(%q, %q) = %q, want %q", c.prompt, c.id, got, c.want)
		}
	}
	if got := FileName(time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC), "x", "y"); got[0] == '-' || len(got) > 40 {
		t.Errorf("a clock before year 0 gives %q", got)
	}
}

func FuzzFileName(f *testing.F) {
	f.Add("a fox", "7k3q", int64(0))
	f.Add("\xff\u202e.-\u0301", "../..", int64(1)<<62)
	f.Add("com1\u3164", "", int64(-1)<<60)
	f.Fuzz(func(t *testing.T, prompt, id string, sec int64) {
		n := FileName(time.Unix(sec, 0).UTC(), prompt, id)
		switch {
		case n == "" || len(n)+len(".mp4") >= 120:
			t.Errorf("%d bytes: %q", len(n), n)
		case !utf8.ValidString(n) || !norm.NFC.IsNormalString(n):
			t.Errorf("not valid or not composed: %q", n)
		case n[0] == '.' || n[0] == '-' || strings.ContainsAny(n, `/\:*?"<>|`):
			t.Errorf("not a safe name: %q", n)
		case len(Slug(prompt, maxSlug)) > maxSlug:
			t.Errorf("slug of %d bytes: %q", len(Slug(prompt, maxSlug)), n)
		}
		for _, r := range n {
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && r != '-' && r != '_' {
				t.Errorf("%U in %q", r, n)
			}
		}
		o := Order{Dir: "d", JobID: "j", Name: n}
		if err := o.check(); err != nil {
			t.Errorf("our own name is refused: %v", err)
		}
	})
}
