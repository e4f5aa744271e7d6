package simulated

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"seedreel/client/catalogue"
	"seedreel/client/simulator"
)

// aliases returns the other names of a model: without its source, as the log
// accepts it too.
func aliases(m *catalogue.Model) []string {
	if b := bare(m.ID); b != m.ID {
		return []string{b}
	}
	return nil
}

// find returns a model by its id or one of its aliases, nil when there is none.
func (v *dialect) find(name string) *catalogue.Model {
	for _, m := range v.Offered(ID) {
		if m.ID == name || slices.Contains(aliases(m), name) {
			return m
		}
	}
	return nil
}

// catalogueModel returns a model as the service lists it; optional sections
// are included only when requested.
func (v *dialect) catalogueModel(r *http.Request, m *catalogue.Model, include map[string]bool) map[string]any {
	developer, _, _ := strings.Cut(m.ID, "/")
	x := map[string]any{
		"id": m.ID, "aliases": aliases(m), "type": "video", "tags": []string{"playground:video"},
		"info": map[string]any{
			"name": m.DisplayName, "developer": simulator.TitleOf(developer), "docsJson": v.Link(r, "/docs-json") + "?" +
				url.Values{"model": {m.ID}, "endpoint": {createPath(m)}}.Encode(),
		},
	}
	if include["pricing"] {
		x["pricing"] = pricingOf(m)
	}
	if include["modalities"] {
		x["modalities"] = map[string]any{"input": inputsOf(m), "output": []string{"video"}}
	}
	if include["capabilities"] {
		x["capabilities"] = capabilities(m)
	}
	return x
}

func createPath(m *catalogue.Model) string {
	if m.EndpointPathUniversal != "" {
		return m.EndpointPathUniversal
	}
	return m.EndpointPath
}

func capabilities(m *catalogue.Model) []string {
	var out []string
	for _, t := range m.Tasks {
		out = append(out, strings.ReplaceAll(t, "-", "_"))
	}
	if m.Output.Audio == "toggle" {
		out = append(out, "audio_generation")
	}
	return out
}

func inputsOf(m *catalogue.Model) []string {
	out := []string{"text"}
	for i := range m.Fields {
		if f := &m.Fields[i]; f.Media != nil && !slices.Contains(out, f.Media.Kind) {
			out = append(out, f.Media.Kind)
		}
	}
	return out
}

// pricingOf writes the price list as the service does: one rate, rates by
// choice, or that the price is variable.
func pricingOf(m *catalogue.Model) map[string]any {
	var variants []map[string]any
	dimensions := map[string]bool{}
	for i := range m.Price.Rows {
		row := &m.Price.Rows[i]
		rate := map[string]any{"per": 1}
		switch {
		case row.PerOutputSecond != nil && row.PerRun == nil && row.PerInputSecond == nil:
			rate["price"], rate["unit"] = *row.PerOutputSecond, "second"
		case row.PerRun != nil && row.PerOutputSecond == nil:
			rate["price"], rate["unit"] = *row.PerRun, "generation"
		default:
			continue
		}
		if len(row.When) == 0 {
			return map[string]any{"kind": "fixed", "units": []any{rate}}
		}
		rate["when"] = row.When
		for k := range row.When {
			dimensions[k] = true
		}
		variants = append(variants, rate)
	}
	if len(variants) == 0 {
		return map[string]any{"kind": "variable"}
	}
	return map[string]any{"kind": "variants", "dimensions": slices.Sorted(maps.Keys(dimensions)), "variants": variants}
}

// values reads a parameter that may be repeated or hold commas, in any case.
func values(q url.Values, name string) []string {
	var out []string
	for _, v := range q[name] {
		for x := range strings.SplitSeq(v, ",") {
			if x = strings.ToLower(strings.TrimSpace(x)); x != "" {
				out = append(out, x)
			}
		}
	}
	return out
}

// keeps reports whether a model passes every filter of the query.
func keeps(q url.Values, m *catalogue.Model) bool {
	output := []string{"video"}
	for name, has := range map[string][]string{
		"id": append([]string{m.ID}, aliases(m)...), "type": output, "tags": {"playground:video"},
		"modalities": append(inputsOf(m), output...), "input_modalities": inputsOf(m), "output_modalities": output,
		"capabilities": capabilities(m),
	} {
		wants := values(q, name)
		if len(wants) > 0 && !slices.ContainsFunc(has, func(h string) bool { return slices.Contains(wants, strings.ToLower(h)) }) {
			return false
		}
	}
	return true
}

// list answers with the catalogue. No key is needed; unknown words in include
// are ignored.
func (v *dialect) list(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	include := map[string]bool{}
	for _, x := range values(q, "include") {
		include[x] = true
	}
	if include["all"] || q.Get("details") == "true" {
		include = map[string]bool{"pricing": true, "modalities": true, "capabilities": true}
	}
	data := []map[string]any{}
	for _, m := range v.Offered(ID) {
		if keeps(q, m) {
			data = append(data, v.catalogueModel(r, m, include))
		}
	}
	v.tagged(w, r, map[string]any{"object": "list", "data": data})
}

// one answers with a single model.
func (v *dialect) one(w http.ResponseWriter, r *http.Request) {
	m := v.find(r.PathValue("id"))
	if m == nil {
		v.Refuse(w, r, simulator.Refusal{Status: http.StatusNotFound, Message: "Model not found"})
		return
	}
	v.tagged(w, r, v.catalogueModel(r, m, map[string]bool{"pricing": true, "modalities": true, "capabilities": true}))
}

// tagged answers with an ETag, or that nothing has changed.
func (v *dialect) tagged(w http.ResponseWriter, r *http.Request, body any) {
	b, ok := simulator.EncodeJSON(w, body)
	if !ok {
		return
	}
	tag := etagOf([]byte(b))
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	simulator.WriteBody(w, http.StatusOK, "application/json; charset=utf-8", b)
}

// docs answers with the OpenAPI description of one model's requests.
func (v *dialect) docs(w http.ResponseWriter, r *http.Request) {
	m := v.find(r.URL.Query().Get("model"))
	if m == nil {
		v.Refuse(w, r, simulator.Refusal{Status: http.StatusNotFound, Message: "Model not found"})
		return
	}
	path := createPath(m)
	if asked := r.URL.Query().Get("endpoint"); asked != "" && slices.Contains(paths(m), asked) {
		path = asked
	}
	object := func(properties map[string]any) map[string]any {
		return map[string]any{"content": map[string]any{"application/json": map[string]any{
			"schema": map[string]any{"type": "object", "properties": properties},
		}}}
	}
	text := map[string]any{"type": "string"}
	state := map[string]any{"type": "string", "enum": []string{"queued", "generating", "completed", "error"}}
	v.tagged(w, r, map[string]any{
		"openapi": "3.0.0", "info": map[string]any{"title": "AIML API", "version": "1.0.0"},
		"servers": []any{map[string]any{"url": v.Link(r, "")}},
		"paths": map[string]any{path: map[string]any{
			"post": map[string]any{
				"requestBody": map[string]any{
					"required": true, "content": map[string]any{"application/json": map[string]any{"schema": simulator.SchemaOf(m)}},
				},
				"responses": map[string]any{"200": object(map[string]any{"id": text, "status": state})},
			},
			"get": map[string]any{
				"parameters": []any{map[string]any{"name": "generation_id", "in": "query", "required": true, "schema": text}},
				"responses": map[string]any{"200": object(map[string]any{
					"id": text, "status": state, "video": map[string]any{"type": "object", "nullable": true},
				})},
			},
		}},
	})
}
