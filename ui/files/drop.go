package files

import (
	"net/url"
	"strings"
)

// maxDrop bounds a paste that may be file names, in bytes.
const maxDrop = 64 << 10

// Dropped reads the file names in a pasted text: dropping files on a terminal
// pastes their paths, quoted in a way that depends on the terminal. It returns
// nil when the text does not look like absolute paths only, so that it is
// treated as text. Whether the files exist is for the caller to see: over SSH
// the paths may be those of another machine.
//
// Understood are backslash escapes (kitty, Ghostty, iTerm2, WezTerm), single
// quotes (GNOME Terminal, Konsole), double quotes (Windows Terminal), file://
// links, several on a line and one path a line.
func Dropped(text string) []string {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r", "\n"))
	if text == "" || len(text) > maxDrop {
		return nil
	}
	if lone(text) {
		if p, ok := absolute(text); ok {
			return []string{p}
		}
	}
	d := dropped{windows: windowsPath(text) || strings.HasPrefix(text, `"`) && windowsPath(text[1:])}
	for i := 0; i < len(text); i++ {
		i += d.next(text, i)
		if d.bad {
			return nil
		}
	}
	if d.flush(); d.quote != 0 || d.bad {
		return nil
	}
	return d.paths
}

// lone reports an unquoted path that may hold blanks, alone in its paste.
func lone(s string) bool {
	return !strings.ContainsAny(s, "'\"\\\n") && !strings.Contains(s, " /") && !strings.Contains(s, " file://")
}

// dropped takes a paste apart byte by byte.
type dropped struct {
	windows bool // backslashes are part of paths
	paths   []string
	cur     strings.Builder
	in      bool
	quote   byte
	bad     bool // something is no path
}

// next reads the byte at i and returns how many more it used.
func (d *dropped) next(s string, i int) int {
	c := s[i]
	escaped := c == '\\' && !d.windows && i+1 < len(s)
	switch {
	case d.quote != 0 && c == d.quote:
		d.quote = 0
	case d.quote == '"' && escaped && strings.IndexByte("\"\\$`", s[i+1]) >= 0, d.quote == 0 && escaped:
		d.put(s[i+1])
		return 1
	case d.quote != 0:
		d.put(c)
	case c == '\'' || c == '"':
		d.quote, d.in = c, true
	case c == ' ' || c == '\n' || c == '\t':
		d.flush()
	default:
		d.put(c)
	}
	return 0
}

func (d *dropped) put(c byte) {
	d.cur.WriteByte(c)
	d.in = true
}

func (d *dropped) flush() {
	if !d.in {
		return
	}
	p, ok := absolute(d.cur.String())
	d.cur.Reset()
	d.in = false
	if !ok {
		d.bad = true
		return
	}
	d.paths = append(d.paths, p)
}

func windowsPath(p string) bool {
	return len(p) > 3 && p[1] == ':' && (p[2] == '\\' || p[2] == '/')
}

// absolute turns file:// links into paths and reports whether p is absolute.
func absolute(p string) (string, bool) {
	if strings.HasPrefix(p, "file://") {
		u, err := url.Parse(p)
		if err != nil || u.Path == "" {
			return p, false
		}
		return u.Path, true
	}
	return p, strings.HasPrefix(p, "/") || strings.HasPrefix(p, "~/") || windowsPath(p)
}
