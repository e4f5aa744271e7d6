package reel

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"

	"seedreel/client/catalogue"
)

// mostName bounds a name in letters.
const mostName = 40

var nameRule = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[\p{L}][\p{L}\p{M}\p{N}_-]*$`)
})

// CheckCast returns an error for a name that cannot be one, or is used twice.
func CheckCast(cast []Name) error {
	seen := map[string]bool{}
	for i := range cast {
		n := strings.TrimPrefix(cast[i].Name, "@")
		if !nameRule().MatchString(n) || utf8.RuneCountInString(n) > mostName {
			return fmt.Errorf("the name %q must begin with a letter, and hold letters, digits, - and _ only, 40 at most", cast[i].Name)
		}
		if seen[strings.ToLower(n)] {
			return fmt.Errorf("the name @%s is used twice", n)
		}
		seen[strings.ToLower(n)] = true
		if len(cast[i].Pictures) == 0 && strings.TrimSpace(cast[i].Words) == "" {
			return fmt.Errorf("the name @%s has neither pictures nor words", n)
		}
	}
	return nil
}

// mention finds names in a prompt; a letter or digit before the @ makes it an
// address.
var mention = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(^|[^\p{L}\p{N}@])@([\p{L}][\p{L}\p{M}\p{N}_-]*)`)
})

// Mentions returns the names that a prompt mentions, without the @, in order.
func Mentions(prompt string) []string {
	var out []string
	for _, m := range mention().FindAllStringSubmatch(prompt, -1) {
		if !slices.ContainsFunc(out, func(n string) bool { return strings.EqualFold(n, m[2]) }) {
			out = append(out, m[2])
		}
	}
	return out
}

// Introduce replaces the names in a prompt, in place: for a model that takes
// references their pictures are added and the prompt refers to them by number;
// elsewhere their words take the place of the name. It returns what a person
// should know before the price. Of names used twice in cast the first counts.
// A name that nobody introduced is left as it is, and said.
func Introduce(m *catalogue.Model, v catalogue.Values, cast []Name) (said []string, err error) {
	prompt := v.Text(catalogue.RolePrompt)
	names := Mentions(prompt)
	if len(names) == 0 {
		return nil, nil
	}
	field := m.Field(catalogue.RoleReferenceImages)
	pictures := slices.Clone(v.Media(catalogue.RoleReferenceImages))
	for _, name := range names {
		i := slices.IndexFunc(cast, func(n Name) bool { return strings.EqualFold(strings.TrimPrefix(n.Name, "@"), name) })
		if i < 0 {
			said = append(said, fmt.Sprintf("@%s is not a name that the reel knows; it is sent as it is", name))
			continue
		}
		n := cast[i]
		text := strings.TrimSpace(n.Words)
		switch {
		case field != nil && len(n.Pictures) > 0:
			text, pictures = refer(m, name, text, n.Pictures, pictures)
		case len(n.Pictures) > 0 && text == "":
			return said, fmt.Errorf("@%s has only pictures, and %s takes no references; give it words", name, m.ID)
		case len(n.Pictures) > 0:
			said = append(said, fmt.Sprintf("%s takes no references: @%s is told by words alone", m.ID, name))
		}
		prompt = mention().ReplaceAllStringFunc(prompt, func(found string) string {
			parts := mention().FindStringSubmatch(found)
			if !strings.EqualFold(parts[2], name) {
				return found
			}
			return parts[1] + text
		})
	}
	v[catalogue.RolePrompt] = catalogue.Text(prompt)
	if len(pictures) > 0 && field != nil {
		v[catalogue.RoleReferenceImages] = catalogue.Media(pictures...)
	}
	return said, nil
}

// refer adds the pictures of a name and returns what the prompt has in its
// place: "anna [Image 2]" as the model names pictures, and its words.
func refer(m *catalogue.Model, name, words string, add, pictures []string) (string, []string) {
	text := name
	if words != "" {
		text = words
	}
	for _, p := range add {
		at := slices.Index(pictures, p)
		if at < 0 {
			at, pictures = len(pictures), append(pictures, p)
		}
		if form := m.NameImage(at + 1); form != "" {
			text += " " + form
		}
	}
	return text, pictures
}

// ParseCast reads names from text: [[cast]] tables as in a reel. Paths are seen
// from dir. The error is a *TextError.
func ParseCast(text []byte, dir string) ([]Name, error) {
	var f struct {
		Cast []Name `toml:"cast"`
	}
	if err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(&f); err != nil {
		return nil, textError(err)
	}
	for i := range f.Cast {
		f.Cast[i].Pictures = media(f.Cast[i].Pictures, dir)
	}
	if err := CheckCast(f.Cast); err != nil {
		return nil, &TextError{Text: err.Error()}
	}
	return f.Cast, nil
}
