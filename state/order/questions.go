package order

import (
	"slices"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
)

// Kind is the subject of a question.
type Kind string

// The kinds of question, in the order in which they are asked.
const (
	// NotPractice: the person was told that nothing is billed, or that clips
	// are, and the opposite is now true.
	NotPractice Kind = "not_practice"
	// Retired: the service has switched the model off.
	Retired Kind = "retired"
	// UnknownPrice: neither the list nor the service has a price.
	UnknownPrice Kind = "unknown_price"
	// Dearer: the service asks more now than the person saw.
	Dearer Kind = "dearer"
	// NotCovered: the balance at the service is too low.
	NotCovered Kind = "not_covered"
	// AboveThreshold: the total needs confirmation.
	AboveThreshold Kind = "above_threshold"
	// OverLimit: the order exceeds a limit.
	OverLimit Kind = "over_limit"
	// SameAgain: an earlier job is the same, seed included.
	SameAgain Kind = "same_again"
)

// The limits that an order may exceed.
const (
	// LimitDay is daily_limit_usd.
	LimitDay = "day"
	// LimitCeiling is the most that the person allowed it to cost.
	LimitCeiling = "ceiling"
)

// Question must be answered with yes before an order is made. The default
// answer is no.
type Question struct {
	Kind Kind
	// Line is the line it is about, -1 for the whole order.
	Line int
	// Amount is what a yes agrees to; a yes to less does not cover it. It is a
	// total, a price, or the sum of the day.
	Amount usd.Micro
	// Bound is what Amount is compared with: the price shown, the threshold,
	// the balance or the limit. 0 if there is none.
	Bound usd.Micro
	// Which names the limit exceeded, Spent is the sum of the day so far.
	Which string
	Spent usd.Micro
	// NeedsCeiling is set if a yes is not enough for an unknown price: there is
	// a limit, so a ceiling must be named.
	NeedsCeiling bool
	// Job and At identify the earlier job, and Pays is set if sending it again
	// may be billed twice.
	Job  string
	At   time.Time
	Pays bool
	// Practice is the current state, for NotPractice.
	Practice bool
}

// Answers are the questions a person answered with yes.
type Answers struct {
	Yes []Question
	// Ceiling is the most that the whole order may cost, nil if none was named.
	// It counts in full for what has no price.
	Ceiling *usd.Micro
}

// Agree returns the answers with more questions answered with yes.
func (a Answers) Agree(q ...Question) Answers {
	a.Yes = append(slices.Clip(a.Yes), q...)
	return a
}

func (a Answers) covers(q *Question) bool {
	if q.NeedsCeiling {
		return false // asked until a ceiling is named
	}
	return slices.ContainsFunc(a.Yes, func(y Question) bool {
		return y.Kind == q.Kind && y.Line == q.Line && y.Which == q.Which && y.Job == q.Job && y.Practice == q.Practice && q.Amount <= y.Amount
	})
}

// Open returns the questions that the answers leave open.
func (p *Prepared) Open(a Answers) []Question {
	var open []Question
	for _, q := range p.questions(a) {
		if !a.covers(&q) {
			open = append(open, q)
		}
	}
	return open
}

// questions returns all questions in the order of their kinds.
func (p *Prepared) questions(a Answers) []Question {
	var out []Question
	if k := p.drafts[0].kind; len(p.jobs) == 0 && k != again && k != rewriting {
		return nil // all of it was made before
	}
	for i := range p.Lines {
		l := &p.Lines[i]
		if p.drafts[i].practice != l.Practice && l.Count > 0 {
			out = append(out, Question{Kind: NotPractice, Line: i, Practice: l.Practice})
		}
	}
	for i := range p.Lines {
		if l := &p.Lines[i]; l.Count > 0 && l.Model.Lifecycle.Status == catalogue.LifeRetired {
			out = append(out, Question{Kind: Retired, Line: i})
		}
	}
	out = append(out, p.priceQuestions(a)...)
	out = append(out, p.limitQuestions(a)...)
	return append(out, p.sameQuestions()...)
}

// priceQuestions returns the questions about the price.
func (p *Prepared) priceQuestions(a Answers) []Question {
	var out []Question
	total, known := p.Total()
	if !known && a.Ceiling == nil {
		for i := range p.Lines {
			if _, ok := p.Lines[i].Total(); !ok {
				out = append(out, Question{Kind: UnknownPrice, Line: i, NeedsCeiling: p.Rules.Limit > 0, Bound: p.Rules.Limit})
			}
		}
	}
	for i := range p.Lines {
		l := &p.Lines[i]
		shown, ok := p.shown(i)
		if l.Live == nil || !ok || l.Count == 0 || *l.Live <= shown || a.Ceiling != nil && total <= *a.Ceiling {
			continue
		}
		out = append(out, Question{Kind: Dearer, Line: i, Amount: *l.Live, Bound: shown})
	}
	if !known {
		if a.Ceiling == nil {
			return out
		}
		total = max(*a.Ceiling, total)
	}
	out = append(out, p.balanceQuestions(a)...)
	if p.Rules.Threshold == 0 || total > p.Rules.Threshold {
		out = append(out, Question{Kind: AboveThreshold, Line: -1, Amount: total, Bound: p.Rules.Threshold})
	}
	return out
}

// shown returns the price of one that the person saw.
func (p *Prepared) shown(i int) (usd.Micro, bool) {
	if s := p.drafts[i].shown; s != nil {
		return s.Ceiling()
	}
	return p.Lines[i].List.Ceiling()
}

// balanceQuestions returns the questions about balances that do not cover their
// lines.
func (p *Prepared) balanceQuestions(a Answers) []Question {
	var out []Question
	want := map[string]usd.Micro{}
	for i := range p.Lines {
		l := &p.Lines[i]
		n, ok := p.most(i, a)
		if !ok || l.Balance == nil {
			continue
		}
		account := l.Model.Provider
		if l.Practice {
			account += " practice"
		}
		if want[account] += n; want[account] > *l.Balance {
			out = append(out, Question{Kind: NotCovered, Line: i, Amount: want[account], Bound: *l.Balance})
		}
	}
	return out
}

// limitQuestions returns the questions about limits that the order exceeds.
func (p *Prepared) limitQuestions(a Answers) []Question {
	var out []Question
	if total, _ := p.Total(); a.Ceiling != nil && total > *a.Ceiling {
		out = append(out, Question{Kind: OverLimit, Line: -1, Which: LimitCeiling, Amount: total, Bound: *a.Ceiling})
	}
	if p.Rules.Limit <= 0 {
		return out
	}
	for _, practice := range []bool{false, true} {
		var want usd.Micro
		for i := range p.Lines {
			if n, ok := p.most(i, a); ok && p.Lines[i].Practice == practice {
				want += n - p.before(i, n)
			}
		}
		if sum := p.spent[practice] + want; want > 0 && sum > p.Rules.Limit {
			out = append(out, Question{Kind: OverLimit, Line: -1, Which: LimitDay, Amount: sum, Bound: p.Rules.Limit, Spent: p.spent[practice], Practice: practice})
		}
	}
	return out
}

// most returns the most that a line can cost: its price, else its part of the
// ceiling.
func (p *Prepared) most(i int, a Answers) (usd.Micro, bool) {
	if n, ok := p.Lines[i].Total(); ok {
		return n, true
	}
	each := p.ceiling(a)
	if each == nil {
		return 0, false
	}
	return *each * usd.Micro(p.Lines[i].Count), true
}

// ceiling returns what one thing without a price counts for: an equal part of
// what the ceiling leaves beside the known prices.
func (p *Prepared) ceiling(a Answers) *usd.Micro {
	left, n := usd.Micro(0), usd.Micro(0)
	for i := range p.Lines {
		if total, ok := p.Lines[i].Total(); ok {
			left -= total
		} else {
			n += usd.Micro(p.Lines[i].Count)
		}
	}
	if a.Ceiling == nil || n == 0 {
		return nil
	}
	each := max((left+*a.Ceiling+n-1)/n, 0)
	return &each
}

// sameQuestions returns the questions about earlier jobs that would be
// repeated. A random seed makes another take, which is never asked about.
func (p *Prepared) sameQuestions() []Question {
	var out []Question
	for i := range p.drafts {
		if d := &p.drafts[i]; d.kind == again {
			out = append(out, Question{Kind: SameAgain, Line: i, Job: d.of.ID, At: d.of.PostedAt, Pays: true})
		}
	}
	n := 0
	for i := range p.Lines {
		if k := p.drafts[i].kind; k == again || k == rewriting {
			continue
		}
		for range p.Lines[i].Count {
			e := p.same[n]
			if e != nil && !slices.ContainsFunc(out, func(q Question) bool { return q.Line == i && q.Job == e.ID }) {
				out = append(out, Question{Kind: SameAgain, Line: i, Job: e.ID, At: e.At})
			}
			n++
		}
	}
	return out
}
