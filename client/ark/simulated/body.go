package simulated

import (
	"encoding/json"
	"slices"
	"strings"

	"seedreel/client/catalogue"
	"seedreel/client/simulator"
)

// contentPrefix starts the catalogue's names of content elements.
const contentPrefix = "content."

// element is one entry of content.
type element struct {
	Type  string `json:"type"`
	Text  string `json:"text"`
	Image *link  `json:"image_url"`
	Video *link  `json:"video_url"`
	Audio *link  `json:"audio_url"`
	Draft *struct {
		ID string `json:"id"`
	} `json:"draft_task"`
	Role string `json:"role"`
}

type link struct {
	URL string `json:"url"`
}

// order is a submit in the catalogue's names.
type order struct {
	fields map[string]json.RawMessage
	// identifier is the caller's name for an end user.
	identifier string
	draft      string
}

func bad(field, text string) *simulator.Refusal {
	return &simulator.Refusal{Status: 400, Problems: []simulator.Problem{{Field: field, Flaw: simulator.FlawOther, Text: text}}}
}

func missing(field string) *simulator.Refusal {
	return &simulator.Refusal{Status: 400, Problems: []simulator.Problem{{Field: field, Flaw: simulator.FlawMissing}}}
}

// read converts a body to an order: content elements get the catalogue's
// names, and commands in the text fill fields that were not given.
func read(m *catalogue.Model, body map[string]json.RawMessage) (*order, *simulator.Refusal) {
	o := &order{fields: map[string]json.RawMessage{}}
	for name, raw := range body {
		if name != "content" && name != "safety_identifier" {
			o.fields[name] = raw
		}
	}
	if raw, ok := body["safety_identifier"]; ok && (json.Unmarshal(raw, &o.identifier) != nil || len(o.identifier) > 64) {
		return nil, bad("safety_identifier", "must be text of at most 64 characters")
	}
	var content []element
	if raw, ok := body["content"]; !ok {
		return nil, missing("content")
	} else if json.Unmarshal(raw, &content) != nil {
		return nil, bad("content", "must be a list of objects")
	}
	images := 0
	for i := range content {
		if content[i].Type == "image_url" {
			images++
		}
	}
	for i := range content {
		if no := o.add(m, &content[i], images); no != nil {
			return nil, no
		}
	}
	return o, nil
}

// add stores an element under its name in the catalogue.
func (o *order) add(m *catalogue.Model, e *element, images int) *simulator.Refusal {
	name, value := contentPrefix+e.Type, ""
	switch {
	case e.Type == "text":
		value = o.commands(m, e.Text)
	case e.Type == "draft_task" && e.Draft != nil:
		o.draft, value = e.Draft.ID, e.Draft.ID
	case e.Type == "image_url" && e.Image != nil:
		value = e.Image.URL
		if e.Role == "" && images > 1 {
			return missing("content.role")
		}
		if e.Role == "" {
			e.Role = "first_frame"
		}
	case e.Type == "video_url" && e.Video != nil:
		value = e.Video.URL
		if strings.HasPrefix(value, "data:") {
			return bad(name, "reference_video must be provided as a web url")
		}
	case e.Type == "audio_url" && e.Audio != nil:
		value = e.Audio.URL
	default:
		return bad("content.type", "there is no such element: "+e.Type)
	}
	if e.Role != "" {
		name += "#" + e.Role
	}
	f := m.FieldNamed(name)
	if f == nil {
		return bad(name, "is not supported by the model")
	}
	var x any = value
	if f.List() {
		var items []string
		if raw, ok := o.fields[name]; ok && json.Unmarshal(raw, &items) != nil {
			return bad(name, "is given in two ways")
		}
		x = append(items, value)
	} else if _, twice := o.fields[name]; twice {
		return bad(name, "is given twice")
	}
	raw, err := json.Marshal(x)
	if err != nil {
		return bad(name, "cannot be read")
	}
	o.fields[name] = raw
	return nil
}

// commands removes "--rs 720p" and the like from a text. A field of the body
// overrides a command; which of them wins at the service is not documented.
// Commands unknown to the model stay part of the text.
func (o *order) commands(m *catalogue.Model, text string) string {
	words := strings.Fields(text)
	if !slices.ContainsFunc(words, func(w string) bool { _, is := m.TextCommands[w]; return is }) {
		return text
	}
	var rest []string
	for i := 0; i < len(words); i++ {
		name, is := m.TextCommands[words[i]]
		if !is {
			rest = append(rest, words[i])
			continue
		}
		i++
		if f := m.FieldNamed(name); f != nil && i < len(words) {
			o.command(f, words[i])
		}
	}
	return strings.Join(rest, " ")
}

func (o *order) command(f *catalogue.Field, word string) {
	if _, given := o.fields[f.Name]; given {
		return
	}
	x, err := f.Parse(word)
	if err != nil {
		x = catalogue.Text(word) // refused later, as the field's own value would be
	}
	if raw, err := x.MarshalJSON(); err == nil {
		o.fields[f.Name] = raw
	}
}
