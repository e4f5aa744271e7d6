package live

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
)

// rule is one property of a JSON schema, with the vendors' hints.
type rule struct {
	Ref         string            `json:"$ref"`
	Type        json.RawMessage   `json:"type"`
	Description json.RawMessage   `json:"description"`
	Default     json.RawMessage   `json:"default"`
	Enum        []json.RawMessage `json:"enum"`
	XEnum       []json.RawMessage `json:"x-enum"`
	Const       json.RawMessage   `json:"const"`
	Minimum     json.Number       `json:"minimum"`
	Maximum     json.Number       `json:"maximum"`
	Step        json.Number       `json:"step"`
	MultipleOf  json.Number       `json:"multipleOf"`
	MaxLength   json.Number       `json:"maxLength"`
	MinItems    json.Number       `json:"minItems"`
	MaxItems    json.Number       `json:"maxItems"`
	Items       json.RawMessage   `json:"items"`
	AnyOf       []json.RawMessage `json:"anyOf"`
	OneOf       []json.RawMessage `json:"oneOf"`
	AllOf       []json.RawMessage `json:"allOf"`
	Component   json.RawMessage   `json:"x-ui-component"`
	Accept      json.RawMessage   `json:"x-accept"`
	Hidden      json.RawMessage   `json:"x-hidden"`
}

// reader reads the rules of one property. Its steps are counted, because
// references that branch and loop back would never end.
type reader struct {
	resolve func(ref string) json.RawMessage
	steps   int
}

// rule reads a property and follows references and the one branch of a choice
// that is not null.
func (d *reader) rule(raw json.RawMessage) (rule, bool) {
	var r rule
	if d.steps++; d.steps > maxSteps || json.Unmarshal(raw, &r) != nil {
		return rule{}, false
	}
	if r.Ref != "" && d.resolve != nil {
		return d.rule(d.resolve(r.Ref))
	}
	for _, b := range slices.Concat(r.AllOf, r.AnyOf, r.OneOf) {
		in, ok := d.rule(b)
		if !ok || in.word() == "null" || r.word() != "" && in.word() != "" {
			continue
		}
		if in.Default == nil {
			in.Default = r.Default
		}
		if in.Description == nil {
			in.Description = r.Description
		}
		if in.Component == nil {
			in.Component, in.Accept, in.Hidden = r.Component, r.Accept, r.Hidden
		}
		if r.word() == "" {
			return in, true
		}
	}
	return r, true
}

// word returns the type: "type" is a word or, with null, a list of two.
func (r *rule) word() string {
	var s string
	if json.Unmarshal(r.Type, &s) == nil {
		return s
	}
	var list []string
	if json.Unmarshal(r.Type, &list) == nil {
		for _, s := range list {
			if s != "null" {
				return s
			}
		}
	}
	return ""
}

func plainText(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > maxNoteText {
		s = string(r[:maxNoteText-1]) + "…"
	}
	return s
}

func (r *rule) hidden() bool { return string(r.Hidden) == "true" }

// whole reports whether all numbers in the rule are whole.
func (r *rule) whole() bool {
	step := r.Step
	if step == "" {
		step = r.MultipleOf
	}
	if step == "" && len(r.Enum) == 0 {
		return false
	}
	all := []json.Number{r.Minimum, r.Maximum, step}
	for _, e := range append(slices.Clone(r.Enum), r.Default) {
		if len(e) > 0 && string(e) != "null" {
			all = append(all, json.Number(e))
		}
	}
	for _, n := range all {
		if n == "" {
			continue
		}
		x, err := strconv.ParseFloat(string(n), 64)
		if err != nil || x != math.Trunc(x) {
			return false
		}
	}
	return true
}

// count reads a length, nil when there is none or it is not a count.
func count(n json.Number) *int {
	x, err := strconv.ParseInt(string(n), 10, 32)
	if err != nil || x < 0 {
		return nil
	}
	i := int(x)
	return &i
}

// bound reads a limit as a whole number, nil when there is none.
func bound(n json.Number, round func(float64) float64) *int64 {
	x, err := strconv.ParseFloat(string(n), 64)
	if x = round(x); err != nil || math.Abs(x) > 1<<53 {
		return nil
	}
	i := int64(x)
	return &i
}
