package catalogue

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Role is the meaning of a field, independent of its name at a service. A
// model has at most one field of each role, so values move between models by
// role.
type Role string

// The roles that the catalogue knows.
const (
	RoleModel           Role = "model"
	RolePrompt          Role = "prompt"
	RoleFirstFrame      Role = "first_frame"
	RoleLastFrame       Role = "last_frame"
	RoleReferenceImages Role = "reference_images"
	RoleReferenceVideo  Role = "reference_video"
	RoleReferenceVideos Role = "reference_videos"
	RoleReferenceAudio  Role = "reference_audio"
	RoleReferenceAudios Role = "reference_audios"
	RoleSourceVideo     Role = "source_video"
	RoleContextImage    Role = "context_image"
	RoleDuration        Role = "duration"
	RoleAspectRatio     Role = "aspect_ratio"
	RoleResolution      Role = "resolution"
	RoleCameraFixed     Role = "camera_fixed"
	RoleSeed            Role = "seed"
	RoleAudioToggle     Role = "audio_toggle"
	RoleWatermark       Role = "watermark"
	RoleWebSearch       Role = "web_search"
	RoleProviderRouting Role = "provider_routing"
	RoleMode            Role = "mode"
	RoleStyle           Role = "style"
	RoleSyncMode        Role = "sync_mode"
	RoleFrames          Role = "frames"
	RoleServiceTier     Role = "service_tier"
	RoleDraft           Role = "draft"
	RoleDraftTask       Role = "draft_task"
	RoleReturnLastFrame Role = "return_last_frame"
	RoleExpiresAfter    Role = "expires_after"
)

// rolePlain starts the role of a field of unknown meaning; the rest is the
// field's own name.
const rolePlain = "x:"

// PlainRole returns the role of a field of unknown meaning. Such a field is
// shown by its name and type.
func PlainRole(name string) Role { return Role(rolePlain + name) }

// Plain reports whether the role was made by PlainRole.
func (r Role) Plain() bool { return strings.HasPrefix(string(r), rolePlain) }

// Values holds what a person chose, by role. A missing role is left to the
// service. It marshals to a plain JSON object.
type Values map[Role]Value

// Clone copies the map; values themselves are never changed in place.
func (v Values) Clone() Values { return maps.Clone(v) }

// Text returns the text under a role, "" when there is none.
func (v Values) Text(r Role) string { return v[r].text }

// Media returns the paths or links under a role.
func (v Values) Media(r Role) []string { return v[r].list }

// MapMedia returns the values with each path or link replaced by what swap
// returns for it.
func (v Values) MapMedia(swap func(item string) string) Values {
	out := v.Clone()
	for role := range v {
		items := v.Media(role)
		if len(items) == 0 {
			continue
		}
		swapped := make([]string, len(items))
		for i, item := range items {
			swapped[i] = swap(item)
		}
		out[role] = Media(swapped...)
	}
	return out
}

// Int returns the number under a role and whether there is one.
func (v Values) Int(r Role) (int64, bool) { x := v[r]; return x.num, x.kind == kindInt }

// Bool returns the switch under a role and whether there is one.
func (v Values) Bool(r Role) (on, ok bool) { x := v[r]; return x.on, x.kind == kindBool }

type valueKind uint8

const (
	kindNone valueKind = iota
	kindText
	kindInt
	kindBool
	kindMedia
)

// Value is one entry of a form: text, a whole number, a switch, or a list of
// media. The zero Value is "not chosen".
type Value struct {
	kind valueKind
	text string
	num  int64
	on   bool
	list []string
}

// Text returns a text value.
func Text(s string) Value { return Value{kind: kindText, text: s} }

// Int returns a whole number value.
func Int(n int64) Value { return Value{kind: kindInt, num: n} }

// Bool returns a switch value.
func Bool(on bool) Value { return Value{kind: kindBool, on: on} }

// Media returns a list of paths, links or data URIs. Fields that take one item
// hold a list of one.
func Media(items ...string) Value { return Value{kind: kindMedia, list: slices.Clone(items)} }

// IsSet reports whether anything was chosen; an empty list or text is nothing.
func (v Value) IsSet() bool {
	switch v.kind {
	case kindNone:
		return false
	case kindText:
		return v.text != ""
	case kindMedia:
		return len(v.list) > 0
	case kindInt, kindBool:
		return true
	}
	return false
}

// Equal reports whether two values are equal.
func (v Value) Equal(o Value) bool {
	return v.kind == o.kind && v.text == o.text && v.num == o.num && v.on == o.on && slices.Equal(v.list, o.list)
}

// String returns the value in words: "5", "yes", "16:9", "a.png, b.png".
func (v Value) String() string {
	switch v.kind {
	case kindText:
		return v.text
	case kindInt:
		return strconv.FormatInt(v.num, 10)
	case kindBool:
		if v.on {
			return "yes"
		}
		return "no"
	case kindMedia:
		s := ""
		for i, it := range v.list {
			if i > 0 {
				s += ", "
			}
			s += it
		}
		return s
	case kindNone:
	}
	return ""
}

// MarshalJSON writes a JSON string, number, boolean or array of strings.
func (v Value) MarshalJSON() ([]byte, error) {
	switch v.kind {
	case kindText:
		return json.Marshal(v.text)
	case kindInt:
		return strconv.AppendInt(nil, v.num, 10), nil
	case kindBool:
		return strconv.AppendBool(nil, v.on), nil
	case kindMedia:
		return json.Marshal(v.list)
	case kindNone:
	}
	return []byte("null"), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (v *Value) UnmarshalJSON(b []byte) error {
	var raw any
	if err := json.Unmarshal(b, &raw); err != nil {
		return fmt.Errorf("reading a value: %w", err)
	}
	switch x := raw.(type) {
	case nil:
		*v = Value{}
	case string:
		*v = Text(x)
	case bool:
		*v = Bool(x)
	case float64:
		n, err := strconv.ParseInt(string(b), 10, 64)
		if err != nil {
			return fmt.Errorf("reading a value: %q is not a whole number", b)
		}
		*v = Int(n)
	case []any:
		items := make([]string, len(x))
		for i, it := range x {
			s, ok := it.(string)
			if !ok {
				return fmt.Errorf("reading a value: a list holds %v, want text", it)
			}
			items[i] = s
		}
		*v = Value{}
		if len(items) > 0 { // a list of none is written as nothing
			*v = Media(items...)
		}
	default:
		return fmt.Errorf("reading a value: %T is not known", raw)
	}
	return nil
}

// AsInt returns the number, and whether the value is one.
func (v Value) AsInt() (n int64, ok bool) { return v.num, v.kind == kindInt }

// AsBool returns the switch, and whether the value is one.
func (v Value) AsBool() (on, ok bool) { return v.on, v.kind == kindBool }
