package live

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"seedreel/client/catalogue"
)

// Schema is a JSON schema of a request, as services publish one for each
// model. It is foreign data: what cannot be understood is left out and
// reported.
type Schema struct {
	// Properties is a JSON object; its order is the form's unless Order is
	// set.
	Properties json.RawMessage
	Required   []string
	Order      []string
	// Resolve returns the target of a "$ref", nil when there is none. It may
	// be nil.
	Resolve func(ref string) json.RawMessage
}

// The limits of a schema that can become a form.
const (
	maxFields   = 60
	maxOptions  = 200
	maxSteps    = 32
	maxNoteText = 200
)

var errRequiredUnread = errors.New("the model needs a field that no form here can hold")

// Fields converts a schema to fields. Optional ones that no form can hold,
// such as lists of objects or numbers with decimals, are left to the service's
// own default and listed in skipped; a required one is an error.
func (n *Names) Fields(id string, s Schema) (fields []catalogue.Field, skipped []string, err error) {
	props, err := ordered(s.Properties)
	if err != nil {
		return nil, nil, fmt.Errorf("reading a schema: %w", err)
	}
	if len(props) == 0 || len(props) > maxFields {
		return nil, nil, fmt.Errorf("reading a schema: it has %d fields", len(props))
	}
	sortBy(props, s.Order)
	roles := map[catalogue.Role]bool{}
	for _, p := range props {
		required := slices.Contains(s.Required, p.name)
		f, ok := n.field(id, p, required, s.Resolve)
		if !ok && required {
			return nil, nil, fmt.Errorf("reading a schema: %q: %w", p.name, errRequiredUnread)
		}
		if !ok {
			skipped = append(skipped, p.name)
			continue
		}
		if roles[f.Role] {
			f.Role = catalogue.PlainRole(f.Name)
		}
		roles[f.Role] = true
		fields = append(fields, f)
	}
	return fields, skipped, nil
}

// property is one entry of a JSON object whose order matters.
type property struct {
	name string
	raw  json.RawMessage
}

// ordered reads a JSON object and keeps its order.
func ordered(raw json.RawMessage) ([]property, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.New("the properties are no object")
	}
	var out []property
	seen := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		name, _ := t.(string)
		var v json.RawMessage
		if err := d.Decode(&v); err != nil {
			return nil, err
		}
		if name == "" || len(name) > 100 || seen[name] {
			return nil, fmt.Errorf("a property's name %.20q is empty, too long or there twice", name)
		}
		seen[name] = true
		out = append(out, property{name, v})
	}
	return out, nil
}

// sortBy moves the named properties to the front, in that order.
func sortBy(props []property, order []string) {
	place := func(p property) int {
		if i := slices.Index(order, p.name); i >= 0 {
			return i
		}
		return len(order)
	}
	slices.SortStableFunc(props, func(a, b property) int { return place(a) - place(b) })
}

// field converts a property to a field, false when no form can hold it.
func (n *Names) field(id string, p property, required bool, resolve func(string) json.RawMessage) (catalogue.Field, bool) {
	d := &reader{resolve: resolve}
	r, ok := d.rule(p.raw)
	if !ok {
		return catalogue.Field{}, false
	}
	f := catalogue.Field{Name: p.name, Required: required, Note: plainText(r.Description)}
	switch r.word() {
	case "string":
		f.Type = "string"
		if k := n.media(p.name, &r); k != "" {
			f.Media = linkSpec(k)
		}
	case "integer":
		f.Type = "integer"
	case "number":
		if !r.whole() && n.typeOf(p.name) != "integer" {
			return catalogue.Field{}, false
		}
		f.Type = "integer"
	case "boolean":
		f.Type = "boolean"
	case "array":
		if !n.list(&f, &r, d) {
			return catalogue.Field{}, false
		}
	default:
		return catalogue.Field{}, false
	}
	if !limit(&f, &r) {
		return catalogue.Field{}, false
	}
	f.Role = n.role(id, &f)
	if f.Role == catalogue.RoleModel && n.provider != "" && f.Type != "string" {
		return catalogue.Field{}, false
	}
	applyRole(&f)
	if r.hidden() {
		return f, hide(&f)
	}
	return f, f.Check() == nil
}

// hide handles a field not meant to be chosen: with a default it becomes a
// constant, without one it is left out.
func hide(f *catalogue.Field) bool {
	if f.Default == nil || f.Media != nil || !f.Required {
		return false
	}
	f.Enum = []any{f.Default}
	return f.Check() == nil
}

// media returns the kind of media that a text or list of texts holds, "" for
// plain text.
func (n *Names) media(name string, r *rule) string {
	if len(r.Enum) > 0 {
		return ""
	}
	kind := n.kindOf(name)
	if a := strings.ToLower(plainText(r.Accept)); kind == "" {
		kind = kindAccepted(a)
	}
	if c := plainText(r.Component); kind == "" && (c == "uploader" || c == "uploaders") {
		kind = "image"
	}
	return kind
}

// accepted are the words by which an upload declares its kind: the kind
// itself, "video/*", or file name endings, ".mp4,.mov".
var accepted = []struct{ kind, word string }{
	{"video", "video"},
	{"audio", "audio"},
	{"image", "image"},
	{"video", ".mp4"},
	{"video", ".mov"},
	{"video", ".webm"},
	{"audio", ".mp3"},
	{"audio", ".wav"},
	{"audio", ".m4a"},
}

func kindAccepted(accept string) string {
	for _, x := range accepted {
		if strings.Contains(accept, x.word) {
			return x.kind
		}
	}
	return ""
}

// list accepts lists of links. Others cannot be a row of a form.
func (n *Names) list(f *catalogue.Field, r *rule, d *reader) bool {
	items, ok := d.rule(r.Items)
	if !ok || items.word() != "string" || len(items.Enum) > 0 {
		return false
	}
	kind := n.media(f.Name, r)
	if kind == "" {
		return false
	}
	f.Type, f.Media = "array", linkSpec(kind)
	f.Items = &catalogue.Items{Type: "string", Format: "uri", Min: count(r.MinItems), Max: count(r.MaxItems)}
	return true
}

// linkSpec accepts links, and inline pictures too, as services document for
// all their models.
func linkSpec(kind string) *catalogue.MediaSpec {
	s := &catalogue.MediaSpec{Kind: kind, Accepts: []string{"url"}}
	if kind == "image" {
		s.Accepts = append(s.Accepts, "data_uri")
	}
	return s
}

// limit fills in bounds, options and default; false when they are
// inconsistent.
func limit(f *catalogue.Field, r *rule) bool {
	f.MaxLength = count(r.MaxLength)
	if f.Type == "integer" {
		f.Min, f.Max = bound(r.Minimum, math.Ceil), bound(r.Maximum, math.Floor)
		if f.Step = bound(r.Step, math.Floor); f.Step == nil {
			f.Step = bound(r.MultipleOf, math.Floor)
		}
	}
	options := r.Enum
	if len(options) == 0 {
		options = r.XEnum
	}
	if len(options) == 0 && r.Const != nil {
		options = []json.RawMessage{r.Const}
	}
	if len(options) > maxOptions {
		return false
	}
	if f.Media == nil {
		for _, o := range options {
			if x, ok := plain(f, o); ok {
				f.Enum = append(f.Enum, x)
			}
		}
		f.Default, _ = plain(f, r.Default)
	}
	return true
}

// plain reads an option or default as the field's type, also quoted numbers;
// false for null, "" and other types.
func plain(f *catalogue.Field, raw json.RawMessage) (any, bool) {
	x := f.Read(raw)
	if !x.IsSet() {
		return nil, false
	}
	if n, ok := x.AsInt(); ok {
		return float64(n), true
	}
	if on, ok := x.AsBool(); ok {
		return on, true
	}
	return x.String(), f.Media == nil
}

// applyRole sets what the role implies, overriding the schema.
func applyRole(f *catalogue.Field) {
	if f.Role == catalogue.RoleDuration {
		f.Unit = "s"
	}
	if f.Role == catalogue.RoleSeed && f.Min != nil && *f.Min == -1 {
		f.Sentinels = []catalogue.Sentinel{{Value: -1, Meaning: "random"}}
	}
}
