package wavespeed

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/live"
	"seedreel/client/rest"
)

var _ client.Modeler = (*Provider)(nil)

const (
	// maxList is for answers that are long by nature: the list of models has
	// over a thousand entries with their schemas.
	maxList      = 48 << 20
	listPatience = time.Minute
	maxModels    = 20_000
	// modelsSource names the list where its facts are stored.
	modelsSource = "WaveSpeedAI GET /api/v3/models"
	prefix       = "/api/v3/"
)

// entry is one model of the list (shape from the official tool's source).
type entry struct {
	ID        rest.Text       `json:"model_id"`
	Name      rest.Text       `json:"name"`
	Type      rest.Text       `json:"type"`
	BasePrice rest.Text       `json:"base_price"`
	Formula   rest.Text       `json:"formula"`
	Schema    json.RawMessage `json:"api_schema"`
}

// operation is one operation of a model.
type operation struct {
	Type    rest.Text       `json:"type"`
	Method  rest.Text       `json:"method"`
	Path    rest.Text       `json:"api_path"`
	Request json.RawMessage `json:"request_schema"`
}

type requestSchema struct {
	Properties json.RawMessage `json:"properties"`
	Required   []string        `json:"required"`
	Order      []string        `json:"x-order-properties"`
}

// plumbing lists inputs that change how the answer is delivered and not what
// is made; this program reads links only.
var plumbing = map[string]bool{"enable_base64_output": true, "webhook": true, "webhook_url": true}

// Models reads the service's whole list (GET /api/v3/models). It leaves out
// entries that cannot be made into a form, and models that neither make clips
// nor are in the catalogue.
func (p *Provider) Models(ctx context.Context, known *catalogue.Catalogue) ([]*catalogue.Model, error) {
	var out []*catalogue.Model
	names, month := live.NewNames(known, Name), p.now().Format("2006-01")
	items := 0
	call := rest.Call{Op: "reading the list of models", Path: prefix + "models", Most: maxList, Patience: listPatience}
	call.Stream = &rest.Stream{
		Field: "data", Most: maxModels,
		Item: func(raw json.RawMessage) {
			items++
			if m := readModel(raw, names, month); m != nil {
				out = append(out, m)
			}
		},
	}
	err := p.rest.Get(ctx, call, func(a *rest.Answer) bool {
		var e envelope
		return a.Cut == nil && items > 0 && rest.Decode(a.Body, &e) == nil && (e.Code == "" || e.Code == "200")
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// readModel returns the model of an entry, nil if it is of no use here.
func readModel(raw json.RawMessage, names *live.Names, month string) *catalogue.Model {
	var e entry
	if !rest.Object(raw, &e) {
		return nil
	}
	m := e.model(names, month)
	if m == nil || !m.MakesVideo() && names.Known(m.ID) == nil {
		return nil
	}
	return m
}

// model converts an entry to a model, nil when that fails. A known model whose
// schema cannot be read is still returned, without fields.
func (e *entry) model(names *live.Names, month string) *catalogue.Model {
	id := string(e.ID)
	l := live.Entry{
		ID: id, Name: rest.Message(string(e.Name)), Path: prefix + id, ModelIn: "path",
		Type: strings.ToLower(rest.Message(string(e.Type))), AsOf: month, Source: modelsSource,
		Price: catalogue.Price{Basis: "unknown"},
	}
	if op, s, ok := e.run(); ok {
		if path := string(op.Path); goodPath(path) {
			l.Path = path
		}
		fields, skipped, err := names.Fields(id, live.Schema{Properties: s.Properties, Required: s.Required, Order: s.Order})
		if err == nil {
			l.Fields, l.Skipped = withoutPlumbing(fields), skipped
		}
	}
	m, err := names.Model(l)
	if err != nil && names.Known(id) != nil {
		l.Fields = nil
		m, err = names.Model(l)
	}
	if err != nil {
		return nil
	}
	if len(m.Fields) > 0 {
		m.Price = live.ListPrice(m, json.Number(e.BasePrice), string(e.Formula), month, modelsSource)
	}
	return m
}

// run returns the operation that makes something: of the type model_run in all
// entries seen, else the first.
func (e *entry) run() (op operation, s requestSchema, ok bool) {
	var all struct {
		List json.RawMessage `json:"api_schemas"`
	}
	if !rest.Object(e.Schema, &all) {
		return op, s, false
	}
	for _, raw := range rest.List(all.List) {
		var o operation
		var r requestSchema
		if !rest.Object(raw, &o) || !rest.Object(o.Request, &r) || len(r.Properties) == 0 {
			continue
		}
		if o.Method != "" && !strings.EqualFold(string(o.Method), "POST") {
			continue
		}
		if !ok || o.Type == "model_run" {
			op, s, ok = o, r, true
		}
		if o.Type == "model_run" {
			break
		}
	}
	return op, s, ok
}

// goodPath accepts a path of the service's own and nothing that leads
// elsewhere.
func goodPath(path string) bool {
	if len(path) > 300 || !strings.HasPrefix(path, prefix) || strings.Contains(path, "//") || strings.Contains(path, "..") {
		return false
	}
	for _, r := range path {
		if r <= ' ' || r > '~' || strings.ContainsRune(`?#%\`, r) {
			return false
		}
	}
	return true
}

func withoutPlumbing(fields []catalogue.Field) []catalogue.Field {
	var out []catalogue.Field
	for i := range fields {
		if !plumbing[fields[i].Name] {
			out = append(out, fields[i])
		}
	}
	return out
}
