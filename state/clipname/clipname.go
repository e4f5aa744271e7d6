// Package clipname names clips by a template, such as
// "{reel}-{shot:02}-{take}-{seed}". What comes out is a name that every system
// allows.
package clipname

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"seedreel/state/download"
)

// Default names clips if nothing else is asked for.
const Default = "{reel}-{shot:02}-{take}-{seed}.{ext}"

const (
	// maxStem bounds a name without its extension in bytes, so that a suffix
	// still fits where names are limited to 143.
	maxStem = 100
	// MaxValue bounds the share of one field.
	MaxValue = 60
	// maxWidth bounds the width that a format may ask for.
	maxWidth = 20
)

// Template is a parsed template.
type Template struct{ tokens []token }

// token is a piece of a template: a text, or a field with its width.
type token struct {
	text, field string
	width       int
	zeros       bool
}

// Parse reads a template. A field may be any of known; "{shot:02}" is two digits
// wide, "{{" and "}}" are braces.
func Parse(s string, known []string) (*Template, error) {
	s = strings.TrimSuffix(s, ".{ext}")
	if strings.TrimSpace(s) == "" {
		return nil, fmt.Errorf("the template for names is empty; %s is one", Default)
	}
	var out []token
	text := ""
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case strings.HasPrefix(s, "{{"), strings.HasPrefix(s, "}}"):
			text += s[:1]
			s = s[2:]
		case r == '}':
			return nil, fmt.Errorf("the template for names has a } without a {; a brace itself is written }}")
		case r == '{':
			inner, rest, ok := strings.Cut(s[1:], "}")
			if !ok {
				return nil, fmt.Errorf("the template for names has a { without a }; a brace itself is written {{")
			}
			t, err := parseField(inner, known)
			if err != nil {
				return nil, err
			}
			out, text, s = append(out, token{text: text}, t), "", rest
		case !plain(r):
			return nil, fmt.Errorf("the template for names has %q, which not every system allows in a name", r)
		default:
			text += s[:n]
			s = s[n:]
		}
	}
	return &Template{append(out, token{text: text})}, nil
}

// plain reports whether a rune may be in a name on every system.
func plain(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(" -_.()[]+,=@#!&", r))
}

func parseField(inner string, known []string) (token, error) {
	name, format, formatted := strings.Cut(inner, ":")
	if !slices.Contains(known, name) {
		return token{}, fmt.Errorf("the template for names has the field {%s}, which there is not; there are %s", name, strings.Join(known, ", "))
	}
	t := token{field: name}
	if !formatted {
		return t, nil
	}
	n, err := strconv.Atoi(format)
	if err != nil || n < 1 || n > maxWidth || strings.ContainsAny(format, "+- ") {
		return token{}, fmt.Errorf("the template for names has {%s}; after the colon it takes a width up to %d, such as {%s:02}", inner, maxWidth, name)
	}
	t.width, t.zeros = n, strings.HasPrefix(format, "0")
	return t, nil
}

// Stem fills a template in with the values of fields, "" for none. The result is
// a name without extension that every system allows: it names no device, is in
// no folder, and has no dot or dash before and no dot or space after. id names a
// clip of which nothing else is known.
func (t *Template) Stem(value func(field string) string, id string) string {
	var b strings.Builder
	for _, k := range t.tokens {
		b.WriteString(k.text)
		if k.field == "" {
			continue
		}
		v := value(k.field)
		v = download.Slug(v, MaxValue)
		if k.zeros && v != "" && strings.Trim(v, "0123456789") == "" {
			v = strings.Repeat("0", max(k.width-len(v), 0)) + v
		} else if k.width > 0 && !k.zeros {
			v = strings.Trim(string([]rune(v)[:min(k.width, utf8.RuneCountInString(v))]), "-")
		}
		b.WriteString(v)
	}
	return tidy(b.String(), id)
}

// tidy makes a name safe on every system.
func tidy(s, id string) string {
	s = norm.NFC.String(s)
	for len(s) > maxStem {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	// Fields that a take does not have leave their dashes behind.
	for strings.Contains(s, "--") {
		s = strings.ReplaceAll(s, "--", "-")
	}
	s = strings.TrimRight(strings.TrimLeft(s, " .-_"), " .-_")
	if s == "" {
		s = "take-" + download.Slug(id, MaxValue)
		s = strings.TrimRight(s, "-")
	}
	device, _, _ := strings.Cut(strings.ToLower(s), ".")
	device = strings.TrimSpace(device)
	if download.Unreserved(device) != device {
		s = "x-" + s
	}
	return s
}
