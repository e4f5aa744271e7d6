package words

import (
	"fmt"

	"seedreel/client/catalogue"
	"seedreel/state/order"
	"seedreel/ui/safe"
)

// Question returns a question about an order in sentences.
func Question(p *order.Prepared, q *order.Question) safe.String {
	switch q.Kind {
	case order.NotPractice:
		if q.Practice {
			return "This is practice now: it is not billed, and the clip is not real."
		}
		return "Practice has ended: this is real now, and billed."
	case order.Retired:
		return retired(p.Lines[q.Line].Model)
	case order.UnknownPrice:
		s := safe.Line("Nobody publishes this price: " + p.Lines[q.Line].List.Why + ".")
		if q.NeedsCeiling {
			s += safe.Line(fmt.Sprintf(" daily_limit_usd is %s, so the most it may cost has to be named.", q.Bound))
		}
		return s
	case order.Dearer:
		return safe.Line(fmt.Sprintf("The service asks %s now, more than the %s shown.", q.Amount, q.Bound))
	case order.NotCovered:
		return safe.Line(fmt.Sprintf("The balance is %s: it does not cover %s.", q.Bound, q.Amount))
	case order.AboveThreshold:
		return safe.Line(fmt.Sprintf("%d for %s is more than confirm_above_usd (%s) lets pass.", Clips(p), q.Amount, q.Bound))
	case order.OverLimit:
		if q.Which == order.LimitCeiling {
			return safe.Line(fmt.Sprintf("It costs %s, more than the %s that it may cost.", q.Amount, q.Bound))
		}
		return safe.Line(fmt.Sprintf("%s spent today, this asks for %s more, and daily_limit_usd is %s.", q.Spent, q.Amount-q.Spent, q.Bound))
	case order.SameAgain:
		if q.Pays {
			return "The first one may exist and be charged too: this may pay twice."
		}
		return safe.Line(fmt.Sprintf("The same was submitted as job %s on %s.", q.Job, q.At.Format("2 January 2006")))
	}
	return safe.Line(string(q.Kind))
}

func retired(m *catalogue.Model) safe.String {
	s := Model(m) + " is retired; the service may refuse it."
	if m.Lifecycle.Note != "" {
		s += safe.Line(" It says: " + m.Lifecycle.Note + ".")
	}
	return s
}

// Clips returns the number of clips ordered.
func Clips(p *order.Prepared) (n int) {
	for i := range p.Lines {
		n += p.Lines[i].Count
	}
	return n
}
