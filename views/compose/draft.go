package compose

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/ui/field/editor"
)

// Draft is the content of the form. It survives a crash and a dropped line: the
// program stores it shortly after each change.
type Draft struct {
	Model catalogue.Ref `json:"model"`
	// Values holds every value chosen in this draft, by role. A model shows
	// those that it has fields for; the others wait for a model that has.
	Values catalogue.Values `json:"values"`
	// Count is how many clips a submit orders.
	Count int `json:"count"`
	// Shot is the id of the shot that a submit adds takes to, "" for a new one,
	// Parent the take that this was made from, and Origin how, "" if that
	// follows from what is changed. Continues is the shot that a new Shot goes
	// on from.
	Shot      string     `json:"shot,omitempty"`
	Parent    string     `json:"parent,omitempty"`
	Origin    job.Origin `json:"origin,omitempty"`
	Continues string     `json:"continues,omitempty"`
	// Edits is the id of a job that waits in line and is changed by a submit, ""
	// for none; Held is set if it was held back before.
	Edits string `json:"edits,omitempty"`
	Held  bool   `json:"held,omitempty"`
	// Lists are alternatives of fields, as typed; with them a submit orders
	// every combination.
	Lists map[catalogue.Role]string `json:"lists,omitempty"`
	// LastSeed is the seed drawn for the last submit, or 0.
	LastSeed int64 `json:"last_seed,omitempty"`
	// Undo is what can be undone in the prompt, in what is stored only.
	Undo *editor.Steps `json:"undo,omitempty"`
}

// keptUndo bounds the texts that can be undone after a restart, in bytes: the
// draft is written whole with each pause in typing.
const keptUndo = 32 << 10

// exampleDraft returns the draft of a first run; it can be submitted unchanged.
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

// parseDraft parses a stored draft. An unreadable one is an error, so that the
// caller can report that it was set aside.
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

// clone returns a copy of the draft, so that a command can write it while
// typing goes on.
func (d *Draft) clone() Draft {
	c := *d
	c.Values, c.Lists = maps.Clone(d.Values), maps.Clone(d.Lists)
	return c
}

// request returns what would be sent: the values that the model takes, with
// defaults.
func (d *Draft) request(m *catalogue.Model) catalogue.Values { return m.Adopt(d.Values) }

// stranded returns the sorted roles of the media that the model does not take.
func (d *Draft) stranded(m *catalogue.Model) []catalogue.Role {
	var out []catalogue.Role
	for _, r := range slices.Sorted(maps.Keys(d.Values)) {
		if f := m.Field(r); len(d.Values.Media(r)) > 0 && (f == nil || f.Media == nil) {
			out = append(out, r)
		}
	}
	return out
}
