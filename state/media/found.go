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

// Found returns the file that a path means. Where nothing has that very name,
// but one file beside it is called the same to the eye, that one is meant: macOS
// puts a narrow no-break space into the names of screenshots, and people type
// or paste a plain one. The error is an *Error, and names the files when there
// are several.
func Found(path string) (string, error) {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return path, nil // there, or its problem is another
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
		// Quoted in ASCII: what tells them apart cannot be seen.
		names[i] = quoted(filepath.Base(p))
	}
	return "", at(path, &Error{
		Problem: Missing, Err: fs.ErrNotExist, Alike: alike,
		Text: "there is no such file; its name may be " + strings.Join(names, " or "),
	})
}

// lookalikes are the paths that look like this one, folders on the way too.
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

// folded is a name without what cannot be told by eye: compatible characters
// are one (NFKC), so are all blanks, quotes and dashes, and what takes no room
// is gone.
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

// quoted writes a name so that each of its characters can be told.
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
