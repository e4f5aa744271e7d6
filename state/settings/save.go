package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"seedreel/state/disk"
)

// Get returns one setting, by its dotted name, as a person would write it.
func Get(s *Settings, name string) (string, error) {
	k, ok := FindKey(name)
	if !ok {
		return "", noSetting("", name)
	}
	return k.get(s), nil
}

func noSetting(file, name string) error {
	return &Error{File: file, Key: name, Problem: "is not a setting" + didYouMean(name)}
}

// Save changes settings in a file, by dotted name. Values are as a person
// writes them, without quotes. The rest of the file, including comments, is
// kept. Everything is checked before anything is written; the file is replaced
// atomically, and created if missing.
func Save(file string, changes map[string]string) error {
	data, err := readFile(file, nil)
	if err != nil {
		return err
	}
	// A person must fix a broken file: guessing would lose settings.
	if _, err := Parse(file, data); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(changes)) {
		k, ok := FindKey(name)
		if !ok {
			return noSetting(file, name)
		}
		probe := Defaults()
		value := strings.TrimSpace(changes[name])
		if err := k.set(&probe, value); err != nil {
			return &Error{File: file, Key: name, Problem: err.Error()}
		}
		if data, err = change(file, data, &k, k.get(&probe)); err != nil {
			return err
		}
	}
	return writeFile(file, data)
}

// Unset takes settings out of a file, by dotted name, so that their defaults
// hold again. The rest of the file is kept.
func Unset(file string, names ...string) error {
	data, err := readFile(file, nil)
	if err != nil || data == nil {
		return err
	}
	if _, err := Parse(file, data); err != nil {
		return err
	}
	for _, name := range names {
		if _, ok := FindKey(name); !ok {
			return noSetting(file, name)
		}
		if data, err = without(file, data, name); err != nil {
			return err
		}
	}
	return writeFile(file, data)
}

// without removes the line of a setting. The rest is parsed again: a setting in
// a table on one line has no line of its own.
func without(file string, data []byte, name string) ([]byte, error) {
	entries, _, err := scan(file, data)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(entries, func(e entry) bool { return e.name == name })
	if i < 0 {
		return data, nil
	}
	e := entries[i]
	rest := slices.Concat(data[:bytes.LastIndexByte(data[:e.from], '\n')+1], data[nextLine(data, e.to):])
	left, _, err := scan(file, rest)
	if err != nil || len(left) != len(entries)-1 || slices.ContainsFunc(left, func(e entry) bool { return e.name == name }) {
		return nil, &Error{File: file, Line: e.line, Key: name, Problem: "cannot be taken out of the file as it is written; take it out by hand"}
	}
	return rest, nil
}

// change puts one value into a file's text. If the key is there, its value is
// replaced; if its table is, a line is added below the header; otherwise the
// table is added. The result is parsed again, as TOML has more ways to write a
// table than this handles.
func change(file string, data []byte, k *Key, value string) ([]byte, error) {
	entries, headers, err := scan(file, data)
	if err != nil {
		return nil, err
	}
	lit := k.literal(value)
	for _, e := range entries {
		if e.name == k.Name {
			return slices.Concat(data[:e.from], []byte(lit), data[e.to:]), nil
		}
	}
	table, leaf := "", k.Name
	if i := strings.LastIndexByte(k.Name, '.'); i >= 0 {
		table, leaf = k.Name[:i], k.Name[i+1:]
	}
	end := endLine(data)
	if table == "" {
		return insert(end, firstHeader(end, headers), leaf+" = "+lit+"\n"), nil
	}
	var tries [][]byte
	for _, h := range headers {
		if h.name == table {
			tries = append(tries, insert(end, nextLine(end, h.from), leaf+" = "+lit+"\n"))
		}
	}
	gap := ""
	if len(end) > 0 {
		gap = "\n"
	}
	tries = append(tries,
		insert(end, len(end), gap+"["+table+"]\n"+leaf+" = "+lit+"\n"),
		insert(end, firstHeader(end, headers), k.Name+" = "+lit+"\n"))
	for _, t := range tries {
		if s, err := Parse(file, t); err == nil && k.get(&s) == value {
			return t, nil
		}
	}
	return nil, &Error{File: file, Key: k.Name, Problem: "cannot be added to the file as it is written; add it by hand: " + k.Name + " = " + lit}
}

// literal returns a value in TOML syntax.
func (k *Key) literal(value string) string {
	if k.Type != Text {
		return value
	}
	// Control characters were rejected, so this is valid TOML quoting too.
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
}

// endLine terminates the last line, so that another can follow.
func endLine(data []byte) []byte {
	if len(data) == 0 || bytes.HasSuffix(data, []byte("\n")) {
		return data
	}
	return slices.Concat(data, []byte("\n"))
}

func insert(data []byte, at int, text string) []byte {
	return slices.Concat(endLine(data[:at]), []byte(text), data[at:])
}

// nextLine returns the offset after the line that contains an offset.
func nextLine(data []byte, from int) int {
	if i := bytes.IndexByte(data[from:], '\n'); i >= 0 {
		return from + i + 1
	}
	return len(data)
}

// firstHeader returns the offset of the line of the first table; top-level keys
// must come before it.
func firstHeader(data []byte, headers []header) int {
	if len(headers) == 0 {
		return len(data)
	}
	return bytes.LastIndexByte(data[:headers[0].from], '\n') + 1
}

// writeFile replaces a file atomically, for its user only. It follows a link,
// as people keep their settings elsewhere.
func writeFile(file string, data []byte) error {
	err := replace(file, data)
	if err == nil {
		return nil
	}
	return &Error{File: file, Problem: "cannot be written: " + cause(err), Err: err}
}

func replace(file string, data []byte) error {
	if real, err := filepath.EvalSymlinks(file); err == nil {
		file = real
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	dir := filepath.Dir(file)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return disk.WriteFile(file, data)
}

// Describe returns all settings with their help, as a file to start from.
// Defaults are commented out, so that a later version can improve them.
func Describe(s *Settings) string {
	var b strings.Builder
	table := ""
	for _, k := range Keys() {
		t, leaf := "", k.Name
		if i := strings.LastIndexByte(k.Name, '.'); i >= 0 {
			t, leaf = k.Name[:i], k.Name[i+1:]
		}
		if t != table {
			fmt.Fprintf(&b, "[%s]\n", t)
			table = t
		}
		fmt.Fprintf(&b, "# %s", k.Help)
		if len(k.Choices) > 0 {
			b.WriteString(" One of " + strings.Join(k.Choices, ", ") + ".")
		}
		b.WriteString("\n")
		v := k.get(s)
		if v == k.defaultValue() {
			b.WriteString("# ")
		}
		b.WriteString(leaf + " = " + k.literal(v) + "\n\n")
	}
	return b.String()
}

func (k *Key) defaultValue() string {
	s := Defaults()
	return k.get(&s)
}
