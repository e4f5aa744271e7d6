package catalogue

import (
	"slices"

	"seedreel/client/usd"
)

// Ref identifies a model of a service. It prints as "wavespeed:vendor/model".
type Ref struct {
	Provider string
	ID       string
}

// String returns both parts joined with a colon.
func (r Ref) String() string { return r.Provider + ":" + r.ID }

// Model is one entry of the catalogue, as in assets/models.json. It is not
// changed after loading.
type Model struct {
	Provider              string                       `json:"provider"`
	ID                    string                       `json:"id"`
	IDBasis               string                       `json:"id_basis"`
	EndpointPath          string                       `json:"endpoint_path"`
	EndpointPathLegacy    string                       `json:"endpoint_path_legacy"`
	EndpointPathUniversal string                       `json:"endpoint_path_universal"`
	ModelIn               string                       `json:"model_in"`
	DisplayName           string                       `json:"display_name"`
	Family                string                       `json:"family"`
	Tier                  string                       `json:"tier"`
	Task                  string                       `json:"task"`
	Tasks                 []string                     `json:"tasks"`
	Resolution            Resolution                   `json:"resolution"`
	Fields                []Field                      `json:"fields"`
	Constraints           []Constraint                 `json:"constraints"`
	Output                OutputSpec                   `json:"output"`
	Price                 Price                        `json:"price"`
	FrameSizes            map[string]map[string][2]int `json:"frame_sizes"`
	FrameSizesConfidence  string                       `json:"frame_sizes_confidence"`
	Lifecycle             Lifecycle                    `json:"lifecycle"`
	// RegionIDs are the model's ids in the regions of its service that use ids
	// of their own, by the region's name.
	RegionIDs map[string]string `json:"region_ids"`
	// TextCommands are words that the model reads out of a prompt, with the
	// field that each of them overrides, "" if the form has none for it.
	TextCommands map[string]string `json:"text_commands"`
	Notes        []string          `json:"notes"`
	Sources      []string          `json:"sources"`
	Confidence   string            `json:"confidence"`

	// request bounds the whole request; the catalogue fills it in.
	request RequestLimit
	// imageForm is how prompts name references; the catalogue fills it in.
	imageForm string
}

// Resolution is what decides the frame's size class: "fixed" by the model,
// "field" by the user, "implicit" (not documented) or "none".
type Resolution struct {
	Mode    string   `json:"mode"`
	Field   string   `json:"field"`
	Value   string   `json:"value"`
	Options []string `json:"options"`
	Default string   `json:"default"`
}

// Field is one input of a model, in wire order. Nil pointers mean "not known"
// or "no limit"; lengths are in characters, durations in seconds.
type Field struct {
	Name      string     `json:"name"`
	Aliases   []string   `json:"aliases"`
	Type      string     `json:"type"`
	Role      Role       `json:"role"`
	Required  bool       `json:"required"`
	Default   any        `json:"default"`
	Enum      []any      `json:"enum"`
	Min       *int64     `json:"min"`
	Max       *int64     `json:"max"`
	Step      *int64     `json:"step"`
	MaxLength *int       `json:"max_length"`
	Items     *Items     `json:"items"`
	Unit      string     `json:"unit"`
	Sentinels []Sentinel `json:"sentinels"`
	Media     *MediaSpec `json:"media"`
	Note      string     `json:"note"`
}

// Items bounds a list field.
type Items struct {
	Type   string `json:"type"`
	Format string `json:"format"`
	Min    *int   `json:"min"`
	Max    *int   `json:"max"`
}

// Sentinel is a number with a special meaning, such as -1 for random.
type Sentinel struct {
	Value   int64  `json:"value"`
	Meaning string `json:"meaning"`
}

// MediaSpec is what a media field takes: its kind (image, video, audio), its
// forms, and limits in megabytes, pixels, width over height, and seconds.
type MediaSpec struct {
	Kind            string   `json:"kind"`
	Accepts         []string `json:"accepts"`
	Formats         []string `json:"formats"`
	MaxMB           *float64 `json:"max_mb"`
	MinWidth        *int     `json:"min_width"`
	MinHeight       *int     `json:"min_height"`
	MaxWidth        *int     `json:"max_width"`
	MaxHeight       *int     `json:"max_height"`
	MinRatio        *float64 `json:"min_ratio"`
	MaxRatio        *float64 `json:"max_ratio"`
	MaxTotalSeconds *float64 `json:"max_total_seconds"`
	MaxSecondsEach  *float64 `json:"max_seconds_each"`
	// NoFile is why a local file cannot be given, "" if it can.
	NoFile string `json:"no_file"`
}

// Constraint relates fields: "needs" (Field requires all of Needs),
// "requires_any" (Field, or the request when Field is "", requires one of
// AnyOf), "excludes" (Field allows none of AnyOf), "limits" (with Field, the
// fields of Takes have one of the values there), "max_total_seconds" (all
// media under Field together). With When, "excludes" and "limits" apply to
// that value of Field only; a switch that is off counts as no value.
type Constraint struct {
	Kind    string           `json:"kind"`
	Field   string           `json:"field"`
	When    any              `json:"when"`
	Needs   []string         `json:"needs"`
	AnyOf   []string         `json:"any_of"`
	Takes   map[string][]any `json:"takes"`
	Seconds float64          `json:"seconds"`
}

// OutputSpec describes the result: the container, frames per second, sound
// ("none" or "toggle") and the number of clips.
type OutputSpec struct {
	Container string `json:"container"`
	FPS       int    `json:"fps"`
	Audio     string `json:"audio"`
	Count     int    `json:"count"`
}

// Price is the list price: the first row whose When matches applies.
type Price struct {
	Currency     string        `json:"currency"`
	Basis        string        `json:"basis"`
	Rows         []PriceRow    `json:"rows"`
	InputSeconds *InputSeconds `json:"input_seconds"`
	// InputFloor is the least number of seconds billed when video is given, as
	// a fraction of the clip's length: numerator and denominator.
	InputFloor *[2]int64  `json:"input_floor"`
	Observed   []Observed `json:"observed"`
	AsOf       string     `json:"as_of"`
	Sources    []string   `json:"sources"`
	Note       string     `json:"note"`
}

// Observed is one charge seen in practice, in micro-dollars.
type Observed struct {
	Inputs  map[string]any `json:"inputs"`
	USD     usd.Micro      `json:"usd"`
	Credits *int64         `json:"credits"`
	Date    string         `json:"date"`
	Source  string         `json:"source"`
}

// PriceRow is one line of a price list, in dollars in the data, micro-dollars
// here. Confidence is where the figure comes from.
type PriceRow struct {
	When            map[string]any `json:"when"`
	PerOutputSecond *usd.Micro     `json:"usd_per_output_second"`
	PerInputSecond  *usd.Micro     `json:"usd_per_input_second"`
	PerRun          *usd.Micro     `json:"usd_per_run"`
	// PerMillionTokens prices pixels and frames instead of seconds: see Tokens.
	PerMillionTokens *usd.Micro `json:"usd_per_million_tokens"`
	Confidence       string     `json:"confidence"`
	Sources          []string   `json:"sources"`
	Note             string     `json:"note"`
}

// InputSeconds names the media field whose length is billed, with the bounds
// that its seconds are clamped to.
type InputSeconds struct {
	Field string `json:"field"`
	Min   *int64 `json:"min"`
	Max   *int64 `json:"max"`
}

// Lifecycle is whether a model can still be used, "active", "retiring" or
// "retired", and what replaces it.
type Lifecycle struct {
	Status           string   `json:"status"`
	AsOf             string   `json:"as_of"`
	UpstreamEnd      string   `json:"upstream_end"`
	Replacement      string   `json:"replacement"`
	ReplacementBasis string   `json:"replacement_basis"`
	Sources          []string `json:"sources"`
	Confidence       string   `json:"confidence"`
	Note             string   `json:"note"`
}

// The states of a model's life cycle.
const (
	LifeActive   = "active"
	LifeRetiring = "retiring"
	LifeRetired  = "retired"
)

// Ref names the model.
func (m *Model) Ref() Ref { return Ref{Provider: m.Provider, ID: m.ID} }

// Field returns the field of a role, nil when the model has none.
func (m *Model) Field(r Role) *Field {
	for i := range m.Fields {
		if m.Fields[i].Role == r {
			return &m.Fields[i]
		}
	}
	return nil
}

// FieldNamed returns the field with a wire name or one of its other spellings.
func (m *Model) FieldNamed(name string) *Field {
	for i := range m.Fields {
		if f := &m.Fields[i]; f.Name == name || slices.Contains(f.Aliases, name) {
			return f
		}
	}
	return nil
}

// MakesVideo reports whether the model produces a clip.
func (m *Model) MakesVideo() bool { return m.Output.Container != "" }

// SameKind reports whether two fields hold the same type of value and, for
// media, the same kind of media.
func (f *Field) SameKind(o *Field) bool {
	if f.Type != o.Type || (f.Media == nil) != (o.Media == nil) {
		return false
	}
	return f.Media == nil || f.Media.Kind == o.Media.Kind
}

// List reports whether the field takes several media.
func (f *Field) List() bool { return f.Type == "array" }
