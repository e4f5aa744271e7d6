package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"seedreel/client/usd"
	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/state/order"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// consent holds the answers that a command's flags give before anything is
// asked.
type consent struct {
	yes, again bool
	maxCost    dollars
}

// consentFlags adds the flags that answer the questions of an order.
func consentFlags(cmd *cobra.Command, f *consent) {
	fl := cmd.Flags()
	fl.BoolVarP(&f.yes, "yes", "y", false, "answer yes to what is asked about the price, the balance and a retired model")
	fl.Var(&f.maxCost, "max-cost", "the most that all of it may cost, in dollars; names a price that is not known")
}

// dollars is a flag that takes an amount.
type dollars struct{ amount *usd.Micro }

// String returns "", so that help shows no default.
func (d *dollars) String() string { return "" }

// Type returns the kind of value that the flag takes.
func (d *dollars) Type() string { return "usd" }

// Set parses an amount above zero.
func (d *dollars) Set(s string) error {
	n, err := usd.Parse(strings.TrimPrefix(strings.TrimSpace(s), "$"))
	if err != nil || n <= 0 {
		return errors.New("it must be an amount of dollars above 0")
	}
	d.amount = &n
	return nil
}

// answers returns the questions that the flags agree to. --yes does not agree
// to a price that nobody has seen, and no flag agrees to exceeding a limit.
func (f *consent) answers(open []order.Question) []order.Question {
	var out []order.Question
	for i := range open {
		switch open[i].Kind {
		case order.Retired, order.UnknownPrice, order.AboveThreshold, order.NotCovered:
			if f.yes {
				out = append(out, open[i])
			}
		case order.SameAgain:
			if f.again {
				out = append(out, open[i])
			}
		case order.Dearer, order.OverLimit, order.NotPractice:
		}
	}
	return out
}

// confirm answers the open questions of an order: by the flags, or else by the
// person if there is one. Otherwise it returns an error.
func (c *commands) confirm(ctx context.Context, p *order.Prepared, f *consent) (order.Answers, error) {
	a := order.Answers{Ceiling: f.maxCost.amount}
	a = a.Agree(f.answers(p.Open(a))...)
	return c.ask(ctx, p, a, p.Open(a))
}

// ask puts questions to the person. If there is nobody to answer, or the answer
// is no, it returns an error with an exit code from the questions.
func (c *commands) ask(ctx context.Context, p *order.Prepared, a order.Answers, open []order.Question) (order.Answers, error) {
	if len(open) == 0 {
		return a, nil
	}
	if !c.attended() {
		return a, notConfirmed(p, open)
	}
	for i := range open {
		q := &open[i]
		if q.NeedsCeiling {
			if a.Ceiling == nil {
				return a, notConfirmed(p, open[i:i+1]) // only a flag names an amount
			}
			continue
		}
		_, _ = fmt.Fprintf(c.o.Err, "%s [y/N] ", prompt(p, q)) // a question that cannot be seen is answered with no
		answer, err := readLine(ctx, c.o.In, 64)
		if err != nil {
			return a, err
		}
		switch strings.ToLower(strings.TrimSpace(answer)) {
		case "y", "yes":
			a = a.Agree(*q)
		default:
			return a, exit(codeOfQuestion(q), "Not submitted.")
		}
	}
	return a, nil
}

// agreed asks a question that is answered with yes or no.
func (c *commands) agreed(ctx context.Context, question string) (bool, error) {
	_, _ = fmt.Fprintf(c.o.Err, "%s [y/N] ", safe.Lines(question)) // a question that cannot be seen is answered with no
	answer, err := readLine(ctx, c.o.In, 64)
	a := strings.ToLower(strings.TrimSpace(answer))
	return err == nil && (a == "y" || a == "yes"), err
}

// prompt returns a question on one line.
func prompt(p *order.Prepared, q *order.Question) string {
	if q.Kind == order.AboveThreshold {
		return submitQuestion(p, q.Amount)
	}
	return string(words.Question(p, q)) + " Go on?"
}

// attended reports whether somebody sees a question and can answer it.
func (c *commands) attended() bool {
	_, in := terminal(c.o.In)
	_, out := terminal(c.o.Err)
	return in && out
}

// ordered puts the questions of an order of several lines to the person, and
// makes its jobs. An order of which everything is made already needs no service.
func (c *commands) ordered(ctx context.Context, e *engine.Engine, p *order.Prepared, f *consent, clips int) (jobs []*job.Job, err error) {
	if clips > 0 {
		if err := p.Unready(); err != nil {
			return nil, err
		}
		if e.Services.Practice() {
			c.tell("practice: nothing is billed")
		}
	}
	answers, err := c.confirm(ctx, p, f)
	if err != nil {
		return nil, err
	}
	err = c.place(ctx, p, answers, func(a order.Answers) (err error) {
		jobs, err = e.Desk.Confirm(ctx, p, a)
		return err
	})
	if err != nil {
		return nil, refused(err)
	}
	return jobs, nil
}

// place confirms an order, and asks the questions that come up only then.
func (c *commands) place(ctx context.Context, p *order.Prepared, a order.Answers, do func(order.Answers) error) error {
	for {
		err := do(a)
		if e, ok := errors.AsType[*order.OpenError](err); ok {
			var asked error
			if a, asked = c.ask(ctx, p, a, e.Questions); asked != nil {
				return asked
			}
			continue
		}
		if e, ok := errors.AsType[*order.InvalidError](err); ok {
			return invalid(e.Errors)
		}
		return err
	}
}

// notConfirmed lists the open questions in an error. Its code is that of the
// first, unless one of them has ExitNoFunds.
func notConfirmed(p *order.Prepared, open []order.Question) error {
	code, lines := ExitOK, make([]string, len(open))
	limited := slices.ContainsFunc(open, func(q order.Question) bool { return q.Kind == order.OverLimit })
	field := ""
	for i := range open {
		help := advice(&open[i])
		if limited && strings.HasPrefix(help, " --yes submits it") {
			help = " --yes agrees to that, and not to what is over a limit."
		}
		lines[i] = "Not submitted: " + string(words.Question(p, &open[i])) + help
		field = cmp.Or(field, fieldOfQuestion(&open[i]))
		if open[i].Kind == order.AboveThreshold {
			lines[i] += "\nIt is " + clipsOf(p) + "."
		}
		if n := codeOfQuestion(&open[i]); code == ExitOK || n == ExitNoFunds {
			code = n
		}
	}
	return exitAbout(code, about{field: field}, strings.Join(lines, "\n"))
}

// fieldOfQuestion returns the flag or setting that a question is about, "" if it
// is about none.
func fieldOfQuestion(q *order.Question) string {
	switch {
	case q.Kind == order.OverLimit && q.Which == order.LimitCeiling, q.Kind == order.Dearer, q.NeedsCeiling:
		return "max-cost"
	case q.Kind == order.OverLimit:
		return "daily_limit_usd"
	case q.Kind == order.SameAgain:
		return "again"
	}
	return ""
}

// advice returns a sentence that names the flag answering a question, or "".
func advice(q *order.Question) string {
	switch q.Kind {
	case order.Retired, order.AboveThreshold, order.NotCovered:
		return " --yes submits it."
	case order.UnknownPrice:
		if q.NeedsCeiling {
			return " --max-cost does that."
		}
		return " --yes submits it, --max-cost names the most it may cost."
	case order.Dearer:
		return " --max-cost names the most it may cost."
	case order.SameAgain:
		return " --again submits it all the same."
	case order.OverLimit:
		if q.Which == order.LimitCeiling {
			return " --max-cost is that amount."
		}
		return " seedreel settings set daily_limit_usd AMOUNT changes the limit."
	case order.NotPractice:
	}
	return ""
}

// codeOfQuestion returns the exit code for a question not answered with yes.
func codeOfQuestion(q *order.Question) int {
	switch q.Kind {
	case order.OverLimit, order.NotCovered:
		return ExitNoFunds
	case order.SameAgain:
		return ExitInvalid
	case order.NotPractice, order.Retired, order.UnknownPrice, order.Dearer, order.AboveThreshold:
	}
	return ExitNotConfirmed
}
