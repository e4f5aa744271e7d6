package library

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"seedreel/state/disk"
)

// fileEntry is an entry as the file has it.
type fileEntry struct {
	Name  string            `toml:"name"`
	Text  string            `toml:"text,multiline"`
	About string            `toml:"about,omitempty"`
	Slots map[string]string `toml:"slots,inline,omitempty"`
}

// file is the text of a library.
type file struct {
	Prompt   []fileEntry `toml:"prompt,omitempty"`
	Fragment []fileEntry `toml:"fragment,omitempty"`
	Template []fileEntry `toml:"template,omitempty"`
}

// TextError is an error in the text of a library. Line is counted from 1, 0 if
// it is not known.
type TextError struct {
	File string
	Line int
	Text string
}

// Error names the file and the line.
func (e *TextError) Error() string {
	s := e.Text
	if e.Line > 0 {
		s = fmt.Sprintf("line %d: %s", e.Line, s)
	}
	if e.File != "" {
		s = e.File + ", " + s
	}
	return s
}

// ExistsError is returned for a name that is taken.
type ExistsError struct{ Name string }

// Error names the entry.
func (e *ExistsError) Error() string { return fmt.Sprintf("words are kept as %q already", e.Name) }

// ErrShipped is returned for a change of an entry that came with the program.
var ErrShipped = errors.New("these words came with the program; yours under the same name take their place")

// Parse reads entries from a text: [[prompt]], [[fragment]] and [[template]]
// tables. Unknown keys, a name used twice and an entry that is none are errors,
// a *TextError.
func Parse(text []byte) ([]Entry, error) {
	var f file
	if err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(&f); err != nil {
		return nil, textError(err)
	}
	var out []Entry
	for _, k := range []struct {
		kind Kind
		list []fileEntry
	}{{Prompt, f.Prompt}, {Fragment, f.Fragment}, {Template, f.Template}} {
		for i, x := range k.list {
			e := Entry{Name: x.Name, Kind: k.kind, Text: strings.TrimRight(x.Text, "\r\n"), About: x.About, Slots: x.Slots}
			if err := e.Check(); err != nil {
				return nil, &TextError{Line: lineOf(text, k.kind, i), Text: fmt.Sprintf("%s %d: %v", k.kind, i+1, err)}
			}
			if slices.ContainsFunc(out, func(o Entry) bool { return strings.EqualFold(o.Name, e.Name) }) {
				return nil, &TextError{Line: lineOf(text, k.kind, i), Text: fmt.Sprintf("the name %q is used twice", e.Name)}
			}
			out = append(out, e)
		}
	}
	return out, nil
}

// textError returns an error of the TOML reader with its line.
func textError(err error) error {
	if strict, ok := errors.AsType[*toml.StrictMissingError](err); ok && len(strict.Errors) > 0 {
		row, _ := strict.Errors[0].Position()
		return &TextError{Line: row, Text: fmt.Sprintf("there is no %q", strings.Join(strict.Errors[0].Key(), "."))}
	}
	if bad, ok := errors.AsType[*toml.DecodeError](err); ok {
		row, _ := bad.Position()
		return &TextError{Line: row, Text: bad.Error()}
	}
	return &TextError{Text: err.Error()}
}

// lineOf returns the line of the nth table of a kind, 0 if it is written in
// another way.
func lineOf(text []byte, kind Kind, n int) int {
	line := 0
	for l := range strings.Lines(string(text)) {
		line++
		if head(l) == kind {
			if n == 0 {
				return line
			}
			n--
		}
	}
	return 0
}

// head returns the kind of the table that a line begins, "" for none.
func head(line string) Kind {
	line, _, _ = strings.Cut(line, "#")
	for _, k := range Kinds() {
		if strings.TrimSpace(line) == "[["+string(k)+"]]" {
			return k
		}
	}
	return ""
}

// Format returns entries as a text that Parse reads.
func Format(entries []Entry) ([]byte, error) {
	var f file
	for i := range entries {
		e := &entries[i]
		x := fileEntry{Name: e.Name, Text: e.Text, About: e.About, Slots: e.Slots}
		switch e.Kind {
		case Prompt:
			f.Prompt = append(f.Prompt, x)
		case Fragment:
			f.Fragment = append(f.Fragment, x)
		case Template:
			f.Template = append(f.Template, x)
		}
	}
	var b bytes.Buffer
	if err := toml.NewEncoder(&b).Encode(f); err != nil {
		return nil, fmt.Errorf("writing the words: %w", err)
	}
	return b.Bytes(), nil
}

// Add keeps an entry in a file, which is made if it is missing. A name that the
// file has is an *ExistsError, unless it is to be replaced. Everything else in
// the file stays as a person wrote it.
func Add(ctx context.Context, path string, e Entry, replace bool) error {
	if err := e.Check(); err != nil {
		return err
	}
	return change(ctx, path, func(text []byte, own []Entry) ([]byte, error) {
		if i := named(own, e.Name); i >= 0 {
			if !replace {
				return nil, &ExistsError{Name: own[i].Name}
			}
			var err error
			if text, err = drop(text, own, i); err != nil {
				return nil, err
			}
			own = slices.Delete(own, i, i+1)
		}
		return join(text, own, e)
	})
}

// join adds an entry at the end of a text. A list in brackets cannot be gone on
// with below; then all entries are written anew.
func join(text []byte, own []Entry, e Entry) ([]byte, error) {
	more, err := Format([]Entry{e})
	if err != nil {
		return nil, err
	}
	if s := strings.TrimRight(string(text), "\r\n"); s != "" {
		more = append([]byte(s+"\n\n"), more...)
	}
	if Whole(more) == nil {
		return more, nil
	}
	return Format(append(slices.Clone(own), e))
}

// Remove removes the entry of a name from a file, or returns a *NotFoundError.
func Remove(ctx context.Context, path, name string) error {
	return change(ctx, path, func(text []byte, own []Entry) ([]byte, error) {
		i := named(own, name)
		if i < 0 {
			return nil, &NotFoundError{Name: name}
		}
		return drop(text, own, i)
	})
}

func named(own []Entry, name string) int {
	return slices.IndexFunc(own, func(e Entry) bool { return strings.EqualFold(e.Name, name) })
}

// drop returns a text without its ith entry. The tables are told apart by their
// first lines; if none of them can be taken out so that the others are left, all
// are written anew.
func drop(text []byte, own []Entry, i int) ([]byte, error) {
	left := slices.Delete(slices.Clone(own), i, i+1)
	// A text may hold a line that looks like the first of a table.
	for n := range own {
		cut, ok := cutTable(text, own[i].Kind, n)
		if !ok {
			break
		}
		if got, err := Parse(cut); err == nil && slices.EqualFunc(got, left, same) {
			return cut, nil
		}
	}
	if len(left) == 0 {
		return nil, nil
	}
	return Format(left)
}

func same(a, b Entry) bool {
	return a.Name == b.Name && a.Kind == b.Kind && a.Text == b.Text && a.About == b.About && maps.Equal(a.Slots, b.Slots)
}

// cutTable takes the lines of the nth table of a kind out of a text.
func cutTable(text []byte, kind Kind, n int) (cut []byte, found bool) {
	inside := false
	for l := range strings.Lines(string(text)) {
		if k := head(l); k != "" {
			inside = k == kind && n == 0
			if k == kind {
				n--
			}
			found = found || inside
		}
		if !inside {
			cut = append(cut, l...)
		}
	}
	return cut, found
}

// change rewrites a file. Two programs that do so wait for each other.
func change(ctx context.Context, path string, edit func(text []byte, own []Entry) ([]byte, error)) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("keeping words: %w", err)
	}
	lock, err := disk.Wait(ctx, path+".lock", false)
	if err != nil {
		return fmt.Errorf("keeping words: %w", err)
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	own, err := read(path)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("keeping words: %w", err)
	}
	if text, err = edit(text, own); err != nil {
		return err
	}
	if err := Whole(text); err != nil {
		return err
	}
	if err := disk.WriteFile(path, text); err != nil {
		return fmt.Errorf("keeping words: %w", err)
	}
	return nil
}

// Whole returns the error of a text that is no library.
func Whole(text []byte) error {
	_, err := Parse(text)
	return err
}
