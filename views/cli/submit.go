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
	"seedreel/state/order"
	"seedreel/state/store"
	"seedreel/views/words"
)

type submitFlags struct {
	*orderFlags
	consent
	json   bool
	wait   bool
	dryRun bool
	labels []string
}

// submit returns the command, with a flag for every field of every model from
// the catalogue.
func (c *commands) submit() *cobra.Command {
	f := &submitFlags{}
	cmd := &cobra.Command{
		Use:   "submit",
		Short: "Check, price and submit a clip",
		Long: "submit checks everything that can be checked here, prices the clip, and sends it. It ends when the service\n" +
			"has the clip, with --wait when the clip is on disk. Which fields a model takes: seedreel models show MODEL.\n" +
			"What the order desk asks (the price, the balance, a limit, the same once more) is put to the person on a\n" +
			"terminal; elsewhere --yes, --max-cost and --again answer it. --dry-run and practice ask the same.",
		Example: `seedreel submit --prompt "A lake at dawn, slow push in" --duration 5 --wait
seedreel submit --model ID --image ledge.png --prompt "He lands the trick" --json
seedreel submit --prompt-file scene.txt --count 3 --seed 42 --dry-run`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withModels(cmd, func(e *engine.Engine) error { return c.runSubmit(cmd.Context(), e, f) })
		},
	}
	f.orderFlags = c.addOrderFlags(cmd)
	fl := cmd.Flags()
	jsonFlag(cmd, &f.json, "the jobs, or what --dry-run found,")
	fl.BoolVarP(&f.wait, "wait", "w", false, "wait until the clips are saved")
	fl.BoolVar(&f.again, "again", false, "submit although the same was submitted before, seed included")
	consentFlags(cmd, &f.consent)
	fl.StringArrayVar(&f.labels, "label", nil, "word to find the clip by, as label:WORD in a search; repeatable")
	fl.BoolVar(&f.dryRun, "dry-run", false, "check and price only; nothing is sent")
	return cmd
}

func (c *commands) runSubmit(ctx context.Context, e *engine.Engine, f *submitFlags) error {
	m, v, err := c.order(ctx, e, f.orderFlags)
	if err != nil {
		return err
	}
	labels, err := job.ParseLabels(f.labels)
	if err != nil {
		return exit(ExitInvalid, "%v", err)
	}
	// What a killed process left behind would keep its place in the queue.
	if _, err := e.Queue.Recover(ctx); err != nil {
		return err
	}
	c.warnMedia(e, m, v)
	practice := e.Services.Practice()
	p, err := e.Desk.Prepare(ctx, order.Clip(m, v, f.count, nil, practice).Labeled(labels))
	if err != nil {
		return err
	}
	if f.dryRun {
		return c.dryRun(ctx, e, f, p)
	}
	if errs := p.Errors(); len(errs) > 0 {
		return invalid(errs)
	}
	if err := p.Unready(); err != nil {
		return err
	}
	c.warnLife(e, m)
	if practice {
		c.tell("practice: nothing is billed")
	}
	answers, err := c.confirm(ctx, p, &f.consent, order.Answers{})
	if err != nil {
		return err
	}
	var added []*job.Job
	err = c.place(ctx, p, answers, func(a order.Answers) (err error) {
		added, err = e.Desk.Confirm(ctx, p, a)
		return err
	})
	if err != nil {
		return refused(err)
	}
	c.tell("submitting %s", priced(m, p.Lines[0].Each, len(added)))
	ids := make([]string, len(added))
	for i, j := range added {
		ids[i] = j.ID
	}
	// Without --wait the command ends when the service has the jobs. A lost
	// answer is searched for once: most are found at once.
	done := func(j *job.Job, looked bool) bool {
		return j.RemoteID != "" || !j.State.Open() && (!c.looking(j) || j.Fails > 0 || looked)
	}
	if f.wait {
		done = c.ended
	}
	return c.follow(ctx, e, ids, done, f.json)
}

// invalid lists the errors, one field a line.
func invalid(errs []catalogue.FieldError) error {
	lines := make([]string, len(errs))
	for i, x := range errs {
		lines[i] = x.Error()
	}
	return exit(ExitInvalid, "%s", strings.Join(lines, "\n"))
}

// warnLife warns before the submit that a model is going or gone, and names its
// successor.
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

// refused explains why an order was not accepted.
func refused(err error) error {
	if full, ok := errors.AsType[*store.ErrDiskFull](err); ok {
		return exit(ExitTrouble, "Not submitted: %s", words.Error(full))
	}
	return err
}
