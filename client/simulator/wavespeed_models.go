package simulator

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// offered are the models of a service that are made here.
func (s *Simulator) offered(provider string) []*catalogue.Model {
	return slices.DeleteFunc(slices.Clone(s.catalogue.Now().All()), func(m *catalogue.Model) bool { return m.Provider != provider })
}

// models answers the whole catalogue with schemas, as the vendor's command and
// desktop program read it.
func (v *wavespeed) models(w http.ResponseWriter, r *http.Request) {
	offered := v.offered(providerWaveSpeed)
	out := make([]map[string]any, 0, len(offered))
	for i, m := range offered {
		x := map[string]any{
			"model_id": m.ID, "name": m.ID, "description": m.DisplayName, "type": m.Task, "sort_order": (len(offered) - i) * 10,
			"api_schema": map[string]any{"api_schemas": []any{map[string]any{
				"type": "model_run", "method": http.MethodPost, "server": v.link(r, ""), "api_path": m.EndpointPath,
				"request_schema": schemaOf(m),
			}}},
		}
		if p, ok := basePrice(m); ok {
			x["base_price"], x["formula"] = p, formulaOf(m)
		}
		out = append(out, x)
	}
	v.answer(w, out)
}

// quoted is the answer to a question for a price.
type quoted struct {
	model *catalogue.Model
	price usd.Micro
}

// quote prices a form that need not be whole. As with the service, one that
// lacks what the price hangs on gets the floor, which is no price of it.
func (v *wavespeed) quote(w http.ResponseWriter, r *http.Request) (quoted, *refusal) {
	body, no := readBody(w, r)
	if no != nil {
		return quoted{}, no
	}
	var ask struct {
		Model  string          `json:"model_id"`
		Inputs json.RawMessage `json:"inputs"`
	}
	if json.Unmarshal(body, &ask) != nil {
		return quoted{}, &refusal{status: http.StatusBadRequest, message: "the request body is not a JSON object"}
	}
	if ask.Model == "" {
		return quoted{}, &refusal{status: http.StatusBadRequest, problems: []problem{{field: "model_id", fault: faultMissing}}}
	}
	m := v.catalogue.Now().Model(catalogue.Ref{Provider: providerWaveSpeed, ID: ask.Model})
	if m == nil {
		return quoted{}, &refusal{status: http.StatusNotFound, message: "Model not found: " + ask.Model}
	}
	base, ok := basePrice(m)
	if !ok {
		return quoted{}, &refusal{status: http.StatusBadRequest, message: "No price is set for this model"}
	}
	inputs := json.RawMessage(`{}`)
	if len(ask.Inputs) > 0 && string(ask.Inputs) != "null" {
		inputs = ask.Inputs
	}
	rd := reader{media: func(item string, _ *catalogue.Field) (checked, error) { return checked{short: item}, nil }}
	in, err := rd.read(m, inputs)
	if err != nil {
		return quoted{}, &refusal{status: http.StatusBadRequest, message: "inputs is not a JSON object"}
	}
	if blind(m, in.values) {
		return quoted{m, base}, nil
	}
	e := catalogue.EstimatePrice(m, in.values, 0)
	if !e.Known {
		return quoted{m, max(e.Low, base)}, nil
	}
	return quoted{m, e.Total}, nil
}

// blind tells whether something that the price hangs on is not there.
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
// command still asks.
func (v *wavespeed) price(w http.ResponseWriter, r *http.Request) {
	q, no := v.quote(w, r)
	if no != nil {
		v.refuse(w, r, *no)
		return
	}
	v.answer(w, map[string]any{
		"model_id": q.model.ID, "price": q.price, "discounted_price": q.price, "discount_rate": 100, "currency": "USD",
	})
}

func (v *wavespeed) pricing(w http.ResponseWriter, r *http.Request) {
	q, no := v.quote(w, r)
	if no != nil {
		v.refuse(w, r, *no)
		return
	}
	v.answer(w, map[string]any{"model_id": q.model.ID, "unit_price": q.price, "currency": "USD"})
}
