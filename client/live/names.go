package live

import (
	"regexp"
	"strings"
	"sync"

	"seedreel/client/catalogue"
)

// Names is what a catalogue teaches about a service's field names, so that a
// new schema can be read: the role of each name, and which models are related.
// It is read-only and safe for concurrent use.
type Names struct {
	provider string
	fields   map[string]catalogue.Field
	ids      map[string]*catalogue.Model
	stems    map[string]*catalogue.Model
}

// NewNames learns from a catalogue's models of one service, and from those of
// the others for names that they lack.
func NewNames(c *catalogue.Catalogue, provider string) *Names {
	n := &Names{provider: provider, fields: map[string]catalogue.Field{}, ids: map[string]*catalogue.Model{}, stems: map[string]*catalogue.Model{}}
	votes := map[string]map[catalogue.Role]int{}
	for _, own := range []bool{true, false} {
		for _, m := range c.All() {
			if (m.Provider == provider) != own {
				continue
			}
			if own {
				n.ids[m.ID] = m
				n.stems[stem(m.ID)] = m
			}
			n.learn(m, votes, own)
		}
	}
	return n
}

// learn counts the meanings of a name; the service's own models outvote all
// others, and the most frequent role wins.
func (n *Names) learn(m *catalogue.Model, votes map[string]map[catalogue.Role]int, own bool) {
	weight := 1
	if own {
		weight = 1000
	}
	for i := range m.Fields {
		f := &m.Fields[i]
		for _, name := range append([]string{f.Name}, f.Aliases...) {
			if votes[name] == nil {
				votes[name] = map[catalogue.Role]int{}
			}
			votes[name][f.Role] += weight
			if best, ok := n.fields[name]; !ok || votes[name][f.Role] > votes[name][best.Role] {
				n.fields[name] = *f
			}
		}
	}
}

// firstDigit matches the end of the part of an id that names a maker and a
// family: "maker/name-" of "maker/name-v1-t2v-480p".
var firstDigit = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`v?[0-9]`)
})

func stem(id string) string {
	if at := firstDigit().FindStringIndex(id); at != nil && at[0] > 0 {
		return id[:at[0]]
	}
	return id
}

// Related reports whether an id is known, or shares maker and family with
// known models.
func (n *Names) Related(id string) bool { return n.stems[stem(id)] != nil }

// Known returns the catalogue's model of the id, nil when it has none.
func (n *Names) Known(id string) *catalogue.Model { return n.ids[id] }

// role returns the meaning of a field in a model. A field whose type or kind
// of media differs from the known one is something else under the same name.
func (n *Names) role(id string, f *catalogue.Field) catalogue.Role {
	if m := n.ids[id]; m != nil {
		if k := m.FieldNamed(f.Name); k != nil && k.SameKind(f) {
			return k.Role
		}
	}
	if k, ok := n.fields[f.Name]; ok && k.SameKind(f) {
		return k.Role
	}
	return catalogue.PlainRole(f.Name)
}

// typeOf returns the type that a name has elsewhere, "" when it is not known.
func (n *Names) typeOf(name string) string { return n.fields[name].Type }

// kindOf returns the kind of media of a name: as elsewhere, or by the words in
// it.
func (n *Names) kindOf(name string) string {
	if k, ok := n.fields[name]; ok {
		if k.Media == nil {
			return ""
		}
		return k.Media.Kind
	}
	s := mediaName().FindStringSubmatch(strings.ToLower(name))
	if s == nil {
		return ""
	}
	if s[1] == "frame" {
		return "image"
	}
	return s[1]
}

// mediaName matches names of links to media, by the rule of the vendor's
// desktop program: image, last_image, image_url, reference_videos.
var mediaName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:[a-z0-9_]+_)?(image|video|audio|frame)s?(?:_url|_urls|_uri)?$`)
})
