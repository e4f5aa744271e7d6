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
	"seedreel/state/reel"
	"seedreel/state/store"
	"seedreel/views/words"
)

type submitFlags struct {
	*orderFlags
	consent
	json   bool
	wait   bool
	queue  bool
	dryRun bool
	labels []string
	vary   []string
	shot   string
	key    string
	from   string
	output string
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
			"terminal; elsewhere --yes, --max-cost and --again answer it. --dry-run and practice ask the same.\n\n" +
			"Without any key clips are practice. Off a terminal a model that names its service, as in wavespeed:ID, is meant to\n" +
			"be real: without a key it ends with 4, and --practice makes a practice clip of it all the same.",
		Example: `seedreel submit --model lite --prompt "A lake at dawn, slow push in" --duration 5 --wait
seedreel submit --model ID --image ledge.png --prompt "He lands the trick" --json
seedreel submit --prompt-file scene.txt --count 3 --seed 42 --dry-run
seedreel submit --from rows.csv --max-cost 3 --json
seedreel submit --prompt "{dawn|noon} over a {calm|rough} sea" --vary prompt --vary duration=5,8 --dry-run`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withModels(cmd, func(e *engine.Engine) error {
				if f.from != "" {
					return c.runBatch(cmd, e, f)
				}
				return c.runSubmit(cmd.Context(), e, f)
			})
		},
	}
	f.orderFlags = c.addOrderFlags(cmd)
	c.sendFlags(cmd, f)
	cmd.Flags().StringArrayVar(&f.labels, "label", nil, "word to find the clip by, as label:WORD in a search; repeatable")
	cmd.Flags().StringArrayVar(&f.vary, "vary", nil, "prompt for {a|b} in the prompt, or alternatives of a field or of model: duration=5,8; repeatable")
	cmd.Flags().StringVar(&f.from, "from", "", "order a clip a row of this file, JSON lines or CSV, or the shots of a reel's TOML; - reads standard input")
	cmd.Flags().StringVar(&f.shot, "shot", "", "number, name or id of the shot of the open reel that it is a take of")
	return cmd
}

// sendFlags adds the flags of a command that orders clips.
func (c *commands) sendFlags(cmd *cobra.Command, f *submitFlags) {
	fl := cmd.Flags()
	jsonFlag(cmd, &f.json, "the jobs, or what --dry-run found,")
	fl.BoolVarP(&f.wait, "wait", "w", false, "wait until the clips are saved")
	fl.BoolVar(&f.queue, "queue", false, "only put in line: seedreel work, a wait or the screens send it")
	cmd.MarkFlagsMutuallyExclusive("queue", "wait")
	fl.BoolVar(&f.again, "again", false, "submit although the same was submitted before, seed included")
	consentFlags(cmd, &f.consent)
	fl.BoolVar(&f.dryRun, "dry-run", false, "check and price only; nothing is sent")
	fl.StringVarP(&f.output, "output", "o", "", "wait, and copy the one clip to this file, which must not exist")
	_ = cmd.MarkFlagFilename("output") // known flag
	cmd.MarkFlagsMutuallyExclusive("queue", "output")
	fl.StringVar(&f.key, "key", "", "name of this order: run again under the same name it submits nothing more")
}

func (c *commands) runSubmit(ctx context.Context, e *engine.Engine, f *submitFlags) error {
	labels, err := job.ParseLabels(f.labels)
	if err != nil {
		return exit(ExitInvalid, "%v", err)
	}
	taken := job.Taken{Key: f.key}
	if f.shot != "" {
		r, err := openOutline(ctx, e)
		if err != nil {
			return err
		}
		s, err := findShot(r, f.shot)
		if err != nil {
			return err
		}
		taken.Shot = s.ID
	}
	if len(f.vary) > 0 {
		if f.output != "" {
			return usage("--output is for one clip; the setting clips_name names several")
		}
		return c.runVary(ctx, e, f, labels, taken)
	}
	m, v, err := c.order(ctx, e, f.orderFlags)
	if err != nil {
		return err
	}
	return c.send(ctx, e, f, order.Clip(m, v, f.count, nil, e.Services.Practice()).Labeled(labels).As(taken))
}

// send passes an order of clips by the desk and follows it.
func (c *commands) send(ctx context.Context, e *engine.Engine, f *submitFlags, draft order.Draft) error {
	// What a killed process left behind would keep its place in the queue.
	if _, err := e.Queue.Recover(ctx); err != nil {
		return err
	}
	if err := c.prepareOutput(f); err != nil {
		return err
	}
	practice := e.Services.Practice()
	p, err := e.Desk.Prepare(ctx, draft)
	if err != nil {
		return refused(err)
	}
	m := p.Lines[0].Model
	c.warnMedia(e, m, p.Lines[0].Values)
	c.warnBraces(p.Lines[0].Values)
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
	answers, err := c.confirm(ctx, p, &f.consent)
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
	if n := p.Lines[0].Made; n > 0 {
		c.tell("%d of these were submitted before under this key", n)
	}
	if f.queue {
		return c.inLine(added, p.Lines[0].Count, f.json)
	}
	if n := p.Lines[0].Count; n > 0 {
		c.tell("submitting %s", priced(m, p.Lines[0].Each, n))
	}
	if err := c.followAdded(ctx, e, added, f.wait, f.json); err != nil || f.output == "" {
		return err
	}
	return c.saveAs(ctx, e, added[0].ID, f.output)
}

// warnBraces names the way to alternatives for a prompt that looks as if it had
// some: without --vary its braces are sent as they are.
func (c *commands) warnBraces(v catalogue.Values) {
	prompt := v.Text(catalogue.RolePrompt)
	if reel.HasAlternatives(prompt) && strings.Contains(prompt, "|") {
		c.tell("prompt: {a|b} is sent as it is; --vary prompt makes a clip of each")
	}
}

// prepareOutput checks --output before anything is ordered.
func (c *commands) prepareOutput(f *submitFlags) (err error) {
	if f.output == "" {
		return nil
	}
	if f.count > 1 {
		return usage("--output is for one clip, and --count is %d; the setting clips_name names several", f.count)
	}
	f.wait = true
	f.output, err = c.newPath(f.output)
	return err
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
	if taken, ok := errors.AsType[*store.ErrKeyTaken](err); ok {
		return exit(ExitInvalid, "Not submitted: %v", taken)
	}
	if full, ok := errors.AsType[*store.ErrDiskFull](err); ok {
		return exit(ExitTrouble, "Not submitted: %s", words.Error(full))
	}
	return err
}
