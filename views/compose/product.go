package compose

import (
	"crypto/rand"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/dustin/go-humanize/english"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
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

// variant is one combination of the form's alternatives.
type variant struct {
	model  *catalogue.Model
	values catalogue.Values
	each   catalogue.Estimate
	// why is what is wrong with it, "" if it can be made; out is set if a person
	// left it out.
	why safe.String
	out bool
}

// keyModels is the key of the models in the draft's lists.
const keyModels = catalogue.Role("model-list")

// varied reports whether the form has alternatives, or braces that mean
// themselves.
func (s *Screen) varied() bool {
	return len(s.draft.Lists) > 0 || reel.HasAlternatives(s.draft.Values.Text(catalogue.RolePrompt))
}

// product returns the form with its alternatives.
func (s *Screen) product() (*reel.Product, error) {
	p := &reel.Product{Models: []*catalogue.Model{s.model}, Values: s.request(), Lists: map[catalogue.Role]string{}, Takes: s.draft.Count}
	for r, list := range s.draft.Lists {
		if r == keyModels {
			var err error
			if p.Models, err = s.models(list); err != nil {
				return nil, err
			}
			continue
		}
		if s.model.Field(r) == nil {
			continue // it waits for a model that has the field
		}
		p.Lists[r] = list
		delete(p.Values, r)
	}
	return p, nil
}

// models returns the models of a list of ids.
func (s *Screen) models(list string) ([]*catalogue.Model, error) {
	var out []*catalogue.Model
	for id := range strings.SplitSeq(list, ",") {
		m, err := s.s.Catalogue.Now().One(strings.TrimSpace(id))
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// vary finds the combinations of the form. If they cannot be made, it returns
// what is wrong.
func (s *Screen) vary() ([]*variant, error) {
	if !s.varied() {
		return nil, nil
	}
	p, err := s.product()
	if err != nil {
		return nil, err
	}
	all, err := p.Expand()
	if err != nil {
		return nil, err
	}
	out := make([]*variant, len(all))
	for i, x := range all {
		v := x.Model.Adopt(x.Values)
		for r := range p.Lists {
			v[r] = x.Values[r] // one that is not taken is an error, not dropped
		}
		out[i] = &variant{model: x.Model, values: v, each: x.Model.Estimate(v, s.look)}
		if errs := catalogue.Validate(x.Model, v, s.look); len(errs) > 0 {
			out[i].why = safe.Line(errs[0].Error())
		}
	}
	return out, nil
}

// refreshProduct finds the combinations again. What is wrong with the braces
// is shown under the prompt.
func (s *Screen) refreshProduct() {
	var err error
	if s.variants, err = s.vary(); err != nil {
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
	if len(s.variants) == 1 && s.variants[0].why != "" {
		s.errs = append(s.errs, catalogue.FieldError{Role: catalogue.RolePrompt, Text: string(s.variants[0].why)})
	}
}

// sum returns the clips and the price of the chosen combinations.
func sum(list []*variant, takes int) (clips int, total usd.Micro, known bool) {
	known = true
	for _, x := range list {
		if x.out || x.why != "" {
			continue
		}
		clips += takes
		most, ok := x.each.Times(takes).Ceiling()
		total, known = total.Plus(most), known && ok
	}
	return clips, total, known
}

// sumWords returns them in words: "12 clips for $0.96".
func sumWords(list []*variant, takes int) safe.String {
	clips, total, known := sum(list, takes)
	s := english.Plural(clips, "clip", "")
	if known {
		s += " for " + total.String()
	}
	return safe.Line(s)
}

// submitProduct submits the one combination, or shows the table of all.
func (s *Screen) submitProduct() tea.Cmd {
	if len(s.variants) == 1 {
		x := s.variants[0]
		return studio.Send(order.SubmitMsg{
			Model: x.model, Values: media.Absolute(x.values, s.s.Home), Count: s.draft.Count, Estimate: x.each, Taken: s.draft.taken(),
		})
	}
	s.checking = false
	if clips, _, _ := sum(s.variants, s.draft.Count); clips == 0 {
		return studio.Say(toast.Bad, "Not submitted. No row can be made: "+s.variants[0].why+".")
	}
	s.s.Dialogs.Push(newTable(s))
	return nil
}

// orderProduct orders the chosen rows as one order. They are takes of one shot,
// as what is tried together is one intention.
func (s *Screen) orderProduct(list []*variant) tea.Cmd {
	taken := s.draft.taken()
	if taken.Shot == "" {
		var err error
		if taken.Shot, err = reel.NewID(rand.Reader); err != nil {
			return studio.Say(toast.Bad, words.Error(err))
		}
	}
	var drafts []stateorder.Draft
	for _, x := range list {
		if !x.out && x.why == "" {
			drafts = append(drafts, stateorder.Clip(x.model, media.Absolute(x.values, s.s.Home), s.draft.Count, &x.each, s.s.Practice).As(taken))
		}
	}
	s.checking = true
	return studio.Send(order.OrderMsg{Drafts: drafts})
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
		role, body, example = keyModels, "Ids of models with commas between. Empty for none.", s.model.ID
	case fd == nil || fd.Media != nil || role == catalogue.RoleSeed:
		return studio.Say(toast.Info, label+" has no alternatives; every combination would be another order.")
	}
	s.s.Dialogs.Push(dialog.NewInput("list", "Alternatives of "+label, body.Block(), s.draft.Lists[role], func(text string) tea.Cmd {
		return s.setList(role, strings.TrimSpace(text))
	}).Placeholder(safe.Line(example)).Check(func(text string) string { return s.listProblem(role, strings.TrimSpace(text)) }))
	return nil
}

func (s *Screen) listProblem(role catalogue.Role, text string) string {
	var err error
	switch {
	case text == "":
	case role == keyModels:
		_, err = s.models(text)
	default:
		_, err = reel.ParseList(s.model.Field(role), text)
	}
	if err != nil {
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
			role = keyModels
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
