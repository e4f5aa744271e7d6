package export

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"seedreel/client/catalogue"
	"seedreel/state/download"
)

// DefaultTemplate names clips if nothing else is asked for.
const DefaultTemplate = "{reel}-{shot:02}-{take}-{seed}.{ext}"

const (
	// maxStem bounds a name without its extension in bytes, so that a suffix
	// still fits where names are limited to 143.
	maxStem = 100
	// maxValue bounds the share of one field.
	maxValue = 60
	// maxWidth bounds the width that a format may ask for.
	maxWidth = 20
)

// token is a piece of a template: a text, or a field with its width.
type token struct {
	text, field string
	width       int
	zeros       bool
}

// common returns the fields that every take has.
func common() []string {
	return []string{
		"date", "ext", "height", "id", "label", "model", "name", "price", "prompt", "rating", "reel", "seconds", "seed", "service",
		"shot", "take", "time", "width",
	}
}

// parseTemplate reads a template. A field may be any of known; "{shot:02}" is
// two digits wide, "{{" and "}}" are braces. The error is an *Error.
func parseTemplate(s string, known []string) ([]token, error) {
	s = strings.TrimSuffix(s, ".{ext}")
	if strings.TrimSpace(s) == "" {
		return nil, wrong(nil, "the template for names is empty; %s is one", DefaultTemplate)
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
			return nil, wrong(nil, "the template for names has a } without a {; a brace itself is written }}")
		case r == '{':
			inner, rest, ok := strings.Cut(s[1:], "}")
			if !ok {
				return nil, wrong(nil, "the template for names has a { without a }; a brace itself is written {{")
			}
			t, err := parseField(inner, known)
			if err != nil {
				return nil, err
			}
			out, text, s = append(out, token{text: text}, t), "", rest
		case !plain(r):
			return nil, wrong(nil, "the template for names has %q, which not every system allows in a name", r)
		default:
			text += s[:n]
			s = s[n:]
		}
	}
	return append(out, token{text: text}), nil
}

// plain reports whether a rune may be in a name on every system.
func plain(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(" -_.()[]+,=@#!&", r))
}

func parseField(inner string, known []string) (token, error) {
	name, format, formatted := strings.Cut(inner, ":")
	if !slices.Contains(known, name) {
		return token{}, wrong(nil, "the template for names has the field {%s}, which there is not; there are %s", name, strings.Join(known, ", "))
	}
	t := token{field: name}
	if !formatted {
		return t, nil
	}
	n, err := strconv.Atoi(format)
	if err != nil || n < 1 || n > maxWidth || strings.ContainsAny(format, "+- ") {
		return token{}, wrong(nil, "the template for names has {%s}; after the colon it takes a width up to %d, such as {%s:02}", inner, maxWidth, name)
	}
	t.width, t.zeros = n, strings.HasPrefix(format, "0")
	return t, nil
}

// fields returns the names of all fields that the takes have.
func fields(takes []Take) []string {
	all := common()
	for i := range takes {
		for r := range takes[i].Job.Values {
			all = append(all, string(r))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// value returns a field of a take, "" if it has none.
func (t *Take) value(field string) string {
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	j := &t.Job
	switch field {
	case "reel":
		return t.Reel
	case "name":
		return t.Name
	case "shot":
		return number(t.Shot)
	case "take":
		return number(t.Number)
	case "rating":
		return strconv.Itoa(t.Rating)
	case "seed":
		if j.Seed != nil {
			return strconv.FormatInt(*j.Seed, 10)
		}
		return ""
	case "id":
		return j.ID
	case "ext":
		return extension(t.Path)
	case "service":
		return j.Service
	case "model":
		return j.Model
	case "prompt":
		return j.Prompt
	case "label":
		return strings.Join(j.Labels, "-")
	case "price":
		if c := t.Cost(); c != nil {
			return strings.ReplaceAll(strings.TrimPrefix(c.String(), "$"), ".", "-")
		}
		return ""
	case "date":
		return j.CreatedAt.UTC().Format("20060102")
	case "time":
		return j.CreatedAt.UTC().Format("150405")
	case "seconds":
		return number(j.Seconds)
	case "width":
		return number(t.facts.Width)
	case "height":
		return number(t.facts.Height)
	}
	if v := j.Values[catalogue.Role(field)]; v.IsSet() {
		return v.String()
	}
	return ""
}

// extension returns the extension of a clip without its dot.
func extension(path string) string {
	i := strings.LastIndexByte(path, '.')
	ext := strings.ToLower(path[i+1:])
	odd := strings.ContainsFunc(ext, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	const longest = 5
	if i < 0 || ext == "" || len(ext) > longest || odd {
		return "mp4"
	}
	return ext
}

// stem fills a template in. The result is a name without extension that every
// system allows: it names no device, is in no folder, and has no dot or dash
// before and no dot or space after.
func stem(tokens []token, t *Take) string {
	var b strings.Builder
	for _, k := range tokens {
		b.WriteString(k.text)
		if k.field == "" {
			continue
		}
		v := t.value(k.field)
		v = download.Slug(v, maxValue)
		if k.zeros && v != "" && strings.Trim(v, "0123456789") == "" {
			v = strings.Repeat("0", max(k.width-len(v), 0)) + v
		} else if k.width > 0 && !k.zeros {
			v = strings.Trim(string([]rune(v)[:min(k.width, utf8.RuneCountInString(v))]), "-")
		}
		b.WriteString(v)
	}
	return tidy(b.String(), t.Job.ID)
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
		s = "take-" + download.Slug(id, maxValue)
		s = strings.TrimRight(s, "-")
	}
	device, _, _ := strings.Cut(strings.ToLower(s), ".")
	device = strings.TrimSpace(device)
	if download.Unreserved(device) != device {
		s = "x-" + s
	}
	return s
}

// reservedNames returns the names of the files that every export has.
func reservedNames() []string {
	return []string{sheetFile, pageFile, tableFile, editFile, timelineFile, manifestFile}
}

// name gives every take its name. Names that differ only in case are the same
// on some systems.
func (p *parcel) name() error {
	o := &p.order
	if len(o.Takes) == 0 {
		return wrong(nil, "there are no takes to export")
	}
	if o.Template == "" {
		o.Template = DefaultTemplate
	}
	tokens, err := parseTemplate(o.Template, fields(o.Takes))
	if err != nil {
		return err
	}
	o.Takes = slices.Clone(o.Takes)
	taken := map[string]bool{}
	for _, n := range reservedNames() {
		taken[strings.ToLower(n)] = true
	}
	if o.Reel != nil {
		taken[strings.ToLower(p.reelFile())] = true
	}
	for i := range o.Takes {
		t := &o.Takes[i]
		if t.Reel == "" {
			t.Reel = o.Title
		}
		base, ext := stem(tokens, t), extension(t.Path)
		name := base
		for n := 2; taken[strings.ToLower(name+"."+ext)] || taken[strings.ToLower(name+".json")]; n++ {
			name = fmt.Sprintf("%s-%d", base, n)
		}
		taken[strings.ToLower(name+"."+ext)], taken[strings.ToLower(name+".json")] = true, true
		t.File = name + "." + ext
	}
	return nil
}

// reelFile returns the name of the reel as a text.
func (p *parcel) reelFile() string {
	return cmp.Or(download.Slug(p.order.Title, maxValue), "shots") + ".reel.toml"
}
