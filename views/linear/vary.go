package linear

import (
	"errors"
	"fmt"
	"strings"

	"seedreel/client/catalogue"
	"seedreel/state/settings"
	"seedreel/ui/safe"
	"seedreel/views/compose"
	"seedreel/views/words"
)

// variants returns the combinations of the form, none without alternatives.
func (t *talk) variants(f *form) ([]*compose.Variant, error) {
	return f.Variants(f.model, t.e.Catalogue.Now(), t.e.Look)
}

// alternatives asks for several values of one answer, of which every combination
// is made.
func (t *talk) alternatives(f *form) error {
	t.say("Every combination is a clip. In the prompt they are written {dawn|noon|night}.")
	roles := []catalogue.Role{compose.ListOfModels}
	labels := []safe.String{"Model"}
	for _, x := range fields(f.model) {
		if x.Media == nil && x.Role != catalogue.RoleSeed && x.Role != catalogue.RolePrompt {
			roles, labels = append(roles, x.Role), append(labels, capital(safe.Line(x.Role.Label())))
		}
	}
	spoken := make([]safe.String, len(labels))
	for i, r := range roles {
		if spoken[i] = labels[i]; f.Lists[r] != "" {
			spoken[i] += ", each of " + safe.Line(f.Lists[r])
		}
	}
	n, err := t.number(spoken, "Several values of which answer?", "change none")
	if err != nil || n < 0 {
		return err
	}
	what := safe.String("values with commas between, or a range such as 4-8")
	if roles[n] == compose.ListOfModels {
		what = "ids of models with commas between"
	}
	for {
		s, err := t.answer("%s: %s, %s for one value, or enter to leave it:", labels[n], what, none)
		if err != nil || s == "" {
			return err
		}
		if strings.EqualFold(s, none) {
			delete(f.Lists, roles[n])
			break
		}
		if err := compose.CheckList(f.model, t.e.Catalogue.Now(), roles[n], s); err != nil {
			t.trouble(err)
			continue
		}
		if f.Lists == nil {
			f.Lists = map[catalogue.Role]string{}
		}
		f.Lists[roles[n]] = s
		break
	}
	if list, err := t.variants(f); err != nil {
		t.trouble(err)
	} else if len(list) > 0 {
		t.say("%s: %s.", count(len(list), "combination"), compose.SumWords(list, f.Count))
	}
	t.price = t.priceOf(f)
	return t.keep(f)
}

// product reads the combinations of the form, lets some be left out, and orders
// the others as one.
func (t *talk) product(f *form, list []*compose.Variant) error {
	t.say("%s, none sent yet.", count(len(list), "combination"))
	from, sent := 0, false
	err := t.choose(func() ([]entry, error) {
		out := []entry{{"Submit", " " + compose.SumWords(list, f.Count), func() error {
			err := t.submitProduct(f, list)
			sent = errors.Is(err, errDone)
			return err
		}}}
		for i := from; i < min(from+pageRows, len(list)); i++ {
			out = append(out, entry{t.variant(f, list[i]), "", func() error {
				if list[i].Why == "" {
					list[i].Out = !list[i].Out
				}
				return nil
			}})
		}
		if len(list) > pageRows {
			out = append(out, entry{"The next combinations", safe.Line(fmt.Sprintf(" of %d", len(list))), func() error {
				if from += pageRows; from >= len(list) {
					from = 0
				}
				return nil
			}})
		}
		return out, nil
	}, "go back; a number leaves that one out, or takes it back")
	if err == nil && sent {
		return errDone
	}
	return err
}

// variant returns a combination in a line: its prompt, what varies, its price.
func (t *talk) variant(f *form, x *compose.Variant) safe.String {
	line := safe.Truncate(safe.Line(x.Values.Text(catalogue.RolePrompt)), titleWidth)
	if f.Lists[compose.ListOfModels] != "" {
		line += ", " + words.Model(x.Model)
	}
	for _, fd := range fields(x.Model) {
		if f.Lists[fd.Role] != "" {
			line += ", " + answerOf(fd, x.Values[fd.Role])
		}
	}
	line += ", " + safe.Line(x.Each.Times(f.Count).String())
	switch {
	case x.Why != "":
		line += ", cannot be made: " + x.Why
	case x.Out:
		line += ", left out"
	}
	return line
}

func (t *talk) submitProduct(f *form, list []*compose.Variant) error {
	if clips, _, _ := compose.Sum(list, f.Count); clips == 0 {
		t.say("No combination is left.")
		return nil
	}
	drafts, err := compose.Drafts(list, f.Count, f.taken(), settings.Home(t.o.Getenv), t.e.Services.Practice())
	if err != nil {
		return err
	}
	made, err := t.order(drafts...)
	if err != nil || made == 0 {
		return err
	}
	f.key = ""
	return errDone
}
