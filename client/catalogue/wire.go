package catalogue

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// ErrUnknownField is returned for a value without a field in the model. The
// services silently drop such keys and bill the clip, so it is refused here.
var ErrUnknownField = errors.New("the model has no such field")

// ErrLocalMedia is returned for a local file in a request. The services take
// its path as text and bill the clip.
var ErrLocalMedia = errors.New("a local file has to be handed over first")

// Body returns Payload in one piece, for small requests.
func (m *Model) Body(v Values) ([]byte, error) {
	p, err := m.Payload(v)
	if err != nil {
		return nil, err
	}
	b := make([]byte, 0, p.size)
	for _, s := range p.parts {
		b = append(b, s...)
	}
	return b, nil
}

// Payload encodes the request as JSON, keys in the catalogue's order and under
// the model's own spelling. Values must be valid, and media links or data
// URIs. A request that is longer than the model takes is an error.
func (m *Model) Payload(v Values) (*Payload, error) {
	for r := range v {
		if m.Field(r) == nil {
			return nil, fmt.Errorf("writing %q for %s: %w", r, m.ID, ErrUnknownField)
		}
	}
	p := &Payload{}
	p.add("{")
	for i := range m.Fields {
		f := &m.Fields[i]
		x := v[f.Role]
		if f.Role == RoleModel {
			x = Text(m.ID)
		} else if !x.IsSet() {
			continue
		}
		if p.size > 1 {
			p.add(",")
		}
		err := p.text(f.Name)
		p.add(":")
		if err == nil {
			err = p.value(f, x)
		}
		if err != nil {
			return nil, fmt.Errorf("writing %q: %w", f.Name, err)
		}
	}
	p.add("}")
	p.flush()
	if most := m.MaxRequest(); most > 0 && p.size > most {
		return nil, fmt.Errorf("the request has %d MB, at most %d MB are taken", p.size/1e6, most/1e6)
	}
	return p, nil
}

// value appends one value in its field's form.
func (p *Payload) value(f *Field, x Value) error {
	if f.Role == RoleModel {
		return p.text(x.text)
	}
	if x = f.typed(x); !x.fits(f) {
		return fmt.Errorf("%.100v is no %s", x, f.Type)
	}
	if slices.ContainsFunc(x.list, Local) {
		return ErrLocalMedia
	}
	if f.Media != nil && !f.List() {
		if len(x.list) != 1 {
			return fmt.Errorf("%d items, want one", len(x.list))
		}
		x = Text(x.list[0])
	}
	switch x.kind {
	case kindText:
		return p.text(x.text)
	case kindMedia:
		p.add("[")
		for i, s := range x.list {
			if i > 0 {
				p.add(",")
			}
			if err := p.text(s); err != nil {
				return err
			}
		}
		p.add("]")
		return nil
	case kindNone, kindInt, kindBool:
	}
	raw, err := x.MarshalJSON()
	p.add(string(raw))
	return err
}

func (v Value) fits(f *Field) bool {
	if f.Media != nil {
		return v.kind == kindMedia
	}
	switch f.Type {
	case "integer":
		return v.kind == kindInt
	case "boolean":
		return v.kind == kindBool
	case "array":
		return v.kind == kindMedia
	}
	return v.kind == kindText
}

// encodePlain leaves <, > and & unescaped: links hold them, and the services
// measure the text they get.
func encodePlain(v string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimRight(b.Bytes(), "\n"), err
}
