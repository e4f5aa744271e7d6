package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/engine"
	"seedreel/state/order"
	"seedreel/views/words"
)

// price is the price of clips as JSON. Amounts are in dollars, and left out if
// they are unknown.
type price struct {
	Known     bool       `json:"known"`
	Each      *usd.Micro `json:"each_usd,omitempty"`
	Total     *usd.Micro `json:"total_usd,omitempty"`
	Low       *usd.Micro `json:"low_usd,omitempty"`
	High      *usd.Micro `json:"high_usd,omitempty"`
	PerSecond *usd.Micro `json:"per_second_usd,omitempty"`
	// Source is "list" for the catalogue's price list, "service" for the
	// service's own current price.
	Source string `json:"source"`
	Basis  string `json:"basis"`
	Why    string `json:"why,omitempty"`
}

func priceOf(e catalogue.Estimate, count int) price {
	p := price{Known: e.Known, Source: "list", Basis: e.Basis(), Why: e.Why}
	if e.Confidence == catalogue.ConfidenceQuote {
		p.Source = "service"
	}
	if e.PerSecond > 0 {
		p.PerSecond = &e.PerSecond
	}
	if e.Known {
		all := e.Times(count)
		p.Each, p.Total = &e.Total, &all.Total
	} else if e.High > 0 {
		p.Low, p.High = &e.Low, &e.High
	}
	return p
}

// quoted is an order with its price and, with --dry-run, the result of the
// checks.
type quoted struct {
	Service  string           `json:"service"`
	Model    string           `json:"model"`
	Practice bool             `json:"practice"`
	Count    int              `json:"count"`
	Seconds  int              `json:"seconds,omitempty"`
	Width    int              `json:"width,omitempty"`
	Height   int              `json:"height,omitempty"`
	Values   catalogue.Values `json:"values"`
	Price    price            `json:"price"`
	// Advice is what the rules find in the prompt; it stops nothing.
	Advice []hint `json:"advice,omitempty"`
	// Elsewhere is the same clip at the other services, by their price lists.
	Elsewhere []elsewhere `json:"elsewhere,omitempty"`
	// Later is the price in the service's cheap slow tier, if another is chosen.
	Later *price `json:"by_tomorrow,omitempty"`
	// Valid and Errors are set only with --dry-run.
	Valid  *bool     `json:"valid,omitempty"`
	Errors []problem `json:"errors,omitempty"`
	// Questions are what submit would ask; set only with --dry-run.
	Questions []asked `json:"questions,omitempty"`
}

// asked is a question about an order; Job is the earlier identical one.
type asked struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
	Job  string `json:"job,omitempty"`
}

// elsewhere is the same clip at another service, with the differences.
type elsewhere struct {
	Service string   `json:"service"`
	Model   string   `json:"model"`
	Price   price    `json:"price"`
	Differs []string `json:"differs,omitempty"`
}

// elsewhereOf returns the prices of the same clip at the other services, as
// JSON and as lines.
func elsewhereOf(e *engine.Engine, m *catalogue.Model, v catalogue.Values, count int) (out []elsewhere, lines []string) {
	for _, x := range e.Catalogue.Now().Elsewhere(m, v) {
		est := x.Model.Estimate(x.Values, e.Look)
		to := elsewhere{Service: x.Model.Provider, Model: x.Model.ID, Price: priceOf(est, count)}
		text := "at " + x.Model.Provider + ": " + priced(x.Model, est, count)
		for _, d := range x.Differs {
			to.Differs = append(to.Differs, d.String())
		}
		if len(to.Differs) > 0 {
			text += "; " + string(words.Differs(x.Differs))
		}
		out, lines = append(out, to), append(lines, text)
	}
	return out, lines
}

// laterOf returns the price of the same clip in the service's cheap slow tier,
// as JSON and as a line; nil if there is none or it is chosen.
func laterOf(e *engine.Engine, m *catalogue.Model, v catalogue.Values, count int) (*price, string) {
	p, ok := m.Patience(v, e.Look)
	if !ok || v[catalogue.RoleServiceTier].Equal(p.Later) {
		return nil, ""
	}
	later := v.Clone()
	later[catalogue.RoleServiceTier] = p.Later
	est := m.Estimate(later, e.Look)
	out := priceOf(est, count)
	return &out, "by tomorrow: " + priced(m, est, count)
}

// problem is an error in one field; Field is the flag's name.
type problem struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

func (c *commands) quoted(e *engine.Engine, m *catalogue.Model, v catalogue.Values, count int, est catalogue.Estimate) quoted {
	q := quoted{
		Service: m.Provider, Model: m.ID, Practice: e.Services.Practice(), Count: count, Seconds: m.Seconds(v),
		Values: v, Price: priceOf(est, count),
	}
	imgW, imgH := 0, 0
	if first := v.Media(catalogue.RoleFirstFrame); len(first) > 0 {
		if f, err := e.Look(first[0]); err == nil {
			imgW, imgH = f.Width, f.Height
		}
	}
	if w, h, ok := m.Frame(v, imgW, imgH); ok {
		q.Width, q.Height = w, h
	}
	return q
}

// dryRun writes what submit would do, and what prevents it: it asks the
// questions of submit and ends with the same code.
func (c *commands) dryRun(ctx context.Context, e *engine.Engine, f *submitFlags, p *order.Prepared) error {
	l, errs := &p.Lines[0], p.Errors()
	if f.json {
		q := c.quoted(e, l.Model, l.Values, f.count, l.Each)
		q.Advice = advise(e, l.Model, l.Values)
		valid := len(errs) == 0
		q.Valid = &valid
		for _, x := range errs {
			q.Errors = append(q.Errors, problem{Field: flagName(x.Role), Message: x.Text})
		}
		open := p.Open(order.Answers{Ceiling: f.maxCost.amount})
		for i := range open {
			q.Questions = append(q.Questions, asked{Kind: string(open[i].Kind), Text: string(words.Question(p, &open[i])), Job: open[i].Job})
		}
		if err := c.object(q); err != nil {
			return err
		}
	}
	if !f.json {
		c.tellAdvice(advise(e, l.Model, l.Values))
	}
	if len(errs) > 0 {
		return invalid(errs)
	}
	if !f.json {
		if err := c.printPrice(l.Model, l.Each, f.count); err != nil {
			return err
		}
	}
	if err := p.Unready(); err != nil {
		return err
	}
	_, err := c.confirm(ctx, p, &f.consent)
	return err
}

func (c *commands) printPrice(m *catalogue.Model, est catalogue.Estimate, count int) error {
	return c.print("%s", priced(m, est, count))
}

// priced returns the model, the number of clips and their total price, in the
// same words before and at the submit.
func priced(m *catalogue.Model, est catalogue.Estimate, count int) string {
	price := est.String()
	switch {
	case count > 1 && est.Known:
		price = fmt.Sprintf("%d x %s = %s", count, est, est.Times(count))
	case count > 1:
		price = fmt.Sprintf("%d x %s", count, est)
	}
	s := fmt.Sprintf("%s, %s, %s", m.ID, price, est.Basis())
	if est.Why != "" {
		s += ": " + est.Why
	}
	return s
}

// wrong returns the errors in the given values. Missing values are ignored: a
// price does not depend on the words of a prompt.
func wrong(m *catalogue.Model, v catalogue.Values, look catalogue.Inspect) []catalogue.FieldError {
	return slices.DeleteFunc(catalogue.Validate(m, v, look), func(x catalogue.FieldError) bool {
		blank := x.Role == catalogue.RolePrompt && strings.TrimSpace(v.Text(x.Role)) == ""
		return blank || !v[x.Role].IsSet()
	})
}

// livePrice asks the service for its price. If it cannot price the order, that
// is an error: the bottom of a range or the list price would be mistaken for
// the price.
func (c *commands) livePrice(ctx context.Context, e *engine.Engine, m *catalogue.Model, v catalogue.Values, count int) (price, error) {
	if err := e.Services.Ready(m.Provider); err != nil {
		return price{}, err
	}
	q, err := e.Account.Quote(ctx, m, v, e.Services.Practice())
	switch {
	case errors.Is(err, client.ErrNoQuote):
		return price{}, exit(ExitNotOffered, "%s quotes no price for this choice; without --live the list price is told.", words.Service(m.Provider))
	case err != nil:
		return price{}, notOffered(m.Provider, "way to ask for a price", err)
	case q.Partial:
		return price{}, exit(ExitInvalid, "The price depends on what is not given: %s.", strings.Join(q.Missing, ", "))
	}
	total := q.Price * usd.Micro(count)
	return price{Known: true, Each: &q.Price, Total: &total, Source: "service", Basis: "the service's own price now"}, nil
}

// estimate prices an order by the price list, instantly and without a network.
func (c *commands) estimate() *cobra.Command {
	var asJSON, live bool
	cmd := &cobra.Command{
		Use:   "estimate",
		Short: "Price clips without making any",
		Long: "estimate prices an order by the price list of the catalogue. Nothing leaves this machine and no key is\n" +
			"needed; prompt and media need not be given, and what is given must be what the model takes. The same clip at\n" +
			"other services follows, with what differs there; advice on the prompt goes to standard error and stops nothing.\n" +
			"--live asks the service for its price of exactly this instead; nothing is made or billed by that.",
		Example: "seedreel estimate --model ID --duration 10 --count 4",
		Args:    cobra.NoArgs,
	}
	f := c.addOrderFlags(cmd)
	jsonFlag(cmd, &asJSON, "the price")
	cmd.Flags().BoolVar(&live, "live", false, "ask the service what it costs now")
	cmd.RunE = c.runWithModels(func(ctx context.Context, e *engine.Engine, _ []string) error {
		m, v, err := c.order(ctx, e, f)
		if err != nil {
			return err
		}
		if errs := wrong(m, v, e.Look); len(errs) > 0 {
			return invalid(errs)
		}
		c.warnMedia(e, m, v)
		est := m.Estimate(v, e.Look)
		q := c.quoted(e, m, v, f.count, est)
		if q.Advice = advise(e, m, v); !asJSON {
			c.tellAdvice(q.Advice)
		}
		var lines []string
		q.Elsewhere, lines = elsewhereOf(e, m, v, f.count)
		if later, text := laterOf(e, m, v, f.count); later != nil {
			q.Later, lines = later, append([]string{text}, lines...)
		}
		if live {
			if q.Price, err = c.livePrice(ctx, e, m, v, f.count); err != nil {
				return err
			}
		}
		switch {
		case asJSON:
			return c.object(q)
		case live:
			return c.print("%s, %d x %s = %s, %s", m.ID, f.count, q.Price.Each, q.Price.Total, q.Price.Basis)
		}
		return c.print("%s", strings.Join(append([]string{priced(m, est, f.count)}, lines...), "\n"))
	})
	return cmd
}
