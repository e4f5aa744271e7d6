package catalogue

import (
	"cmp"
	"slices"
	"strconv"
)

// Match is the same clip at another service.
type Match struct {
	Model *Model
	// Values are the clip's values as far as the model takes them, filled up
	// with its defaults.
	Values Values
	// Differs lists how its clip would differ; empty if it would not.
	Differs []Difference
}

// Difference is one way in which two clips differ.
type Difference struct {
	// What is the role that differs, such as RoleResolution.
	What Role
	// Here and There are its values in words; "" for none.
	Here, There string
}

// String returns what there is and what was wanted: "480p, not 720p".
func (d Difference) String() string {
	switch {
	case d.Here == "":
		return d.What.Label() + " needed"
	case d.There == "":
		return "no " + d.What.Label()
	}
	return d.There + ", not " + d.Here
}

// Elsewhere returns the same clip at every other service that has it: same
// family and tier, a common task, and of one service's models the one whose
// clip differs least; among equals, one that stays comes before one being
// switched off. The services are in the catalogue's order, beginning after the
// model's own, so that following the first of them again and again visits all.
func (c *Catalogue) Elsewhere(m *Model, v Values) []Match {
	best := map[string]Match{}
	for _, x := range c.models {
		if x.Provider == m.Provider || x.Family != m.Family || x.Tier != m.Tier || x.Lifecycle.Status == LifeRetired {
			continue
		}
		if !slices.ContainsFunc(x.Tasks, func(task string) bool { return slices.Contains(m.Tasks, task) }) {
			continue
		}
		y := m.as(x, v)
		if old, ok := best[x.Provider]; !ok || cmp.Or(compareDiffers(y.Differs, old.Differs), cmp.Compare(x.rank(), old.Model.rank())) < 0 {
			best[x.Provider] = y
		}
	}
	var out []Match
	for _, id := range c.after(m.Provider) {
		if y, ok := best[id]; ok {
			out = append(out, y)
		}
	}
	return out
}

// after lists the other services in the order of the data, beginning after the
// given one.
func (c *Catalogue) after(provider string) []string {
	var ids []string
	for _, x := range c.models {
		if !slices.Contains(ids, x.Provider) {
			ids = append(ids, x.Provider)
		}
	}
	if i := slices.Index(ids, provider); i >= 0 {
		return slices.Concat(ids[i+1:], ids[:i])
	}
	return ids
}

// as converts the clip of m to one of x. Resolution, length and sound are
// taken as m makes them, including those fixed or by default: the defaults of
// x differ.
func (m *Model) as(x *Model, v Values) Match {
	asked := v.Clone()
	if asked == nil {
		asked = Values{}
	}
	if r := m.ResolutionOf(v); r != "" {
		asked[RoleResolution] = Text(r)
	}
	if n := m.Seconds(v); n > 0 {
		asked[RoleDuration] = Int(int64(n))
	}
	if x.Field(RoleAudioToggle) != nil {
		asked[RoleAudioToggle] = Bool(m.soundOn(v))
	}
	y := Match{Model: x, Values: x.Adopt(asked)}
	y.Differs = x.misfits(v)
	for _, d := range []Difference{
		{RoleResolution, m.ResolutionOf(v), x.ResolutionOf(y.Values)},
		{RoleDuration, seconds(m.Seconds(v)), seconds(x.Seconds(y.Values))},
		{RoleAudioToggle, soundWord(m.soundOn(v)), soundWord(x.soundOn(y.Values))},
	} {
		// What either model does not state cannot be compared.
		if d.Here != d.There && d.Here != "" && d.There != "" {
			y.Differs = append(y.Differs, d)
		}
	}
	return y
}

func seconds(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n) + " s"
}

func soundWord(on bool) string {
	if on {
		return "sound"
	}
	return "silent"
}

// misfits lists the media that x has no place for, and those that it requires
// and does not get.
func (m *Model) misfits(v Values) []Difference {
	var out []Difference
	for role := range v {
		if len(v.Media(role)) > 0 && m.Field(role) == nil {
			out = append(out, Difference{What: role, Here: role.Label()})
		}
	}
	for i := range m.Fields {
		if f := &m.Fields[i]; f.Media != nil && f.Required && !v[f.Role].IsSet() {
			out = append(out, Difference{What: f.Role, There: f.Role.Label()})
		}
	}
	slices.SortFunc(out, func(a, b Difference) int { return cmp.Compare(a.What, b.What) })
	return out
}

// compareDiffers sorts smaller differences first: media weigh most, as a clip
// without its image is another clip, then resolution, length and sound.
func compareDiffers(a, b []Difference) int {
	return cmp.Or(
		cmp.Compare(count(a, mediaDiffers), count(b, mediaDiffers)),
		cmp.Compare(count(a, differsIn(RoleResolution)), count(b, differsIn(RoleResolution))),
		cmp.Compare(count(a, differsIn(RoleDuration)), count(b, differsIn(RoleDuration))),
		cmp.Compare(len(a), len(b)),
	)
}

func mediaDiffers(d Difference) bool { return d.Here == "" || d.There == "" }

func differsIn(r Role) func(Difference) bool { return func(d Difference) bool { return d.What == r } }

func count(list []Difference, is func(Difference) bool) int {
	n := 0
	for _, d := range list {
		if is(d) {
			n++
		}
	}
	return n
}

// rank orders models by life cycle, those that stay first.
func (m *Model) rank() int {
	if m.Lifecycle.Status == LifeActive {
		return 0
	}
	return 1
}
