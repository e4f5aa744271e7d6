package prompting

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"seedreel/client/catalogue"
)

// fixes returns the values with the advice followed, nil if it cannot be, and
// the value that a field got, "" if none did.
func (r *rule) fixes(x *match, m *catalogue.Model, v catalogue.Values) (catalogue.Values, string) {
	f := &r.Fix
	switch {
	case f.Remove:
		return with(v, without(x.prompt, x.from, x.to)), ""
	case f.Cut:
		return with(v, cut(x.prompt, r.Longer)), ""
	case f.Lengthen > 0:
		return lengthen(m, v, int64(f.Lengthen))
	case f.NameImages:
		return nameImages(m, v), ""
	case f.Field != "":
		return move(x, m, v, f.Field, x.groups[0])
	case len(f.Fields) > 0:
		return move(x, m, v, f.Fields[strings.ToLower(x.groups[0])], x.groups[1])
	case len(f.Set) > 0:
		return set(m, v, f.Set), ""
	}
	return nil, ""
}

// with returns the values with another prompt, nil if it is the same.
func with(v catalogue.Values, prompt string) catalogue.Values {
	if prompt == v.Text(catalogue.RolePrompt) {
		return nil
	}
	v = v.Clone()
	v[catalogue.RolePrompt] = catalogue.Text(prompt)
	return v
}

// without returns a text without a part, and without the blanks and commas that
// would be left over.
func without(text string, from, to int) string {
	head, tail := strings.TrimRight(text[:from], " \t"), strings.TrimLeft(text[to:], " \t")
	next, _ := firstRune(tail)
	switch {
	case tail == "" || strings.ContainsRune("\n|}", next):
		head = strings.TrimRight(head, " \t,;:")
	case strings.ContainsRune(",.;:!?", next):
		head = strings.TrimRight(head, ",;: \t")
		if head == "" || strings.HasSuffix(head, ".") || strings.HasSuffix(head, "\n") {
			tail = strings.TrimLeft(tail, ",.;: \t")
		}
	}
	next, some := firstRune(tail)
	if head == "" || !some || strings.ContainsRune(",.;:!?\n|}", next) || strings.HasSuffix(head, "\n") {
		return head + tail
	}
	return head + " " + tail
}

func firstRune(s string) (rune, bool) {
	for _, r := range s {
		return r, true
	}
	return 0, false
}

// cut returns a text that ends after its last sentence within a number of
// characters, or else after its last word.
func cut(text string, most int) string {
	r := []rune(text)
	if len(r) <= most {
		return text
	}
	sentence, word := 0, 0
	for i, c := range r[:most] {
		switch {
		case strings.ContainsRune("。！？", c), strings.ContainsRune(".!?\n", c) && (unicode.IsSpace(r[i+1]) || c == '\n'):
			sentence = i + 1
		case unicode.IsSpace(c):
			word = i
		}
	}
	switch {
	case sentence > 0:
		most = sentence
	case word > 0:
		most = word
	}
	return strings.TrimRightFunc(string(r[:most]), unicode.IsSpace)
}

// lengthen returns the values with a length of at least that many seconds, or
// the longest that the model offers, nil if it offers no longer one.
func lengthen(m *catalogue.Model, v catalogue.Values, want int64) (catalogue.Values, string) {
	f := m.Field(catalogue.RoleDuration)
	if f == nil || v[catalogue.RoleFrames].IsSet() {
		return nil, ""
	}
	best := int64(m.Seconds(v))
	lo, hi := f.Range()
	offered := []int64{min(max(want, lo), hi)}
	if o := f.Options(); len(o) > 0 {
		offered = nil
		for _, x := range o {
			if n, ok := x.AsInt(); ok {
				offered = append(offered, n)
			}
		}
	}
	for _, n := range offered {
		if n > best && (best < want || n < best) {
			best = n
		}
	}
	text := strconv.FormatInt(best, 10)
	x, err := f.Parse(text)
	if err != nil || best <= int64(m.Seconds(v)) {
		return nil, ""
	}
	v = v.Clone()
	v[catalogue.RoleDuration] = x
	return v, text
}

// nameImages returns the values with the references named at the end of the
// prompt, as the model names them, nil if that is not known.
func nameImages(m *catalogue.Model, v catalogue.Values) catalogue.Values {
	var names []string
	for i := range v.Media(catalogue.RoleReferenceImages) {
		name := m.NameImage(i + 1)
		if name == "" {
			return nil
		}
		names = append(names, name)
	}
	text := strings.TrimRight(v.Text(catalogue.RolePrompt), " \t\n")
	if next := strings.TrimRight(text, ".!?。"); next == text {
		text += "."
	}
	last := len(names) - 1
	return with(v, text+" With "+strings.Join(names[:last], ", ")+" and "+names[last]+".")
}

// move returns the values with what was found taken out of the prompt and, if
// the model has the field and takes it, put into that.
func move(x *match, m *catalogue.Model, v catalogue.Values, role, value string) (catalogue.Values, string) {
	out := with(v, without(x.prompt, x.from, x.to))
	if out == nil || role == "" {
		return out, ""
	}
	f := m.Field(catalogue.Role(role))
	if f == nil {
		return out, ""
	}
	if value == "" && f.Type == "boolean" {
		value = "true"
	}
	got, err := f.Parse(strings.ToLower(value))
	if err != nil || !got.IsSet() || !m.Adopt(catalogue.Values{f.Role: got})[f.Role].Equal(got) {
		return out, ""
	}
	out[f.Role] = got
	return out, got.String()
}

// set returns the values with others, nil if the model does not take one of
// them.
func set(m *catalogue.Model, v catalogue.Values, to map[string]any) catalogue.Values {
	out := v.Clone()
	for name, x := range to {
		f := m.Field(catalogue.Role(name))
		if f == nil {
			return nil
		}
		got, err := f.Parse(fmt.Sprint(x))
		if err != nil {
			return nil
		}
		out[f.Role] = got
	}
	return out
}
