// Package live reads what a service publishes about its models today: JSON
// schemas of requests, price formulas, tariffs and lists. All of it is foreign
// data; what cannot be understood exactly is left out and reported.
package live

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"seedreel/client/catalogue"
)

// Entry is one model in a service's own list. It is foreign data.
type Entry struct {
	ID, Name string
	// Path is where the model is submitted, ModelIn "path" or "body".
	Path, ModelIn string
	// Type is the service's word for the model's task, "" when it has none.
	Type string
	// Video is set if the service declares that the model makes clips,
	// regardless of Type.
	Video  bool
	Fields []catalogue.Field
	// Skipped lists fields that no form can hold; the service's defaults
	// apply.
	Skipped []string
	// Price is the listed price, Basis "unknown" where it cannot be read
	// exactly.
	Price catalogue.Price
	// AsOf is the month of the list, "2026-11"; Source names it.
	AsOf, Source string
}

// goodModelID matches ids that may go into a path and onto a screen.
var goodModelID = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.:-]*(/[A-Za-z0-9][A-Za-z0-9_.:-]*)*$`)
})

const maxModelID = 200

// Model converts a service's entry to a model, using the names; an error
// explains why that fails. A model without fields is not checked further: it
// only shows that the service has it, and at what price.
func (n *Names) Model(l Entry) (*catalogue.Model, error) {
	if len(l.ID) > maxModelID || !goodModelID().MatchString(l.ID) || strings.Contains(l.ID, "..") {
		return nil, fmt.Errorf("reading a model: %.40q is no id", l.ID)
	}
	m := &catalogue.Model{
		Provider: n.provider, ID: l.ID, IDBasis: "seen", EndpointPath: l.Path, ModelIn: l.ModelIn,
		DisplayName: l.Name, Family: n.family(l.ID), Tier: tierOf(l.ID),
		Fields: l.Fields, Price: l.Price, Confidence: "live", Sources: []string{l.Source},
		Lifecycle: catalogue.Lifecycle{Status: catalogue.LifeActive, AsOf: l.AsOf, Sources: []string{l.Source}, Confidence: "live"},
	}
	if m.DisplayName == "" {
		m.DisplayName = l.ID
	}
	m.Task = taskOf(m, l.Type)
	m.Tasks = []string{m.Task}
	m.Resolution = m.DeriveResolution()
	m.Output = catalogue.OutputSpec{Audio: "none", Count: 1}
	if m.Field(catalogue.RoleAudioToggle) != nil {
		m.Output.Audio = "toggle"
	}
	if l.Video || makesVideo(l.Type) || l.Type == "" && makesVideo(m.Task) {
		m.Output.Container = "mp4"
	}
	if len(l.Skipped) > 0 {
		m.Notes = []string{"left to the service's defaults: " + strings.Join(l.Skipped, ", ")}
	}
	if len(l.Fields) == 0 {
		return m, nil
	}
	if err := m.Check(); err != nil {
		return nil, fmt.Errorf("reading the model %s: %w", l.ID, err)
	}
	return m, nil
}

// videoTypes are parts of the services' words for models that produce a clip:
// "text-to-video", "video-extend", "image-to-video".
var videoTypes = []string{"to-video", "video-to", "video-extend", "video-edit", "video-effect", "t2v", "i2v", "digital-human", "avatar"}

func makesVideo(kind string) bool {
	kind = strings.ToLower(kind)
	return kind == "video" || slices.ContainsFunc(videoTypes, func(s string) bool { return strings.Contains(kind, s) })
}

// family returns the catalogue's family of a known model; else the id's own
// words between maker and the first slash after it.
func (n *Names) family(id string) string {
	if m := n.ids[id]; m != nil {
		return m.Family
	}
	parts := strings.Split(id, "/")
	if len(parts) > 1 {
		return parts[1]
	}
	return parts[0]
}

// tierOf reads the tier from the words of an id.
func tierOf(id string) string {
	words := strings.FieldsFunc(id, func(r rune) bool { return r == '-' || r == '/' || r == '_' })
	var out []string
	for _, t := range []string{"mini", "fast", "turbo"} {
		if slices.Contains(words, t) {
			out = append(out, t)
		}
	}
	if len(out) == 0 {
		return "standard"
	}
	return strings.Join(out, "-")
}

// taskOf returns the service's word if it is one of the catalogue's kind, else
// derives the task from the model's inputs.
func taskOf(m *catalogue.Model, kind string) string {
	for _, t := range []string{"text-to-video", "image-to-video", "reference-to-video", "video-extend", "video-edit", catalogue.TaskOptimizer} {
		if kind == t || strings.Contains(m.ID, t) {
			return t
		}
	}
	needs := func(r catalogue.Role) bool { f := m.Field(r); return f != nil && f.Required }
	switch {
	case kind != "" && !strings.Contains(kind, "/"):
		return kind
	case needs(catalogue.RoleSourceVideo):
		return "video-edit"
	case needs(catalogue.RoleFirstFrame):
		return "image-to-video"
	case needs(catalogue.RoleReferenceImages):
		return "reference-to-video"
	}
	return "text-to-video"
}
