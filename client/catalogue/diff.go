package catalogue

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"seedreel/client/usd"

	"github.com/dustin/go-humanize"
)

// ChangeKind classifies the differences between two catalogues.
type ChangeKind int

// The kinds of change.
const (
	// ChangeAdded and ChangeRemoved concern whole models.
	ChangeAdded ChangeKind = iota
	ChangeRemoved
	// ChangeStatus: a model's life cycle or successor.
	ChangeStatus
	ChangePrice
	// ChangeField: a field was added, removed, or became required or optional.
	ChangeField
	// ChangeRange: bounds of a number, a text or a list.
	ChangeRange
	// ChangeOptions: the options to choose from.
	ChangeOptions
	// ChangeDefault: the value sent when nothing is chosen.
	ChangeDefault
)

// String returns the kind in a word.
func (k ChangeKind) String() string {
	words := [...]string{"new", "gone", "status", "price", "field", "range", "options", "default"}
	if k < 0 || int(k) >= len(words) {
		return "unknown"
	}
	return words[k]
}

// Change is one difference, for a person to read. Text may hold the service's
// own words, untrusted.
type Change struct {
	Ref  Ref
	Kind ChangeKind
	// Field is the wire name if the change concerns one field.
	Field string
	// Text is the sentence without the model's name: "seconds: 2 to 12, was 5
	// to 10".
	Text string
}

// String returns the change, preceded by the model's id.
func (c Change) String() string { return c.Ref.ID + ": " + c.Text }

// Diff lists the changes from one catalogue to another: by model in the new
// one's order, removed models at the end.
func Diff(before, after *Catalogue) []Change {
	var out []Change
	for _, m := range after.models {
		old := before.Model(m.Ref())
		if old == nil {
			out = append(out, Change{Ref: m.Ref(), Kind: ChangeAdded, Text: "new: " + m.DisplayName})
			continue
		}
		out = append(out, diffModel(old, m)...)
	}
	for _, m := range before.models {
		if after.Model(m.Ref()) == nil {
			out = append(out, Change{Ref: m.Ref(), Kind: ChangeRemoved, Text: "gone"})
		}
	}
	return out
}

func diffModel(old, now *Model) []Change {
	var out []Change
	add := func(k ChangeKind, field, format string, args ...any) {
		out = append(out, Change{Ref: now.Ref(), Kind: k, Field: field, Text: fmt.Sprintf(format, args...)})
	}
	if a, b := old.Lifecycle, now.Lifecycle; a.Status != b.Status {
		add(ChangeStatus, "", "%s, was %s", b.Status, a.Status)
	} else if a.Replacement != b.Replacement && b.Replacement != "" {
		add(ChangeStatus, "", "its successor is %s", b.Replacement)
	}
	for _, s := range diffPrice(old, now) {
		add(ChangePrice, "", "%s", s)
	}
	for i := range now.Fields {
		f := &now.Fields[i]
		k := old.FieldNamed(f.Name)
		if k == nil {
			add(ChangeField, f.Name, "new field %s", f.Name)
			continue
		}
		for _, d := range diffField(k, f) {
			d.Ref = now.Ref()
			out = append(out, d)
		}
	}
	for i := range old.Fields {
		if n := old.Fields[i].Name; now.FieldNamed(n) == nil {
			add(ChangeField, n, "field %s is gone", n)
		}
	}
	return out
}

func diffField(old, now *Field) []Change {
	var out []Change
	label := now.Role.Label()
	say := func(k ChangeKind, a, b string) {
		if a != b {
			out = append(out, Change{Kind: k, Field: now.Name, Text: fmt.Sprintf("%s: %s, was %s", label, b, a)})
		}
	}
	say(ChangeField, neededWord(old), neededWord(now))
	say(ChangeField, old.Type, now.Type)
	if a, b := old.optionWords(), now.optionWords(); a != b {
		say(ChangeOptions, a, b)
	} else if old.Enum == nil {
		say(ChangeRange, old.rangeWords(), now.rangeWords())
	}
	say(ChangeRange, lengthWords(old), lengthWords(now))
	say(ChangeDefault, defaultWords(old), defaultWords(now))
	return out
}

func neededWord(f *Field) string {
	if f.Required {
		return "needed"
	}
	return "optional"
}

func defaultWords(f *Field) string {
	if v, ok := f.DefaultValue(); ok {
		return v.String() + " by default"
	}
	return "no default"
}

// optionWords returns the options, a run of numbers as a range, in the order
// of their values: another order of the same options is no change.
func (f *Field) optionWords() string {
	o := f.Options()
	if len(o) == 0 {
		return f.rangeWords()
	}
	if lo, hi, ok := span(o); ok {
		return fmt.Sprintf("%d to %d", lo, hi)
	}
	o = slices.Clone(o)
	slices.SortFunc(o, func(a, b Value) int {
		return cmp.Or(cmp.Compare(a.num, b.num), strings.Compare(a.text, b.text))
	})
	words := make([]string, len(o))
	for i, v := range o {
		words[i] = v.String()
	}
	return strings.Join(words, ", ")
}

func (f *Field) rangeWords() string {
	lo, hi := "any", "any"
	if f.Min != nil {
		lo = strconv.FormatInt(*f.Min, 10)
	}
	if f.Max != nil {
		hi = strconv.FormatInt(*f.Max, 10)
	}
	if lo == hi && lo == "any" {
		return "any value"
	}
	return lo + " to " + hi
}

func lengthWords(f *Field) string {
	switch {
	case f.Items != nil && f.Items.Max != nil:
		return fmt.Sprintf("at most %d", *f.Items.Max)
	case f.MaxLength != nil:
		return fmt.Sprintf("at most %s characters", humanize.Comma(int64(*f.MaxLength)))
	}
	return "no limit"
}

// diffPrice compares the cost of each choice that either list names.
func diffPrice(old, now *Model) []string {
	var out []string
	seen := map[string]bool{}
	for _, m := range []*Model{now, old} {
		for i := range m.Price.Rows {
			when := m.Price.Rows[i].When
			words := whenWords(when)
			if seen[words] {
				continue
			}
			seen[words] = true
			a, b := old.priceFor(when), now.priceFor(when)
			if a == b {
				continue
			}
			if words != "" {
				words += ": "
			}
			out = append(out, fmt.Sprintf("%s%s, was %s", words, b, a))
		}
	}
	return out
}

// priceFor returns the price under conditions that may be another list's: the
// first row that contradicts none of them.
func (m *Model) priceFor(when map[string]any) string {
	for i := range m.Price.Rows {
		r := &m.Price.Rows[i]
		fits := true
		for k, v := range r.When {
			if w, ok := when[k]; ok && w != v {
				fits = false
			}
		}
		if fits {
			return r.words()
		}
	}
	return "no known price"
}

func (r *PriceRow) words() string {
	var parts []string
	for _, x := range []struct {
		price *usd.Micro
		unit  string
	}{
		{r.PerRun, "a clip"},
		{r.PerOutputSecond, "a second"},
		{r.PerInputSecond, "a second of given video"},
		{r.PerMillionTokens, "a million tokens"},
	} {
		if x.price != nil && *x.price > 0 {
			parts = append(parts, x.price.String()+" "+x.unit)
		}
	}
	if len(parts) == 0 {
		return "no known price"
	}
	return strings.Join(parts, " and ")
}

// whenWords returns a row's conditions: "720p, with sound".
func whenWords(when map[string]any) string {
	var parts []string
	if s, ok := when[WhenResolution].(string); ok {
		parts = append(parts, s)
	}
	if on, ok := when[WhenAudio].(bool); ok {
		parts = append(parts, with(on)+" sound")
	}
	if on, ok := when[WhenVideoInput].(bool); ok {
		parts = append(parts, with(on)+" a given video")
	}
	if s, ok := when[WhenServiceTier].(string); ok {
		parts = append(parts, s+" tier")
	}
	return strings.Join(parts, ", ")
}

func with(on bool) string {
	if on {
		return "with"
	}
	return "without"
}
