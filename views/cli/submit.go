package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"seedreel/client/catalogue"
	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/state/queue"
	"seedreel/state/store"
	"seedreel/views/words"
)

type submitFlags struct {
	*orderFlags
	json   bool
	wait   bool
	again  bool
	yes    bool
	dryRun bool
}

// submit has a flag for every field of every model, made from the catalogue.
func (c *commands) submit() *cobra.Command {
	f := &submitFlags{}
	cmd := &cobra.Command{
		Use:   "submit",
		Short: "Check, price and submit a clip",
		Long: "submit checks everything that can be checked here, prices the clip, and sends it. It ends when the service\n" +
			"has the clip, with --wait when the clip is on disk. Which fields a model takes: seedreel models show MODEL.\n" +
			"A total above confirm_above_usd is asked for again on a terminal; elsewhere it needs --yes.",
		Example: `seedreel submit --prompt "A lake at dawn, slow push in" --duration 5 --wait
seedreel submit --model ID --image ledge.png --prompt "He lands the trick" --json
seedreel submit --prompt-file scene.txt --count 3 --seed 42 --dry-run`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.with(cmd, func(e *engine.Engine) error { return c.runSubmit(cmd.Context(), e, f) })
		},
	}
	f.orderFlags = c.addOrderFlags(cmd)
	fl := cmd.Flags()
	jsonFlag(cmd, &f.json, "the jobs, or what --dry-run found,")
	fl.BoolVarP(&f.wait, "wait", "w", false, "wait until the clips are saved")
	fl.BoolVar(&f.again, "again", false, "submit although the same was submitted a moment ago")
	fl.BoolVarP(&f.yes, "yes", "y", false, "submit whatever confirm_above_usd says")
	fl.BoolVar(&f.dryRun, "dry-run", false, "check and price only; nothing is sent")
	return cmd
}

func (c *commands) runSubmit(ctx context.Context, e *engine.Engine, f *submitFlags) error {
	m, v, err := c.order(ctx, e, f.orderFlags)
	if err != nil {
		return err
	}
	// What a killed process left behind would hold its places in the line.
	if _, err := e.Queue.Recover(ctx); err != nil {
		return err
	}
	errs := catalogue.Validate(m, v, e.Look)
	est := catalogue.EstimatePrice(m, v, m.InputSeconds(v, e.Look))
	if f.dryRun {
		return c.dryRun(e, f, m, v, errs, est)
	}
	if len(errs) > 0 {
		return invalid(errs)
	}
	if err := e.Services.Ready(m.Provider); err != nil {
		return err
	}
	c.warnLife(e, m)
	practice := e.Services.Practice()
	if practice {
		c.tell("practice: nothing is billed")
	} else if err := c.confirm(ctx, e, f, est); err != nil {
		return err
	}
	guard := store.Guard{SpentSince: store.Midnight(c.o.Now(), c.o.Zone)}
	if !f.again {
		guard.DuplicateWindow = store.SameWithin
	}
	if l := e.Settings.DailyLimit; l > 0 && !practice {
		guard.DailyLimit = &l
	}
	added, err := e.Queue.Add(ctx, queue.Order{Model: m, Values: v, Count: f.count, Practice: practice, Estimate: est, Guard: guard})
	if err != nil {
		return refused(err)
	}
	c.tell("submitting %s", priced(m, est, len(added)))
	ids := make([]string, len(added))
	for i, j := range added {
		ids[i] = j.ID
	}
	// Without --wait the command ends when the service has the jobs.
	// A lost answer is looked for once: most are found at once.
	done := func(j *job.Job, looked bool) bool {
		return j.RemoteID != "" || !j.State.Open() && (!c.looking(j) || j.Fails > 0 || looked)
	}
	if f.wait {
		done = c.ended
	}
	return c.follow(ctx, e, ids, done, f.json)
}

// invalid lists what is wrong, one field a line.
func invalid(errs []catalogue.FieldError) error {
	lines := make([]string, len(errs))
	for i, x := range errs {
		lines[i] = x.Error()
	}
	return exit(ExitInvalid, "%s", strings.Join(lines, "\n"))
}

// warnLife says before the submit that a model is going or gone, and where to.
func (c *commands) warnLife(e *engine.Engine, m *catalogue.Model) {
	if m.Lifecycle.Status == catalogue.LifeActive {
		return
	}
	s := fmt.Sprintf("%s is being retired", m.ID)
	if m.Lifecycle.Status == catalogue.LifeRetired {
		s = fmt.Sprintf("%s is retired; the service may refuse it", m.ID)
	}
	if to := e.Catalogue.Now().Model(catalogue.Ref{Provider: m.Provider, ID: m.Lifecycle.Replacement}); to != nil {
		s += fmt.Sprintf("; its successor is %s", to.Ref())
	}
	c.tell("%s", s)
}

// confirm asks for a yes where the total is above the user's threshold or not
// known. Where there is nobody to ask, only --yes is one.
func (c *commands) confirm(ctx context.Context, e *engine.Engine, f *submitFlags, est catalogue.Estimate) error {
	total, known := est.Times(f.count).Ceiling()
	above := e.Settings.ConfirmAbove
	if f.yes || known && above > 0 && total <= above {
		return nil
	}
	price := "at an unknown price"
	if known {
		price = "for " + total.String()
	}
	if _, ok := terminal(c.o.In); ok {
		if _, ok := terminal(c.o.Err); ok {
			_, _ = fmt.Fprintf(c.o.Err, "Submit %d x %s? [y/N] ", f.count, price) // a question that cannot be seen is answered with no
			answer, err := readLine(ctx, c.o.In, 64)
			if err != nil {
				return err
			}
			switch strings.ToLower(strings.TrimSpace(answer)) {
			case "y", "yes":
				return nil
			}
			return exit(ExitNotConfirmed, "Not submitted.")
		}
	}
	return exit(ExitNotConfirmed, "Not submitted: %d %s is more than confirm_above_usd (%s) lets pass. --yes submits it.", f.count, price, above)
}

// refused explains what the store's guard said.
func refused(err error) error {
	if b, ok := errors.AsType[*store.ErrBudget](err); ok {
		return exit(ExitNoFunds, "Not submitted: %s spent today, this asks for %s more, and daily_limit_usd is %s.", b.Spent, b.Want, b.Limit)
	}
	if d, ok := errors.AsType[*store.ErrDuplicate](err); ok {
		return exit(ExitInvalid, "Not submitted: the same was submitted as job %s a moment ago. --again submits it all the same.", d.ID)
	}
	return exit(ExitTrouble, "Not submitted: %s", words.Error(err))
}
