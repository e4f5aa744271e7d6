package linear

import (
	"fmt"
	"strconv"
	"strings"

	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/state/media"
	"seedreel/state/order"
	"seedreel/state/settings"
	"seedreel/ui/safe"
	"seedreel/views/compose"
	"seedreel/views/words"
)

// mostClips bounds what one form orders.
const mostClips = 100

// review asks what to do with the form, until it is submitted or left. Enter
// leaves it as it is.
func (t *talk) review(f *form) error {
	if err := t.keep(f); err != nil {
		return err
	}
	t.priced(f)
	t.advise(f)
	enter := "keep it and return to the menu"
	if f.edits != nil {
		enter = "leave it as it was"
	}
	return t.choose(func() ([]entry, error) { return t.reviewed(f), nil }, enter)
}

// reviewed returns what can be done with the form.
func (t *talk) reviewed(f *form) []entry {
	if f.edits != nil {
		return []entry{
			{"Take over what you changed", ", for " + safe.Line(t.priceOf(f)), func() error { return t.submit(f) }},
			{"Change an answer", "", func() error { return t.change(f) }},
			{"Another model", "", func() error { return t.remodel(f) }},
			{"Have the prompt rewritten", "", func() error { return t.rewrite(f) }},
		}
	}
	submit := " " + safe.Line(count(f.Count, "clip")) + " for " + safe.Line(t.priceOf(f))
	if list, err := t.variants(f); err == nil && len(list) > 1 {
		submit = " " + compose.SumWords(list, f.Count) + ", after hearing them"
	}
	return append([]entry{
		{"Submit", submit, func() error { return t.submit(f) }},
		{"Change an answer", "", func() error { return t.change(f) }},
		{"How many clips", "", func() error { return t.howMany(f) }},
		{"Another model", "", func() error { return t.remodel(f) }},
		{"Have the prompt rewritten", "", func() error { return t.rewrite(f) }},
		{"Throw it away", "", func() error { return t.discard(f) }},
		{"Alternatives", "", func() error { return t.alternatives(f) }},
	}, t.advised(f)...)
}

// summary reads fields of the form, with its model and prompt if it is whole.
func (t *talk) summary(f *form, whole bool, list []*catalogue.Field) safe.String {
	var parts []string
	if whole {
		parts = append(parts, string(words.Model(f.model)+" at "+words.Service(f.model.Provider)+"."))
		if p := f.Values.Text(catalogue.RolePrompt); p != "" {
			parts = append(parts, "Prompt: "+string(ended(safe.Line(p))))
		}
	}
	var rest []string
	v := f.values()
	for _, x := range list {
		if x.Role != catalogue.RolePrompt && v[x.Role].IsSet() {
			rest = append(rest, string(answerOf(x, v[x.Role])))
		}
	}
	if len(rest) > 0 {
		parts = append(parts, string(capital(safe.Line(strings.Join(rest, ", "))))+".")
	}
	return safe.Line(strings.Join(parts, " "))
}

// answerOf returns a value with the name of its field.
func answerOf(x *catalogue.Field, v catalogue.Value) safe.String {
	on, _ := v.AsBool()
	switch {
	case x.Role == catalogue.RoleCameraFixed && !on:
		return "camera free"
	case x.Role == catalogue.RoleCameraFixed:
		return "camera fixed"
	case x.Role == catalogue.RoleAudioToggle && !on:
		return "silent"
	case x.Role == catalogue.RoleAudioToggle:
		return "with sound"
	case x.Role == catalogue.RoleDuration:
		return safe.Line(v.String() + " s")
	}
	return safe.Line(x.Role.Label() + " " + v.String())
}

// ended returns a text with a mark at its end, so that it is read as a
// sentence.
func ended(s safe.String) safe.String {
	if strings.HasSuffix(string(s), ".") || strings.HasSuffix(string(s), "!") || strings.HasSuffix(string(s), "?") {
		return s
	}
	return s + "."
}

// change asks which answer to change, and for another one.
func (t *talk) change(f *form) error {
	list := fields(f.model)
	v := f.values()
	labels := make([]safe.String, len(list))
	for i, x := range list {
		labels[i] = safe.Line(x.Role.Label() + ", ")
		if s := v[x.Role].String(); v[x.Role].IsSet() && x.Role != catalogue.RolePrompt {
			labels[i] += safe.Line(s)
		} else if v[x.Role].IsSet() {
			labels[i] += "as it is"
		} else {
			labels[i] += "none"
		}
		labels[i] = capital(labels[i])
	}
	n, err := t.number(labels, "Change which answer?", "change none")
	if err != nil || n < 0 {
		return err
	}
	_, err = t.field(f, list[n])
	return err
}

// howMany asks for the number of clips.
func (t *talk) howMany(f *form) error {
	for {
		s, err := t.answer("How many clips, 1 to %d, or enter for %d:", mostClips, f.Count)
		if err != nil || s == "" {
			return err
		}
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > mostClips {
			t.say("%s", among(s, mostClips))
			continue
		}
		f.Count = n
		t.priced(f)
		return t.keep(f)
	}
}

// remodel moves the form to another model.
func (t *talk) remodel(f *form) error {
	m, err := t.model()
	if err != nil {
		return err
	}
	f.model, f.key = m, ""
	t.price = t.priceOf(f)
	return t.keep(f)
}

// discard empties the form after a question.
func (t *talk) discard(f *form) error {
	sure, err := t.yes("Throw the form away?")
	if err != nil || !sure {
		return err
	}
	f.Values, f.Count = catalogue.Values{}, 1
	f.Shot, f.Parent, f.Origin, f.Continues, f.Lists, f.key = "", "", "", "", nil, ""
	if err := t.keep(f); err != nil {
		return err
	}
	t.say("The form is empty.")
	return errDone
}

// submit passes the form by the order desk. Whatever keeps it from being
// ordered leaves it as it is.
func (t *talk) submit(f *form) error {
	values := media.Absolute(f.values(), settings.Home(t.o.Getenv))
	if f.edits != nil {
		made, err := t.order(order.Edit(f.edits, f.model, values, nil))
		if err != nil || made == 0 {
			return t.moved(err)
		}
		return errDone
	}
	list, err := t.variants(f)
	switch {
	case err != nil:
		return err
	case len(list) > 1:
		return t.product(f, list)
	case len(list) == 1:
		values = media.Absolute(list[0].Values, settings.Home(t.o.Getenv)) // its braces are braces
	}
	draft := order.Clip(f.model, values, f.Count, nil, t.e.Services.Practice())
	made, err := t.order(draft.As(f.taken()).Labeled(f.labels))
	if err != nil || made == 0 {
		return err
	}
	f.key = "" // another submit orders again
	return errDone
}

// rewrite has the prompt of the form rewritten, and shows both before anything
// changes.
func (t *talk) rewrite(f *form) error {
	text := f.Values.Text(catalogue.RolePrompt)
	o := t.optimizer(f.model.Provider)
	switch {
	case strings.TrimSpace(text) == "":
		t.say("There is no prompt to rewrite yet.")
		return nil
	case o == nil:
		t.say("No service that can be used rewrites prompts.")
		return nil
	}
	w := catalogue.Wish{Text: text, Mode: "video"}
	p, err := t.e.Desk.Prepare(t.ctx, order.Rewriting(o, w, f.model.Picture(f.values()), t.e.Services.Practice()))
	if err != nil {
		return err
	}
	if err := p.Unready(); err != nil {
		return err
	}
	sure, err := t.yes("%s rewrites it for %s. Have it rewritten?", words.Service(o.Provider), p.Lines[0].Each)
	if err != nil || !sure {
		return err
	}
	var offered string
	agreed, err := t.settled(p, order.AboveThreshold, func(a order.Answers) (err error) {
		offered, err = t.e.Desk.Rewrite(t.ctx, p, a)
		return err
	})
	if err != nil || !agreed {
		return err
	}
	t.say("The new prompt: %s", ended(safe.Line(offered)))
	n, err := t.number([]safe.String{"Take the new one", "Take it and change it"}, "", "keep yours")
	if err != nil || n < 0 {
		return err
	}
	f.Values[catalogue.RolePrompt] = catalogue.Text(offered)
	if n == 1 {
		if _, err := t.field(f, f.model.Field(catalogue.RolePrompt)); err != nil {
			return err
		}
	}
	return t.keep(f)
}

// optimizer returns the model that rewrites prompts, preferably of a service.
func (t *talk) optimizer(provider string) *catalogue.Model {
	for _, id := range append([]string{provider}, all.IDs()...) {
		if o := t.e.Catalogue.Now().Optimizer(id); o != nil && t.e.Services.Ready(id) == nil {
			return o
		}
	}
	return nil
}

// clipsFor returns "2 clips for $0.80".
func clipsFor(p *order.Prepared) safe.String {
	s := safe.Line(count(words.Clips(p), "clip"))
	if total, known := p.Total(); known {
		return s + safe.Line(fmt.Sprintf(" for %s", total))
	}
	return s + " at a price that is not known"
}
