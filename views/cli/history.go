package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"seedreel/client/catalogue"
	"seedreel/client/near"
	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/state/store"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

type historyFlags struct {
	model, service, state, reason, seed string
	practice                            bool
	days, limit                         int
	save, saved                         string
	forget, rename                      string
	listSaved                           bool
	json                                bool
}

// historyPage is how many jobs are read at a time, and historyBuffer how many
// bytes are written at a time.
const historyPage, historyBuffer = 500, 32 << 10

func (c *commands) history() *cobra.Command {
	f := &historyFlags{}
	cmd := &cobra.Command{
		Use:   "history [word...]",
		Short: "Search all jobs there ever were",
		Long: "history lists jobs, newest first. Words are looked for in prompts, notes, labels and the names of shots, each\n" +
			"as the beginning of a word, and all must be there. Filters may also stand among the words, as in the studio: model:lite state:failed\n" +
			"reason:moderation service:aimlapi seed:42 practice:no rating:>=4 is:pick label:dawn note:eyes after:25nov before:today\n" +
			"cost:>0.20 ratio:16:9 shot:3 reel:open saved:NAME. A number alone finds a seed. state: takes every word that a line shows for a job,\n" +
			"such as accepted, saved, moderation or \"timed out\".",
		Example: `seedreel history lake dawn --state saved --limit 5
seedreel history --json --days 7 --limit 0
seedreel history is:pick rating:>=4 --save keepers
seedreel history --rename keepers --save best`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.with(cmd, func(e *engine.Engine) error {
				if f.listSaved || f.forget != "" || f.rename != "" {
					return c.savedSearches(cmd, e, f, args)
				}
				return c.runHistory(cmd, e, f, args)
			})
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&f.model, "model", "", "only models with this in their name")
	fl.StringVar(&f.service, "service", "", "only this service")
	fl.StringVar(&f.state, "state", "", "only jobs in this state, such as saved, failed or moderation")
	fl.StringVar(&f.reason, "reason", "", "only failures of this reason, such as moderation")
	fl.StringVar(&f.seed, "seed", "", "only jobs with this seed")
	fl.BoolVar(&f.practice, "practice", false, "only practice jobs; =false leaves them out")
	fl.IntVar(&f.days, "days", 0, "only jobs made in so many days up to now; 0 for all")
	fl.IntVarP(&f.limit, "limit", "l", 50, "how many jobs at most; 0 for all")
	fl.StringVar(&f.save, "save", "", "keep this search under a name")
	fl.StringVar(&f.saved, "saved", "", "search as kept under a name, and by the words beside it")
	fl.BoolVar(&f.listSaved, "list-saved", false, "list the searches kept, and search nothing")
	fl.StringVar(&f.forget, "forget", "", "forget the search kept under a name, and search nothing")
	fl.StringVar(&f.rename, "rename", "", "give the search kept under a name that of --save, and search nothing")
	jsonFlag(cmd, &f.json, "the jobs, one a line,")
	for name, list := range map[string][]string{"state": store.StateWords(), "reason": store.ReasonWords()} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(list, cobra.ShellCompDirectiveNoFileComp)) // known flag
	}
	return cmd
}

// query returns the flags as the search line that the store reads. It refuses
// values that no job can have.
func (f *historyFlags) query(cmd *cobra.Command, args []string) (string, error) {
	if err := unread("%s:", strings.Join(args, " ")); err != nil {
		return "", err
	}
	parts := slices.Clone(args)
	for _, p := range [][2]string{
		{"model", f.model}, {"service", f.service}, {"state", joined(f.state)}, {"reason", joined(f.reason)}, {"seed", f.seed},
	} {
		name, value := p[0], p[1]
		if value == "" {
			continue
		}
		if strings.ContainsAny(value, "\" \t\n") {
			return "", usage("--%s cannot hold blanks or quotes", name)
		}
		if err := unread("--%s", name+":"+value); err != nil {
			return "", err
		}
		parts = append(parts, name+":"+value)
	}
	if cmd.Flags().Changed("practice") {
		parts = append(parts, "practice:"+strconv.FormatBool(f.practice))
	}
	return strings.Join(parts, " "), nil
}

// joined joins words with underscores, as the store reads them: "timed_out".
func joined(value string) string { return strings.Join(strings.Fields(value), "_") }

// unread returns an error for a filter with a value that no job can have.
// format is how the filter was written by the person.
func unread(format, search string) error {
	parsed := store.ParseSearch(search)
	found := parsed.Unread
	if len(found) == 0 {
		if problems := parsed.Problems(); len(problems) > 0 {
			return usage("%s", problems[0])
		}
		return nil
	}
	name, value, _ := strings.Cut(found[0], ":")
	name = strings.ToLower(name)
	takes := map[string]string{
		"state":    "one of " + strings.Join(store.StateWords(), ", "),
		"reason":   "one of " + strings.Join(store.ReasonWords(), ", "),
		"seed":     "a whole number",
		"practice": "yes or no",
	}
	if takes[name] == "" {
		return usage("%s", parsed.Problems()[0])
	}
	meant := near.Meant(value, store.FilterValues(name))
	if meant != "" {
		meant = "; did you mean " + meant + "?"
	}
	return exitAbout(ExitUsage, about{field: name, want: takes[name]}, fmt.Sprintf("seedreel: "+format+" is %q%s; it must be %s", name, value, meant, takes[name]))
}

// keep adds a saved search to one, and saves the sum if it was asked to.
func (f *historyFlags) keep(ctx context.Context, e *engine.Engine, search string) (string, error) {
	if f.saved != "" {
		kept, err := savedSearch(ctx, e, f.saved)
		if err != nil {
			return "", err
		}
		search = strings.TrimSpace(kept + " " + search)
	}
	if f.save == "" {
		return search, nil
	}
	if search == "" {
		return "", usage("--save needs a search to keep")
	}
	if err := e.Store.SaveSearch(ctx, f.save, search); err != nil {
		return "", exit(ExitInvalid, "%s", words.Sentence(err))
	}
	return search, nil
}

func (c *commands) runHistory(cmd *cobra.Command, e *engine.Engine, f *historyFlags, args []string) error {
	if f.limit < 0 || f.days < 0 {
		return usage("--limit and --days must not be below 0")
	}
	search, err := f.query(cmd, args)
	if err != nil {
		return err
	}
	if search, err = f.keep(cmd.Context(), e, search); err != nil {
		return err
	}
	var since time.Time
	if f.days > 0 {
		since = store.DaysBefore(c.o.Now(), c.o.Zone, f.days-1)
	}
	if err := c.findable(cmd.Context(), e, search); err != nil {
		return err
	}
	found := false
	q := store.Query{Search: search, Kinds: words.Kinds(e.Catalogue.Now()), Zone: c.o.Zone}
	ctx, cancel := context.WithCancel(cmd.Context())
	pages := make(chan historyRows, 1)
	var reading sync.WaitGroup
	reading.Go(func() { readHistory(ctx, e, q, f.limit, pages) })
	defer reading.Wait()
	defer cancel()
	// A line is short, and a history may have a million of them.
	out := bufio.NewWriterSize(c.o.Out, historyBuffer)
	for p := range pages {
		if none, ok := errors.AsType[*store.NoSavedSearchError](p.err); ok {
			return exit(ExitNotFound, "%s", words.Sentence(none))
		}
		if p.err != nil {
			return p.err
		}
		for _, j := range p.rows {
			if j.CreatedAt.Before(since) {
				// Newest first: what follows is older.
				return errors.Join(out.Flush(), c.tellNone(cmd, e, search, found))
			}
			found = true
			if err := c.printHistory(e, out, j, f.json); err != nil {
				return err
			}
		}
		if err := out.Flush(); err != nil {
			return err
		}
		if q.Cursor = p.next; p.cut {
			return c.tellCut(cmd.Context(), e, q, f.limit, since)
		}
	}
	return errors.Join(cmd.Context().Err(), c.tellNone(cmd, e, search, found))
}

// historyRows is a page of the history. cut is set if more was found than asked
// for.
type historyRows struct {
	rows []*job.Job
	next store.Cursor
	cut  bool
	err  error
}

// readHistory reads the pages of a search, each while the one before it is
// written.
func readHistory(ctx context.Context, e *engine.Engine, q store.Query, limit int, pages chan<- historyRows) {
	defer close(pages)
	for left := limit; ; {
		q.Limit = historyPage
		if limit > 0 {
			q.Limit = min(q.Limit, left)
		}
		var p historyRows
		p.rows, p.next, p.err = e.Store.Page(ctx, q)
		left -= len(p.rows)
		p.cut = limit > 0 && left <= 0 && p.next != 0
		select {
		case pages <- p:
		case <-ctx.Done():
			return
		}
		if p.err != nil || p.cut || p.next == 0 {
			return
		}
		q.Cursor = p.next
	}
}

// findable refuses services and models that no job can have.
func (c *commands) findable(ctx context.Context, e *engine.Engine, search string) error {
	parsed := store.ParseSearch(search)
	if len(parsed.Services)+len(parsed.Models) == 0 {
		return nil
	}
	made, err := e.Store.Made(ctx)
	if err != nil {
		return err
	}
	if problems := parsed.Unmatched(store.Names(e.Catalogue.Now().All(), made)); len(problems) > 0 {
		return usage("%s", problems[0])
	}
	return nil
}

// tellNone writes that nothing was found, and which label or reel was probably
// meant.
func (c *commands) tellNone(cmd *cobra.Command, e *engine.Engine, search string, found bool) error {
	switch {
	case found:
		return nil
	case search == "":
		c.tell("There are no jobs.")
		return nil
	}
	parsed := store.ParseSearch(search)
	known := store.Known{}
	if len(parsed.Labels) > 0 {
		known["label"] = c.sorted(cmd, labels)
	}
	if len(parsed.Reels) > 0 {
		reels, err := e.Store.Reels(cmd.Context())
		if err != nil {
			return err
		}
		known["reel"] = []string{"open"}
		for i := range reels {
			known["reel"] = append(known["reel"], reels[i].Name, reels[i].ID)
		}
	}
	c.tell("No job matches.")
	for _, p := range parsed.Unmatched(known) {
		c.tell("%s", p)
	}
	return nil
}

// tellCut writes that jobs were left out, and of how many.
func (c *commands) tellCut(ctx context.Context, e *engine.Engine, q store.Query, shown int, since time.Time) error {
	if !since.IsZero() {
		q.Limit = 1
		rows, _, err := e.Store.Page(ctx, q)
		if err != nil || len(rows) == 0 || rows[0].CreatedAt.Before(since) {
			return err
		}
		c.tell("These are the newest %d; --limit 0 lists all.", shown)
		return nil
	}
	n, more, err := e.Store.Count(ctx, q)
	if err != nil {
		return err
	}
	of := strconv.Itoa(n)
	if more {
		of = "more than " + of
	}
	c.tell("These are %d of %s jobs; --limit 0 lists all.", shown, of)
	return nil
}

// historyLine is a job of the history as JSON. OnDisk is left out where no clip
// was saved.
type historyLine struct {
	job.Record
	OnDisk *bool `json:"on_disk,omitempty"`
}

// printHistory writes a job as a line: id, day and time, state, model, length,
// price, prompt.
func (c *commands) printHistory(e *engine.Engine, w io.Writer, j *job.Job, asJSON bool) error {
	if asJSON {
		l := historyLine{Record: j.Record()}
		if j.State == job.Saved {
			there := onDisk(j)
			l.OnDisk = &there
		}
		if c.filter.jq.code != nil || len(c.filter.fields) > 0 {
			return c.object(l)
		}
		return c.emit(w, l)
	}
	model := safe.Line(j.Model)
	if m := e.Catalogue.Now().Model(catalogue.Ref{Provider: j.Provider, ID: j.Model}); m != nil {
		model = words.Short(m)
	}
	length, cost := safe.String("-"), safe.String("-")
	if j.Seconds > 0 {
		length = safe.Line(strconv.Itoa(j.Seconds) + " s")
	}
	if m := j.Cost(); j.Practice {
		cost = "practice"
	} else if j.State == job.Failed && !j.MaybeBilled() {
		cost = "free"
	} else if m != nil {
		cost = safe.Line(m.String())
	}
	_, err := fmt.Fprintln(w, safe.Lines(fmt.Sprintf("%s  %s  %s  %s  %s  %s  %s", safe.Line(j.ID), j.CreatedAt.In(c.o.Zone).Format("2006-01-02 15:04"),
		safe.PadRight(words.State(j), words.StateWidth), safe.PadRight(model, 20), safe.PadLeft(length, 4), safe.PadLeft(cost, 8),
		safe.Truncate(safe.Line(j.Prompt), 60))))
	return err
}
