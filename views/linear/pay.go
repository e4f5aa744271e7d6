package linear

import (
	"errors"
	"strings"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/state/order"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// order passes the parts of an order by the desk, asks what the desk asks, and
// returns how many jobs were put in line.
func (t *talk) order(parts ...order.Draft) (made int, err error) {
	p, err := t.e.Desk.Prepare(t.ctx, parts...)
	if err != nil {
		return 0, err
	}
	if errs := p.Errors(); len(errs) > 0 {
		t.say("Not submitted.")
		for _, e := range errs {
			t.say("%s.", capital(safe.Line(e.Error())))
		}
		return 0, nil
	}
	if err := p.Unready(); err != nil {
		return 0, err
	}
	t.dearer(p)
	known, err := t.firstBill(p)
	if err != nil || known == refused {
		return 0, err
	}
	var jobs []*job.Job
	agreed, err := t.settled(p, known, func(a order.Answers) (err error) {
		jobs, err = t.e.Desk.Confirm(t.ctx, p, a)
		return err
	})
	if err != nil || !agreed {
		if err == nil {
			t.say("Nothing was submitted.")
		}
		return 0, err
	}
	it := "it"
	if len(jobs) > 1 {
		it = "them"
	}
	t.say("%s in line; 6 in the menu waits for %s.", capital(safe.Line(isAre(len(jobs), "clip"))), it)
	return len(jobs), nil
}

// refused is what firstBill returns for a no.
const refused order.Kind = "refused"

// firstBill asks once, before the first order that is billed, and returns the
// question that is answered with it.
func (t *talk) firstBill(p *order.Prepared) (order.Kind, error) {
	if t.billed || p.Lines[0].Practice {
		return "", nil
	}
	sure, err := t.yes("That is %s, and it is billed. Submit?", clipsFor(p))
	if err != nil || !sure {
		if err == nil {
			t.say("Nothing was submitted.")
		}
		return refused, err
	}
	t.billed = true
	return order.AboveThreshold, nil
}

// dearer reads out the price of an order if it is not the one that was said, as the
// service quotes another.
func (t *talk) dearer(p *order.Prepared) {
	if len(p.Lines) > 1 {
		return // each combination was read with its own
	}
	each := p.Lines[0].Each
	if now := each.Times(p.Lines[0].Count).String(); now != t.price && each.Confidence == catalogue.ConfidenceQuote {
		t.say("The service asks %s now.", now)
		t.price = now
	}
}

// settled asks the questions about an order until do accepts the answers, and
// reports whether all were answered with yes. known is what the person has
// agreed to already.
func (t *talk) settled(p *order.Prepared, known order.Kind, do func(order.Answers) error) (bool, error) {
	var a order.Answers
	open := p.Open(a)
	for {
		for len(open) > 0 {
			q := &open[0]
			if q.NeedsCeiling {
				most, err := t.ceiling(p, q)
				if err != nil {
					return false, err
				}
				a.Ceiling = &most
				open = p.Open(a)
				continue
			}
			if q.Kind != known {
				sure, err := t.yes("%s", t.asked(p, q))
				if err != nil || !sure {
					return false, err
				}
			}
			a, open = a.Agree(*q), open[1:]
		}
		err := do(a)
		left, asked := errors.AsType[*order.OpenError](err)
		if !asked {
			return err == nil, err
		}
		open, known = left.Questions, ""
	}
}

// asked puts a question about an order into words.
func (t *talk) asked(p *order.Prepared, q *order.Question) safe.String {
	if q.Kind == order.AboveThreshold {
		return "That is " + clipsFor(p) + ". Submit?"
	}
	if q.Kind == order.SameAgain && q.Pays {
		return words.Question(p, q) + " Send it all the same?"
	}
	return words.Question(p, q) + " Submit all the same?"
}

// ceiling asks for the most that an order of unknown price may cost.
func (t *talk) ceiling(p *order.Prepared, q *order.Question) (usd.Micro, error) {
	for {
		s, err := t.answer("%s In dollars, or %s to leave:", words.Question(p, q), back)
		if err != nil {
			return 0, err
		}
		if n, err := usd.Parse(strings.TrimPrefix(s, "$")); err == nil && n > 0 {
			return n, nil
		}
		t.say("Please answer with an amount above 0, such as 2.50.")
	}
}
