package catalogue

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// ErrNoForm is returned for a new model whose schema the service did not give.
var ErrNoForm = errors.New("the service gives no fields for it")

// Overlay returns a new catalogue in which the models of one service are as
// its own list has them now, without losing what only the catalogue knows:
// frame sizes, frame rates, limits of media, life cycles, successors. New
// models that make clips are appended. Models missing from the list are marked
// as retiring, provided the list holds at least half of those known: a shorter
// one is probably incomplete. Models that cannot be used are in refused, with
// the reason.
//
// source names the list, "2026-11-21, GET /api/v3/models".
func (c *Catalogue) Overlay(models []*Model, source string) (out *Catalogue, refused []error) {
	out = &Catalogue{
		models: slices.Clone(c.models), byRef: maps.Clone(c.byRef), defaults: c.defaults, requests: c.requests,
		advice: c.advice, imageNames: c.imageNames, start: c.start, names: c.names, example: c.example,
	}
	listed := map[Ref]bool{}
	for _, live := range models {
		if listed[live.Ref()] {
			refused = append(refused, fmt.Errorf("adding %s: it is listed twice", live.Ref()))
			continue
		}
		old := c.byRef[live.Ref()]
		m, err := join(old, live, source)
		if err == nil {
			err = out.put([]*Model{m}, true)
		}
		switch {
		case errors.Is(err, errNotHere):
		case err != nil:
			refused = append(refused, fmt.Errorf("adding %s: %w", live.Ref(), err))
			listed[live.Ref()] = old != nil
		default:
			listed[live.Ref()] = true
		}
	}
	out.retire(c, listed, source)
	return out, refused
}

// errNotHere is the reason for new models that are of no use in this program.
var errNotHere = errors.New("it makes no clips")

// retire marks the models missing from the service's list.
func (c *Catalogue) retire(before *Catalogue, listed map[Ref]bool, source string) {
	known, seen := map[string]int{}, map[string]int{}
	for _, m := range before.models {
		known[m.Provider]++
		if listed[m.Ref()] {
			seen[m.Provider]++
		}
	}
	for i, m := range c.models {
		if listed[m.Ref()] || seen[m.Provider] == 0 || 2*seen[m.Provider] < known[m.Provider] ||
			m.Lifecycle.Status != LifeActive {
			continue
		}
		gone := *m
		gone.Lifecycle.Status = LifeRetiring
		gone.Lifecycle.Note = "not in the service's own list: " + source
		c.models[i], c.byRef[m.Ref()] = &gone, &gone
	}
}

// join merges a model of the catalogue with the service's own entry.
func join(old, live *Model, source string) (*Model, error) {
	if old == nil {
		switch {
		case !live.MakesVideo():
			return nil, errNotHere
		case len(live.Fields) == 0:
			return nil, ErrNoForm
		}
		return live.clone()
	}
	m := *old
	m.Sources = append(slices.Clone(old.Sources), source)
	m.Lifecycle = old.Lifecycle.joined(live.Lifecycle, source)
	if len(live.Fields) > 0 {
		m.EndpointPath, m.ModelIn = live.EndpointPath, live.ModelIn
		m.Fields = joinFields(old, live)
		m.Constraints = slices.DeleteFunc(slices.Clone(old.Constraints), func(c Constraint) bool { return !m.holds(c) })
		m.Resolution = old.joinSizes(&m)
		if in := m.Price.InputSeconds; in != nil && m.FieldNamed(in.Field) == nil {
			m.Price.InputSeconds = nil
		}
		if len(live.Notes) > 0 {
			m.Notes = append(slices.Clone(old.Notes), live.Notes...)
		}
	}
	if live.Price.Basis != "unknown" && live.Price.Basis != "" {
		m.Price = old.Price.joined(live.Price, m.Price.InputSeconds)
	}
	return m.clone()
}

// joined takes over the service's information on a model's end; a mere entry
// in its list only shows that the model can be requested.
func (l Lifecycle) joined(live Lifecycle, source string) Lifecycle {
	out := l
	switch {
	case live.Status != LifeActive && live.Status != "":
		out.Status, out.AsOf, out.Note, out.Confidence = live.Status, live.AsOf, live.Note, live.Confidence
		if live.UpstreamEnd != "" {
			out.UpstreamEnd = live.UpstreamEnd
		}
		if live.Replacement != "" {
			out.Replacement, out.ReplacementBasis = live.Replacement, live.ReplacementBasis
		}
		out.Sources = append(slices.Clone(l.Sources), live.Sources...)
	case l.Status == LifeRetired:
		out.Status = LifeRetiring
		out.Note = "retired, but in the service's own list again: " + source
	}
	return out
}

// clone copies a model with fields of its own, because the catalogue fills in
// limits of media.
func (m *Model) clone() (*Model, error) {
	c := *m
	c.Fields = slices.Clone(m.Fields)
	for i := range c.Fields {
		if s := c.Fields[i].Media; s != nil {
			own := *s
			c.Fields[i].Media = &own
		}
	}
	return &c, c.Check()
}

// holds reports whether all fields of a constraint are still there.
func (m *Model) holds(c Constraint) bool {
	for _, n := range slices.Concat(c.Needs, c.AnyOf, slices.Collect(maps.Keys(c.Takes))) {
		if m.FieldNamed(n) == nil {
			return false
		}
	}
	return c.Field == "" || m.FieldNamed(c.Field) != nil
}

// joinFields takes the service's fields, in its order, and adds to each what
// the catalogue knows of the field of the same name. Fields that the service
// no longer has are removed: it would silently drop them and bill the clip.
func joinFields(old, live *Model) []Field {
	out := slices.Clone(live.Fields)
	taken := map[Role]bool{}
	for i := range out {
		f := &out[i]
		k := old.FieldNamed(f.Name)
		if k != nil && k.SameKind(f) && !taken[k.Role] {
			f.inherit(k)
		}
		if taken[f.Role] {
			f.Role = PlainRole(f.Name)
		}
		taken[f.Role] = true
	}
	if f := old.Field(RoleModel); f != nil && !taken[RoleModel] {
		out = slices.Insert(out, 0, *f)
	}
	return out
}

// inherit fills in what the service's schema leaves out.
func (f *Field) inherit(k *Field) {
	f.Role, f.Aliases = k.Role, k.Aliases
	bounded := f.Min != nil && f.Max != nil
	if f.Enum == nil && !bounded {
		f.Enum = k.Enum
	}
	if f.Enum == nil && f.Min == nil {
		f.Min = k.Min
	}
	if f.Enum == nil && f.Max == nil {
		f.Max = k.Max
	}
	if f.Default == nil && (f.Enum == nil || slices.Contains(f.Enum, k.Default)) {
		f.Default = k.Default
	}
	if f.Step == nil {
		f.Step = k.Step
	}
	if f.MaxLength == nil {
		f.MaxLength = k.MaxLength
	}
	if f.Unit == "" {
		f.Unit = k.Unit
	}
	if f.Sentinels == nil {
		f.Sentinels = k.Sentinels
	}
	if k.Note != "" {
		f.Note = k.Note
	}
	if k.Media != nil {
		own := *k.Media
		f.Media = &own
	}
	f.inheritItems(k)
}

func (f *Field) inheritItems(k *Field) {
	if f.Items == nil || k.Items == nil {
		return
	}
	own := *f.Items
	if own.Min == nil {
		own.Min = k.Items.Min
	}
	if own.Max == nil {
		own.Max = k.Items.Max
	}
	f.Items = &own
}

// joinSizes keeps what decides the size, unless the deciding field is gone or
// there is one now.
func (m *Model) joinSizes(now *Model) Resolution {
	f := now.Field(RoleResolution)
	if f == nil && m.Resolution.Mode != "field" {
		return m.Resolution
	}
	r := now.DeriveResolution()
	if f != nil && len(r.Options) == 0 {
		r.Options, r.Default = m.Resolution.Options, m.Resolution.Default
	}
	return r
}

// joined takes the service's prices. Where its list has none for clips made
// from a video, the catalogue's rows for them stay.
func (p Price) joined(live Price, in *InputSeconds) Price {
	out := live
	out.Observed, out.InputSeconds = p.Observed, in
	covered := slices.ContainsFunc(live.Rows, func(r PriceRow) bool {
		v, named := r.When[WhenVideoInput]
		return !named || v == true
	})
	if !covered {
		for _, r := range p.Rows {
			if r.When[WhenVideoInput] == true {
				out.Rows = append(slices.Clone(out.Rows), r)
			}
		}
	}
	return out
}

// EncodeModels encodes models as a file that Load, Merge and DecodeModels
// read. compiled is the day, "2026-11-21".
func EncodeModels(models []*Model, compiled string) ([]byte, error) {
	data, err := json.Marshal(catalogueFile{Version: catalogueVersion, Compiled: compiled, Models: models})
	if err != nil {
		return nil, fmt.Errorf("writing models: %w", err)
	}
	return data, nil
}

// DecodeModels decodes the output of EncodeModels, to lay it over a newer
// catalogue.
func DecodeModels(data []byte) ([]*Model, error) {
	f, err := readCatalogue(data)
	if err != nil {
		return nil, err
	}
	for i, m := range f.Models {
		if m == nil {
			return nil, fmt.Errorf("reading models: number %d is null", i+1)
		}
	}
	return f.Models, nil
}
