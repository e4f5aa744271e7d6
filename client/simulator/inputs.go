package simulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"seedreel/client/catalogue"
)

// Flaw is the kind of error in one input; each service words it its own way.
type Flaw int

// The flaws: missing, of another JSON type, not one of the listed values, and
// all others.
const (
	FlawMissing Flaw = iota
	FlawType
	FlawNotListed
	FlawOther
)

// Problem is one invalid input. Listed holds the allowed values for a
// FlawNotListed; Text is the rest for a FlawOther.
type Problem struct {
	Field  string
	Flaw   Flaw
	Want   string
	Got    string
	Listed []string
	Text   string
}

// reading is a request body as a service understands it.
type reading struct {
	values   catalogue.Values
	spelt    map[catalogue.Role]string
	dropped  []string
	problems []Problem
	picture  *picture
}

// reader converts bodies to values by the catalogue's rules and the options of
// an Order.
type reader struct {
	lenient   bool
	spellings map[catalogue.Role][]string
	ignored   []string
	media     func(item string, f *catalogue.Field) (checked, error)
}

// read decodes a body for a model. The error is for what is not a JSON object;
// all other errors are in the reading's problems.
func (rd *reader) read(m *catalogue.Model, body []byte) (*reading, error) {
	keys, err := object(body)
	if err != nil {
		return nil, err
	}
	out := &reading{values: catalogue.Values{}}
	used := map[string]bool{}
	for i := range m.Fields {
		f := &m.Fields[i]
		key, raw := rd.lookUp(f, keys)
		used[key] = true
		if raw == nil || string(raw) == "null" {
			if f.Required {
				out.problems = append(out.problems, Problem{Field: f.Name, Flaw: FlawMissing})
			}
			continue
		}
		if key != f.Name {
			if out.spelt == nil {
				out.spelt = map[catalogue.Role]string{}
			}
			out.spelt[f.Role] = key
		}
		v, bad := rd.field(m, f, raw, out)
		if bad != nil {
			bad.Field = f.Name
			out.problems = append(out.problems, *bad)
			continue
		}
		if f.Role != catalogue.RoleModel {
			out.values[f.Role] = v
		}
	}
	for key := range keys {
		if !used[key] && !slices.Contains(rd.ignored, key) {
			out.dropped = append(out.dropped, key)
		}
	}
	sort.Strings(out.dropped)
	out.problems = append(out.problems, constraints(m, out.values)...)
	return out, nil
}

// object decodes the top level of a body.
func object(body []byte) (map[string]json.RawMessage, error) {
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(body, &keys); err != nil {
		return nil, fmt.Errorf("reading a request body: %w", err)
	}
	return keys, nil
}

// lookUp returns a field's value under its name or another of its spellings.
func (rd *reader) lookUp(f *catalogue.Field, keys map[string]json.RawMessage) (string, json.RawMessage) {
	for _, n := range slices.Concat([]string{f.Name}, f.Aliases, rd.spellings[f.Role]) {
		if raw, ok := keys[n]; ok {
			return n, raw
		}
	}
	return f.Name, nil
}

func (rd *reader) field(m *catalogue.Model, f *catalogue.Field, raw json.RawMessage, out *reading) (catalogue.Value, *Problem) {
	if rd.lenient {
		raw = unquote(f, raw)
	}
	switch {
	case f.Media != nil:
		return rd.mediaField(f, raw, out)
	case f.Type == "integer":
		return integer(f, raw)
	case f.Type == "boolean":
		var on bool
		if json.Unmarshal(raw, &on) != nil {
			return catalogue.Value{}, wrongType("boolean", raw)
		}
		return catalogue.Bool(on), nil
	case f.Type == "string":
		return text(m, f, raw)
	}
	return catalogue.Value{}, wrongType(f.Type, raw)
}

// unquote turns "5" into 5 and "true" into true for fields that are not text.
func unquote(f *catalogue.Field, raw json.RawMessage) json.RawMessage {
	var s string
	if f.Type != "integer" && f.Type != "boolean" || json.Unmarshal(raw, &s) != nil || !json.Valid([]byte(s)) {
		return raw
	}
	return json.RawMessage(s)
}

func integer(f *catalogue.Field, raw json.RawMessage) (catalogue.Value, *Problem) {
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil {
		// 5.0 and 5e0 are whole numbers too, as JSON has only one kind.
		x, err := strconv.ParseFloat(string(raw), 64)
		if err != nil || x != math.Trunc(x) || math.Abs(x) > 1<<53 {
			return catalogue.Value{}, wrongType("integer", raw)
		}
		n = int64(x)
	}
	for _, s := range f.Sentinels {
		if s.Value == n {
			return catalogue.Int(n), nil
		}
	}
	if len(f.Enum) > 0 {
		return listed(f, catalogue.Int(n))
	}
	if f.Min != nil && n < *f.Min {
		return catalogue.Value{}, &Problem{Flaw: FlawOther, Text: fmt.Sprintf("must be greater than or equal to %d", *f.Min)}
	}
	if f.Max != nil && n > *f.Max {
		return catalogue.Value{}, &Problem{Flaw: FlawOther, Text: fmt.Sprintf("must be less than or equal to %d", *f.Max)}
	}
	return catalogue.Int(n), nil
}

func text(m *catalogue.Model, f *catalogue.Field, raw json.RawMessage) (catalogue.Value, *Problem) {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return catalogue.Value{}, wrongType("string", raw)
	}
	if f.Role == catalogue.RoleModel {
		return catalogue.Text(m.ID), nil // found by it, under any of its names
	}
	if f.Required && strings.TrimSpace(s) == "" {
		return catalogue.Value{}, &Problem{Flaw: FlawMissing}
	}
	if f.MaxLength != nil && utf8.RuneCountInString(s) > *f.MaxLength {
		return catalogue.Value{}, &Problem{
			Flaw: FlawOther, Text: fmt.Sprintf("must contain at most %d character(s)", *f.MaxLength),
		}
	}
	if len(f.Enum) > 0 && s != "" {
		return listed(f, catalogue.Text(s))
	}
	return catalogue.Text(s), nil
}

// listed accepts a value that the field's enum holds.
func listed(f *catalogue.Field, v catalogue.Value) (catalogue.Value, *Problem) {
	options := f.Options()
	if slices.ContainsFunc(options, v.Equal) {
		return v, nil
	}
	p := &Problem{Flaw: FlawNotListed, Got: v.String()}
	for _, o := range options {
		p.Listed = append(p.Listed, o.String())
	}
	return catalogue.Value{}, p
}

func (rd *reader) mediaField(f *catalogue.Field, raw json.RawMessage, out *reading) (catalogue.Value, *Problem) {
	var items []string
	if f.List() {
		if json.Unmarshal(raw, &items) != nil {
			return catalogue.Value{}, wrongType("array", raw)
		}
	} else {
		var one string
		if json.Unmarshal(raw, &one) != nil {
			return catalogue.Value{}, wrongType("string", raw)
		}
		if one != "" { // an empty link is none, as forms send it
			items = []string{one}
		}
	}
	if bad := count(f, len(items)); bad != nil {
		return catalogue.Value{}, bad
	}
	for i, item := range items {
		c, err := rd.media(item, f)
		if err != nil {
			return catalogue.Value{}, &Problem{Flaw: FlawOther, Text: err.Error()}
		}
		items[i] = c.short
		if c.picture != nil && leads(f.Role) && out.picture == nil {
			out.picture = c.picture
		}
	}
	return catalogue.Media(items...), nil
}

// leads reports whether the clip is drawn from a picture in this role.
func leads(r catalogue.Role) bool {
	return r == catalogue.RoleFirstFrame || r == catalogue.RoleReferenceImages
}

func count(f *catalogue.Field, n int) *Problem {
	switch {
	case n == 0 && f.Required:
		return &Problem{Flaw: FlawMissing}
	case f.Items == nil:
	case f.Items.Min != nil && n < *f.Items.Min && n > 0:
		return &Problem{Flaw: FlawOther, Text: fmt.Sprintf("must contain at least %d item(s)", *f.Items.Min)}
	case f.Items.Max != nil && n > *f.Items.Max:
		return &Problem{Flaw: FlawOther, Text: fmt.Sprintf("must contain at most %d item(s)", *f.Items.Max)}
	}
	return nil
}

// constraints checks the relations between fields. The length of media is not
// checked: that of a link is not known.
func constraints(m *catalogue.Model, v catalogue.Values) []Problem {
	given := func(name string) bool { return v[m.FieldNamed(name).Role].IsSet() }
	var out []Problem
	for _, c := range m.Constraints {
		if c.Field != "" && !given(c.Field) {
			continue
		}
		switch c.Kind {
		case "needs":
			for _, n := range c.Needs {
				if !given(n) {
					out = append(out, Problem{Field: n, Flaw: FlawMissing})
				}
			}
		case "requires_any":
			if !slices.ContainsFunc(c.AnyOf, given) {
				out = append(out, Problem{
					Field: c.AnyOf[0], Flaw: FlawOther, Text: "at least one of " + strings.Join(c.AnyOf, ", ") + " is required",
				})
			}
		}
	}
	for i := range m.Fields {
		if text := m.Clash(&m.Fields[i], v); text != "" {
			out = append(out, Problem{Field: m.Fields[i].Name, Flaw: FlawOther, Text: text})
		}
	}
	return out
}

// wrongType reports the JSON type that came instead of the wanted one.
func wrongType(want string, raw json.RawMessage) *Problem {
	p := &Problem{Flaw: FlawType, Want: want, Got: "number"}
	switch b := bytes.TrimSpace(raw); {
	case len(b) == 0:
		p.Got = "nothing"
	case b[0] == '"':
		p.Got = "string"
	case b[0] == '{':
		p.Got = "object"
	case b[0] == '[':
		p.Got = "array"
	case b[0] == 't' || b[0] == 'f':
		p.Got = "boolean"
	}
	return p
}
