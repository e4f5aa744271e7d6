package media

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	t.Parallel()
	cwd, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		in   string
		want Item
	}{
		{" https://example.com/a.png?x=1 \n", Item{Link, "https://example.com/a.png?x=1"}},
		{"HTTP://example.com/a", Item{Link, "HTTP://example.com/a"}},
		{"/a/b c.png", Item{Path, "/a/b c.png"}},
		{"~/a.png", Item{Path, "/home/me/a.png"}},
		{"~", Item{Path, "/home/me"}},
		{"~you/a.png", Item{Path, filepath.Join(cwd, "~you/a.png")}},
		{"a/../b.png", Item{Path, filepath.Join(cwd, "b.png")}},
		{"a:b.png", Item{Path, filepath.Join(cwd, "a:b.png")}},
		{"file:///a/my%20pic.png", Item{Path, "/a/my pic.png"}},
		{"file://localhost/a.png", Item{Path, "/a.png"}},
		{"data:image/png;base64,AAAA", Item{DataURI, "data:image/png;base64,AAAA"}},
	} {
		if got, err := Parse(c.in, "/home/me"); got != c.want || err != nil {
			t.Errorf("%q: %+v %v", c.in, got, err)
		}
	}
	for _, in := range []string{
		"", "  ", "https://", "https://user:pw@example.com/a", "https://exa mple.com/", "ftp://example.com/a", "javascript://x",
		"data:text/html,x", "data:", "/a\x00b", "file://host/a.png", "file://", "file:///a%00b", "/" + strings.Repeat("a", maxItem),
	} {
		if got, err := Parse(in, "/home/me"); err == nil || strings.Contains(err.Error(), "pw") {
			t.Errorf("%.40q: %+v %v", in, got, err)
		}
	}
}

func TestParseDropped(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		want []string
	}{
		{"/a/b.png", []string{"/a/b.png"}},
		{`/a/my\ pic\ \(1\).png `, []string{"/a/my pic (1).png"}},
		{"'/a/my pic.png' ", []string{"/a/my pic.png"}},
		{`'/a/it'\''s.png'`, []string{"/a/it's.png"}},
		{`/a/it\'s.png`, []string{"/a/it's.png"}},
		{`"/a/my pic.png" "/b/c.jpg"`, []string{"/a/my pic.png", "/b/c.jpg"}},
		{`"/a/\$x \"y\" \\z.png"`, []string{`/a/$x "y" \z.png`}},
		{"/a/b.png /c/d.png", []string{"/a/b.png", "/c/d.png"}},
		{"/a/b.png\n/c/d e.png\n", nil}, // the second line is not quoted
		{"/a/my pic.png", []string{"/a/my pic.png"}},
		{"file:///a/my%20pic.png", []string{"/a/my pic.png"}},
		{"file:///a/b.png\r\nfile:///c/d.png\r\n", []string{"/a/b.png", "/c/d.png"}},
		{`"C:\Users\me\my pic.png"`, []string{`C:\Users\me\my pic.png`}},
		{`C:\Users\me\my pic.png`, []string{`C:\Users\me\my pic.png`}},
		{`"C:\it's\a.png" "D:\b.png"`, []string{`C:\it's\a.png`, `D:\b.png`}},
		{"~/pics/a.png", []string{"~/pics/a.png"}},
		{"/a/é 日本.png", []string{"/a/é 日本.png"}},
		{"https://example.com/a.png", []string{"https://example.com/a.png"}},
		{"https://example.com/a.png /b.png", []string{"https://example.com/a.png", "/b.png"}},
		{"/imagine a cat", []string{"/imagine a cat"}}, // the caller sees that it does not exist
		{"a cat on a mat, 35mm", nil},
		{"it's a cat", nil},
		{"see /a/b.png", nil},
		{"ftp://example.com/a", nil},
		{"https://example.com is nice", nil},
		{"'/a/b.png", nil},
		{"''", nil},
		{"/", nil},
		{"/a\x00b", nil},
		{"", nil},
	} {
		if got := ParseDropped(c.in); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}

func FuzzParseDropped(f *testing.F) {
	f.Add(`'/a/it'\''s.png' /b\ c "/d"`)
	f.Add("file:///a%20b\r\n~/x")
	f.Add(`C:\x "D:\y z"`)
	f.Fuzz(func(t *testing.T, s string) {
		for _, p := range ParseDropped(s) {
			if _, err := Parse(p, "/home/me"); err != nil && len(p) <= maxItem {
				t.Errorf("%q gives %q, which Parse refuses: %v", s, p, err)
			}
		}
		// A quoted path is returned unchanged, no matter what it contains.
		if p := "/" + strings.Trim(s, " \n\r\t/"); !strings.ContainsAny(p, "\x00\r") && len(p) < 4096 && len(p) > 1 {
			q := "'" + strings.ReplaceAll(p, "'", `'\''`) + "'"
			if got := ParseDropped(q); len(got) != 1 || got[0] != p {
				t.Errorf("%q: %q", q, got)
			}
		}
	})
}
