package media

import "strings"

// maxDropped bounds a paste that is searched for paths.
const maxDropped = 64 << 10

// ParseDropped returns the paths and links in a pasted text, or nil when it
// does not consist of them and should be taken as plain text. Terminals paste
// the paths of files dropped on them, each in its own way:
//
//   - backslash escapes: kitty, Ghostty, iTerm2, Terminal.app, WezTerm
//   - single quotes, left and entered again for a quote in the name: GNOME
//     Terminal, Konsole
//   - double quotes: Windows Terminal, WezTerm
//   - file:// URLs, one a line: several desktops
//
// Whether the files exist is not looked at. A leading "~/" is kept for Parse.
func ParseDropped(text string) []string {
	s := strings.TrimSpace(strings.ReplaceAll(text, "\r", "\n"))
	if s == "" || len(s) > maxDropped || strings.ContainsRune(s, 0) {
		return nil
	}
	if bare(s) {
		if p, ok := item(s); ok {
			return []string{p}
		}
	}
	l := lexer{in: s, windows: windowsPath(strings.TrimLeft(s, `"`))}
	words, ok := l.words()
	if !ok {
		return nil
	}
	for i, w := range words {
		if words[i], ok = item(w); !ok {
			return nil
		}
	}
	return words
}

// bare reports whether s is a single unquoted path with spaces, to be taken
// whole.
func bare(s string) bool {
	if strings.ContainsAny(s, "'\"\n\t") || strings.Contains(s, `\`) && !windowsPath(s) {
		return false
	}
	for _, next := range []string{" /", " ~/", " file://", " http://", " https://"} {
		if strings.Contains(s, next) {
			return false
		}
	}
	return true
}

func windowsPath(s string) bool {
	if strings.HasPrefix(s, `\\`) {
		return true
	}
	return len(s) > 3 && letter(s[0]) && s[1] == ':' && (s[2] == '\\' || s[2] == '/')
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// item returns a word if it is a path with an explicit start, or a link.
func item(w string) (string, bool) {
	switch scheme := schemeOf(w); scheme {
	case "file":
		return fromFileURL(w)
	case "http", "https":
		_, err := parseLink(w)
		return w, err == nil && !strings.ContainsAny(w, " \n\t")
	case "":
		return w, len(w) > 1 && (w[0] == '/' || strings.HasPrefix(w, "~/") || windowsPath(w))
	}
	return "", false
}

// lexer splits text as a shell does, except for Windows paths, in which a
// backslash is no escape.
type lexer struct {
	in      string
	windows bool
	word    strings.Builder
	inWord  bool
	quote   byte
	out     []string
}

func (l *lexer) words() ([]string, bool) {
	for i := 0; i < len(l.in); i++ {
		c := l.in[i]
		switch {
		case l.quote == 0 && c == '\\' && !l.windows && i+1 < len(l.in),
			l.quote == '"' && c == '\\' && !l.windows && i+1 < len(l.in) && strings.IndexByte("\"\\$`", l.in[i+1]) >= 0:
			i++
			l.add(l.in[i])
		case l.quote != 0 && c == l.quote:
			l.quote = 0
		case l.quote != 0:
			l.add(c)
		case c == '\'' && !l.windows || c == '"':
			l.quote, l.inWord = c, true
		case c == ' ' || c == '\n' || c == '\t':
			l.flush()
		default:
			l.add(c)
		}
	}
	l.flush()
	return l.out, l.quote == 0
}

func (l *lexer) add(c byte) {
	l.word.WriteByte(c)
	l.inWord = true
}

func (l *lexer) flush() {
	if l.inWord {
		l.out = append(l.out, l.word.String())
		l.word.Reset()
		l.inWord = false
	}
}
