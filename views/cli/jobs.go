package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/state/store"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// justEnded is how long an ended job remains in the list of jobs.
const justEnded = 24 * time.Hour

func (c *commands) jobs() *cobra.Command {
	var asJSON, watch bool
	cmd := &cobra.Command{
		Use:     "jobs",
		Short:   "List what is under way and what has just ended",
		Example: "seedreel jobs\nseedreel jobs --watch\nseedreel jobs --fields id,state",
		Long: "jobs lists what is under way or waits for a decision, oldest first, then what ended in the last 24 hours.\n" +
			"It asks no service: seedreel wait goes on with jobs. --watch shows them again as they change, by whatever process,\n" +
			"until none is open.",
		Args: cobra.NoArgs,
		RunE: c.runWith(func(ctx context.Context, e *engine.Engine, _ []string) error {
			list := func() ([]*job.Job, error) { return c.nowAndRecent(ctx, e) }
			if watch {
				return c.watch(ctx, e, list, asJSON)
			}
			if _, err := e.Queue.Recover(ctx); err != nil {
				return err
			}
			jobs, err := list()
			if err != nil {
				return err
			}
			return c.write(jobs, asJSON)
		}),
	}
	jsonFlag(cmd, &asJSON, "the jobs, one a line,")
	cmd.Flags().BoolVarP(&watch, "watch", "w", false, "show them again as they change, until none is open")
	return cmd
}

// nowAndRecent returns the open jobs and those that have just ended.
func (c *commands) nowAndRecent(ctx context.Context, e *engine.Engine) ([]*job.Job, error) {
	open, err := e.Store.OpenJobs(ctx)
	if err != nil {
		return nil, err
	}
	recent, err := e.Store.Recent(ctx, c.o.Now().Add(-justEnded))
	return append(store.StillOpen(open, recent), recent...), err
}

// someJobs requires at least one id.
func someJobs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usage("%s needs the id of a job; seedreel jobs and seedreel history list them", cmd.CommandPath())
	}
	return nil
}

func (c *commands) show() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "show job...",
		Short:   "Tell everything about a job",
		Long:    "show tells what was asked for, what became of it, what it cost, and where the clip is.",
		Example: "seedreel show k3x7a2mq5rtb",
		Args:    someJobs,
		RunE: c.runWith(func(ctx context.Context, e *engine.Engine, ids []string) error {
			shown := 0
			return c.several(ctx, e, ids, func(j *job.Job) error {
				if asJSON {
					return c.object(j.Record())
				}
				shown++
				return c.page(ctx, e, j, shown > 1)
			})
		}),
	}
	cmd.ValidArgsFunction = c.completeJobs
	jsonFlag(cmd, &asJSON, "the jobs, one a line,")
	return cmd
}

// lookup adds what the search for a lost request has shown.
func (c *commands) lookup(l *job.Lookup, add func(safe.String, string)) {
	if l.Looks > 0 {
		add("looked", fmt.Sprintf("%d times, last at %s", l.Looks, c.clock(l.At)))
	}
	for _, r := range l.Candidates {
		add("may be", r.RemoteID+", made "+cmp.Or(c.clock(r.MadeAt), "at an unknown time")+", "+cmp.Or(amount(r.Price, ""), "price unknown"))
	}
}

// completeJobs returns the ids of jobs that are under way or have just ended.
func (c *commands) completeJobs(cmd *cobra.Command, _ []string, _ string) (out []string, _ cobra.ShellCompDirective) {
	// Completion cannot report errors; it then offers nothing.
	_ = c.with(cmd, func(e *engine.Engine) error {
		rows, _, err := e.Store.Page(cmd.Context(), store.Query{})
		for _, j := range rows {
			out = append(out, fmt.Sprintf("%s\t%s", j.ID, safe.Truncate(words.State(j)+": "+safe.Line(j.Prompt), 60)))
		}
		return err
	})
	return out, cobra.ShellCompDirectiveNoFileComp
}

// page writes a job for a person, one fact a line.
func (c *commands) page(ctx context.Context, e *engine.Engine, j *job.Job, gap bool) error {
	if gap {
		if err := c.print(""); err != nil {
			return err
		}
	}
	var rows [][]safe.String
	add := func(label safe.String, value string) {
		if value != "" {
			rows = append(rows, []safe.String{label, safe.Line(value)})
		}
	}
	add("job", j.ID)
	state := string(words.State(j))
	if j.State == job.Queued {
		state += ", " + string(words.Held(j, c.hour))
	}
	add("state", state)
	add("what", string(words.What(j)))
	if j.Troubled() {
		add("trouble", j.ErrorText)
		if j.Waiting != "" {
			add("held", string(words.Waiting(j.Waiting)))
		}
		if j.State == job.Uncertain {
			c.lookup(&j.Lookup, add)
		}
		add("since", c.clock(j.Since))
		add("next try", c.clock(j.NextAt))
		if j.State != job.Uncertain {
			add("tries", strconv.Itoa(j.Fails))
		}
	}
	service := string(words.Service(j.Provider))
	if j.Practice {
		service += ", practice: nothing is billed"
	}
	add("service", service)
	add("model", j.Model)
	add("service id", j.RemoteID)
	add("state there", j.Word)
	add("prompt", j.Prompt)
	rows = append(rows, valueRows(e, j)...)
	money(j, add)
	add("on the bill", j.BillNote)
	for _, t := range []struct {
		label safe.String
		at    time.Time
	}{{"made", j.CreatedAt}, {"submitted", j.SubmittedAt}, {"ended", j.EndedAt}, {"saved", j.SavedAt}} {
		add(t.label, c.clock(t.at))
	}
	c.outputs(j, add)
	events, err := e.Store.Events(ctx, j.ID)
	if err != nil {
		return err
	}
	for _, ev := range events {
		add("event", c.clock(ev.At)+"  "+eventWords(ev))
	}
	return c.printRows(rows)
}

// outputs adds where the files of a job are.
func (c *commands) outputs(j *job.Job, add func(label safe.String, value string)) {
	if j.State == job.Saved {
		add("clip", j.Output.Path)
		for _, o := range j.More {
			label := safe.String("beside it")
			if o.Still {
				label = "last frame"
			}
			add(label, cmp.Or(o.Path, "none: "+o.Lost))
		}
		add("size", string(size(j.Output.Bytes)))
	} else if j.Output.URL != "" {
		add("link until", c.clock(j.Output.Expires))
	}
}

// money adds what a job cost, or what it would cost without practice.
func money(j *job.Job, add func(label safe.String, value string)) {
	if j.Practice {
		add("would cost", amount(j.Cost(), j.EstimateBasis))
		return
	}
	add("estimate", amount(j.Estimate, j.EstimateBasis))
	add("charged", amount(j.Charge, ""))
}

// eventWords returns what happened, with the resulting state and the service's
// own words.
func eventWords(ev store.Event) string {
	var d struct {
		To   string `json:"to"`
		Word string `json:"word"`
		Text string `json:"text"`
	}
	s := ev.Kind
	if json.Unmarshal([]byte(ev.Detail), &d) != nil {
		return s // the kind alone is enough
	}
	for _, part := range []string{d.To, d.Word, d.Text} {
		if part != "" {
			s += ", " + part
		}
	}
	return s
}

// valueRows returns the fields that were set, in the order of the model.
func valueRows(e *engine.Engine, j *job.Job) [][]safe.String {
	var rows [][]safe.String
	m := e.Catalogue.Now().Model(catalogue.Ref{Provider: j.Provider, ID: j.Model})
	if m == nil {
		return nil
	}
	for i := range m.Fields {
		r := m.Fields[i].Role
		if v := j.Values[r]; v.IsSet() && r != catalogue.RolePrompt {
			rows = append(rows, []safe.String{safe.Line(r.Label()), safe.Line(v.String())})
		}
	}
	return rows
}

func amount(m *usd.Micro, basis string) string {
	if m == nil {
		return ""
	}
	if basis == "" {
		return m.String()
	}
	return m.String() + ", " + basis
}

// clock formats a time in the person's zone; it returns "" for none.
func (c *commands) clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(c.o.Zone).Format("2006-01-02 15:04:05")
}
