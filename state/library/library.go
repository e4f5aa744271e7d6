// Package library keeps a person's words: whole prompts, fragments of prompts,
// and templates with slots, as a text that a person can edit. Some come with
// the program.
package library

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"seedreel/client/near"
)

// Kind is what an entry is used as.
type Kind string

// The kinds. A fragment is part of a prompt, and a template has slots.
const (
	Prompt   Kind = "prompt"
	Fragment Kind = "fragment"
	Template Kind = "template"
)

// Kinds returns all kinds.
func Kinds() []Kind { return []Kind{Prompt, Fragment, Template} }

// Entry is a text kept under a name.
type Entry struct {
	Name string
	Kind Kind
	// Text is in the language of the form: {a|b} are alternatives, and only a
	// template's {{slots}} are none of it.
	Text  string
	About string
	// Slots are examples for the slots of a template, by their names.
	Slots map[string]string
	// Shipped is set if it came with the program.
	Shipped bool
}

// NotFoundError is returned for a name that no entry has. Near are those that
// may be meant.
type NotFoundError struct {
	Name string
	Near []string
}

// Error names the entries that may be meant.
func (e *NotFoundError) Error() string {
	s := fmt.Sprintf("no words are kept as %q", e.Name)
	if len(e.Near) > 0 {
		s += "; near it are " + strings.Join(e.Near, ", ")
	}
	return s
}

// Library is a list of entries. It is not changed after loading.
type Library struct{ entries []Entry }

// Load reads the entries of a file, over those that come with the program. A
// missing file has none. The error about the file's text is a *TextError.
func Load(file string, shipped []byte) (*Library, error) {
	all, err := Parse(shipped)
	if err != nil {
		return nil, fmt.Errorf("reading the words that came with the program: %w", err)
	}
	for i := range all {
		all[i].Shipped = true
	}
	own, err := read(file)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(e Entry) bool {
		return slices.ContainsFunc(own, func(o Entry) bool { return strings.EqualFold(o.Name, e.Name) })
	})
	return &Library{entries: append(own, all...)}, nil
}

// read returns the entries of a file, none if it is missing.
func read(file string) ([]Entry, error) {
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the words: %w", err)
	}
	own, err := Parse(b)
	if text, ok := errors.AsType[*TextError](err); ok {
		text.File = file
	}
	return own, err
}

// All returns all entries, a person's own first.
func (l *Library) All() []Entry {
	if l == nil {
		return nil
	}
	return slices.Clone(l.entries)
}

// Find returns the entry of a name: the very name, or else the one entry that
// it is near to. Otherwise it returns a *NotFoundError.
func (l *Library) Find(name string) (Entry, error) {
	all := l.All()
	names := make([]string, len(all))
	for i, e := range all {
		if names[i] = e.Name; strings.EqualFold(e.Name, name) {
			return e, nil
		}
	}
	found, most := near.Having(name, names), mostNear
	switch len(found) {
	case 1:
		return all[found[0]], nil
	case 0:
		if e := (&NotFoundError{Name: name, Near: l.meant(name)}); len(e.Near) > 0 {
			return Entry{}, e
		}
		found, most = near.Alike(name, names), mostAlike
	}
	e := &NotFoundError{Name: name}
	for _, i := range found[:min(len(found), most)] {
		e.Near = append(e.Near, names[i])
	}
	return Entry{}, e
}

// mostNear and mostAlike are how many entries are named for a name that several
// may have, and for one that none has.
const mostNear, mostAlike = 8, 3

// meant returns the name that a mistyped one, or a mistyped word of one, was
// meant to be, if one is near.
func (l *Library) meant(name string) []string {
	var parts []string
	of := map[string]string{}
	add := func(part, name string) {
		if of[part] == "" {
			of[part] = name
			parts = append(parts, part)
		}
	}
	for _, e := range l.All() {
		add(e.Name, e.Name)
		for word := range strings.FieldsFuncSeq(e.Name, func(r rune) bool { return r == ' ' || r == ',' }) {
			add(word, e.Name)
		}
	}
	if whole := near.Meant(name, parts); whole != "" {
		return []string{of[whole]}
	}
	return nil
}

// mostName and mostText bound an entry, in characters.
const mostName, mostText = 60, 20_000

// Check returns what is wrong with an entry, nil if nothing is.
func (e *Entry) Check() error {
	switch {
	case strings.TrimSpace(e.Name) == "":
		return errors.New("it has no name")
	case e.Name != strings.TrimSpace(e.Name) || strings.ContainsFunc(e.Name, unicode.IsControl):
		return fmt.Errorf("the name %q must be one line without blanks around it", e.Name)
	case utf8.RuneCountInString(e.Name) > mostName:
		return fmt.Errorf("the name %q is longer than %d characters", e.Name, mostName)
	case !slices.Contains(Kinds(), e.Kind):
		return fmt.Errorf("%q is no kind; it must be prompt, fragment or template", e.Kind)
	case strings.TrimSpace(e.Text) == "":
		return errors.New("it has no text")
	case utf8.RuneCountInString(e.Text) > mostText:
		return fmt.Errorf("its text is longer than %d characters", mostText)
	case e.Kind == Template && len(e.Places()) == 0:
		return errors.New("it is a template without a {{slot}}; keep it as a prompt")
	case e.Kind != Template && len(e.Slots) > 0:
		return errors.New("only a template has slots")
	}
	for name := range e.Slots {
		if !slices.Contains(e.Places(), name) {
			return fmt.Errorf("its text has no slot {{%s}}", name)
		}
	}
	return nil
}
