package simulated

import (
	"encoding/json"
	"net/http"

	"seedreel/client/catalogue"
	"seedreel/client/simulator"
	"seedreel/client/usd"
)

// models answers with the whole catalogue and its schemas, in the form that
// the vendor's command and desktop program read.
func (v *dialect) models(w http.ResponseWriter, r *http.Request) {
	offered := v.Offered(ID)
	out := make([]map[string]any, 0, len(offered))
	for i, m := range offered {
		x := map[string]any{
			"model_id": m.ID, "name": m.ID, "description": m.DisplayName, "type": m.Task, "sort_order": (len(offered) - i) * 10,
			"api_schema": map[string]any{"api_schemas": []any{map[string]any{
				"type": "model_run", "method": http.MethodPost, "server": v.Link(r, ""), "api_path": m.EndpointPath,
				"request_schema": simulator.SchemaOf(m),
			}}},
		}
		if p, ok := basePrice(m); ok {
			x["base_price"], x["formula"] = p, formulaOf(m)
		}
		out = append(out, x)
	}
	v.answer(w, out)
}

// quoted is the answer to a price request.
type quoted struct {
	model *catalogue.Model
	price usd.Micro
}

// quote prices a form that may be incomplete. As with the service, an
// incomplete one gets the floor, which is not its price.
func (v *dialect) quote(w http.ResponseWriter, r *http.Request) (quoted, *simulator.Refusal) {
	body, no := simulator.ReadBody(w, r)
	if no != nil {
		return quoted{}, no
	}
	var ask struct {
		Model  string          `json:"model_id"`
		Inputs json.RawMessage `json:"inputs"`
	}
	if json.Unmarshal(body, &ask) != nil {
		return quoted{}, &simulator.Refusal{Status: http.StatusBadRequest, Message: "the request body is not a JSON object"}
	}
	if ask.Model == "" {
		return quoted{}, &simulator.Refusal{Status: http.StatusBadRequest, Problems: []simulator.Problem{{Field: "model_id", Flaw: simulator.FlawMissing}}}
	}
	m := v.Catalogue().Model(catalogue.Ref{Provider: ID, ID: ask.Model})
	if m == nil {
		return quoted{}, &simulator.Refusal{Status: http.StatusNotFound, Message: "Model not found: " + ask.Model}
	}
	base, ok := basePrice(m)
	if !ok {
		return quoted{}, &simulator.Refusal{Status: http.StatusBadRequest, Message: "No price is set for this model"}
	}
	inputs := json.RawMessage(`{}`)
	if len(ask.Inputs) > 0 && string(ask.Inputs) != "null" {
		inputs = ask.Inputs
	}
	in, err := v.Read(simulator.Order{Model: m, Body: inputs})
	if err != nil {
		return quoted{}, &simulator.Refusal{Status: http.StatusBadRequest, Message: "inputs is not a JSON object"}
	}
	if blind(m, in) {
		return quoted{m, base}, nil
	}
	e := catalogue.EstimatePrice(m, in, 0)
	if !e.Known {
		return quoted{m, max(e.Low, base)}, nil
	}
	return quoted{m, e.Total}, nil
}

// blind reports whether an input that affects the price is missing.
func blind(m *catalogue.Model, v catalogue.Values) bool {
	for i := range m.Price.Rows {
		row := &m.Price.Rows[i]
		if row.PerOutputSecond != nil && m.Field(catalogue.RoleDuration) != nil && !v[catalogue.RoleDuration].IsSet() {
			return true
		}
		for name := range row.When {
			if f := m.FieldNamed(name); f != nil && !v[f.Role].IsSet() {
				return true
			}
		}
	}
	return false
}

// price is the documented quote, pricing the older one that the published
// command still uses.
func (v *dialect) price(w http.ResponseWriter, r *http.Request) {
	q, no := v.quote(w, r)
	if no != nil {
		v.Refuse(w, r, *no)
		return
	}
	v.answer(w, map[string]any{
		"model_id": q.model.ID, "price": q.price, "discounted_price": q.price, "discount_rate": 100, "currency": "USD",
	})
}

func (v *dialect) pricing(w http.ResponseWriter, r *http.Request) {
	q, no := v.quote(w, r)
	if no != nil {
		v.Refuse(w, r, *no)
		return
	}
	v.answer(w, map[string]any{"model_id": q.model.ID, "unit_price": q.price, "currency": "USD"})
}
