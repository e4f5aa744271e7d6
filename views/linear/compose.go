package linear

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/state/media"
	"seedreel/state/order"
	"seedreel/state/queue"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// newClip asks for a clip and submits it, and confirms if it was given up.
func (t *talk) newClip() error {
	err := t.compose()
	if errors.Is(err, errBack) {
		t.say("Back to the menu; nothing was submitted.")
	}
	return err
}

// compose asks for a clip, field by field, and submits it.
func (t *talk) compose() error {
	t.say("Type %s at any question to return to the menu.", back)
	m, err := t.model()
	if err != nil || m == nil {
		return err
	}
	if l := m.Lifecycle; l.Status != catalogue.LifeActive {
		t.say("This model is %s.", safe.Line(l.Status))
		if next := t.e.Catalogue.Now().Replacement(m); next != nil {
			move, err := t.yes("Take its successor, %s, instead?", words.Successor(m, next))
			if err != nil {
				return err
			}
			if move {
				m = next
			}
		}
	}
	v := m.Fill(nil)
	for i := range m.Fields {
		if err := t.field(m, &m.Fields[i], v); err != nil {
			return err
		}
	}
	if v, err = t.advise(m, v); err != nil {
		return err
	}
	return t.submit(m, v)
}

// model chooses a model by words and a number.
func (t *talk) model() (*catalogue.Model, error) {
	for {
		first, _, err := t.e.FirstModel(t.ctx)
		if err != nil {
			return nil, err
		}
		s, err := t.answer("Which model? Words of its name or service, or enter for %s:", words.Model(first))
		if err != nil {
			return nil, err
		}
		found := []*catalogue.Model{first}
		if s != "" {
			found = t.find(s)
		}
		if len(found) == 0 {
			t.say("No model has all these words.")
			continue
		}
		const most = 12
		for i, m := range found[:min(len(found), most)] {
			t.say("%d: %s, %s, %s.", i+1, words.Model(m), words.Service(m.Provider), catalogue.EstimatePrice(m, m.Fill(nil), 0))
		}
		if len(found) > most {
			t.say("%d more; add a word to see fewer.", len(found)-most)
		}
		s, err = t.answer("Number, enter for 1, or 0 to search again:")
		if err != nil {
			return nil, err
		}
		n := 1
		if s != "" {
			if n, err = strconv.Atoi(s); err != nil || n < 0 || n > len(found) {
				t.say("There is no number %s.", safe.Line(s))
				continue
			}
		}
		if n > 0 {
			return found[n-1], nil
		}
	}
}

func (t *talk) find(s string) []*catalogue.Model {
	want := strings.Fields(strings.ToLower(s))
	var out []*catalogue.Model
	for _, m := range t.e.Catalogue.Now().All() {
		if !m.MakesVideo() {
			continue
		}
		hay := strings.ToLower(string(words.Model(m)) + " " + m.ID + " " + string(words.Service(m.Provider)))
		if !slices.ContainsFunc(want, func(w string) bool { return !strings.Contains(hay, w) }) {
			out = append(out, m)
		}
	}
	return out
}

// field asks for one value until it is valid. Enter keeps the current one.
func (t *talk) field(m *catalogue.Model, f *catalogue.Field, v catalogue.Values) error {
	if f.Role == catalogue.RoleModel || f.Role == catalogue.RoleSyncMode || f.Constant() {
		return nil
	}
	for {
		x, err := t.value(f, v[f.Role])
		if err != nil {
			return err
		}
		if x.IsSet() {
			v[f.Role] = x
		} else {
			delete(v, f.Role)
		}
		bad := ""
		for _, e := range catalogue.Validate(m, v, t.e.Look) {
			if e.Role == f.Role {
				bad = e.Error()
			}
		}
		if bad == "" {
			return nil
		}
		t.say("%s.", safe.Line(bad))
		delete(v, f.Role)
	}
}

func (t *talk) value(f *catalogue.Field, now catalogue.Value) (catalogue.Value, error) {
	if f.Media != nil {
		return t.media(f)
	}
	s, err := t.answer("%s:", question(f, now))
	if err != nil || s == "" {
		return now, err
	}
	x, err := f.Parse(s)
	if err != nil {
		t.say("%s.", safe.Line(err.Error()))
		return t.value(f, now)
	}
	return x, nil
}

// question returns the name of the field, what it takes and what enter means.
func question(f *catalogue.Field, now catalogue.Value) safe.String {
	q := f.Role.Label()
	if o := f.Options(); len(o) > 0 && len(o) <= 8 {
		all := make([]string, len(o))
		for i, x := range o {
			all[i] = x.String()
		}
		q += ", one of " + strings.Join(all, ", ")
	} else if lo, hi := f.Range(); hi > 0 && f.Role != catalogue.RoleSeed {
		q += fmt.Sprintf(", %d to %d", lo, hi)
	}
	switch {
	case f.Role == catalogue.RoleSeed:
		q += ", a number, or enter for a random one"
	case now.IsSet():
		q += ", enter for " + now.String()
	case f.Required:
		q += ", needed, or " + back + " to leave"
	default:
		q += ", enter for none"
	}
	return capital(q)
}

func capital(s string) safe.String { return safe.Line(strings.ToUpper(s[:1]) + s[1:]) }

// media asks for paths or links, one a line, until an empty line.
func (t *talk) media(f *catalogue.Field) (catalogue.Value, error) {
	lo, hi := f.Bounds()
	var items []string
	for hi == 0 || len(items) < hi {
		need := "enter to go on"
		if len(items) < max(lo, 1) && f.Required {
			need = "needed, or " + back + " to leave"
		}
		s, err := t.answer("%s %d, a path or a link, %s:", capital(f.Role.Label()), len(items)+1, need)
		if err != nil {
			return catalogue.Value{}, err
		}
		if s == "" {
			break
		}
		if dropped := media.ParseDropped(s); len(dropped) == 1 {
			s = dropped[0]
		}
		if _, err := t.e.Look(s); err != nil {
			t.say("%s.", safe.Line(err.Error()))
			continue
		}
		items = append(items, s)
	}
	return catalogue.Media(items...), nil
}

// submit shows the price, asks the questions of the order desk, and puts the
// clip in line.
func (t *talk) submit(m *catalogue.Model, v catalogue.Values) error {
	p, err := t.e.Desk.Prepare(t.ctx, order.Clip(m, media.Absolute(v, t.o.Home), 1, nil, t.e.Services.Practice()))
	if err != nil {
		return err
	}
	if errs := p.Errors(); len(errs) > 0 {
		for _, e := range errs {
			t.say("%s.", safe.Line(e.Error()))
		}
		return nil
	}
	if err := p.Unready(); err != nil {
		return err
	}
	price := p.Lines[0].Each
	t.say("Price: %s, %s.", price, price.Basis())
	answers, sure, err := t.settle(p, order.Answers{}, p.Open(order.Answers{}), true)
	if err != nil || !sure {
		return err
	}
	if sure, err = t.yes("Submit?"); err != nil || !sure {
		return err
	}
	var added []*job.Job
	for {
		added, err = t.e.Desk.Confirm(t.ctx, p, answers)
		open, asked := errors.AsType[*order.OpenError](err)
		if !asked {
			break
		}
		if answers, sure, err = t.settle(p, answers, open.Questions, false); err != nil || !sure {
			return err
		}
	}
	if err != nil {
		return err
	}
	for _, j := range added {
		t.say("In line as job %s.", safe.Line(j.ID))
	}
	return t.wait()
}

// settle asks the questions about an order, and reports whether all were
// answered with yes. The first questions are followed by "Submit?", which is
// the question about the total.
func (t *talk) settle(p *order.Prepared, a order.Answers, open []order.Question, first bool) (order.Answers, bool, error) {
	for len(open) > 0 {
		q := &open[0]
		if q.NeedsCeiling {
			s, err := t.answer("%s In dollars, or %s to leave:", words.Question(p, q), back)
			if err != nil {
				return a, false, err
			}
			if n, err := usd.Parse(strings.TrimPrefix(s, "$")); err != nil || n <= 0 {
				t.say("Please answer with an amount above 0, such as 2.50.")
				continue
			} else {
				a.Ceiling = &n
			}
			open = p.Open(a)
			continue
		}
		if !first || q.Kind != order.AboveThreshold {
			sure, err := t.yes("%s Go on?", words.Question(p, q))
			if err != nil || !sure {
				return a, false, err
			}
		}
		a, open = a.Agree(*q), open[1:]
	}
	return a, true, nil
}

// wait runs the queue's steps until nothing is open, and reports each change.
func (t *talk) wait() error {
	t.say("Waiting; ctrl+c leaves, and what is at the service goes on there.")
	last := map[string]job.State{}
	until := func() bool {
		open, err := t.e.Store.OpenJobs(t.ctx)
		if err != nil {
			return true
		}
		n := 0
		for _, j := range open {
			if j.State.Open() {
				n++
			}
		}
		return n == 0
	}
	err := queue.Work(t.ctx, t.e.Queue, until, func(o queue.Outcome) {
		if o.Job != nil && last[o.Job.ID] != o.Job.State {
			last[o.Job.ID] = o.Job.State
			t.say("%s", t.line(o.Job))
		}
	})
	if t.ctx.Err() != nil {
		return errLeft
	}
	return err
}
