package compose

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"seedreel/client/catalogue"
)

// Draft is what is being written. It outlives a crash and a dropped line: the
// program stores it a moment after each change.
type Draft struct {
	Model catalogue.Ref `json:"model"`
	// Values are all that was ever chosen in this draft, by role. A model shows
	// those that it has fields for; the others wait for a model that has.
	Values catalogue.Values `json:"values"`
	// Count is how many clips a submit asks for.
	Count int `json:"count"`
	// LastSeed is the seed drawn for the last submit, 0 when none was.
	LastSeed int64 `json:"last_seed,omitempty"`
}

// exampleDraft is what a newcomer finds in the form: it can be submitted as it
// stands.
func exampleDraft(m *catalogue.Model) Draft {
	return Draft{
		Model: m.Ref(),
		Count: 1,
		Values: catalogue.Values{
			catalogue.RolePrompt: catalogue.Text("A skateboarder performs a smooth boardslide along the ledge in a sunny skatepark. " +
				"Camera follows from a low wide angle, then gently pushes in as he lands."),
		},
	}
}

// parseDraft reads a stored draft. One that cannot be read is an error, so
// that the caller can say that it was set aside.
func parseDraft(b []byte) (Draft, error) {
	var d Draft
	if err := json.Unmarshal(b, &d); err != nil {
		return Draft{}, fmt.Errorf("reading the draft: %w", err)
	}
	if d.Values == nil {
		d.Values = catalogue.Values{}
	}
	d.Count = max(d.Count, 1)
	return d, nil
}

// clone copies the draft, so that a command can write it while typing goes on.
func (d *Draft) clone() Draft {
	c := *d
	c.Values = maps.Clone(d.Values)
	return c
}

// request is what would be sent: the values the model takes, with defaults.
func (d *Draft) request(m *catalogue.Model) catalogue.Values { return m.Adopt(d.Values) }

// stranded are the roles of the media that the model will not get, sorted.
func (d *Draft) stranded(m *catalogue.Model) []catalogue.Role {
	var out []catalogue.Role
	for _, r := range slices.Sorted(maps.Keys(d.Values)) {
		if f := m.Field(r); len(d.Values.Media(r)) > 0 && (f == nil || f.Media == nil) {
			out = append(out, r)
		}
	}
	return out
}
