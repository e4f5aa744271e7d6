package media

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxSiblings bounds how many names of a folder are compared.
const maxSiblings = 10_000

// Found returns the file that a path refers to. If no file has exactly that
// name, but one beside it looks the same, it returns that one: macOS puts a
// narrow no-break space into the names of screenshots, and people type or paste
// a plain one. The error is an *Error, and names the files if there are
// several.
func Found(path string) (string, error) {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return path, nil // it exists, or the problem is another one
	}
	alike := lookalikes(path)
	switch len(alike) {
	case 0:
		return "", at(path, &Error{Problem: Missing, Text: "there is no such file", Err: fs.ErrNotExist})
	case 1:
		return alike[0], nil
	}
	names := make([]string, len(alike))
	for i, p := range alike {
		// Quoted in ASCII, as the differences are invisible.
		names[i] = quoted(filepath.Base(p))
	}
	return "", at(path, &Error{
		Problem: Missing, Err: fs.ErrNotExist, Alike: alike,
		Text: "there is no such file; its name may be " + strings.Join(names, " or "),
	})
}

// lookalikes returns the paths that look like this one, comparing folders too.
func lookalikes(path string) []string {
	dir, name := filepath.Split(path)
	dir = filepath.Clean(dir)
	dirs := []string{dir}
	if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) && dir != path {
		dirs = lookalikes(dir)
	}
	want := folded(name)
	var out []string
	for _, d := range dirs {
		f, err := os.Open(d)
		if err != nil {
			continue
		}
		names, err := f.Readdirnames(maxSiblings)
		_ = f.Close() // read only
		if err != nil && !errors.Is(err, io.EOF) {
			continue
		}
		for _, n := range names {
			if folded(n) == want {
				out = append(out, filepath.Join(d, n))
			}
		}
	}
	slices.Sort(out)
	return out
}

// folded returns a name without invisible differences: compatible characters
// become one (NFKC), as do all blanks, quotes and dashes, and characters of no
// width are removed.
func folded(name string) string {
	s := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r):
			return -1
		case r == '‘', r == '’', r == 'ʼ':
			return '\''
		case r == '“', r == '”':
			return '"'
		case unicode.Is(unicode.Pd, r), r == '−':
			return '-'
		}
		return r
	}, norm.NFKC.String(name))
	return strings.Join(strings.Fields(s), " ")
}

// quoted returns a name in which every character is recognisable.
func quoted(name string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range name {
		if r == ' ' || unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Mn, r) {
			b.WriteRune(r)
			continue
		}
		fmt.Fprintf(&b, "\\u%04X", r)
	}
	b.WriteByte('"')
	return b.String()
}
