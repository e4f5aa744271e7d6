package aimlapi

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/live"
	"seedreel/client/rest"
)

var _ client.Modeler = (*Provider)(nil)

const (
	maxList      = 48 << 20
	maxModels    = 20_000
	listPatience = time.Minute
	// maxSchemas bounds the number of schemas requested: each takes a request
	// of its own.
	maxSchemas    = 60
	maxSchemaSize = 8 << 20
	maxSteps      = 64
	modelsSource  = "AI/ML API GET /v1/models"
	// universalPath is the path of all current schemas (announced 2025-10-30).
	universalPath = "/v2/video/generations"
)

// Models reads the service's list and the schema of each model whose maker and
// family are in the catalogue (GET /v1/models, GET /docs-json?model=…). A
// model whose schema cannot be read is returned without fields. Neither
// request needs a key.
func (p *Provider) Models(ctx context.Context, known *catalogue.Catalogue) ([]*catalogue.Model, error) {
	const op = "reading the list of models"
	names := live.NewNames(known, Name)
	list, err := p.catalogue(ctx, op, url.Values{"include": {"all"}}, func(l *listed) bool { return len(l.ids(names)) > 0 })
	if err != nil {
		return nil, err
	}
	month := p.now().Format("2006-01")
	var out []*catalogue.Model
	done := map[string]bool{}
	for i := range list {
		l := &list[i]
		for _, id := range l.ids(names) {
			if done[id] || len(done) >= maxSchemas || !l.video() && names.Known(id) == nil {
				continue
			}
			if ctx.Err() != nil {
				return nil, &client.Error{Kind: client.KindNotSent, Provider: Name, Op: op, Err: context.Cause(ctx)}
			}
			if m := p.model(ctx, l, id, names, month); m != nil {
				done[id] = true
				out = append(out, m)
			}
		}
	}
	return p.endings(ctx, names, out), nil
}

// ids returns the ids under which the entry is usable here: those that the
// catalogue knows, else its own if it is of a known family.
func (l *listed) ids(names *live.Names) []string {
	var out []string
	for _, a := range append([]rest.Text{l.ID}, l.Aliases...) {
		if names.Known(string(a)) != nil {
			out = append(out, string(a))
		}
	}
	if len(out) == 0 && names.Related(string(l.ID)) {
		out = append(out, string(l.ID))
	}
	return out
}

func (p *Provider) model(ctx context.Context, l *listed, id string, names *live.Names, month string) *catalogue.Model {
	live := live.Entry{
		ID: id, Name: rest.Message(string(l.Info.Name)), Path: universalPath, ModelIn: "body", Video: l.video(),
		AsOf: month, Source: modelsSource, Price: catalogue.Price{Basis: "unknown"},
	}
	if path, s, ok := p.schema(ctx, id, string(l.Type)); ok {
		if fields, skipped, err := names.Fields(id, s); err == nil {
			live.Path, live.Fields, live.Skipped = path, withModel(fields), skipped
		}
	}
	m, err := names.Model(live)
	if err != nil {
		live.Fields = nil
		if m, err = names.Model(live); err != nil {
			return nil
		}
	}
	priced := m
	if k := names.Known(id); k != nil && len(m.Fields) == 0 {
		priced = k
	}
	m.Price = readTariff(l.Pricing).ListPrice(priced, month, modelsSource)
	return m
}

// withModel makes sure that the request names its model, as the path does not.
func withModel(fields []catalogue.Field) []catalogue.Field {
	has := slices.ContainsFunc(fields, func(f catalogue.Field) bool { return f.Role == catalogue.RoleModel })
	if has {
		return fields
	}
	others := slices.DeleteFunc(slices.Clone(fields), func(f catalogue.Field) bool { return f.Name == "model" })
	return slices.Insert(others, 0, catalogue.Field{Name: "model", Type: "string", Role: catalogue.RoleModel, Required: true})
}

// document is the part of an OpenAPI document that describes requests.
type document struct {
	Paths      map[string]map[string]json.RawMessage `json:"paths"`
	Components struct {
		Schemas map[string]json.RawMessage `json:"schemas"`
	} `json:"components"`
	// steps counts the references followed: those that branch and loop back
	// would never end.
	steps int
}

func (d *document) resolve(ref string) json.RawMessage {
	name, ok := strings.CutPrefix(ref, "#/components/schemas/")
	if !ok {
		return nil
	}
	return d.Components.Schemas[name]
}

// schema reads a model's own OpenAPI document.
func (p *Provider) schema(ctx context.Context, id, kind string) (path string, s live.Schema, ok bool) {
	q := url.Values{"model": {id}}
	if kind != "" {
		q.Set("endpoint", kind)
	}
	call := rest.Call{Op: "reading a model's schema", Path: "/docs-json", Query: q, Public: true, Most: maxSchemaSize}
	err := p.rest.Get(ctx, call, func(a *rest.Answer) bool {
		path, s, ok = readDocument(a.Body, id)
		return ok
	})
	return path, s, err == nil && ok
}

// readDocument finds the request in a document: on the universal path, else on
// the first path that accepts one.
func readDocument(body []byte, id string) (string, live.Schema, bool) {
	var d document
	if rest.Decode(body, &d) != nil {
		return "", live.Schema{}, false
	}
	paths := make([]string, 0, len(d.Paths))
	for path := range d.Paths {
		if goodPath(path) {
			paths = append(paths, path)
		}
	}
	slices.SortFunc(paths, func(a, b string) int {
		if (a == universalPath) != (b == universalPath) {
			if a == universalPath {
				return -1
			}
			return 1
		}
		return strings.Compare(a, b)
	})
	for _, path := range paths {
		var post struct {
			Body struct {
				Content map[string]struct {
					Schema json.RawMessage `json:"schema"`
				} `json:"content"`
			} `json:"requestBody"`
		}
		if !rest.Object(d.Paths[path]["post"], &post) {
			continue
		}
		if s, ok := d.object(post.Body.Content["application/json"].Schema, id); ok {
			s.Resolve = d.resolve
			return path, s, true
		}
	}
	return "", live.Schema{}, false
}

// goodPath reports whether a path can be posted to as it is.
func goodPath(path string) bool {
	if len(path) > 200 || !strings.HasPrefix(path, "/v") || strings.Contains(path, "..") {
		return false
	}
	return !strings.ContainsFunc(path, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '/' && r != '-' && r != '_'
	})
}

// object finds the object that a schema describes: through references, and
// among several the one for this model.
func (d *document) object(raw json.RawMessage, id string) (live.Schema, bool) {
	var o struct {
		Ref        string            `json:"$ref"`
		Properties json.RawMessage   `json:"properties"`
		Required   []string          `json:"required"`
		Order      []string          `json:"x-order-properties"`
		OneOf      []json.RawMessage `json:"oneOf"`
		AnyOf      []json.RawMessage `json:"anyOf"`
		AllOf      []json.RawMessage `json:"allOf"`
	}
	if d.steps++; d.steps > maxSteps || !rest.Object(raw, &o) {
		return live.Schema{}, false
	}
	if o.Ref != "" {
		return d.object(d.resolve(o.Ref), id)
	}
	if len(o.Properties) > 0 {
		return live.Schema{Properties: o.Properties, Required: o.Required, Order: o.Order}, true
	}
	var first *live.Schema
	for _, b := range slices.Concat(o.OneOf, o.AnyOf, o.AllOf) {
		s, ok := d.object(b, id)
		if !ok {
			continue
		}
		if first == nil {
			first = &s
		}
		if isFor(s, id) {
			return s, true
		}
	}
	if first == nil {
		return live.Schema{}, false
	}
	return *first, true
}

// isFor reports whether a schema's model field names the id.
func isFor(s live.Schema, id string) bool {
	var props struct {
		Model struct {
			Enum  []rest.Text `json:"enum"`
			Const rest.Text   `json:"const"`
		} `json:"model"`
	}
	return rest.Object(s.Properties, &props) &&
		(slices.Contains(props.Model.Enum, rest.Text(id)) || string(props.Model.Const) == id)
}
