package reel

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"seedreel/client/catalogue"
	"seedreel/state/job"
)

// Mode is the way in which shots are made.
type Mode int

// The modes. A final is made of a pick, with its seed.
const (
	AsIntended Mode = iota
	AsDraft
	AsFinal
)

// Part is what a shot orders in one way: one line of an order.
type Part struct {
	Shot *Shot
	// Number is the shot's place, counted from 1.
	Number int
	Model  *catalogue.Model
	Values catalogue.Values
	Count  int
	Taken  job.Taken
}

// Problem is why a shot cannot be made, or what to know before it is.
type Problem struct {
	// Number is the shot's place, counted from 1; 0 is the reel.
	Number int
	Text   string
	// Hint is set if the shot can be made all the same.
	Hint bool
}

// Making is how a reel is made.
type Making struct {
	Mode Mode
	// Models returns the model of a name, nil if there is none; Standard is
	// used by shots that name none.
	Models   func(catalogue.Ref) *catalogue.Model
	Standard *catalogue.Model
	Look     catalogue.Inspect
	// Cast are the names that all reels know.
	Cast []Name
	// LastFrame returns a picture of the last frame of a take, for shots that
	// continue others. If it is nil the picture is taken as one to come, which
	// is enough to find a price.
	LastFrame func(take *job.Job) (string, error)
	// Only selects shots, by their number; nil means all.
	Only func(n int, s *Shot) bool

	// seen counts the parts by their keys, and clips what they make, over the
	// parts of a reel.
	seen  map[string]int
	clips int
}

// Plan returns what to order for a reel, and its problems. It orders nothing.
// The keys of the parts follow from what is ordered, so that the same content
// is made once, wherever it is in the reel. A long reel can be planned part by
// part, in order: one that begins with the first shot begins anew.
func (m *Making) Plan(r *Reel) ([]Part, []Problem) {
	var parts []Part
	var problems []Problem
	if m.seen == nil || r.First == 0 {
		m.seen, m.clips = map[string]int{}, 0
	}
	for i, s := range r.Shots {
		n := r.First + i + 1
		if m.Only != nil && !m.Only(n, s) {
			continue
		}
		got, hints, err := m.shot(r, s, n)
		for _, h := range hints {
			problems = append(problems, Problem{Number: n, Text: h, Hint: true})
		}
		if err != nil {
			problems = append(problems, Problem{Number: n, Text: err.Error()})
			continue
		}
		for _, p := range got {
			problems = append(problems, m.faults(&p, n)...)
			key, err := p.key(m.Mode)
			if err != nil {
				problems = append(problems, Problem{Number: n, Text: err.Error()})
				continue
			}
			// Two shots of the same content are two clips.
			if m.seen[key]++; m.seen[key] > 1 {
				key += fmt.Sprintf("+%d", m.seen[key])
			}
			p.Taken.Key = key
			parts = append(parts, p)
		}
	}
	for i := range parts {
		m.clips += parts[i].Count
	}
	if m.clips > MaxClips {
		problems = append(problems, Problem{Text: (&TooManyError{Clips: m.clips}).Error()})
	}
	return parts, slices.CompactFunc(problems, func(a, b Problem) bool { return a == b })
}

// faults returns what is wrong with the values of a part of shot n, but for a
// frame that does not exist yet.
func (m *Making) faults(p *Part, n int) (out []Problem) {
	for _, e := range catalogue.Validate(p.Model, p.Values, m.Look) {
		if e.Role != catalogue.RoleFirstFrame || p.Values.Text(e.Role) != comingFrame {
			out = append(out, Problem{Number: n, Text: e.Error()})
		}
	}
	return out
}

// comingFrame is the value of a last frame that does not exist yet.
const comingFrame = "the last frame"

func (m *Making) shot(r *Reel, s *Shot, n int) (parts []Part, hints []string, err error) {
	model, v, taken, err := m.intention(s)
	if err != nil {
		return nil, nil, err
	}
	if model == nil {
		return nil, nil, errors.New("it names no model, or one that the catalogue does not have")
	}
	if s.Continues != "" {
		if err := m.goOn(r, s, model, v, &taken); err != nil {
			return nil, nil, err
		}
	}
	if m.Mode == AsFinal {
		// A pick has no alternatives: its words are sent as they are.
		return []Part{{Shot: s, Number: n, Model: model, Values: model.Fill(v), Count: 1, Taken: taken}}, nil, nil
	}
	p := Product{Models: []*catalogue.Model{model}, Values: v, Lists: lists(model, v), Takes: max(s.Count, 1)}
	for role := range p.Lists {
		delete(v, role)
	}
	variants, err := p.Expand()
	if err != nil {
		return nil, nil, err
	}
	for _, x := range variants {
		said, err := Introduce(x.Model, x.Values, slices.Concat(r.Cast, m.Cast))
		if err != nil {
			return nil, nil, err
		}
		for _, h := range said {
			if !slices.Contains(hints, h) {
				hints = append(hints, h)
			}
		}
		filled := x.Model.Fill(x.Values)
		for role, y := range x.Values { // what the model lacks is an error, not dropped
			filled[role] = y
		}
		parts = append(parts, Part{Shot: s, Number: n, Model: x.Model, Values: filled, Count: p.Takes, Taken: taken})
	}
	return parts, hints, nil
}

// intention returns the model and values in the mode.
func (m *Making) intention(s *Shot) (*catalogue.Model, catalogue.Values, job.Taken, error) {
	name, v, spec, taken := s.Model, s.Values.Clone(), Spec{}, job.Taken{Shot: s.ID}
	if v == nil {
		v = catalogue.Values{}
	}
	switch m.Mode {
	case AsDraft:
		spec = s.Draft
	case AsFinal:
		p := s.Pick()
		if p == nil {
			return nil, nil, taken, errors.New("no take is picked, so there is no final to make")
		}
		if p.Origin == job.OriginFinal {
			return nil, nil, taken, errors.New("its pick is a final already")
		}
		spec, taken.Parent, taken.Origin = s.Final, p.ID, job.OriginFinal
		name, v = catalogue.Ref{Provider: p.Provider, ID: p.Model}, p.Values.Clone()
		if spec.IsZero() {
			return nil, nil, taken, errors.New("it names no way to make a final: final = { resolution = \"1080p\" } or a model")
		}
	case AsIntended:
	}
	if spec.Model != (catalogue.Ref{}) {
		name = spec.Model
	}
	if spec.Resolution != "" {
		v[catalogue.RoleResolution] = catalogue.Text(spec.Resolution)
	}
	model := m.Standard
	if name != (catalogue.Ref{}) {
		model = m.Models(name)
	}
	if model != nil && spec.Resolution != "" && model.Field(catalogue.RoleResolution) == nil {
		return nil, nil, taken, fmt.Errorf("%s has one resolution; name another model instead of %s", model.ID, spec.Resolution)
	}
	return model, v, taken, nil
}

// goOn makes a shot begin with the last frame of another's pick.
func (m *Making) goOn(r *Reel, s *Shot, model *catalogue.Model, v catalogue.Values, taken *job.Taken) error {
	from, k := r.Continued(s)
	if from == nil {
		return errors.New("it continues a shot that is not in the reel")
	}
	p := from.Pick()
	if p == nil {
		return fmt.Errorf("it continues shot %d, which has no pick yet; pick one of its takes first", k)
	}
	if model.Field(catalogue.RoleFirstFrame) == nil {
		return fmt.Errorf("it continues shot %d, and %s takes no first frame", k, model.ID)
	}
	if v[catalogue.RoleFirstFrame].IsSet() && m.Mode != AsFinal {
		return fmt.Errorf("it continues shot %d and has a first frame of its own; keep one of them", k)
	}
	if p.State != job.Saved {
		return fmt.Errorf("it continues shot %d, whose pick is not saved yet", k)
	}
	if taken.Parent == "" {
		taken.Parent, taken.Origin = p.ID, job.OriginContinued
	}
	if m.LastFrame == nil {
		v[catalogue.RoleFirstFrame] = catalogue.Text(comingFrame)
		return nil
	}
	path, err := m.LastFrame(p)
	if err != nil {
		return fmt.Errorf("the last frame of shot %d: %w", k, err)
	}
	v[catalogue.RoleFirstFrame] = catalogue.Media(path)
	return nil
}

// lists returns the fields of a shot that hold alternatives.
func lists(m *catalogue.Model, v catalogue.Values) map[catalogue.Role]string {
	out := map[catalogue.Role]string{}
	for role, x := range v {
		f := m.Field(role)
		if f == nil || f.Media != nil || role == catalogue.RolePrompt {
			continue
		}
		text := v.Text(role)
		if text != "" && (f.Type == "integer" || slices.Contains([]rune(text), ',')) {
			out[role] = x.String()
		}
	}
	return out
}

// key returns the name of what a part orders.
func (p *Part) key(mode Mode) (string, error) {
	b, err := json.Marshal(struct {
		Model  catalogue.Ref
		Values catalogue.Values
		Final  string `json:",omitempty"`
	}{p.Model.Ref(), p.Values, map[bool]string{true: p.Taken.Parent}[mode == AsFinal]})
	if err != nil {
		return "", fmt.Errorf("naming what is ordered: %w", err)
	}
	sum := sha256.Sum256(b)
	return "reel " + hex.EncodeToString(sum[:12]), nil
}
