package compose

import (
	"cmp"
	"slices"
	"strings"

	"charm.land/huh/v2"
	"github.com/dustin/go-humanize"

	"seedreel/client/catalogue"
	"seedreel/state/media"
	"seedreel/ui/field"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// The keys of rows that are not fields of the model.
const (
	keyModel = "model"
	keyMedia = "media"
	keyCount = "count"
)

// mostClips is how many clips one submit may order; scripts can order more.
const mostClips = 16

// manyMedia is the limit for a list if the catalogue gives none.
const manyMedia = 64

// form holds the rows of one model. It is rebuilt
// when the model changes; the values live in the draft.
type form struct {
	huh    *huh.Form
	rows   []field.Field
	model  *field.Picker
	prompt *field.Prompt
	media  *field.Media
	seed   *field.Seed
	count  *field.Number
	byRole map[catalogue.Role]field.Field
	// mediaRoles are the roles in the one media row.
	mediaRoles []catalogue.Role
}

// buildForm makes the rows for the model and fills them from the draft.
func (s *Screen) buildForm() {
	f := &form{byRole: map[catalogue.Role]field.Field{}}
	f.model = field.NewPicker(s.spec(keyModel, "Model", true)).Pin().SetOpener(safe.Line(s.s.Keys.Form.Model.Help().Key))
	f.model.SetValue(s.model.Ref().String(), words.Task(s.model.Task), tierWords(s.model), words.Service(s.model.Provider))
	f.rows = append(f.rows, f.model)
	for _, fd := range inOrder(s.model) {
		if row := s.row(f, fd); row != nil {
			f.rows = append(f.rows, row)
			f.byRole[fd.Role] = row
		}
	}
	f.count = field.NewNumber(s.spec(keyCount, "Takes", false), field.Span{Min: 1, Max: mostClips, Bare: true})
	f.count.SetValue(s.draft.Count)
	f.rows = append(f.rows, f.count)
	rows := make([]huh.Field, len(f.rows))
	for i, r := range f.rows {
		r.SetOrdinal(i + 1)
		rows[i] = r
	}
	f.huh = huh.NewForm(huh.NewGroup(rows...)).WithShowHelp(false).WithShowErrors(false).WithTheme(s.s.Styles.Huh())
	km := huh.NewDefaultKeyMap()
	km.Quit.SetEnabled(false) // ctrl+c belongs to the program
	f.huh.WithKeyMap(km)
	s.form = f
}

// rowOrder is the order of the rows, whatever the order of a model's fields: who
// moves to another model finds each row where it was. Roles that are not in it
// come before the seed, by their names.
var rowOrder = []catalogue.Role{
	catalogue.RolePrompt, "", catalogue.RoleResolution, catalogue.RoleAspectRatio, catalogue.RoleDuration, catalogue.RoleCameraFixed,
	catalogue.RoleAudioToggle,
}

// inOrder returns the fields of a model in the order of the rows.
func inOrder(m *catalogue.Model) []*catalogue.Field {
	out := make([]*catalogue.Field, len(m.Fields))
	for i := range m.Fields {
		out[i] = &m.Fields[i]
	}
	rank := func(fd *catalogue.Field) int {
		role := fd.Role
		if fd.Media != nil {
			role = ""
		}
		switch i := slices.Index(rowOrder, role); {
		case i >= 0:
			return i
		case role == catalogue.RoleSeed:
			return len(rowOrder) + 1
		}
		return len(rowOrder)
	}
	slices.SortStableFunc(out, func(a, b *catalogue.Field) int {
		if by := rank(a) - rank(b); by != 0 || rank(a) < len(rowOrder) {
			return by
		}
		return cmp.Compare(a.Role, b.Role)
	})
	return out
}

func tierWords(m *catalogue.Model) safe.String {
	t := words.Tier(m)
	if m.Resolution.Mode == "fixed" {
		t += " " + safe.Line(m.Resolution.Value)
	}
	return t
}

func (s *Screen) spec(key string, label safe.String, space bool) field.Spec {
	return field.Spec{Key: key, Label: label, Space: space, Styles: s.s.Styles}
}

// row returns the row of one field of the model. It returns nil for fields
// without a choice, and for media after the first, which share one row.
func (s *Screen) row(f *form, fd *catalogue.Field) field.Field {
	if fd.Role == catalogue.RoleModel || fd.Role == catalogue.RoleSyncMode || fd.Constant() {
		return nil
	}
	v := s.request()[fd.Role]
	switch {
	case fd.Media != nil:
		return s.mediaRow(f)
	case fd.Role == catalogue.RolePrompt:
		return s.promptRow(f, fd)
	case fd.Role == catalogue.RoleSeed:
		return s.seedRow(f, fd)
	case fd.Type == "integer":
		return s.numberRow(fd, v)
	case fd.Type == "boolean":
		off, on := switchWords(fd.Role)
		t := field.NewToggle(s.spec(string(fd.Role), rowLabel(fd), false), off, on)
		yes, _ := v.AsBool()
		t.SetOn(yes)
		return t
	case fd.Role == catalogue.RoleServiceTier && s.tierRow(v) != nil:
		return s.tierRow(v)
	case len(fd.Enum) > 0:
		return s.choiceRow(fd, v)
	}
	l := field.NewLine(s.spec(string(fd.Role), rowLabel(fd), false))
	l.SetValue(v.String())
	return l
}

func (s *Screen) promptRow(f *form, fd *catalogue.Field) field.Field {
	p := field.NewPrompt(s.spec(string(fd.Role), "Prompt", true))
	limit := 0
	if fd.MaxLength != nil {
		limit = *fd.MaxLength
	}
	p.SetLimit(limit, s.s.Catalogue.Now().SoftPromptLength())
	if s.form != nil && s.form.prompt != nil {
		p.Inherit(s.form.prompt) // what can be undone outlives the model
	}
	if text := s.draft.Values.Text(fd.Role); text != p.Value() {
		p.SetValue(text)
	}
	if u := s.draft.Undo; u != nil { // a stored draft, on start
		p.SetSteps(*u)
		s.draft.Undo = nil
	}
	if fd.Required {
		p.Placeholder("What happens in the clip? Subject and motion first, then scene, then camera.")
	} else {
		p.Placeholder("What moves in the clip? (optional)")
	}
	f.prompt = p
	return p
}

func (s *Screen) mediaRow(f *form) field.Field {
	if f.media != nil {
		return nil
	}
	var roles []field.MediaRole
	for i := range s.model.Fields {
		fd := &s.model.Fields[i]
		if fd.Media == nil {
			continue
		}
		_, hi := fd.Bounds()
		if hi == 0 {
			hi = manyMedia
		}
		roles = append(roles, field.MediaRole{Key: string(fd.Role), Label: mediaLabel(fd.Role), Max: hi, Add: addWords(fd)})
		f.mediaRoles = append(f.mediaRoles, fd.Role)
	}
	m := field.NewMedia(s.spec(keyMedia, mediaHead(s.model), true), roles...)
	m.SetSplit(splitPaste)
	var items []field.MediaItem
	for _, r := range f.mediaRoles {
		for _, it := range s.draft.Values.Media(r) {
			items = append(items, field.MediaItem{Role: string(r), Item: it})
		}
	}
	m.SetItems(items)
	f.media = m
	return m
}

// splitPaste splits a pasted text: into file names as a terminal quotes dropped
// files, or else into one path or link a line.
func splitPaste(text string) []string {
	if paths := media.ParseDropped(text); len(paths) > 0 {
		return paths
	}
	var out []string
	for line := range strings.Lines(safe.Edit(text)) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

func mediaHead(m *catalogue.Model) safe.String {
	for i := range m.Fields {
		if md := m.Fields[i].Media; md != nil && md.Kind != "image" {
			return "Media"
		}
	}
	return "Images"
}

func mediaLabel(r catalogue.Role) safe.String {
	switch r {
	case catalogue.RoleFirstFrame:
		return "first"
	case catalogue.RoleLastFrame:
		return "last"
	case catalogue.RoleReferenceImages:
		return "image"
	case catalogue.RoleReferenceVideos:
		return "video"
	case catalogue.RoleReferenceVideo:
		return "one video" // some models have a place for one beside a list
	case catalogue.RoleReferenceAudios:
		return "sound"
	case catalogue.RoleReferenceAudio:
		return "one sound"
	case catalogue.RoleSourceVideo:
		return "video"
	default:
		return safe.Line(r.Label())
	}
}

func addWords(fd *catalogue.Field) safe.String {
	s := safe.String("add ")
	switch {
	case fd.List() && fd.Media.Kind == "audio":
		s += "sounds"
	case fd.List():
		s += safe.Line(fd.Media.Kind) + "s"
	case fd.Media.Kind == "image":
		s += "an image"
	case fd.Media.Kind == "audio":
		s += "a sound"
	default:
		s += "a " + safe.Line(fd.Media.Kind)
	}
	lo, hi := fd.Bounds()
	switch {
	case fd.List() && hi > 0 && lo > 0:
		s += safe.Line(", " + humanize.Comma(int64(lo)) + " to " + humanize.Comma(int64(hi)))
	case fd.List() && hi > 0:
		s += safe.Line(", up to " + humanize.Comma(int64(hi)))
	}
	if !fd.Required {
		s += " (optional)"
	}
	return s
}

func (s *Screen) seedRow(f *form, fd *catalogue.Field) field.Field {
	lo, hi, _ := s.model.SeedRange()
	row := field.NewSeed(s.spec(string(fd.Role), "Seed", false), lo, hi)
	if n, ok := s.draft.Values.Int(fd.Role); ok && n >= 0 {
		row.SetValue(n)
	}
	f.seed = row
	return row
}

func (s *Screen) numberRow(fd *catalogue.Field, v catalogue.Value) field.Field {
	span := field.Span{Unit: safe.Line(fd.Unit)}
	for _, o := range fd.Options() {
		if n, ok := o.AsInt(); ok {
			span.Values = append(span.Values, int(n))
		}
	}
	lo, hi := fd.Range()
	span.Min, span.Max = int(lo), int(hi)
	if fd.Step != nil {
		span.Step = int(*fd.Step)
	}
	n := field.NewNumber(s.spec(string(fd.Role), rowLabel(fd), false), span)
	if x, ok := v.AsInt(); ok {
		n.SetValue(int(x))
	}
	return n
}

func (s *Screen) choiceRow(fd *catalogue.Field, v catalogue.Value) field.Field {
	var o []field.Option
	if _, has := fd.DefaultValue(); !has && !fd.Required && fd.Role != catalogue.RoleResolution {
		none := field.Option{Label: "as the service likes"}
		if fd.Role == catalogue.RoleAspectRatio {
			none.Label = "follow image"
		}
		o = append(o, none)
	}
	for _, x := range fd.Options() {
		o = append(o, field.Option{Value: x.String(), Label: safe.Line(x.String())})
	}
	c := field.NewChoice(s.spec(string(fd.Role), rowLabel(fd), false), o...)
	c.SetValue(v.String())
	return c
}

func rowLabel(fd *catalogue.Field) safe.String {
	switch fd.Role {
	case catalogue.RoleDuration:
		return "Duration"
	case catalogue.RoleAspectRatio:
		return "Ratio"
	case catalogue.RoleResolution:
		return "Resolution"
	case catalogue.RoleCameraFixed:
		return "Camera"
	case catalogue.RoleAudioToggle:
		return "Sound"
	case catalogue.RoleWatermark:
		return "Watermark"
	case catalogue.RoleWebSearch:
		return "Web search"
	case catalogue.RoleProviderRouting:
		return "Routing"
	default:
		return safe.Line(fd.Role.Label())
	}
}

func switchWords(r catalogue.Role) (off, on safe.String) {
	switch r {
	case catalogue.RoleCameraFixed:
		return "free", "fixed"
	case catalogue.RoleAudioToggle:
		return "silent", "with sound"
	default:
		return "off", "on"
	}
}
