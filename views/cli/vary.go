package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/state/order"
	"seedreel/state/reel"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// product returns the clips that --vary describes: the prompt's alternatives,
// and those of fields and models.
func (c *commands) product(ctx context.Context, e *engine.Engine, f *submitFlags) (*reel.Product, error) {
	m, v, err := c.given(ctx, e, f.orderFlags)
	if err != nil {
		return nil, err
	}
	p := &reel.Product{Models: []*catalogue.Model{m}, Values: v, Lists: map[catalogue.Role]string{}, Takes: f.count}
	for _, given := range f.vary {
		name, list, listed := strings.Cut(given, "=")
		name = strings.TrimSpace(name)
		if name == "prompt" && !listed {
			continue
		}
		if !listed {
			return nil, usage("--vary is %q; it must be prompt, or a field with its values, such as duration=5,8", given)
		}
		if name == "model" {
			p.Models = nil
			for one := range strings.SplitSeq(list, ",") {
				m, err := c.findModel(ctx, e, strings.TrimSpace(one))
				if err != nil {
					return nil, err
				}
				p.Models = append(p.Models, m)
			}
			continue
		}
		i := slices.IndexFunc(f.fields, func(x *fieldFlag) bool { return flagName(x.role) == name })
		if i < 0 {
			return nil, usage("--vary %s: there is no such field; seedreel models show MODEL lists them", name)
		}
		role := f.fields[i].role
		if v[role].IsSet() {
			return nil, usage("--vary %s and --%s cannot be given together", name, name)
		}
		p.Lists[role] = list
	}
	return p, nil
}

// runVary orders a product, or with --dry-run shows each of its clips.
func (c *commands) runVary(ctx context.Context, e *engine.Engine, f *submitFlags, labels job.Labels, taken job.Taken) error {
	p, err := c.product(ctx, e, f)
	if err != nil {
		return err
	}
	variants, err := p.Expand()
	if err != nil {
		return exit(ExitInvalid, "%v", err)
	}
	if taken.Shot == "" {
		// What is tried together is one shot, though the prompts differ.
		if taken.Shot, err = newReelID(); err != nil {
			return err
		}
	}
	if _, err := e.Queue.Recover(ctx); err != nil {
		return err
	}
	drafts := make([]order.Draft, len(variants))
	for i, x := range variants {
		v := x.Model.Fill(x.Values)
		for r, y := range x.Values { // a value without a field in the model is an error, not dropped
			v[r] = y
		}
		one := taken
		if one.Key != "" && i > 0 {
			one.Key = fmt.Sprintf("%s.%d", taken.Key, i+1)
		}
		drafts[i] = order.Clip(x.Model, v, max(f.count, 1), nil, e.Services.Practice()).Labeled(labels).As(one)
	}
	if f.dryRun {
		return c.dryProduct(ctx, e, f, drafts)
	}
	return c.orderReel(ctx, e, drafts, &makeReelFlags{makeFlags: makeFlags{json: f.json}, consent: f.consent, wait: f.wait, queue: f.queue})
}

// variantLine is one combination of a product as JSON; number 0 is all.
type variantLine struct {
	Number  int              `json:"number"`
	Service string           `json:"service,omitempty"`
	Model   string           `json:"model,omitempty"`
	Values  catalogue.Values `json:"values,omitempty"`
	Clips   int              `json:"clips"`
	Total   *usd.Micro       `json:"total_usd,omitempty"`
	Advice  []hint           `json:"advice,omitempty"`
}

// dryProduct prints every combination whole, then count and total.
func (c *commands) dryProduct(ctx context.Context, e *engine.Engine, f *submitFlags, drafts []order.Draft) error {
	p, err := e.Desk.Prepare(ctx, drafts...)
	if err != nil {
		return refused(err)
	}
	all := variantLine{}
	for i := range p.Lines {
		l := &p.Lines[i]
		all.Clips += l.Count
		x := variantLine{Number: i + 1, Service: l.Model.Provider, Model: l.Model.ID, Values: l.Values, Clips: l.Count, Advice: advise(e, l.Model, l.Values)}
		if most, ok := l.Total(); ok {
			x.Total = &most
		}
		if err := c.variant(l.Model, x, f.json); err != nil {
			return err
		}
	}
	if total, ok := p.Total(); ok {
		all.Total = &total
	}
	if err := c.variant(nil, all, f.json); err != nil {
		return err
	}
	if errs := p.Errors(); len(errs) > 0 {
		return invalid(errs)
	}
	_, err = c.confirm(ctx, p, &f.consent)
	return err
}

func (c *commands) variant(m *catalogue.Model, x variantLine, asJSON bool) error {
	if asJSON {
		return c.object(x)
	}
	price := "price unknown"
	if x.Total != nil {
		price = x.Total.String()
	}
	if m == nil {
		return c.print("all: %d clips, %s", x.Clips, price)
	}
	what := words.Short(m)
	for _, r := range []catalogue.Role{catalogue.RoleDuration, catalogue.RoleResolution, catalogue.RoleAspectRatio} {
		if v := x.Values[r]; v.IsSet() {
			what += " " + safe.Line(v.String())
		}
	}
	c.tellAdvice(x.Advice)
	return c.print("%d  %d x  %s  %s  %s", x.Number, x.Clips, price, what, safe.Line(x.Values.Text(catalogue.RolePrompt)))
}
