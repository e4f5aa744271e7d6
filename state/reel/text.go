package reel

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"seedreel/client/catalogue"
)

// file is a reel as text, NAME.reel.toml.
type file struct {
	Name  string     `toml:"name"`
	Cast  []Name     `toml:"cast,omitempty"`
	Shots []fileShot `toml:"shot,omitempty"`
}

// fileShot is a shot as text. What a maker of films names has a key of its
// own; all other fields are in Set.
type fileShot struct {
	ID         string         `toml:"id,omitempty"`
	Name       string         `toml:"name,omitempty"`
	Prompt     string         `toml:"prompt,omitempty"`
	Note       string         `toml:"note,omitempty"`
	Model      string         `toml:"model,omitempty"`
	Draft      *fileSpec      `toml:"draft,inline,omitempty"`
	Final      *fileSpec      `toml:"final,inline,omitempty"`
	Length     any            `toml:"length,omitempty"`
	Ratio      string         `toml:"ratio,omitempty"`
	Resolution string         `toml:"resolution,omitempty"`
	Seed       any            `toml:"seed,omitempty"`
	FirstFrame string         `toml:"first_frame,omitempty"`
	LastFrame  string         `toml:"last_frame,omitempty"`
	References []string       `toml:"references,omitempty"`
	Continue   int            `toml:"continue,omitempty"`
	Count      int            `toml:"count,omitempty"`
	Pick       string         `toml:"pick,omitempty"`
	Set        map[string]any `toml:"set,omitempty"`
}

type fileSpec struct {
	Model      string `toml:"model,omitempty"`
	Resolution string `toml:"resolution,omitempty"`
}

// TextError is an error in the text of a reel. Line is counted from 1, 0 if
// not known.
type TextError struct {
	Line int
	Text string
}

// Error returns the line and what is wrong there.
func (e *TextError) Error() string {
	if e.Line == 0 {
		return e.Text
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Text)
}

// Text is a reel that was read from a text. Shots without an id are new.
type Text struct {
	Name  string
	Cast  []Name
	Shots []*Shot
	// Continue are the numbers of the shots that the shots continue, 0 for
	// none, and Picks the ids of the jobs picked, "" for none.
	Continue []int
	Picks    []string
}

// Format writes a reel as text. Parse reads it back the same.
func Format(r *Reel) ([]byte, error) {
	f := file{Name: r.Name, Cast: r.Cast}
	for _, s := range r.Shots {
		x := fileShot{ID: s.ID, Name: s.Name, Note: s.Note, Model: refText(s.Model), Draft: specText(s.Draft), Final: specText(s.Final), Count: s.Count}
		_, x.Continue = r.Shot(s.Continues)
		if p := s.Pick(); p != nil {
			x.Pick = p.ID
		}
		for role, v := range s.Values {
			x.put(role, v)
		}
		f.Shots = append(f.Shots, x)
	}
	var b bytes.Buffer
	e := toml.NewEncoder(&b)
	e.SetIndentTables(false)
	if err := e.Encode(&f); err != nil {
		return nil, fmt.Errorf("writing a reel as text: %w", err)
	}
	return b.Bytes(), nil
}

func (x *fileShot) put(role catalogue.Role, v catalogue.Value) {
	if !v.IsSet() {
		return
	}
	media := catalogue.Values{role: v}.Media(role)
	switch {
	case role == catalogue.RolePrompt:
		x.Prompt = v.String()
	case role == catalogue.RoleDuration:
		x.Length = plain(v)
	case role == catalogue.RoleSeed:
		x.Seed = plain(v)
	case role == catalogue.RoleAspectRatio:
		x.Ratio = v.String()
	case role == catalogue.RoleResolution:
		x.Resolution = v.String()
	case role == catalogue.RoleFirstFrame && len(media) == 1:
		x.FirstFrame = media[0]
	case role == catalogue.RoleLastFrame && len(media) == 1:
		x.LastFrame = media[0]
	case role == catalogue.RoleReferenceImages:
		x.References = media
	default:
		if x.Set == nil {
			x.Set = map[string]any{}
		}
		x.Set[string(role)] = plain(v)
	}
}

// plain returns a value as TOML has it.
func plain(v catalogue.Value) any {
	if n, ok := v.AsInt(); ok {
		return n
	}
	if on, ok := v.AsBool(); ok {
		return on
	}
	if list := (catalogue.Values{"": v}).Media(""); list != nil {
		return list
	}
	return v.String()
}

func refText(r catalogue.Ref) string {
	if r == (catalogue.Ref{}) {
		return ""
	}
	return r.String()
}

func specText(s Spec) *fileSpec {
	if s.IsZero() {
		return nil
	}
	return &fileSpec{Model: refText(s.Model), Resolution: s.Resolution}
}

// Parse reads a reel from text. Paths in it are seen from dir, the text's
// folder. find returns the models that a name may mean. Every error is a
// *TextError; unknown keys are errors.
func Parse(text []byte, dir string, find func(string) []*catalogue.Model) (*Text, error) {
	var f file
	d := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, textError(err)
	}
	lines := shotLines(text)
	t := &Text{Name: strings.TrimSpace(f.Name), Cast: f.Cast}
	if t.Name == "" {
		return nil, &TextError{Text: `the reel needs a name: name = "..."`}
	}
	for i := range t.Cast {
		for k, p := range t.Cast[i].Pictures {
			t.Cast[i].Pictures[k] = absolute(p, dir)
		}
	}
	if err := CheckCast(t.Cast); err != nil {
		return nil, &TextError{Text: err.Error()}
	}
	for i := range f.Shots {
		s, err := f.Shots[i].shot(dir, find)
		if err == nil {
			err = t.add(s, &f.Shots[i], len(f.Shots))
		}
		if err != nil {
			line := 0
			if i < len(lines) {
				line = lines[i]
			}
			return nil, &TextError{Line: line, Text: fmt.Sprintf("shot %d: %v", i+1, err)}
		}
	}
	return t, t.loops(lines)
}

// add appends a shot after checking it against those before.
func (t *Text) add(s *Shot, x *fileShot, all int) error {
	for i, o := range t.Shots {
		if s.ID != "" && s.ID == o.ID {
			return fmt.Errorf("it has the id of shot %d", i+1)
		}
		if s.Name != "" && strings.EqualFold(s.Name, o.Name) {
			return fmt.Errorf("it has the name of shot %d, %q", i+1, o.Name)
		}
	}
	n := len(t.Shots) + 1
	switch {
	case x.Continue == n:
		return errors.New("it continues itself")
	case x.Continue < 0 || x.Continue > all:
		return fmt.Errorf("it continues shot %d; there are %d", x.Continue, all)
	}
	t.Shots, t.Continue, t.Picks = append(t.Shots, s), append(t.Continue, x.Continue), append(t.Picks, x.Pick)
	return nil
}

// loops returns an error for shots that continue each other in a ring.
func (t *Text) loops(lines []int) error {
	for i := range t.Shots {
		at := t.Continue[i]
		for range t.Shots {
			if at == 0 {
				break
			}
			if at == i+1 {
				line := 0
				if i < len(lines) {
					line = lines[i]
				}
				return &TextError{Line: line, Text: fmt.Sprintf("shot %d: it continues itself by way of shot %d", i+1, t.Continue[i])}
			}
			at = t.Continue[at-1]
		}
	}
	return nil
}

// shot returns the shot that a text describes.
func (x *fileShot) shot(dir string, find func(string) []*catalogue.Model) (*Shot, error) {
	s := &Shot{ID: x.ID, Name: strings.TrimSpace(x.Name), Note: strings.TrimSpace(x.Note), Count: x.Count, Values: catalogue.Values{}}
	if x.Count < 0 || x.Count > MaxClips {
		return nil, fmt.Errorf("count is %d; it must be from 1 to %d", x.Count, MaxClips)
	}
	var err error
	if s.Model, err = ref(x.Model, find); err != nil {
		return nil, err
	}
	if s.Draft, err = x.Draft.spec(find); err != nil {
		return nil, fmt.Errorf("draft: %w", err)
	}
	if s.Final, err = x.Final.spec(find); err != nil {
		return nil, fmt.Errorf("final: %w", err)
	}
	for role, v := range map[catalogue.Role]any{
		catalogue.RolePrompt: x.Prompt, catalogue.RoleDuration: x.Length, catalogue.RoleSeed: x.Seed, catalogue.RoleAspectRatio: x.Ratio, catalogue.RoleResolution: x.Resolution,
	} {
		if v == nil || v == "" {
			continue
		}
		if s.Values[role], err = value(v, dir); err != nil {
			return nil, fmt.Errorf("%s: %w", role.Label(), err)
		}
	}
	for role, list := range map[catalogue.Role][]string{
		catalogue.RoleFirstFrame: {x.FirstFrame}, catalogue.RoleLastFrame: {x.LastFrame}, catalogue.RoleReferenceImages: x.References,
	} {
		if list = media(list, dir); len(list) > 0 {
			s.Values[role] = catalogue.Media(list...)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(x.Set)) {
		role := catalogue.Role(key)
		if s.Values[role].IsSet() {
			return nil, fmt.Errorf("set.%s is given twice", key)
		}
		if s.Values[role], err = value(x.Set[key], dir); err != nil {
			return nil, fmt.Errorf("set.%s: %w", key, err)
		}
	}
	return s, nil
}

func (x *fileSpec) spec(find func(string) []*catalogue.Model) (Spec, error) {
	if x == nil {
		return Spec{}, nil
	}
	m, err := ref(x.Model, find)
	return Spec{Model: m, Resolution: x.Resolution}, err
}

func ref(name string, find func(string) []*catalogue.Model) (catalogue.Ref, error) {
	if name == "" {
		return catalogue.Ref{}, nil
	}
	switch found := find(name); len(found) {
	case 1:
		return found[0].Ref(), nil
	case 0:
		return catalogue.Ref{}, fmt.Errorf("there is no model %q", name)
	default:
		names := make([]string, len(found))
		for i, m := range found {
			names[i] = m.Ref().String()
		}
		return catalogue.Ref{}, fmt.Errorf("the model %q may be %s", name, strings.Join(names, " or "))
	}
}

func value(v any, dir string) (catalogue.Value, error) {
	switch x := v.(type) {
	case string:
		return catalogue.Text(x), nil
	case int64:
		return catalogue.Int(x), nil
	case bool:
		return catalogue.Bool(x), nil
	case []any:
		list := make([]string, 0, len(x))
		for _, item := range x {
			s, ok := item.(string)
			if !ok {
				return catalogue.Value{}, fmt.Errorf("%v in a list is not a path or link", item)
			}
			list = append(list, s)
		}
		return catalogue.Media(media(list, dir)...), nil
	}
	return catalogue.Value{}, fmt.Errorf("%v is neither text, a whole number, yes or no, nor a list of texts", v)
}

func media(list []string, dir string) []string {
	var out []string
	for _, p := range list {
		if p != "" {
			out = append(out, absolute(p, dir))
		}
	}
	return out
}

// absolute returns a path as seen from a folder. Links and names stay.
func absolute(p, dir string) string {
	if strings.HasPrefix(p, "@") || strings.HasPrefix(p, "~") || strings.Contains(p, ":") || filepath.IsAbs(p) || dir == "" {
		return p
	}
	return filepath.Join(dir, p)
}

// textError returns an error of the library with its line.
func textError(err error) *TextError {
	if strict, ok := errors.AsType[*toml.StrictMissingError](err); ok && len(strict.Errors) > 0 {
		e := &strict.Errors[0]
		line, _ := e.Position()
		return &TextError{Line: line, Text: fmt.Sprintf("there is no key %q", strings.Join(e.Key(), "."))}
	}
	if e, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, _ := e.Position()
		return &TextError{Line: line, Text: strings.TrimPrefix(e.Error(), "toml: ")}
	}
	return &TextError{Text: strings.TrimPrefix(err.Error(), "toml: ")}
}

// shotLines returns the lines where shots begin.
func shotLines(text []byte) []int {
	var out []int
	n := 0
	for l := range bytes.Lines(text) {
		n++
		if bytes.HasPrefix(bytes.TrimSpace(l), []byte("[[shot]]")) {
			out = append(out, n)
		}
	}
	return out
}

// Replace makes a reel what a text describes. Shots are found again by id, else by
// name or content, and keep their takes; those that are not in the text are removed, with
// their takes left in the history. newID makes ids for new shots.
func (t *Text) Replace(newID func() (string, error)) Edit {
	return func(r *Reel) (string, error) {
		was := r.Clone()
		shots := make([]*Shot, len(t.Shots))
		for i, x := range t.Shots {
			s := t.find(r, x, shots[:i])
			fresh := *x
			fresh.Values = x.Values.Clone()
			if s != nil {
				fresh.ID, fresh.CreatedAt, fresh.Takes = s.ID, s.CreatedAt, s.Takes
			}
			if fresh.ID == "" {
				var err error
				if fresh.ID, err = newID(); err != nil {
					return "", err
				}
			}
			shots[i] = &fresh
		}
		for i, s := range shots {
			if n := t.Continue[i]; n > 0 {
				s.Continues = shots[n-1].ID
			} else {
				s.Continues = ""
			}
			pickAs(s, t.Picks[i])
		}
		r.Name, r.Cast, r.Shots = t.Name, slices.Clone(t.Cast), shots
		lines := Differences(was, r)
		if len(lines) == 0 {
			return "", nil
		}
		if len(lines) == 1 {
			return lines[0], nil
		}
		return fmt.Sprintf("Reel changed from a text: %s and %d more", lines[0], len(lines)-1), nil
	}
}

// find returns the shot of a reel that a text means: by id, or else by name,
// or else one with the same content that is not taken yet.
func (t *Text) find(r *Reel, x *Shot, taken []*Shot) *Shot {
	if x.ID != "" {
		s, _ := r.Shot(x.ID)
		return s
	}
	meant := func(s *Shot) bool {
		if slices.ContainsFunc(slices.Concat(taken, t.Shots), func(o *Shot) bool { return o.ID == s.ID }) {
			return false
		}
		if x.Name != "" {
			return strings.EqualFold(s.Name, x.Name)
		}
		return s.Name == "" && s.Model == x.Model && equal(s.Values, x.Values)
	}
	if i := slices.IndexFunc(r.Shots, meant); i >= 0 {
		return r.Shots[i]
	}
	return nil
}

// pickAs picks the take of an id, none for "". A take that is not here leaves
// the picks as they are.
func pickAs(s *Shot, id string) {
	if j, _ := s.Take(id); j == nil && id != "" {
		return
	}
	for _, j := range s.Takes {
		j.Pick = j.ID == id
		if j.Pick {
			j.Rejected = false
		}
	}
}
