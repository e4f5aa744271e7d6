package linear

import (
	"encoding/json"
	"fmt"
	"strings"

	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/ui/safe"
	"seedreel/views/compose"
	"seedreel/views/words"
)

// form is a clip that is being described. Its draft is the one of the screens,
// and stored after every answer.
type form struct {
	compose.Draft
	model  *catalogue.Model
	labels job.Labels
	// key names the order, for a take that is made once only.
	key string
	// edits is the waiting job that the form changes, nil for a new clip.
	edits *job.Job
}

// values returns what would be sent.
func (f *form) values() catalogue.Values { return f.model.Adopt(f.Values) }

// taken returns the place of the takes in the reel.
func (f *form) taken() job.Taken {
	return job.Taken{Shot: f.Shot, Parent: f.Parent, Origin: f.Origin, Continues: f.Continues, Key: f.key}
}

// newClip goes on with the form that is there, or asks for a new one.
func (t *talk) newClip() error {
	f, err := t.stored()
	if err != nil {
		return err
	}
	if f != nil {
		text := safe.String("an empty prompt")
		if p := f.Values.Text(catalogue.RolePrompt); p != "" {
			text = "“" + safe.Truncate(safe.Line(p), 60) + "”"
		}
		n, err := t.number([]safe.String{"Go on with " + text, "Begin a new one"}, "", "go on")
		if err != nil {
			return err
		}
		if n != 1 {
			t.price = t.priceOf(f)
			t.say("%s", t.summary(f, true, fields(f.model)))
			return t.kept(t.review(f))
		}
	}
	return t.kept(t.describe())
}

// kept reads out that a form that was left is still there.
func (t *talk) kept(err error) error {
	if err == errBack { //nolint:errorlint // it is never wrapped
		t.say("The form is kept; nothing was submitted.")
	}
	return err
}

// stored returns the form as it was left, nil if there is none.
func (t *talk) stored() (*form, error) {
	b, err := t.e.Store.LoadDraft(t.ctx)
	if err != nil || b == nil {
		return nil, err
	}
	f := &form{}
	if json.Unmarshal(b, &f.Draft) != nil || f.Values == nil {
		return nil, nil // the screens say that it cannot be read
	}
	if f.model = t.e.Catalogue.Now().Model(f.Model); f.model == nil {
		return nil, nil
	}
	f.Count = max(f.Count, 1)
	return f, nil
}

// keep stores the form of a new clip.
func (t *talk) keep(f *form) error {
	if f.edits != nil {
		return nil
	}
	f.Model = f.model.Ref()
	b, err := json.Marshal(f.Draft)
	if err != nil {
		return fmt.Errorf("writing the form: %w", err)
	}
	if t.e.Store.ReadOnly() != nil {
		return nil
	}
	return t.e.Store.SaveDraft(t.ctx, b)
}

// describe asks for a model and then for each of its fields.
func (t *talk) describe() error {
	m, err := t.model()
	if err != nil {
		return err
	}
	f := &form{model: m, Draft: compose.Draft{Values: catalogue.Values{}, Count: 1}}
	t.price = t.priceOf(f)
	t.say("Enter takes what is offered; done takes it for all that is left.")
	for i, x := range fields(m) {
		quick, err := t.field(f, x)
		if err != nil {
			return err
		}
		if quick {
			// The rest was not heard yet.
			if rest := t.summary(f, false, fields(m)[i:]); rest != "" {
				t.say("%s", rest)
			}
			break
		}
	}
	return t.review(f)
}

// fields returns what a person is asked for.
func fields(m *catalogue.Model) (out []*catalogue.Field) {
	for i := range m.Fields {
		f := &m.Fields[i]
		if f.Role != catalogue.RoleModel && f.Role != catalogue.RoleSyncMode && !f.Constant() {
			out = append(out, f)
		}
	}
	return out
}

// priceOf returns the list price of the form as it is.
func (t *talk) priceOf(f *form) string {
	if list, err := t.variants(f); err == nil && len(list) > 1 {
		if _, total, known := compose.Sum(list, f.Count); known {
			return total.String()
		}
		return unknownPrice
	}
	e := f.model.Estimate(f.values(), t.e.Look)
	if !e.Known && e.High == 0 {
		return unknownPrice
	}
	return e.Times(f.Count).String()
}

// unknownPrice is said in the place of a price.
const unknownPrice = "an unknown price"

// priced reads out the price if it has changed.
func (t *talk) priced(f *form) {
	now := t.priceOf(f)
	switch {
	case now == t.price:
		return
	case t.price == "" || t.price == unknownPrice:
		t.say("The price is %s.", now)
	case now == unknownPrice:
		t.say("The price is not known now, it was %s.", t.price)
	default:
		t.say("The price is now %s, it was %s.", now, t.price)
	}
	t.price = now
}

// model chooses a model by words and a number. One that is being switched off
// offers its successor.
func (t *talk) model() (*catalogue.Model, error) {
	first, err := t.e.FormModel(t.ctx)
	if err != nil {
		return nil, err
	}
	for {
		enter := safe.String("")
		if first != nil {
			enter = safe.Line(", or enter for ") + words.Model(first) + " at " + words.Service(first.Provider)
		}
		s, err := t.answer("Which model? Words of its name or service%s:", enter)
		if err != nil {
			return nil, err
		}
		if s == "" && first != nil {
			t.say("%s", t.offer(first))
			if example := t.e.Catalogue.Now().Example(); first == example && t.e.Services.Practice() {
				t.fate(first) // nothing is paid for the example
				return first, nil
			}
			return t.successor(first)
		}
		found := t.find(s)
		if len(found) == 0 {
			t.say("No model has all these words.")
			continue
		}
		m, err := t.oneOf(found)
		if err != nil {
			return nil, err
		}
		if m != nil {
			return t.successor(m)
		}
	}
}

// offer returns a model with its price.
func (t *talk) offer(m *catalogue.Model) safe.String {
	f := &form{model: m, Draft: compose.Draft{Values: catalogue.Values{}, Count: 1}}
	return words.Model(m) + " at " + words.Service(m.Provider) + ", " + safe.Line(t.priceOf(f)) + "."
}

// oneOf chooses among models, nil to search again.
func (t *talk) oneOf(found []*catalogue.Model) (*catalogue.Model, error) {
	if len(found) == 1 {
		t.say("%s", t.offer(found[0]))
		return found[0], nil
	}
	const most = 12
	labels := make([]safe.String, 0, most)
	for _, m := range found[:min(len(found), most)] {
		s := t.offer(m)
		if l := m.Lifecycle; l.Status != catalogue.LifeActive {
			s = safe.Line(strings.TrimSuffix(string(s), ".")) + ", " + safe.Line(l.Status)
		}
		labels = append(labels, s)
	}
	question := ""
	if len(found) > most {
		question = count(len(found)-most, "more model") + "; another word finds fewer."
	}
	n, err := t.number(labels, question, "search again")
	if err != nil || n < 0 {
		return nil, err
	}
	return found[n], nil
}

// successor offers the model to move to from one that is being switched off.
func (t *talk) successor(m *catalogue.Model) (*catalogue.Model, error) {
	if m.Lifecycle.Status == catalogue.LifeActive {
		return m, nil
	}
	next := t.e.Catalogue.Now().Replacement(m)
	if next == nil {
		t.fate(m)
		return m, nil
	}
	move, err := t.yes("It is %s. Take its successor, %s, instead?", safe.Line(m.Lifecycle.Status), words.Successor(m, next))
	if err != nil || !move {
		return m, err
	}
	t.say("%s", t.offer(next))
	return next, nil
}

// fate reads out that a model is being switched off, and its successor.
func (t *talk) fate(m *catalogue.Model) {
	if m.Lifecycle.Status == catalogue.LifeActive {
		return
	}
	if next := t.e.Catalogue.Now().Replacement(m); next != nil {
		t.say("It is %s; its successor is %s.", safe.Line(m.Lifecycle.Status), words.Successor(m, next))
		return
	}
	t.say("It is %s.", safe.Line(m.Lifecycle.Status))
}

func (t *talk) find(s string) []*catalogue.Model {
	want := strings.Fields(strings.ToLower(s))
	var out []*catalogue.Model
	for _, m := range t.e.Catalogue.Now().All() {
		if !m.MakesVideo() {
			continue
		}
		hay := strings.ToLower(string(words.Model(m)) + " " + m.ID + " " + string(words.Service(m.Provider)))
		all := true
		for _, w := range want {
			all = all && strings.Contains(hay, w)
		}
		if all {
			out = append(out, m)
		}
	}
	return out
}
