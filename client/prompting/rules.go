package prompting

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"seedreel/client/catalogue"
)

// Rules is a list of rules, the most important first. It is not changed after
// loading. A nil list has no advice.
type Rules struct{ list []rule }

// rule is one rule as in the file, which explains the fields.
type rule struct {
	Name     string         `toml:"name"`
	Find     string         `toml:"find"`
	Any      []string       `toml:"any"`
	Missing  bool           `toml:"missing"`
	Least    int            `toml:"least"`
	When     map[string]any `toml:"when"`
	Given    []string       `toml:"given"`
	Lacks    []string       `toml:"lacks"`
	Images   bool           `toml:"images"`
	Pictures int            `toml:"pictures"`
	Shape    string         `toml:"shape"`
	Longer   int            `toml:"longer"`
	Within   int            `toml:"within"`
	Why      string         `toml:"why"`
	Fix      fix            `toml:"fix"`

	find *regexp.Regexp
}

// fix is what is made of the form; at most one of its ways is given.
type fix struct {
	Does string `toml:"does"`
	// Otherwise is what it does if the form has no place for what was found.
	Otherwise string `toml:"otherwise"`
	// Remove takes out what was found, Cut what is too long.
	Remove bool `toml:"remove"`
	Cut    bool `toml:"cut"`
	// Set are new values, by role.
	Set map[string]any `toml:"set"`
	// Fields are the roles that the first group of find names, "" for none; the
	// second group is the value. Field is the role for the first group.
	Fields map[string]string `toml:"fields"`
	Field  string            `toml:"field"`
	// Lengthen is the length in seconds that is aimed at.
	Lengthen int `toml:"lengthen"`
	// NameImages names the references at the end of the prompt.
	NameImages bool `toml:"name_images"`
}

// ways returns how many ways the fix has.
func (f *fix) ways() int {
	n := 0
	for _, on := range []bool{f.Remove, f.Cut, len(f.Set) > 0, len(f.Fields) > 0, f.Field != "", f.Lengthen > 0, f.NameImages} {
		if on {
			n++
		}
	}
	return n
}

// Load parses rules. Unknown keys, rules without a reason and expressions that
// cannot be compiled are errors.
func Load(text []byte) (*Rules, error) {
	var file struct {
		Rule []rule `toml:"rule"`
	}
	if err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(&file); err != nil {
		if strict, ok := errors.AsType[*toml.StrictMissingError](err); ok {
			return nil, fmt.Errorf("reading the rules for prompts: %s", strict.String())
		}
		return nil, fmt.Errorf("reading the rules for prompts: %w", err)
	}
	seen := map[string]bool{}
	for i := range file.Rule {
		r := &file.Rule[i]
		if err := r.ready(); err != nil {
			return nil, fmt.Errorf("reading the rules for prompts: rule %d, %q: %w", i+1, r.Name, err)
		}
		if seen[r.Name] {
			return nil, fmt.Errorf("reading the rules for prompts: the name %q is used twice", r.Name)
		}
		seen[r.Name] = true
	}
	return &Rules{list: file.Rule}, nil
}

// ready checks a rule and compiles its expression.
func (r *rule) ready() error {
	switch {
	case strings.TrimSpace(r.Name) == "":
		return errors.New("it has no name")
	case strings.TrimSpace(r.Why) == "":
		return errors.New("it gives no reason in why")
	case r.Find == "" && r.Longer <= 0:
		return errors.New("it needs find or longer")
	case r.Shape != "" && r.Shape != wide && r.Shape != upright:
		return fmt.Errorf("shape is %q; it must be %s or %s", r.Shape, wide, upright)
	case r.Fix.ways() > 1:
		return errors.New("its fix does more than one thing")
	case r.Fix.ways() == 1 && strings.TrimSpace(r.Fix.Does) == "":
		return errors.New("its fix has no does")
	case (r.Fix.Field != "" || len(r.Fix.Fields) > 0) && strings.TrimSpace(r.Fix.Otherwise) == "":
		return errors.New("its fix has no otherwise")
	case r.Fix.Cut && r.Longer <= 0:
		return errors.New("its fix cuts, and it has no longer")
	case (r.Find == "" || r.Missing) && (r.Fix.Remove || r.Fix.Field != "" || len(r.Fix.Fields) > 0):
		return errors.New("its fix changes what was found, and it has no find")
	}
	if r.Find == "" {
		return nil
	}
	var err error
	if r.find, err = regexp.Compile(r.Find); err != nil {
		return fmt.Errorf("find: %w", err)
	}
	groups := r.find.NumSubexp()
	if r.Images && groups < 1 || r.Fix.Field != "" && groups < 1 || len(r.Fix.Fields) > 0 && groups < 2 {
		return errors.New("find catches too little for the rule")
	}
	return nil
}

// The shapes of a first frame.
const (
	wide    = "wide"
	upright = "upright"
)

// applies reports whether the form is one that the rule is for.
func (r *rule) applies(m *catalogue.Model, v catalogue.Values, look catalogue.Inspect) bool {
	for name, want := range r.When {
		f := m.Field(catalogue.Role(name))
		if f == nil {
			return false
		}
		if x, err := f.Parse(fmt.Sprint(want)); err != nil || !x.Equal(v[f.Role]) {
			return false
		}
	}
	set := func(name string) bool { return v[catalogue.Role(name)].IsSet() }
	if slices.ContainsFunc(r.Given, func(n string) bool { return !set(n) }) || slices.ContainsFunc(r.Lacks, set) {
		return false
	}
	if r.Within > 0 {
		if s := m.Seconds(v); s < 1 || s > r.Within {
			return false
		}
	}
	return (r.Pictures == 0 || len(v.Media(catalogue.RoleReferenceImages)) >= r.Pictures) && (r.Shape == "" || r.Shape == shapeOf(v, look))
}

// shapeOf returns the shape of the first frame, "" if it is not known or square.
func shapeOf(v catalogue.Values, look catalogue.Inspect) string {
	if look == nil {
		return ""
	}
	for _, item := range v.Media(catalogue.RoleFirstFrame) {
		f, err := look(item)
		switch {
		case err != nil || f.Width == f.Height:
		case f.Width > f.Height:
			return wide
		default:
			return upright
		}
	}
	return ""
}
