package simulator

import (
	"strings"

	"seedreel/client/catalogue"
)

// SchemaOf returns a model's inputs as a JSON schema, in the form that
// services publish.
func SchemaOf(m *catalogue.Model) map[string]any {
	properties, order, required := map[string]any{}, []string{}, []string{}
	for i := range m.Fields {
		f := &m.Fields[i]
		properties[f.Name] = propertyOf(f)
		order = append(order, f.Name)
		if f.Required {
			required = append(required, f.Name)
		}
	}
	return map[string]any{"type": "object", "properties": properties, "required": required, "x-order-properties": order}
}

func propertyOf(f *catalogue.Field) map[string]any {
	p := map[string]any{"type": f.Type, "title": TitleOf(f.Name)}
	put := func(key string, set bool, value func() any) {
		if set {
			p[key] = value()
		}
	}
	put("default", f.Default != nil, func() any { return f.Default })
	put("enum", len(f.Enum) > 0, func() any { return f.Enum })
	put("minimum", f.Min != nil, func() any { return *f.Min })
	put("maximum", f.Max != nil, func() any { return *f.Max })
	put("step", f.Step != nil, func() any { return *f.Step })
	put("maxLength", f.MaxLength != nil, func() any { return *f.MaxLength })
	switch {
	case f.Media != nil && f.List():
		items := map[string]any{"type": "string"}
		put("items", true, func() any { return items })
		put("x-ui-component", true, func() any { return "uploaders" })
		if f.Items != nil {
			if f.Items.Format != "" {
				items["format"] = f.Items.Format
			}
			put("minItems", f.Items.Min != nil, func() any { return *f.Items.Min })
			put("maxItems", f.Items.Max != nil, func() any { return *f.Items.Max })
		}
	case f.Media != nil:
		p["x-ui-component"] = "uploader"
	case len(f.Enum) > 0:
		p["x-ui-component"] = "select"
	case f.Type == "integer" && f.Step != nil && f.Role != catalogue.RoleSeed:
		p["x-ui-component"] = "slider"
	}
	if f.Media != nil {
		p["x-accept"] = f.Media.Kind + "/*"
		if len(f.Media.Formats) > 0 {
			p["x-accept"] = "." + strings.Join(f.Media.Formats, ",.")
		}
	}
	return p
}

// TitleOf turns a wire name into a heading: "aspect_ratio" becomes "Aspect
// Ratio".
func TitleOf(name string) string {
	words := strings.Split(name, "_")
	for i, w := range words {
		if w != "" {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, " ")
}
