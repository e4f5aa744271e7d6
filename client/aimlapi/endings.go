package aimlapi

import (
	"context"
	"encoding/json"

	"seedreel/client/catalogue"
	"seedreel/client/live"
	"seedreel/client/rest"
)

// ending is one entry of the service's feed of model deprecations
// (model-deprecations.json).
type ending struct {
	ID       rest.Text   `json:"id"`
	Aliases  []rest.Text `json:"aliases"`
	Status   rest.Text   `json:"status"`
	Told     rest.Text   `json:"deprecated_at"`
	Shutdown rest.Text   `json:"shutdown_at"`
	Next     rest.Text   `json:"replaced_by"`
	Reason   rest.Text   `json:"reason"`
}

const endingsSource = "AI/ML API GET /v1/models/deprecations"

// endings adds what the service publishes about the end of known models (GET
// /v1/models/deprecations, no key). Without the feed the models are left
// unchanged: it is newer than the rest, and only adds.
func (p *Provider) endings(ctx context.Context, names *live.Names, models []*catalogue.Model) []*catalogue.Model {
	var feed []json.RawMessage
	call := rest.Call{Op: "reading which models end", Path: "/v1/models/deprecations", Public: true}
	err := p.rest.Get(ctx, call, func(a *rest.Answer) bool {
		var body struct {
			Data json.RawMessage `json:"data"`
		}
		if rest.Decode(a.Body, &body) != nil {
			return false
		}
		feed = rest.List(body.Data)
		return true
	})
	if err != nil {
		return models
	}
	byID := map[string]*catalogue.Model{}
	for _, m := range models {
		byID[m.ID] = m
	}
	for _, raw := range feed {
		var e ending
		life, ok := catalogue.Lifecycle{}, rest.Object(raw, &e)
		if ok {
			life, ok = e.lifecycle(names)
		}
		if !ok {
			continue
		}
		for _, id := range append([]rest.Text{e.ID}, e.Aliases...) {
			m := byID[string(id)]
			if m == nil && names.Known(string(id)) != nil {
				known := *names.Known(string(id))
				m = &known
				// Only the end is new; the catalogue's own form and price
				// stay.
				m.Fields, m.Price = nil, catalogue.Price{Basis: "unknown"}
				byID[m.ID] = m
				models = append(models, m)
			}
			if m != nil {
				m.Lifecycle = life
			}
		}
	}
	return models
}

// lifecycle maps the feed's words: "deprecated" still works, "superseded"
// answers with another model, "withdrawn" is gone.
func (e *ending) lifecycle(names *live.Names) (catalogue.Lifecycle, bool) {
	l := catalogue.Lifecycle{
		AsOf: rest.Message(string(e.Told)), UpstreamEnd: rest.Message(string(e.Shutdown)),
		Sources: []string{endingsSource}, Confidence: "live", Note: rest.Message(string(e.Reason)),
	}
	switch e.Status {
	case "deprecated", "superseded":
		l.Status = catalogue.LifeRetiring
	case "withdrawn":
		l.Status = catalogue.LifeRetired
	default:
		return catalogue.Lifecycle{}, false
	}
	if names.Known(string(e.Next)) != nil {
		l.Replacement, l.ReplacementBasis = string(e.Next), "vendor"
	}
	return l, true
}
