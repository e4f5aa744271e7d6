package catalogue

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// ReadInputs converts a request's fields, as a service kept them, to values of
// the model. left lists, sorted, the fields that the model does not have and
// those whose value does not fit the field's type.
func (m *Model) ReadInputs(inputs map[string]json.RawMessage) (v Values, left []string) {
	v = Values{}
	for _, name := range slices.Sorted(maps.Keys(inputs)) {
		raw := inputs[name]
		f := m.FieldNamed(name)
		if f != nil && f.Role == RoleModel || string(raw) == "null" {
			continue
		}
		var x Value
		if f != nil {
			x = f.Read(raw)
		}
		switch {
		case x.kind == kindNone:
			left = append(left, name)
		case x.IsSet():
			v[f.Role] = x
		}
	}
	return v, left
}

// Read converts a JSON value to one of the field's type. Quoted numbers and
// switches are accepted too: the services' own samples send them so.
func (f *Field) Read(raw json.RawMessage) Value {
	var x any
	if json.Unmarshal(raw, &x) != nil {
		return Value{}
	}
	if f.Media != nil {
		return readMedia(x)
	}
	switch s := x.(type) {
	case string:
		if f.Type == "string" {
			return Text(s)
		}
		if v, err := f.Parse(s); err == nil {
			return v
		}
	case float64:
		if n, err := strconv.ParseInt(string(raw), 10, 64); err == nil && f.Type == "integer" {
			return Int(n)
		}
	case bool:
		if f.Type == "boolean" {
			return Bool(s)
		}
	}
	return Value{}
}

// readMedia accepts links and data URIs. A service's record may hold anything
// that was once sent: a path in it is another machine's, never to be read on
// this one.
func readMedia(x any) Value {
	switch s := x.(type) {
	case string:
		if s == "" {
			return Media()
		}
		if Local(s) {
			return Value{}
		}
		return Media(s)
	case []any:
		items := make([]string, 0, len(s))
		for _, it := range s {
			t, ok := it.(string)
			if !ok || Local(t) {
				return Value{}
			}
			items = append(items, t)
		}
		return Media(items...)
	}
	return Value{}
}

// lacking returns the labels of unset inputs that affect the price: length,
// size and sound where they have no default either, and video or sound whose
// length a service can only measure behind a link.
func (m *Model) lacking(v Values, local func(item string) bool) []string {
	var out []string
	for i := range m.Fields {
		f := &m.Fields[i]
		x := v[f.Role]
		_, hasDefault := f.DefaultValue()
		switch {
		case f.Role == RoleModel || f.Role == RolePrompt:
		case f.Media != nil:
			timed := f.Media.Kind != "image"
			if timed && (f.Required && !x.IsSet() || slices.ContainsFunc(x.list, local)) {
				out = append(out, f.Role.Label())
			}
		case x.IsSet() || hasDefault:
		case f.Required, f.Role == RoleDuration, f.Role == RoleResolution, f.Role == RoleAudioToggle:
			out = append(out, f.Role.Label())
		}
	}
	return out
}

// Quotable splits values for a price request: those that may be sent to the
// service, and the labels of inputs missing for a real price. Local paths and
// data URIs stay here; pictures do not change a price, so only video and sound
// are missed.
func (m *Model) Quotable(v Values) (send Values, missing []string) {
	v = m.Typed(v)
	send = make(Values, len(v))
	for r, x := range v {
		if x.kind != kindMedia {
			send[r] = x
			continue
		}
		var links []string
		for _, it := range x.list {
			if isLink(it) {
				links = append(links, it)
			}
		}
		if len(links) > 0 {
			send[r] = Media(links...)
		}
	}
	return send, m.lacking(v, func(it string) bool { return !isLink(it) })
}

// Typed returns the values as the model's fields hold them: text in a media
// field becomes an item, so that a path kept before the field was known to
// take media is handed over like any other.
func (m *Model) Typed(v Values) Values {
	out := v.Clone()
	for r, x := range v {
		if f := m.Field(r); f != nil {
			out[r] = f.typed(x)
		}
	}
	return out
}

func (f *Field) typed(x Value) Value {
	if f.Media == nil || x.kind != kindText || x.text == "" {
		return x
	}
	return Media(x.text)
}

// Picture returns the first picture among the values, in the order of the
// model's fields, or "".
func (m *Model) Picture(v Values) string {
	for i := range m.Fields {
		f := &m.Fields[i]
		if f.Media == nil || f.Media.Kind != "image" {
			continue
		}
		if items := f.typed(v[f.Role]).list; len(items) > 0 {
			return items[0]
		}
	}
	return ""
}

// Local reports whether an item of media is on this machine: neither a link
// nor a data URI.
func Local(item string) bool { return !isLink(item) && !begins(item, "data:") }

// isLink reports whether an item is a link, and not a path or data URI.
func isLink(item string) bool { return begins(item, "https://") || begins(item, "http://") }

// begins reports whether item starts with prefix, ignoring case and without a
// copy: items may be whole pictures.
func begins(item, prefix string) bool {
	return len(item) >= len(prefix) && strings.EqualFold(item[:len(prefix)], prefix)
}
