package files_test

import (
	"slices"
	"strings"
	"testing"

	"seedreel/ui/files"
)

func TestDropped(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in   string
		want []string
	}{
		{"/a/b.png", []string{"/a/b.png"}},
		{"/a/my\\ pic\\ \\(1\\).png ", []string{"/a/my pic (1).png"}},
		{"'/a/my pic.png' ", []string{"/a/my pic.png"}},
		{`'/a/it'\''s.png'`, []string{"/a/it's.png"}},
		{`/a/it\'s.png`, []string{"/a/it's.png"}},
		{`"/a/my pic.png" "/b/c.jpg"`, []string{"/a/my pic.png", "/b/c.jpg"}},
		{`"/a/say \"hi\".png"`, []string{`/a/say "hi".png`}},
		{"/a/b.png /c/d.png", []string{"/a/b.png", "/c/d.png"}},
		{"/a/b.png\n/c/d e.png\n", nil},
		{"/a/my pic.png", []string{"/a/my pic.png"}},
		{"file:///a/my%20pic.png", []string{"/a/my pic.png"}},
		{"file:///a/b.png\r\nfile:///c/d.png\r\n", []string{"/a/b.png", "/c/d.png"}},
		{`"C:\Users\me\my pic.png"`, []string{`C:\Users\me\my pic.png`}},
		{"~/pics/a.png", []string{"~/pics/a.png"}},
		{"/a/é 日本.png", []string{"/a/é 日本.png"}},
		{"a cat on a mat, 35mm", nil},
		{"it's a cat", nil},
		{"'/a/open quote.png", nil},
		{"", nil},
		{"/" + strings.Repeat("x", 70<<10), nil},
	} {
		if got := files.Dropped(tt.in); !slices.Equal(got, tt.want) {
			t.Errorf("%.40q: %q, want %q", tt.in, got, tt.want)
		}
	}
}

func FuzzDropped(f *testing.F) {
	for _, s := range []string{`"C:\a" '/b c' file:///d%20e /f\ g`, "\\", `"`, "file://"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, p := range files.Dropped(s) {
			if !strings.HasPrefix(p, "/") && !strings.HasPrefix(p, "~/") && !strings.Contains(p, ":") {
				t.Errorf("%q gave %q, which is not absolute", s, p)
			}
		}
	})
}
