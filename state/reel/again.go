package reel

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"seedreel/client/catalogue"
	"seedreel/client/near"
	"seedreel/state/job"
)

// Way is how a take is made once more.
type Way string

// The ways to make a take once more. All but WayGoOn make another take of its
// shot.
const (
	// WaySame keeps all but the seed, WayWords the seed too: the prompt is what
	// a person changes.
	WaySame  Way = "same"
	WaySeed  Way = "seed"
	WayWords Way = "words"
	// WayModel is the next model of the family, WayElsewhere the same clip at
	// another service.
	WayModel     Way = "model"
	WayElsewhere Way = "elsewhere"
	WayLonger    Way = "longer"
	WayRatio     Way = "ratio"
	// WayGoOn begins the next shot with a frame of the take, WayLoop ends the
	// take with the frame that it begins with. WayLast and WayReference have a
	// frame of the take as last frame and as reference.
	WayGoOn      Way = "go-on"
	WayLoop      Way = "loop"
	WayLast      Way = "last-frame"
	WayReference Way = "reference"
	// WayFinal makes a picked draft in full quality.
	WayFinal Way = "final"
)

// Ways returns all ways, the most used first.
func Ways() []Way {
	return []Way{
		WaySame, WaySeed, WayWords, WayModel, WayLonger, WayRatio, WayElsewhere, WayGoOn, WayLoop, WayLast, WayReference, WayFinal,
	}
}

// Frame is a picture of a take that a way needs.
type Frame int

// The frames: none, or that at the beginning or the end of the clip.
const (
	NoFrame Frame = iota
	FirstFrame
	LastFrame
)

// Needs returns the frame that a way needs. A loop has its own if the take
// began with a picture.
func (w Way) Needs(j *job.Job) Frame {
	switch w {
	case WayGoOn, WayLast, WayReference:
		return LastFrame
	case WayLoop:
		if len(j.Values.Media(catalogue.RoleFirstFrame)) == 0 {
			return FirstFrame
		}
	case WaySame, WaySeed, WayWords, WayModel, WayElsewhere, WayLonger, WayRatio, WayFinal:
	}
	return NoFrame
}

// AtOnce reports whether there is nothing for a person to change before the
// order.
func (w Way) AtOnce() bool { return w == WaySeed || w == WayFinal }

// Next is a take that can be ordered, or put into the form before.
type Next struct {
	Way    Way
	Model  *catalogue.Model
	Values catalogue.Values
	// Taken has no shot if the take begins a new one, which continues that of
	// Continues.
	Taken job.Taken
	// Was is the model of the take it is made from, if that cannot make it.
	Was *catalogue.Model
	// Changed is the field that the way changed, Is its value there, and
	// Differs how a clip elsewhere would differ.
	Changed catalogue.Role
	Is      catalogue.Value
	Differs []catalogue.Difference
}

// Maker makes takes once more. One set of rules serves screens and commands.
type Maker struct {
	Catalogue *catalogue.Catalogue
	// Usable reports whether there is an account for a service; nil means for
	// all.
	Usable func(provider string) bool
}

// Next returns a take that is made from j in a way. s is the shot of j; only a
// final needs it. frame is a picture that the way needs, "" for one to come,
// which is enough to find a price. The error is what prevents it.
func (k *Maker) Next(j *job.Job, s *Shot, way Way, frame string) (*Next, error) {
	m := k.Catalogue.Model(catalogue.Ref{Provider: j.Provider, ID: j.Model})
	if m == nil {
		return nil, fmt.Errorf("the catalogue no longer has %s", j.Model)
	}
	if frame == "" {
		frame = comingFrame
	}
	n := &Next{Way: way, Model: m, Values: Intention(j), Taken: job.Taken{Shot: j.Shot, Parent: j.ID}}
	if n.Values == nil {
		n.Values = catalogue.Values{}
	}
	var err error
	switch way {
	case WaySame:
	case WaySeed:
		n.Taken.Origin = job.OriginSeed
	case WayWords:
		keepSeed(n, j)
	case WayModel:
		err = k.nextModel(n)
	case WayElsewhere:
		err = k.elsewhere(n)
	case WayLonger:
		err = after(n, catalogue.RoleDuration, false)
	case WayRatio:
		err = after(n, catalogue.RoleAspectRatio, true)
	case WayGoOn, WayLoop, WayLast, WayReference:
		err = k.withFrame(n, j, frame)
	case WayFinal:
		err = k.final(n, j, s)
	default:
		err = noWay(way)
	}
	if err != nil {
		return nil, err
	}
	return n, nil
}

func keepSeed(n *Next, j *job.Job) {
	if j.HasSeed && n.Model.Field(catalogue.RoleSeed) != nil {
		n.Values[catalogue.RoleSeed] = catalogue.Int(j.Seed)
	}
}

func (k *Maker) nextModel(n *Next) error {
	to := k.Catalogue.Next(n.Model, n.Values)
	if to == nil {
		return errors.New("its family has no other model for such a clip")
	}
	n.Was, n.Model, n.Values = n.Model, to, to.Adopt(n.Values)
	return nil
}

func (k *Maker) elsewhere(n *Next) error {
	list := k.Catalogue.Elsewhere(n.Model, n.Values)
	if len(list) == 0 {
		return errors.New("no other service has such a model")
	}
	i := 0
	if k.Usable != nil {
		i = max(slices.IndexFunc(list, func(x catalogue.Match) bool { return k.Usable(x.Model.Provider) }), 0)
	}
	n.Was, n.Model, n.Values, n.Differs = n.Model, list[i].Model, list[i].Values, list[i].Differs
	n.Taken.Origin = job.OriginElsewhere
	return nil
}

// after changes a field to the value that follows.
func after(n *Next, r catalogue.Role, around bool) error {
	f := n.Model.Field(r)
	if f == nil {
		return fmt.Errorf("%s has no %s to choose", n.Model.ID, r.Label())
	}
	was := n.Model.Fill(n.Values)[r]
	is, ok := f.After(was, around)
	switch {
	case ok:
		n.Values[r], n.Changed, n.Is = is, r, is
		return nil
	case around:
		return fmt.Errorf("%s has one %s only", n.Model.ID, r.Label())
	}
	return fmt.Errorf("%s makes none that is longer", n.Model.ID)
}

// withFrame puts a frame in its place, in a model that has one.
func (k *Maker) withFrame(n *Next, j *job.Job, frame string) error {
	roles := []catalogue.Role{catalogue.RoleFirstFrame}
	switch n.Way {
	case WayGoOn:
		n.Taken = job.Taken{Parent: j.ID, Origin: job.OriginContinued, Continues: j.Shot}
		delete(n.Values, catalogue.RoleLastFrame)
		n.Values[catalogue.RoleFirstFrame] = catalogue.Media(frame)
	case WayLoop:
		roles = append(roles, catalogue.RoleLastFrame)
		first := j.Values.Media(catalogue.RoleFirstFrame)
		if len(first) == 0 {
			first = []string{frame}
		}
		n.Values[catalogue.RoleFirstFrame], n.Values[catalogue.RoleLastFrame] = catalogue.Media(first...), catalogue.Media(first...)
	case WayLast:
		if n.Values[catalogue.RoleFirstFrame].IsSet() {
			roles = append(roles, catalogue.RoleLastFrame)
		} else {
			roles = []catalogue.Role{catalogue.RoleLastFrame}
		}
		n.Values[catalogue.RoleLastFrame] = catalogue.Media(frame)
	default:
		roles = []catalogue.Role{catalogue.RoleReferenceImages}
		more := append(slices.Clone(n.Values.Media(catalogue.RoleReferenceImages)), frame)
		n.Values[catalogue.RoleReferenceImages] = catalogue.Media(more...)
	}
	to := k.Catalogue.Sibling(n.Model, n.Values, roles...)
	if to == nil && n.Way == WayLast {
		// The first frame that it needs as well is missing in the form.
		to = k.Catalogue.Sibling(n.Model, n.Values, catalogue.RoleFirstFrame, catalogue.RoleLastFrame)
	}
	if to == nil {
		return fmt.Errorf("%s takes no %s, and no model of its family does", n.Model.ID, roles[len(roles)-1].Label())
	}
	if to != n.Model {
		n.Was, n.Model, n.Values = n.Model, to, to.Adopt(n.Values)
	}
	n.Changed = roles[len(roles)-1]
	makeRoom(n, roles)
	settle(n)
	return nil
}

// makeRoom drops the media that the model does not take beside those of roles.
func makeRoom(n *Next, roles []catalogue.Role) {
	for _, r := range References(n.Values) {
		f := n.Model.Field(r)
		if slices.Contains(roles, r) {
			continue
		}
		if f == nil || n.Model.Clash(f, n.Values) != "" {
			delete(n.Values, r)
			continue
		}
		for _, kept := range roles {
			if n.Model.Clash(n.Model.Field(kept), n.Values) != "" {
				delete(n.Values, r)
				break
			}
		}
	}
}

// settle changes the settings that the model does not take beside the frame to
// the first that it does.
func settle(n *Next) {
	v := n.Model.Fill(n.Values)
	for i := range n.Model.Fields {
		f := &n.Model.Fields[i]
		if f.Media != nil || !v[f.Role].IsSet() || n.Model.Clash(f, v) == "" {
			continue
		}
		for _, o := range f.Options() {
			if v[f.Role] = o; n.Model.Clash(f, v) == "" {
				n.Values[f.Role] = o
				break
			}
		}
	}
}

// final makes a pick as its shot wants finals, or else with the most lines
// that its family has.
func (k *Maker) final(n *Next, j *job.Job, s *Shot) error {
	switch {
	case !j.Pick:
		return errors.New("finals are made of picks; pick this take first")
	case j.Origin == job.OriginFinal:
		return errors.New("it is a final already")
	}
	n.Taken.Origin = job.OriginFinal
	keepSeed(n, j)
	if s != nil && !s.Final.IsZero() {
		making := &Making{Mode: AsFinal, Models: k.Catalogue.Model}
		m, v, _, err := making.intention(s)
		if err != nil {
			return err
		}
		if m == nil {
			return errors.New("its shot wants finals of a model that the catalogue does not have")
		}
		n.to(m, m.Fill(v))
	} else {
		m, lines := k.Catalogue.Finest(n.Model, n.Values)
		if catalogue.Lines(lines) <= catalogue.Lines(n.Model.ResolutionOf(n.Model.Fill(n.Values))) {
			return errors.New("it has the best quality of its family; name another model for finals of the shot")
		}
		n.Values[catalogue.RoleResolution] = catalogue.Text(lines)
		n.to(m, m.Adopt(n.Values))
	}
	// Under this key reel make knows it, too.
	p := Part{Model: n.Model, Values: n.Values, Taken: n.Taken}
	var err error
	n.Taken.Key, err = p.key(AsFinal)
	return err
}

func (n *Next) to(m *catalogue.Model, v catalogue.Values) {
	if m != n.Model {
		n.Was, n.Model = n.Model, m
	}
	n.Values = v
}

// noWay returns the error for a way that there is none of, with the one that was
// probably meant.
func noWay(way Way) error {
	names := make([]string, len(Ways()))
	for i, w := range Ways() {
		names[i] = string(w)
	}
	if meant := near.Meant(string(way), names); meant != "" {
		return fmt.Errorf("%q is no way to make a take again; did you mean %s?", string(way), meant)
	}
	return fmt.Errorf("%q is no way to make a take again; it must be one of %s", string(way), strings.Join(names, ", "))
}
