package linear

import (
	"fmt"
	"strings"

	"seedreel/client/catalogue"
	"seedreel/state/media"
	"seedreel/state/settings"
	"seedreel/ui/safe"
)

// The answers to a field beside its values: done takes what is offered for all
// that is left, none empties it.
const (
	done = "done"
	none = "none"
)

// field asks for one value until it is valid, and stores it. What enter takes
// stays the same after a wrong answer. It reports whether all others are to
// stay as they are.
func (t *talk) field(f *form, x *catalogue.Field) (quick bool, err error) {
	if p, ok := f.model.Patience(f.values(), t.e.Look); ok && x.Role == catalogue.RoleServiceTier {
		return false, t.patience(f, p)
	}
	was := f.Values[x.Role]
	for {
		now := f.values()[x.Role]
		v, quick, err := t.value(f, x, now)
		if err != nil {
			return false, err
		}
		if v.Equal(now) {
			if !x.Required || now.IsSet() {
				return quick, nil
			}
			t.say("%s is needed.", capital(safe.Line(x.Role.Label())))
			continue
		}
		f.Values[x.Role] = v
		if !v.IsSet() {
			delete(f.Values, x.Role)
		}
		if bad := t.fault(f, x.Role); bad != "" {
			t.say("%s.", bad)
			f.Values[x.Role] = was
			if !was.IsSet() {
				delete(f.Values, x.Role)
			}
			continue
		}
		t.priced(f)
		return quick, t.keep(f)
	}
}

// patience asks whether the clip may take until tomorrow for less.
func (t *talk) patience(f *form, p catalogue.Patience) error {
	less := "for less"
	if p.Saved > 0 {
		less = "for " + p.Saved.String() + " less"
	}
	later, err := t.yes("By tomorrow, %s?", less)
	if err != nil {
		return err
	}
	f.Values[catalogue.RoleServiceTier] = p.Now
	if later {
		f.Values[catalogue.RoleServiceTier] = p.Later
	}
	t.priced(f)
	return t.keep(f)
}

// fault returns what is wrong with a field, "" if nothing is.
func (t *talk) fault(f *form, r catalogue.Role) safe.String {
	v := f.values()
	if x := f.Values[r]; x.IsSet() {
		v[r] = x // what does not fit is left out there
	}
	for _, e := range catalogue.Validate(f.model, v, t.e.Look) {
		if e.Role == r {
			return capital(safe.Line(e.Error()))
		}
	}
	return ""
}

// value asks for a value; now is what enter takes.
func (t *talk) value(f *form, x *catalogue.Field, now catalogue.Value) (v catalogue.Value, quick bool, err error) {
	if x.Media != nil {
		return t.media(x, now)
	}
	if p, ok := f.model.Patience(f.values(), t.e.Look); ok && x.Role == catalogue.RoleServiceTier {
		return t.patience(p, now)
	}
	options := texts(x)
	for i, o := range options {
		t.say("%d: %s.", i+1, o)
	}
	for {
		s, err := t.answer("%s:", question(x, now))
		switch {
		case err != nil:
			return now, false, err
		case s == "":
			return now, false, nil
		case strings.EqualFold(s, done) && x.Role != catalogue.RolePrompt:
			return now, true, nil
		case strings.EqualFold(s, none) && !x.Required && x.Role != catalogue.RolePrompt:
			return catalogue.Value{}, false, nil
		}
		if i := chosen(options, s); i >= 0 {
			s = string(options[i])
		} else if len(options) > 0 {
			t.say("%s", among(s, len(options)))
			continue
		}
		v, err := x.Parse(s)
		if err == nil {
			return v, false, nil
		}
		t.say("%s.", capital(safe.Line(err.Error())))
	}
}

// patience asks whether the clip may take until tomorrow for less.
func (t *talk) patience(p catalogue.Patience, now catalogue.Value) (v catalogue.Value, quick bool, err error) {
	less := "for less"
	if p.Saved > 0 {
		less = "for " + p.Saved.String() + " less"
	}
	later, err := t.yes("By tomorrow, %s?", less)
	if later {
		now = p.Later
	}
	return now, false, err
}

// texts returns the options of a field that are answered by number. Options
// that are numbers themselves are not numbered.
func texts(x *catalogue.Field) (out []safe.String) {
	if x.Type != "string" {
		return nil
	}
	for _, o := range x.Options() {
		out = append(out, safe.Line(o.String()))
	}
	return out
}

// question returns the name of a field, what it takes and what enter takes.
func question(x *catalogue.Field, now catalogue.Value) safe.String {
	q := x.Role.Label()
	if x.Role == catalogue.RoleDuration {
		q += " in seconds"
	}
	if o := x.Options(); x.Type == "boolean" {
		q += ", yes or no"
	} else if x.Type != "string" && len(o) > 0 && len(o) <= 4 {
		all := make([]string, len(o))
		for i := range o {
			all[i] = o[i].String()
		}
		q += ", " + strings.Join(all, " or ")
	} else if lo, hi := x.Range(); hi > 0 && x.Role != catalogue.RoleSeed {
		q += fmt.Sprintf(", %d to %d", lo, hi)
	} else if x.Type == "string" && len(o) > 0 {
		q += ", a number"
	}
	switch {
	case now.IsSet() && x.Role == catalogue.RolePrompt:
		q += ", or enter to keep it"
	case now.IsSet():
		q += ", or enter for " + now.String()
	case x.Role == catalogue.RoleSeed:
		q += ", a number, or enter for a random one"
	case x.Required:
		q += ", or " + back + " to leave"
	default:
		q += ", or enter for none"
	}
	return capital(safe.Line(q))
}

// media asks for paths or links, one after the other.
func (t *talk) media(x *catalogue.Field, now catalogue.Value) (v catalogue.Value, quick bool, err error) {
	_, most := x.Bounds()
	var items []string
	for most == 0 || len(items) < most {
		s, err := t.answer("%s:", mediaQuestion(x, now, len(items), most))
		switch {
		case err != nil:
			return now, false, err
		case s == "" && len(items) == 0:
			return now, false, nil
		case s == "":
			return catalogue.Media(items...), false, nil
		case strings.EqualFold(s, done):
			if len(items) > 0 {
				now = catalogue.Media(items...)
			}
			return now, true, nil
		case strings.EqualFold(s, none) && !x.Required:
			return catalogue.Value{}, false, nil
		}
		item, err := t.picture(s)
		if err != nil {
			t.say("%s", ended(safe.Line(err.Error())))
			continue
		}
		items = append(items, item)
	}
	return catalogue.Media(items...), false, nil
}

// mediaQuestion asks for the n-th path of a field.
func mediaQuestion(x *catalogue.Field, now catalogue.Value, n, most int) safe.String {
	q := capital(safe.Line(x.Role.Label()))
	if most != 1 {
		q += safe.Line(fmt.Sprintf(", number %d", n+1))
	}
	q += ", a path or a link"
	switch {
	case n > 0:
		q += ", or enter to go on"
	case now.IsSet():
		q += safe.Line(", or enter to keep " + now.String())
	case x.Required:
		q += ", or " + back + " to leave"
	default:
		q += ", or enter for none"
	}
	return q
}

// picture returns a path or a link as it was typed or dropped, if it can be read.
func (t *talk) picture(s string) (string, error) {
	if dropped := media.ParseDropped(s); len(dropped) == 1 {
		s = dropped[0]
	}
	it, err := media.Parse(s, settings.Home(t.o.Getenv))
	if err != nil {
		return "", err
	}
	_, err = t.e.Look(it.Value)
	return it.Value, err
}
