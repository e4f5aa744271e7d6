package compose

import (
	"crypto/rand"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/dustin/go-humanize/english"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/state/media"
	stateorder "seedreel/state/order"
	"seedreel/state/reel"
	"seedreel/ui/dialog"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/order"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// Variant is one combination of the form's alternatives.
type Variant struct {
	Model  *catalogue.Model
	Values catalogue.Values
	Each   catalogue.Estimate
	// Why is what is wrong with it, "" if it can be made; Out is set if a person
	// left it out.
	Why safe.String
	Out bool
}

// ListOfModels is the key of the models in the draft's lists.
const ListOfModels = catalogue.Role("model-list")

// Varied reports whether the form has alternatives, or braces that mean
// themselves.
func (d *Draft) Varied() bool {
	return len(d.Lists) > 0 || reel.HasAlternatives(d.Values.Text(catalogue.RolePrompt))
}

// product returns the form with its alternatives.
func (d *Draft) product(m *catalogue.Model, cat *catalogue.Catalogue) (*reel.Product, error) {
	p := &reel.Product{Models: []*catalogue.Model{m}, Values: d.request(m), Lists: map[catalogue.Role]string{}, Takes: d.Count}
	for r, list := range d.Lists {
		if r == ListOfModels {
			var err error
			if p.Models, err = models(cat, list); err != nil {
				return nil, err
			}
			continue
		}
		if m.Field(r) == nil {
			continue // it waits for a model that has the field
		}
		p.Lists[r] = list
		delete(p.Values, r)
	}
	return p, nil
}

// models returns the models of a list of ids.
func models(cat *catalogue.Catalogue, list string) ([]*catalogue.Model, error) {
	var out []*catalogue.Model
	for id := range strings.SplitSeq(list, ",") {
		m, err := cat.One(strings.TrimSpace(id))
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// Variants returns the combinations of the form, none if it has no alternatives.
// If they cannot be made, it returns what is wrong.
func (d *Draft) Variants(m *catalogue.Model, cat *catalogue.Catalogue, look catalogue.Inspect) ([]*Variant, error) {
	if !d.Varied() {
		return nil, nil
	}
	p, err := d.product(m, cat)
	if err != nil {
		return nil, err
	}
	all, err := p.Expand()
	if err != nil {
		return nil, err
	}
	out := make([]*Variant, len(all))
	for i, x := range all {
		v := x.Model.Adopt(x.Values)
		for r := range p.Lists {
			v[r] = x.Values[r] // one that is not taken is an error, not dropped
		}
		out[i] = &Variant{Model: x.Model, Values: v, Each: x.Model.Estimate(v, look)}
		if errs := catalogue.Validate(x.Model, v, look); len(errs) > 0 {
			out[i].Why = safe.Line(errs[0].Error())
		}
	}
	return out, nil
}

// CheckList returns what is wrong with the alternatives of a field, as typed.
func CheckList(m *catalogue.Model, cat *catalogue.Catalogue, role catalogue.Role, text string) (err error) {
	switch {
	case text == "":
	case role == ListOfModels:
		_, err = models(cat, text)
	default:
		_, err = reel.ParseList(m.Field(role), text)
	}
	return err
}

// refreshProduct finds the combinations again. What is wrong with the braces
// is shown under the prompt.
func (s *Screen) refreshProduct() {
	var err error
	if s.variants, err = s.draft.Variants(s.model, s.s.Catalogue.Now(), s.look); err != nil {
		s.errs = append(s.errs, catalogue.FieldError{Role: catalogue.RolePrompt, Text: err.Error()})
		s.touched[catalogue.RolePrompt] = true
		return
	}
	if len(s.variants) == 0 {
		return
	}
	// The combinations are what is sent, and are checked instead.
	s.errs = slices.DeleteFunc(s.errs, func(e catalogue.FieldError) bool {
		return e.Role == catalogue.RolePrompt || s.draft.Lists[e.Role] != ""
	})
	if len(s.variants) == 1 && s.variants[0].Why != "" {
		s.errs = append(s.errs, catalogue.FieldError{Role: catalogue.RolePrompt, Text: string(s.variants[0].Why)})
	}
}

// Sum returns the clips and the price of the chosen combinations.
func Sum(list []*Variant, takes int) (clips int, total usd.Micro, known bool) {
	known = true
	for _, x := range list {
		if x.Out || x.Why != "" {
			continue
		}
		clips += takes
		most, ok := x.Each.Times(takes).Ceiling()
		total, known = total.Plus(most), known && ok
	}
	return clips, total, known
}

// SumWords returns them in words: "12 clips for $0.96".
func SumWords(list []*Variant, takes int) safe.String {
	clips, total, known := Sum(list, takes)
	s := english.Plural(clips, "clip", "")
	if known {
		s += " for " + total.String()
	}
	return safe.Line(s)
}

// bandWords is like SumWords for the form: while none of the combinations can be
// made, what all of them would come to.
func bandWords(list []*Variant, takes int) safe.String {
	if clips, _, _ := Sum(list, takes); clips > 0 {
		return SumWords(list, takes)
	}
	all := make([]*Variant, len(list))
	for i, x := range list {
		y := *x
		y.Why, y.Out = "", false
		all[i] = &y
	}
	return SumWords(all, takes)
}

// submitProduct submits the one combination, or shows the table of all.
func (s *Screen) submitProduct() tea.Cmd {
	if len(s.variants) == 1 {
		x := s.variants[0]
		return studio.Send(order.SubmitMsg{
			Model: x.Model, Values: media.Absolute(x.Values, s.s.Home), Count: s.draft.Count, Estimate: x.Each, Taken: s.draft.taken(),
		})
	}
	s.checking = false
	if clips, _, _ := Sum(s.variants, s.draft.Count); clips == 0 {
		return studio.Say(toast.Bad, "Not submitted. No row can be made: "+s.variants[0].Why+".")
	}
	s.s.Dialogs.Push(newTable(s))
	return nil
}

// orderProduct orders the chosen rows as one order.
func (s *Screen) orderProduct(list []*Variant) tea.Cmd {
	drafts, err := Drafts(list, s.draft.Count, s.draft.taken(), s.s.Home, s.s.Practice)
	if err != nil {
		return studio.Say(toast.Bad, words.Error(err))
	}
	s.checking = true
	return studio.Send(order.OrderMsg{Drafts: drafts})
}

// Drafts returns the chosen combinations as parts of one order. They are takes
// of one shot, as what is tried together is one intention.
func Drafts(list []*Variant, takes int, taken job.Taken, home string, practice bool) ([]stateorder.Draft, error) {
	if taken.Shot == "" {
		var err error
		if taken.Shot, err = reel.NewID(rand.Reader); err != nil {
			return nil, err
		}
	}
	var drafts []stateorder.Draft
	for _, x := range list {
		if !x.Out && x.Why == "" {
			drafts = append(drafts, stateorder.Clip(x.Model, media.Absolute(x.Values, home), takes, &x.Each, practice).As(taken))
		}
	}
	return drafts, nil
}

// askList asks for alternatives of the row in focus.
func (s *Screen) askList() tea.Cmd {
	row := s.focusedRow()
	if row == nil {
		return nil
	}
	role := catalogue.Role(row.GetKey())
	label, body, example := row.Label(), safe.String("Values with commas between, or a range. Empty for none."), "5,8 or 4-8"
	switch fd := s.model.Field(role); {
	case role == catalogue.RolePrompt:
		return studio.Say(toast.Info, "In the prompt write alternatives as {dawn|noon|night}.")
	case row.GetKey() == keyModel:
		role, body, example = ListOfModels, "Ids of models with commas between. Empty for none.", s.model.ID
	case fd == nil || fd.Media != nil || role == catalogue.RoleSeed:
		return studio.Say(toast.Info, label+" has no alternatives; every combination would be another order.")
	}
	s.s.Dialogs.Push(dialog.NewInput("list", "Alternatives of "+label, body.Block(), s.draft.Lists[role], func(text string) tea.Cmd {
		return s.setList(role, strings.TrimSpace(text))
	}).Placeholder(safe.Line(example)).Check(func(text string) string { return s.listProblem(role, strings.TrimSpace(text)) }))
	return nil
}

func (s *Screen) listProblem(role catalogue.Role, text string) string {
	if err := CheckList(s.model, s.s.Catalogue.Now(), role, text); err != nil {
		return string(words.Sentence(err))
	}
	return ""
}

func (s *Screen) setList(role catalogue.Role, text string) tea.Cmd {
	if text == "" {
		delete(s.draft.Lists, role)
	} else {
		if s.draft.Lists == nil {
			s.draft.Lists = map[catalogue.Role]string{}
		}
		s.draft.Lists[role] = text
	}
	s.refresh()
	return s.changed()
}

// showLists shows the alternatives under their rows.
func (s *Screen) showLists() {
	key := safe.Line(s.s.Keys.Form.Vary.Help().Key) + " changes it"
	for _, r := range s.form.rows {
		role := catalogue.Role(r.GetKey())
		if r.GetKey() == keyModel {
			role = ListOfModels
		}
		if list := s.draft.Lists[role]; list != "" {
			r.SetNote("each of "+safe.Line(list), key)
		} else if s.noted[role] {
			r.SetNote("", "")
		}
	}
	s.noted = map[catalogue.Role]bool{}
	for r := range s.draft.Lists {
		s.noted[r] = true
	}
}
