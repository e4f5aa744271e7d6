package catalogue

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dustin/go-humanize"
)

// FieldError describes what is wrong with one field and what would be right.
// Text does not repeat the field's label.
type FieldError struct {
	Role  Role
	Field string
	Text  string
}

// Error returns the sentence, preceded by the field's label.
func (e FieldError) Error() string { return e.Role.Label() + ": " + e.Text }

// Inspect examines one piece of media, a path or a link. Its error is shown to
// the user unchanged.
type Inspect func(item string) (Facts, error)

// Validate checks the values against the model before anything is sent. It
// returns at most one error per field, in the order of the fields. Values
// without a field in the model are errors too. look may be nil where media was
// checked already.
func Validate(m *Model, v Values, look Inspect) []FieldError {
	var errs []FieldError
	for i := range m.Fields {
		f := &m.Fields[i]
		if f.Role == RoleModel {
			continue
		}
		if s := m.fieldProblem(f, v, look); s != "" {
			errs = append(errs, FieldError{Role: f.Role, Field: f.Name, Text: s})
		}
	}
	errs = append(errs, m.strangers(v)...)
	if e, bad := m.bodyProblem(v, look); bad && !slices.ContainsFunc(errs, func(o FieldError) bool { return o.Role == e.Role }) {
		errs = append(errs, e)
	}
	return m.anyOf(v, errs)
}

func (m *Model) fieldProblem(f *Field, v Values, look Inspect) string {
	x := v[f.Role]
	if !x.IsSet() || x.kind == kindText && f.Role == RolePrompt && strings.TrimSpace(x.text) == "" {
		if f.Required {
			return f.missing()
		}
		return ""
	}
	if !x.fits(f) {
		return fmt.Sprintf("%s is not what this field takes (%s)", x, f.Type)
	}
	if s := m.needs(f, v); s != "" {
		return s
	}
	if s := m.Clash(f, v); s != "" {
		return s
	}
	switch {
	case f.Media != nil:
		return f.mediaProblem(x.list, look, m.totalSeconds(f))
	case len(f.Enum) > 0:
		return f.enumProblem(x)
	case x.kind == kindInt:
		return f.rangeProblem(x.num)
	case f.Role == RolePrompt:
		return cmp.Or(lengthProblem(x.text, f.MaxLength), m.commandProblem(x.text))
	case x.kind == kindText:
		return lengthProblem(x.text, f.MaxLength)
	}
	return ""
}

func (f *Field) missing() string {
	switch {
	case f.Role == RolePrompt:
		return "empty; write what should happen in the clip"
	case f.List():
		return "none given; add " + f.countWords()
	case f.Media != nil:
		return "missing; this model starts from " + article(f.Media.Kind)
	}
	return "missing; this model needs it"
}

func (f *Field) countWords() string {
	lo, hi := f.Bounds()
	switch {
	case hi > 0 && lo > 0 && lo < hi:
		return fmt.Sprintf("%d to %d", lo, hi)
	case hi > 0:
		return fmt.Sprintf("at most %d", hi)
	case lo > 0:
		return fmt.Sprintf("at least %d", lo)
	}
	return "at least one"
}

// Bounds returns how many media the field takes; hi is 0 when not limited.
func (f *Field) Bounds() (lo, hi int) {
	if !f.List() {
		return 0, 1
	}
	if f.Items != nil && f.Items.Min != nil {
		lo = *f.Items.Min
	}
	if f.Items != nil && f.Items.Max != nil {
		hi = *f.Items.Max
	}
	if f.Required {
		lo = max(lo, 1)
	}
	return lo, hi
}

func (f *Field) enumProblem(x Value) string {
	o := f.Options()
	if slices.ContainsFunc(o, x.Equal) {
		return ""
	}
	unit := f.unitWord()
	if lo, hi, ok := span(o); ok {
		return fmt.Sprintf("%s%s is outside %d to %d%s", x, unit, lo, hi, unit)
	}
	words := make([]string, len(o))
	for i, v := range o {
		words[i] = v.String()
	}
	return fmt.Sprintf("%s%s is not offered; choose %s%s", x, unit, orList(words), unit)
}

// span reports whether the options are whole numbers without a gap.
func span(o []Value) (lo, hi int64, ok bool) {
	if len(o) < 3 || o[0].kind != kindInt {
		return 0, 0, false
	}
	for i, v := range o {
		if v.num != o[0].num+int64(i) {
			return 0, 0, false
		}
	}
	return o[0].num, o[len(o)-1].num, true
}

func (f *Field) rangeProblem(n int64) string {
	unit := f.unitWord()
	if f.inRange(n) {
		if f.Step != nil && *f.Step > 1 && f.Min != nil && n >= *f.Min && (n-*f.Min)%*f.Step != 0 {
			return fmt.Sprintf("%d%s is not taken; count from %d in steps of %d", n, unit, *f.Min, *f.Step)
		}
		return ""
	}
	extra := ""
	for _, s := range f.Sentinels {
		extra = fmt.Sprintf(", or %d for %s", s.Value, s.Meaning)
	}
	if f.Role == RoleSeed {
		extra = ", or leave it random"
	}
	switch lo, hi, ok := f.limits(); {
	case ok:
		return fmt.Sprintf("%d%s is outside %d to %d%s%s", n, unit, lo, hi, unit, extra)
	case f.Min != nil:
		return fmt.Sprintf("%d%s is below %d%s%s", n, unit, *f.Min, unit, extra)
	}
	return fmt.Sprintf("%d%s is above %d%s%s", n, unit, *f.Max, unit, extra)
}

// limits returns the bounds without a sentinel at the lower end, which is not
// part of the range.
func (f *Field) limits() (lo, hi int64, ok bool) {
	if f.Min == nil || f.Max == nil {
		return 0, 0, false
	}
	lo = *f.Min
	for _, s := range f.Sentinels {
		if s.Value == lo {
			lo++
		}
	}
	return lo, *f.Max, true
}

// Range returns the bounds of a number without sentinels, 0 and 0 where the
// data states none.
func (f *Field) Range() (lo, hi int64) {
	lo, hi, _ = f.limits()
	return lo, hi
}

func (f *Field) unitWord() string {
	if f.Unit == "s" {
		return " s"
	}
	return ""
}

func lengthProblem(s string, limit *int) string {
	n := utf8.RuneCountInString(s)
	if limit == nil || n <= *limit {
		return ""
	}
	most := *limit
	return fmt.Sprintf("%s characters, at most %s are taken; remove %s", humanize.Comma(int64(n)), humanize.Comma(int64(most)), humanize.Comma(int64(n-most)))
}

func (m *Model) needs(f *Field, v Values) string {
	for _, c := range m.Constraints {
		if c.Kind == "needs" && c.Field == f.Name {
			for _, n := range c.Needs {
				if other := m.FieldNamed(n); !v[other.Role].IsSet() {
					return "only together with a " + other.Role.Label() + "; add one or remove this"
				}
			}
		}
		if c.Kind == "requires_any" && c.Field == f.Name && !m.anySet(v, c.AnyOf) {
			return "only together with " + m.labels(c.AnyOf)
		}
	}
	return ""
}

// anyOf checks the constraints that belong to no single field, and attaches
// their error to the first field they name.
func (m *Model) anyOf(v Values, errs []FieldError) []FieldError {
	for _, c := range m.Constraints {
		if c.Kind != "requires_any" || c.Field != "" || m.anySet(v, c.AnyOf) {
			continue
		}
		f := m.FieldNamed(c.AnyOf[0])
		if slices.ContainsFunc(errs, func(e FieldError) bool { return e.Role == f.Role }) {
			continue
		}
		errs = append(errs, FieldError{Role: f.Role, Field: f.Name, Text: "this model needs " + m.labels(c.AnyOf)})
	}
	return errs
}

func (m *Model) anySet(v Values, names []string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return v[m.FieldNamed(n).Role].IsSet() })
}

func (m *Model) labels(names []string) string {
	words := make([]string, len(names))
	for i, n := range names {
		words[i] = m.FieldNamed(n).Role.Label()
	}
	return orList(words)
}

// strangers returns errors for values without a field. The services would
// silently drop them and bill the clip.
func (m *Model) strangers(v Values) []FieldError {
	var errs []FieldError
	for r, x := range v {
		if r == RoleModel || m.Field(r) == nil && x.IsSet() {
			errs = append(errs, FieldError{Role: r, Field: string(r), Text: "this model has no such field; remove it"})
		}
	}
	slices.SortFunc(errs, func(a, b FieldError) int { return strings.Compare(a.Field, b.Field) })
	return errs
}

func (m *Model) totalSeconds(f *Field) float64 {
	for _, c := range m.Constraints {
		if c.Kind == "max_total_seconds" && c.Field == f.Name {
			return c.Seconds
		}
	}
	return math.Inf(1)
}

// Label returns the name of the role as shown, in lower case.
func (r Role) Label() string {
	if r == RoleAudioToggle {
		return "sound"
	}
	return strings.ReplaceAll(strings.TrimPrefix(string(r), rolePlain), "_", " ")
}

func article(noun string) string {
	if noun != "" && strings.ContainsRune("aeiou", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}

func orList(w []string) string {
	if len(w) < 2 {
		return strings.Join(w, "")
	}
	return strings.Join(w[:len(w)-1], ", ") + " or " + w[len(w)-1]
}
