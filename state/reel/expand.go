package reel

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"seedreel/client/catalogue"
)

// MaxClips is the most clips that one product may have.
const MaxClips = 500

// Product is a clip with alternatives: in its prompt as "{dawn|noon|night}",
// and in fields as lists. Every combination is a variant.
type Product struct {
	Models []*catalogue.Model
	// Values are what all variants share. Media never multiply.
	Values catalogue.Values
	// Lists are the alternatives of fields, as typed: "5,8", "4-8",
	// "480p,720p".
	Lists map[catalogue.Role]string
	// Takes is the number of clips of each variant, 1 if 0.
	Takes int
}

// Variant is one combination of a product.
type Variant struct {
	Model  *catalogue.Model
	Values catalogue.Values
}

// TooManyError refuses a product that is larger than MaxClips. It is found
// before anything is expanded.
type TooManyError struct {
	// Clips is the size of the product, or 0 if it is too large to count.
	Clips int
}

// Error names the size and the limit.
func (e *TooManyError) Error() string {
	if e.Clips == 0 {
		return fmt.Sprintf("these alternatives make more than a million clips; %d at once are the most", MaxClips)
	}
	return fmt.Sprintf("these alternatives make %d clips; %d at once are the most", e.Clips, MaxClips)
}

// million is where counting stops.
const million = 1_000_000

// Size returns the number of clips without expanding anything.
func (p *Product) Size() (int, error) {
	parts, err := splitPrompt(p.Values.Text(catalogue.RolePrompt))
	if err != nil {
		return 0, err
	}
	n, each := 0, 1
	for _, alternatives := range parts {
		if each *= len(alternatives); each > million {
			return 0, &TooManyError{}
		}
	}
	for _, m := range p.Models {
		size := each
		for _, role := range p.roles() {
			list, err := p.list(m, role)
			if err != nil {
				return 0, err
			}
			if size *= len(list); size > million {
				return 0, &TooManyError{}
			}
		}
		n += size
	}
	if n > million || p.Takes > million {
		return 0, &TooManyError{}
	}
	if n *= max(p.Takes, 1); n > MaxClips {
		return n, &TooManyError{Clips: n}
	}
	return n, nil
}

// Expand returns all variants: models first, then the prompt from left to
// right, then fields; what comes last changes fastest.
func (p *Product) Expand() ([]Variant, error) {
	if _, err := p.Size(); err != nil {
		return nil, err
	}
	parts, err := splitPrompt(p.Values.Text(catalogue.RolePrompt))
	if err != nil {
		return nil, err
	}
	prompts := combine(parts)
	var out []Variant
	for _, m := range p.Models {
		var made []Variant
		for _, text := range prompts {
			v := p.Values.Clone()
			if v == nil {
				v = catalogue.Values{}
			}
			if text != "" {
				v[catalogue.RolePrompt] = catalogue.Text(text)
			}
			made = append(made, Variant{Model: m, Values: v})
		}
		for _, role := range p.roles() {
			list, err := p.list(m, role)
			if err != nil {
				return nil, err
			}
			made = vary(made, role, list)
		}
		out = append(out, made...)
	}
	return out, nil
}

// combine returns all prompts that the parts of one make, the last part
// changing fastest.
func combine(parts [][]string) []string {
	prompts := []string{""}
	for _, alternatives := range parts {
		var next []string
		for _, head := range prompts {
			for _, a := range alternatives {
				next = append(next, head+a)
			}
		}
		prompts = next
	}
	return prompts
}

// vary returns each variant once for every value of a field.
func vary(made []Variant, role catalogue.Role, list []catalogue.Value) []Variant {
	var next []Variant
	for _, x := range made {
		for _, value := range list {
			v := x.Values.Clone()
			v[role] = value
			next = append(next, Variant{Model: x.Model, Values: v})
		}
	}
	return next
}

func (p *Product) roles() []catalogue.Role {
	roles := make([]catalogue.Role, 0, len(p.Lists))
	for r := range p.Lists {
		roles = append(roles, r)
	}
	slices.Sort(roles)
	return roles
}

func (p *Product) list(m *catalogue.Model, r catalogue.Role) ([]catalogue.Value, error) {
	f := m.Field(r)
	if f == nil {
		return nil, fmt.Errorf("%s has no field %s", m.ID, r.Label())
	}
	list, err := ParseList(f, p.Lists[r])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.Label(), err)
	}
	return list, nil
}

// ParseList reads the alternatives of a field: values with commas between, and
// for numbers ranges such as "4-8". The same value twice counts once.
func ParseList(f *catalogue.Field, text string) ([]catalogue.Value, error) {
	if f.Media != nil || f.Role == catalogue.RolePrompt {
		return nil, errors.New("it takes no list of alternatives")
	}
	var out []catalogue.Value
	for item := range strings.SplitSeq(text, ",") {
		item = strings.TrimSpace(item)
		if item == "" {
			return nil, fmt.Errorf("%q has an empty place", text)
		}
		values, err := parseRange(f, item)
		if err != nil {
			return nil, err
		}
		for _, v := range values {
			if !slices.ContainsFunc(out, v.Equal) {
				out = append(out, v)
			}
		}
	}
	return out, nil
}

// parseRange reads "4-8" or a single value.
func parseRange(f *catalogue.Field, item string) ([]catalogue.Value, error) {
	from, to, ok := strings.Cut(item, "-")
	lo, err1 := strconv.ParseInt(strings.TrimSpace(from), 10, 64)
	hi, err2 := strconv.ParseInt(strings.TrimSpace(to), 10, 64)
	if !ok || err1 != nil || err2 != nil || f.Type != "integer" {
		v, err := f.Parse(item)
		return []catalogue.Value{v}, err
	}
	step := int64(1)
	if f.Step != nil && *f.Step > 0 {
		step = *f.Step
	}
	if lo > hi || lo < 0 {
		return nil, fmt.Errorf("%s runs backwards; write %d-%d", item, hi, lo)
	}
	if (hi-lo)/step >= MaxClips {
		return nil, &TooManyError{Clips: int(min((hi-lo)/step+1, million))}
	}
	var out []catalogue.Value
	for n := lo; n <= hi; n += step {
		v, err := f.Parse(strconv.FormatInt(n, 10))
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// HasAlternatives reports whether a prompt has "{a|b}" or a doubled brace, so
// that it has to be expanded before it is sent.
func HasAlternatives(prompt string) bool { return strings.ContainsAny(prompt, "{}") }

// CheckPrompt returns what is wrong with the braces of a prompt, nil if
// nothing is.
func CheckPrompt(prompt string) error {
	_, err := splitPrompt(prompt)
	return err
}

// Literal returns a text as a prompt that expands to it alone.
func Literal(text string) string {
	return strings.NewReplacer("{", "{{", "}", "}}").Replace(text)
}

// splitPrompt returns the parts of a prompt, each with its alternatives. Plain
// text is a part with one.
func splitPrompt(prompt string) ([][]string, error) {
	var parts [][]string
	var text strings.Builder
	var open []string // the alternatives so far, nil outside of braces
	inside := false
	r := []rune(prompt)
	for i := 0; i < len(r); i++ {
		c := r[i]
		switch {
		case (c == '{' || c == '}') && i+1 < len(r) && r[i+1] == c && !(inside && c == '}'):
			text.WriteRune(c)
			i++
		case c == '{' && inside:
			return nil, fmt.Errorf("a { inside of {...} at character %d; for a brace in the text write {{", i+1)
		case c == '{':
			parts = append(parts, []string{text.String()})
			text.Reset()
			open, inside = nil, true
		case c == '|' && inside, c == '}' && inside:
			a := strings.TrimSpace(text.String())
			if a == "" {
				return nil, fmt.Errorf("an empty place in {...} at character %d; write {dawn|noon}", i+1)
			}
			text.Reset()
			open = append(open, a)
			if c == '}' {
				parts, inside = append(parts, open), false
			}
		case c == '}':
			return nil, fmt.Errorf("a } without its { at character %d; for a brace in the text write }}", i+1)
		default:
			text.WriteRune(c)
		}
	}
	if inside {
		return nil, errors.New("a { without its }; for a brace in the text write {{")
	}
	return append(parts, []string{text.String()}), nil
}
