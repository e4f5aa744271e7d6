package ark

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"seedreel/client"
	"seedreel/client/catalogue"
)

// Names of fields that are elements of content start with this prefix,
// followed by the element's type and, after the mark, its role.
const (
	contentPrefix = "content."
	roleMark      = "#"
)

// The types of elements.
const (
	typeText  = "text"
	typeDraft = "draft_task"
)

// element is one entry of content. Exactly one of its objects is set.
type element struct {
	Type  string `json:"type"`
	Text  string `json:"text,omitempty"`
	Image *link  `json:"image_url,omitempty"`
	Video *link  `json:"video_url,omitempty"`
	Audio *link  `json:"audio_url,omitempty"`
	Draft *draft `json:"draft_task,omitempty"`
	Role  string `json:"role,omitempty"`
}

type link struct {
	URL string `json:"url"`
}

type draft struct {
	ID string `json:"id"`
}

// writeBody writes the request body under the region's id of the model:
// content in the order of the catalogue's fields, in which a prompt counts
// pictures, then the plain fields.
func writeBody(id string, r client.Request) ([]byte, error) {
	for role := range r.Values {
		if r.Model.Field(role) == nil {
			return nil, fmt.Errorf("writing %q for %s: %w", role, r.Model.ID, catalogue.ErrUnknownField)
		}
	}
	body := map[string]any{"model": id}
	var content []element
	var drawn []catalogue.Role
	if r.Values[catalogue.RoleDraftTask].IsSet() {
		drawn = fromDraft()
	}
	for i := range r.Model.Fields {
		f := &r.Model.Fields[i]
		x := r.Values[f.Role]
		if f.Role == catalogue.RoleModel || !x.IsSet() || slices.Contains(drawn, f.Role) {
			continue
		}
		if name, ok := strings.CutPrefix(f.Name, contentPrefix); ok {
			more, err := elements(name, f, r.Values)
			if err != nil {
				return nil, err
			}
			content = append(content, more...)
			continue
		}
		body[f.Name] = x
	}
	if r.Values[catalogue.RoleFrames].IsSet() {
		delete(body, "duration") // frames go before it
	}
	body["content"] = content
	mark(body, r)
	// A link may hold <, > and &, and the service counts characters.
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(body); err != nil {
		return nil, fmt.Errorf("writing the request: %w", err)
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// fromDraft returns the roles that the final clip takes from its draft.
func fromDraft() []catalogue.Role {
	return []catalogue.Role{
		catalogue.RoleAspectRatio, catalogue.RoleDuration, catalogue.RoleFrames, catalogue.RoleSeed, catalogue.RoleAudioToggle,
		catalogue.RoleCameraFixed, catalogue.RoleDraft,
	}
}

// elements returns the elements of one field, whose name gives their type and
// role.
func elements(name string, f *catalogue.Field, v catalogue.Values) ([]element, error) {
	kind, role, _ := strings.Cut(name, roleMark)
	switch {
	case kind == typeText:
		return []element{{Type: typeText, Text: v.Text(f.Role)}}, nil
	case kind == typeDraft:
		return []element{{Type: typeDraft, Draft: &draft{ID: v.Text(f.Role)}}}, nil
	case f.Media == nil:
		return nil, fmt.Errorf("writing %q: there is no such element", f.Name)
	}
	var out []element
	for _, url := range v.Media(f.Role) {
		e := element{Type: kind, Role: role}
		switch f.Media.Kind {
		case "image":
			e.Image = &link{url}
		case "video":
			if strings.HasPrefix(strings.ToLower(url), "data:") {
				return nil, fmt.Errorf("writing %q: %w", f.Name, errVideoFile)
			}
			e.Video = &link{url}
		case "audio":
			e.Audio = &link{url}
		}
		out = append(out, e)
	}
	return out, nil
}

// The fields that mark a request, beside its seed.
const (
	fieldExpires    = "execution_expires_after"
	fieldIdentifier = "safety_identifier"
	maxIdentifier   = 64
)

// mark makes a request recognisable in the service's list, which shows neither
// prompt nor pictures: by the attempt's name, in the field for an end user's
// id, and by an unusual expiry time where the user chose none.
func mark(body map[string]any, r client.Request) {
	if r.Token == "" || len(r.Token) > maxIdentifier {
		return
	}
	body[fieldIdentifier] = r.Token
	if at, ok := expiry(r); ok {
		body[fieldExpires] = at
	}
}

// expiry returns the expiry time that marks a request, in seconds: the default
// less up to 1000, derived from the token. A value chosen by the user is kept.
func expiry(r client.Request) (seconds int64, ok bool) {
	f := r.Model.Field(catalogue.RoleExpiresAfter)
	if f == nil {
		return 0, false
	}
	d, has := f.DefaultValue()
	usual, isInt := d.AsInt()
	if chosen, set := r.Values.Int(catalogue.RoleExpiresAfter); !has || !isInt || set && chosen != usual {
		return chosen, set
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(r.Token)) // never fails
	return usual - 1 - int64(h.Sum32()%999), true
}
