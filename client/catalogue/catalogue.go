// Package catalogue holds the models as data: their fields, the values a
// request may have, its estimated cost, frame sizes, and which models are
// related. It reads no network and no file; all of it comes from the embedded
// catalogue and from what a service's own list adds.
package catalogue

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	fastjson "github.com/segmentio/encoding/json"
)

// Catalogue is the list of usable models, in the order of the data. It is
// read-only after loading and safe for concurrent use.
type Catalogue struct {
	models   []*Model
	byRef    map[Ref]*Model
	defaults []MediaDefault
	requests []RequestLimit
	// imageNames are how prompts name references.
	imageNames []ImageName
	advice     PromptAdvice
	// start are the models that an order begins with, see First; names are
	// short names of models, in lower case.
	start []string
	names map[string]string
	// example is that of a newcomer's form.
	example string
}

// PromptAdvice is the upstream guide's advice on prompts of all models.
type PromptAdvice struct {
	// SoftLength is the number of characters from which details get lost.
	SoftLength int    `json:"soft_length"`
	Source     string `json:"source"`
}

// MediaDefault bounds media of a kind where a model's own field sets no limit.
// An empty Provider or Families matches all; the first match wins.
type MediaDefault struct {
	Provider string    `json:"provider"`
	Families []string  `json:"families"`
	Media    MediaSpec `json:"media"`
	Source   string    `json:"source"`
}

// RequestLimit bounds a whole request to a service.
type RequestLimit struct {
	Provider string `json:"provider"`
	// Inline is set if local files travel within the request, in base64.
	Inline bool `json:"inline"`
	// MaxMB bounds its body, in millions of bytes.
	MaxMB  float64 `json:"max_mb"`
	Source string  `json:"source"`
}

type catalogueFile struct {
	Version       int               `json:"version"`
	Compiled      string            `json:"compiled"`
	Sources       map[string]string `json:"sources"`
	Models        []*Model          `json:"models"`
	MediaDefaults []MediaDefault    `json:"media_defaults"`
	RequestLimits []RequestLimit    `json:"request_limits"`
	ImageNames    []ImageName       `json:"image_names"`
	PromptAdvice  PromptAdvice      `json:"prompt_advice"`
	// Start are the models that an order begins with, one a service, and Names
	// short names of models, as service:id.
	Start []string          `json:"start"`
	Names map[string]string `json:"names"`
	// Example is the model of the form that a newcomer practises on.
	Example string `json:"example"`
}

const catalogueVersion = 1

// Load parses a models file and checks it. Unknown keys are errors: a misspelt
// limit would otherwise be no limit.
func Load(data []byte) (*Catalogue, error) {
	f, err := readCatalogue(data)
	if err != nil {
		return nil, err
	}
	return f.catalogue()
}

// LoadBuiltIn is like Load, for the file that is part of the program. It is read
// at every start, by a parser that takes a quarter of the time but cannot name
// the place of a mistake.
func LoadBuiltIn(data []byte) (*Catalogue, error) {
	var f catalogueFile
	rest, err := fastjson.Parse(data, &f, fastjson.DisallowUnknownFields|fastjson.DontCopyString)
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading the built-in catalogue: %w", err)
	case len(rest) > 0:
		return nil, errors.New("reading the built-in catalogue: text after its end")
	case f.Version != catalogueVersion:
		return nil, fmt.Errorf("reading the built-in catalogue: version %d, this program reads %d", f.Version, catalogueVersion)
	}
	return f.catalogue()
}

// catalogue checks the models of a file and returns them.
func (f *catalogueFile) catalogue() (*Catalogue, error) {
	c := &Catalogue{
		byRef: make(map[Ref]*Model, len(f.Models)), defaults: f.MediaDefaults, requests: f.RequestLimits, advice: f.PromptAdvice,
		start: f.Start, names: f.Names, example: f.Example, imageNames: f.ImageNames,
	}
	if err := c.put(f.Models, false); err != nil {
		return nil, err
	}
	return c, nil
}

// Merge returns a new catalogue with the models of another file: they replace
// those with the same service and id, and new ones are appended.
func (c *Catalogue) Merge(data []byte) (*Catalogue, error) {
	f, err := readCatalogue(data)
	if err != nil {
		return nil, err
	}
	out := &Catalogue{
		models:     slices.Clone(c.models),
		byRef:      make(map[Ref]*Model, len(c.byRef)+len(f.Models)),
		defaults:   slices.Concat(f.MediaDefaults, c.defaults),
		requests:   slices.Concat(f.RequestLimits, c.requests),
		imageNames: slices.Concat(f.ImageNames, c.imageNames),
		advice:     c.advice,
		start:      slices.Concat(f.Start, c.start),
		names:      maps.Clone(c.names),
		example:    cmp.Or(f.Example, c.example),
	}
	if out.names == nil {
		out.names = map[string]string{}
	}
	maps.Copy(out.names, f.Names)
	for _, m := range out.models {
		out.byRef[m.Ref()] = m
	}
	if err := out.put(f.Models, true); err != nil {
		return nil, err
	}
	return out, nil
}

func readCatalogue(data []byte) (*catalogueFile, error) {
	var f catalogueFile
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, fmt.Errorf("reading the catalogue%s: %w", lineOf(data, err), err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("reading the catalogue: text after its end")
	}
	if f.Version != catalogueVersion {
		return nil, fmt.Errorf("reading the catalogue: version %d, this program reads %d", f.Version, catalogueVersion)
	}
	return &f, nil
}

// lineOf returns the line of a JSON error, "" when the error has no position.
func lineOf(data []byte, err error) string {
	off := int64(-1)
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		off = e.Offset
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		off = e.Offset
	}
	if off < 0 || off > int64(len(data)) {
		return ""
	}
	return fmt.Sprintf(" (line %d)", bytes.Count(data[:off], []byte("\n"))+1)
}

func (c *Catalogue) put(models []*Model, replace bool) error {
	for i, m := range models {
		if m == nil {
			return fmt.Errorf("reading the catalogue: model %d is null", i+1)
		}
		if err := m.Check(); err != nil {
			return fmt.Errorf("reading the catalogue: model %q: %w", m.ID, err)
		}
		c.fillMedia(m)
		c.limitRequest(m)
		c.nameImages(m)
		old := c.byRef[m.Ref()]
		switch {
		case old == nil:
			c.models = append(c.models, m)
		case replace:
			c.models[slices.Index(c.models, old)] = m
		default:
			return fmt.Errorf("reading the catalogue: model %q is there twice", m.ID)
		}
		c.byRef[m.Ref()] = m
	}
	return nil
}

// fillMedia fills in, for fields without limits of their own, those that the
// service or its upstream states for all models.
func (c *Catalogue) fillMedia(m *Model) {
	for i := range m.Fields {
		own := m.Fields[i].Media
		if own == nil {
			continue
		}
		for _, d := range c.defaults {
			if d.Media.Kind == own.Kind && (d.Provider == "" || d.Provider == m.Provider) &&
				(len(d.Families) == 0 || slices.Contains(d.Families, m.Family)) {
				own.inherit(&d.Media)
				break
			}
		}
	}
}

// limitRequest sets the bounds of a request to the model's service; the first
// match wins.
func (c *Catalogue) limitRequest(m *Model) {
	for i := range c.requests {
		if c.requests[i].Provider == m.Provider {
			m.request = c.requests[i]
			return
		}
	}
}

func (s *MediaSpec) inherit(d *MediaSpec) {
	if s.Formats == nil {
		s.Formats = d.Formats
	}
	if s.MaxMB == nil {
		s.MaxMB = d.MaxMB
	}
	if s.MinWidth == nil {
		s.MinWidth, s.MinHeight = d.MinWidth, d.MinHeight
	}
	if s.MaxWidth == nil {
		s.MaxWidth, s.MaxHeight = d.MaxWidth, d.MaxHeight
	}
	if s.MinRatio == nil {
		s.MinRatio, s.MaxRatio = d.MinRatio, d.MaxRatio
	}
}

// All returns the models in order. The slice must not be changed.
func (c *Catalogue) All() []*Model { return c.models }

// SoftPromptLength returns the number of characters from which, by the
// upstream's guide, details of a prompt get lost; 0 when it states none.
func (c *Catalogue) SoftPromptLength() int { return c.advice.SoftLength }

// Model returns a model by service and id, nil when there is none.
func (c *Catalogue) Model(r Ref) *Model { return c.byRef[r] }

// Replacement returns the successor that the model's life cycle names, nil
// when none is named or known.
func (c *Catalogue) Replacement(m *Model) *Model {
	if m.Lifecycle.Replacement == "" {
		return nil
	}
	return c.byRef[Ref{m.Provider, m.Lifecycle.Replacement}]
}
