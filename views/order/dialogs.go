package order

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/state/order"
	"seedreel/ui/bar"
	"seedreel/ui/dialog"
	"seedreel/ui/safe"
	"seedreel/views/jobs"
	"seedreel/views/words"
)

// dialogOrder is the name of all dialogs of this package; one is open at a
// time.
const dialogOrder = "order"

// dialog returns the dialog for the first open question and all others that the
// same answer covers.
func (c *Counter) dialog(open []order.Question, first bool) dialog.Dialog {
	a := c.now
	var price, rest []order.Question
	for _, q := range open {
		switch {
		case q.NeedsCeiling:
			return c.ceiling(&q)
		case q.Kind == order.OverLimit, q.Kind == order.SameAgain && !q.Pays:
			rest = append(rest, q)
		default:
			price = append(price, q)
		}
	}
	switch {
	case first && a.ofForm():
		return c.firstOne()
	case first:
		return c.deed(price)
	case len(price) > 0:
		return c.price(price)
	}
	q := rest[:1]
	if q[0].Kind == order.OverLimit {
		return c.question(overTitle(&q[0]), words.Question(a.p, &q[0]).Block(), c.yes("submit all the same"), q)
	}
	// One answer covers all questions of this kind.
	for len(q) < len(rest) && rest[len(q)].Kind == order.SameAgain {
		q = rest[:len(q)+1]
	}
	body := safe.Line(fmt.Sprintf("You submitted exactly this as job %s, ", q[0].Job)) + safe.Line(bar.Age(q[0].At, c.s.Now())) + "."
	return c.question("The same once more?", body.Block()+"\nAnother take with a new seed costs the same again.", "submit again", q)
}

func overTitle(q *order.Question) safe.String {
	if q.Which == order.LimitCeiling {
		return "Dearer than it may be?"
	}
	return "Over your limit for a day?"
}

// yes returns the answer that goes on.
func (c *Counter) yes(label safe.String) safe.String {
	switch c.now.deed {
	case resend:
		return "send again"
	case retry:
		return "try again"
	case mute:
		return "go again without sound"
	case rewriting:
		return "rewrite it"
	case edit:
		return "change it"
	case submit:
	}
	return label
}

// question returns a choice with no as the safe answer; yes agrees to the
// questions in about.
func (c *Counter) question(title safe.String, body safe.Block, yes safe.String, about []order.Question) *dialog.Choice {
	a := c.now
	agree := func() tea.Cmd { return c.answer(a, func() { a.answers = a.answers.Agree(about...) }) }
	return &dialog.Choice{
		Name: dialogOrder, Title: title, Body: body, Deliberate: true, Left: c.decline,
		Options: []dialog.Option{{Label: "No, back to the form", Do: c.decline}, {Label: "Yes, " + yes, Do: agree}},
	}
}

// ceiling asks for the maximum cost of an order of unknown price.
func (c *Counter) ceiling(q *order.Question) dialog.Dialog {
	a := c.now
	name := func(text string) tea.Cmd {
		n, err := usd.Parse(text)
		if err != nil {
			return c.decline()
		}
		return c.answer(a, func() { a.answers.Ceiling = &n })
	}
	return dialog.NewInput(dialogOrder, "The most it may cost, in dollars", words.Question(a.p, q).Block()+"\n"+c.money(), "", name).
		Left(c.decline).
		Check(func(s string) string {
			if n, err := usd.Parse(s); err != nil || n <= 0 {
				return "An amount of dollars above 0, such as 2.50."
			}
			return ""
		})
}

// price asks about the price of an order of the form, or about anything else to
// know about it.
func (c *Counter) price(open []order.Question) dialog.Dialog {
	if !c.now.ofForm() {
		return c.question("Go on?", c.sentences(open, "").Block(), c.yes(""), open)
	}
	title, yes, lead := c.price1(&open[0])
	body := c.body(open)
	if lead != "" {
		body = lead + "\n\n" + body
	}
	return c.question(title, body, c.yes(yes), open)
}

// firstOne asks about the first order of a session that is billed.
func (c *Counter) firstOne() dialog.Dialog {
	most, _ := c.now.p.Total()
	title := c.count() + " for " + safe.Line(most.String()) + "?"
	body := c.body(nil) + "\n\n" + (safe.Line(c.s.Keys.Form.Submit.Help().Key) + " orders and pays. This is asked once, until seedreel is left.").Block()
	return c.question(title, body, c.yes("submit"), nil)
}

// price1 returns the title for the most important question, the yes to it, and
// the text above the price.
func (c *Counter) price1(q *order.Question) (title, yes safe.String, lead safe.Block) {
	p := c.now.p
	switch q.Kind {
	case order.NotPractice:
		return "Submit although this has changed?", "submit", words.Question(p, q).Block()
	case order.Retired:
		m := p.Lines[q.Line].Model
		lead = safe.Line("The service says of it: " + m.Lifecycle.Note + ".").Block()
		if next := c.s.Catalogue.Now().Replacement(m); next != nil {
			lead += "\n" + (safe.Line(c.s.Keys.Form.Successor.Help().Key) + " in the form moves this to " + words.Successor(m, next) + ".").Block()
		}
		return "Submit to a retired model?", "try it", lead
	case order.UnknownPrice:
		return c.count() + " at an unknown price?", "submit", ""
	case order.Dearer:
		return "It is dearer now", "submit all the same", words.Question(p, q).Block()
	case order.NotCovered:
		return "The balance does not cover this", "submit all the same", ""
	case order.AboveThreshold, order.OverLimit, order.SameAgain:
	}
	return c.count() + " for " + safe.Line(q.Amount.String()) + "?", "submit", ""
}

func (c *Counter) count() safe.String {
	if c.now.deed == edit {
		return "Change this clip"
	}
	if n := words.Clips(c.now.p); n > 1 {
		return safe.Line(fmt.Sprintf("Submit %d clips", n))
	}
	return "Submit this clip"
}

// body returns the price, the day so far, and the state of the account.
func (c *Counter) body(open []order.Question) safe.Block {
	l := &c.now.p.Lines[0]
	s := safe.Line(fmt.Sprintf("%d x %s, %s.", l.Count, l.Each, l.Each.Basis()))
	if n := len(c.now.p.Lines); n > 1 {
		total, _ := c.now.p.Total()
		s = safe.Line(fmt.Sprintf("%d clips in %d rows, %s in all, %s.", words.Clips(c.now.p), n, total, l.Each.Basis()))
	}
	if !l.Each.Known {
		s = safe.Line("Nobody publishes this price: " + l.Each.Why + ".")
	}
	b := s.Block()
	if len(open) > 0 {
		if more := c.sentences(open[1:], order.UnknownPrice); more != "" {
			b += "\n" + more.Block()
		}
	}
	b += "\n" + c.money()
	if l.Practice {
		b += "\nPractice: nothing is billed."
	}
	n := c.s.Settings.Service(l.Model.Provider).SubmitsPerMinute
	if clips := words.Clips(c.now.p); n > 0 && clips > n {
		b += "\n" + safe.Line(fmt.Sprintf("At your account's %d a minute they leave within %d minutes.", n, (clips+n-1)/n)).Block()
	}
	return b
}

// money returns the day's costs, the limit and the balance.
func (c *Counter) money() safe.Block {
	p := c.now.p
	b := ("So far " + words.Today(c.s.Today)).Block() + "."
	if limit := p.Rules.Limit; limit > 0 {
		b += " Your limit for a day is " + safe.Line(limit.String()).Block() + "."
	}
	if left := p.Lines[0].Balance; left != nil {
		b += " The " + words.Balance(p.Lines[0].Practice).Block() + " is " + safe.Line(left.String()).Block() + "."
	}
	return b
}

// sentences returns the questions that a dialog does not ask by its title: all
// except the threshold, the same again, and those of the kind but.
func (c *Counter) sentences(open []order.Question, but order.Kind) safe.String {
	var s safe.String
	for i := range open {
		q := &open[i]
		if q.Kind == but || q.Kind == order.AboveThreshold || q.Kind == order.SameAgain {
			continue
		}
		if s != "" {
			s += " "
		}
		s += words.Question(c.now.p, q)
	}
	return s
}

// deed asks whether to do it at all, with its price.
func (c *Counter) deed(open []order.Question) dialog.Dialog {
	title, body := c.deedWords()
	if more := c.sentences(open, ""); more != "" {
		body += "\n" + more.Block()
	}
	d := c.question(title, body, c.yes(""), open)
	d.Options[0].Label = "No"
	// It opens when the prices have arrived, and somebody may be typing by then.
	d.Deliberate = c.now.deed == rewriting
	return d
}

// named returns the title of a job, for the top of a question about it.
func named(j *job.Job) safe.Block {
	return ("“" + safe.Truncate(jobs.Title(j), 40) + "”").Block() + "\n\n"
}

func (c *Counter) deedWords() (title safe.String, body safe.Block) {
	a := c.now
	l := &a.p.Lines[0]
	price := safe.String("an unknown price")
	if most, ok := l.Each.Ceiling(); ok {
		price = safe.Line(most.String())
	}
	if a.deed == rewriting {
		body = ("The prompt goes to " + words.Service(l.Model.Provider) + ", with the first image if there is one.\nYou see both versions before anything changes.").Block()
		if l.Practice {
			body += "\nPractice: nothing is billed."
		}
		return "Rewrite the prompt for " + safe.Line(l.Each.String()) + "?", body
	}
	body = named(a.job)
	switch {
	case a.deed == retry && l.Practice:
		return "Try it again as it was?", body + "A new job with the same settings, for " + price.Block() + ", which practice does not bill."
	case a.deed == retry:
		return "Try it again as it was?", body + "A new job with the same settings, for " + price.Block() + "."
	case a.deed == mute && l.Practice:
		return "Again without sound?", body + "A new job with the same settings and the sound off, for " + price.Block() + ", which practice does not bill."
	case a.deed == mute:
		return "Again without sound?", body + "A new job with the same settings and the sound off, for " + price.Block() + "."
	case l.Practice:
		return "Send it again?", body + "The first one may exist too: this may make two. Practice costs nothing.\nLooking for it first may find it."
	}
	return "Send it again?", body + "The first one may exist and be charged too: this may pay twice (" + price.Block() + " each).\nLooking for it first costs nothing."
}
