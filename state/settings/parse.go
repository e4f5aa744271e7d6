package settings

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// entry is one "key = value" of a file.
type entry struct {
	name string
	line int
	kind unstable.Kind
	// value is a text as meant, anything else as written.
	value string
	// from and to delimit the value in the file, quotes included.
	from, to int
}

// header is one "[table]" of a file, with the offset after its line.
type header struct {
	name  string
	line  int
	from  int
	array bool
}

// Parse reads settings from TOML, with defaults for missing ones. It is strict:
// an unknown key, a wrong type or a value out of range is an *Error that names
// file, line and key, as a setting that is silently ignored may cost money.
func Parse(file string, data []byte) (Settings, error) {
	s := Defaults()
	entries, headers, err := scan(file, data)
	if err != nil {
		return s, err
	}
	for _, h := range headers {
		if h.array || !isTable(h.name) {
			return s, &Error{File: file, Line: h.line, Key: h.name, Problem: "is not a group of settings" + didYouMean(h.name)}
		}
	}
	for _, e := range entries {
		k, ok := FindKey(e.name)
		if !ok {
			return s, &Error{File: file, Line: e.line, Key: e.name, Problem: "is not a setting" + didYouMean(e.name)}
		}
		if err := e.into(&k, &s); err != nil {
			return s, &Error{File: file, Line: e.line, Key: e.name, Problem: err.Error()}
		}
	}
	return s, nil
}

// into stores the entry if it has the type of the setting.
func (e *entry) into(k *Key, s *Settings) error {
	v := e.value
	number := e.kind == unstable.Integer || e.kind == unstable.Float
	var want string
	switch k.Type {
	case Text:
		if _, once := k.former[v]; e.kind != unstable.String && (e.kind != unstable.Bool || !once) {
			want = "text in quotes"
		}
	case Whole:
		if e.kind != unstable.Integer {
			want = "a whole number"
		}
	case Decimal:
		if !number {
			want = "a number"
		}
	case Switch:
		if e.kind != unstable.Bool {
			want = "true or false"
		}
	}
	if want != "" {
		return fmt.Errorf("must be %s, not %s", want, kindWord(e.kind))
	}
	if number {
		v = strings.ReplaceAll(v, "_", "")
	}
	return k.set(s, v)
}

func kindWord(k unstable.Kind) string {
	switch k {
	case unstable.String:
		return "text"
	case unstable.Bool:
		return "true or false"
	case unstable.Integer:
		return "a whole number"
	case unstable.Float:
		return "a number with a point"
	case unstable.Array:
		return "a list"
	case unstable.LocalDate, unstable.LocalTime, unstable.LocalDateTime, unstable.DateTime:
		return "a date"
	case unstable.Invalid, unstable.Comment, unstable.Key, unstable.Table, unstable.ArrayTable,
		unstable.KeyValue, unstable.InlineTable:
	}
	return "something else"
}

func isTable(name string) bool {
	for _, k := range Keys() {
		if strings.HasPrefix(k.Name, name+".") {
			return true
		}
	}
	return false
}

// didYouMean names the setting with the same last word, if there is one.
func didYouMean(name string) string {
	last := name[strings.LastIndexByte(name, '.')+1:]
	for _, k := range Keys() {
		if k.Name != name && (k.Name == last || strings.HasSuffix(k.Name, "."+last)) {
			return ", did you mean " + k.Name + "?"
		}
	}
	return ""
}

// scan parses a file into entries. The library first reads the whole, to find a
// key given twice or a table begun twice.
func scan(file string, data []byte) ([]entry, []header, error) {
	var whole map[string]any
	if err := toml.Unmarshal(data, &whole); err != nil {
		return nil, nil, syntaxError(file, err)
	}
	sc := scanner{data: data}
	sc.p.Reset(data)
	for sc.p.NextExpression() {
		sc.expression(sc.p.Expression())
	}
	if err := sc.p.Error(); err != nil {
		return nil, nil, syntaxError(file, err)
	}
	return sc.entries, sc.headers, nil
}

// syntaxError keeps the position and one line of the library's error, which
// quotes at most a character of the file.
func syntaxError(file string, err error) error {
	e := &Error{File: file, Problem: "is not valid TOML", Err: err}
	if de, ok := errors.AsType[*toml.DecodeError](err); ok {
		e.Line, _ = de.Position()
		e.Key = strings.Join(de.Key(), ".")
	}
	text, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), "toml: "), "\n")
	if text != "" {
		e.Problem = "is not valid TOML: " + text
	}
	return e
}

type scanner struct {
	p       unstable.Parser
	data    []byte
	prefix  string
	entries []entry
	headers []header
}

func (sc *scanner) expression(n *unstable.Node) {
	switch n.Kind {
	case unstable.Table, unstable.ArrayTable:
		sc.prefix = sc.join("", n.Key())
		h := header{name: sc.prefix, array: n.Kind == unstable.ArrayTable}
		if child := n.Child(); child != nil {
			h.from = int(child.Raw.Offset)
			h.line = sc.line(h.from)
		}
		sc.headers = append(sc.headers, h)
	case unstable.KeyValue:
		sc.keyValue(sc.prefix, n)
	case unstable.Invalid, unstable.Comment, unstable.Key, unstable.Array, unstable.InlineTable,
		unstable.String, unstable.Bool, unstable.Float, unstable.Integer,
		unstable.LocalDate, unstable.LocalTime, unstable.LocalDateTime, unstable.DateTime:
	}
}

func (sc *scanner) keyValue(prefix string, n *unstable.Node) {
	name, v := sc.join(prefix, n.Key()), n.Value()
	if v.Kind == unstable.InlineTable {
		for it := v.Children(); it.Next(); {
			if it.Node().Kind == unstable.KeyValue {
				sc.keyValue(name, it.Node())
			}
		}
		return
	}
	e := entry{name: name, kind: v.Kind, value: string(v.Data)}
	e.from = int(v.Raw.Offset)
	e.to = e.from + int(v.Raw.Length)
	// The key and not the value: an empty list has no position.
	if it := n.Key(); it.Next() {
		e.line = sc.line(int(it.Node().Raw.Offset))
	}
	sc.entries = append(sc.entries, e)
}

// join returns a dotted key. It quotes a part that contains a dot or a blank,
// which is never a setting.
func (sc *scanner) join(prefix string, it unstable.Iterator) string {
	parts := make([]string, 0, 4)
	if prefix != "" {
		parts = append(parts, prefix)
	}
	for it.Next() {
		part := string(it.Node().Data)
		if part == "" || strings.ContainsAny(part, ". \t\n\r") {
			part = fmt.Sprintf("%q", part)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ".")
}

func (sc *scanner) line(offset int) int {
	return 1 + strings.Count(string(sc.data[:min(offset, len(sc.data))]), "\n")
}
