package catalogue

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// ErrUnknownField marks a value that the model has no field for. The services
// drop such keys in silence and bill the clip, so it is refused here.
var ErrUnknownField = errors.New("the model has no such field")

// ErrLocalMedia marks a file of this machine in a request. The services take
// its path as text and bill the clip.
var ErrLocalMedia = errors.New("a local file has to be handed over first")

// Body writes the request as JSON, keys in the catalogue's order and under the
// model's own spelling. Values must be valid; media must be links or data URIs
// by now.
func (m *Model) Body(v Values) ([]byte, error) {
	for r := range v {
		if m.Field(r) == nil {
			return nil, fmt.Errorf("writing %q for %s: %w", r, m.ID, ErrUnknownField)
		}
	}
	var b bytes.Buffer
	b.WriteByte('{')
	for i := range m.Fields {
		f := &m.Fields[i]
		raw, ok, err := m.wire(f, v[f.Role])
		if err != nil {
			return nil, fmt.Errorf("writing %q: %w", f.Name, err)
		}
		if !ok {
			continue
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(f.Name)
		if err != nil {
			return nil, fmt.Errorf("writing %q: %w", f.Name, err)
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(raw)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func (m *Model) wire(f *Field, x Value) (raw []byte, ok bool, err error) {
	if f.Role == RoleModel {
		raw, err = json.Marshal(m.ID)
		return raw, true, err
	}
	if !x.IsSet() {
		return nil, false, nil
	}
	if x = f.typed(x); !x.fits(f) {
		return nil, false, fmt.Errorf("%v is no %s", x, f.Type)
	}
	if slices.ContainsFunc(x.list, Local) {
		return nil, false, ErrLocalMedia
	}
	if f.Media != nil && !f.List() {
		if len(x.list) != 1 {
			return nil, false, fmt.Errorf("%d items, want one", len(x.list))
		}
		x = Text(x.list[0])
	}
	raw, err = encodePlain(x)
	return raw, true, err
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

// encodePlain leaves <, > and & as they are: links hold them, and the services
// measure the text they get.
func encodePlain(v Value) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	var err error
	switch v.kind {
	case kindText:
		err = e.Encode(v.text)
	case kindMedia:
		err = e.Encode(v.list)
	case kindNone, kindInt, kindBool:
		return v.MarshalJSON()
	}
	return bytes.TrimRight(b.Bytes(), "\n"), err
}
