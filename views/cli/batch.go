package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/batch"
	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/state/order"
	"seedreel/state/reel"
	"seedreel/state/settings"
	"seedreel/state/store"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// batchLine is what submit --from --dry-run found as JSON.
type batchLine struct {
	Rows  int        `json:"rows"`
	Clips int        `json:"clips"`
	Made  int        `json:"made"`
	Total *usd.Micro `json:"total_usd,omitempty"`
}

// rows are the orders of a batch: a draft for each row, with its number.
type rows struct {
	drafts []order.Draft
	number []int
	keys   map[string]int
	// shots are the shots that get a name, by id.
	shots map[string]string
}

// besideFrom returns the flags of an order that may be given beside --from, as
// may those of every command.
func besideFrom() []string {
	return []string{"from", "model", "label", "key", "json", "wait", "queue", "again", "yes", "max-cost", "dry-run"}
}

// notColumns returns the flags of an order that have no column.
func notColumns() []string { return []string{"prompt-file", "output", "shot", "vary"} }

// runBatch orders the rows of a file as one order, after one look at all of
// them, one total and one question. Each row has a key, so that a second run
// does the rest.
func (c *commands) runBatch(cmd *cobra.Command, e *engine.Engine, f *submitFlags) error {
	ctx := cmd.Context()
	if err := alone(cmd); err != nil {
		return err
	}
	all, faults, err := c.readRows(ctx, e, f)
	if err != nil {
		return err
	}
	if len(faults) > 0 {
		return c.faulty(faults)
	}
	if _, err := e.Queue.Recover(ctx); err != nil {
		return err
	}
	p, err := e.Desk.Prepare(ctx, all.drafts...)
	if taken, ok := errors.AsType[*store.ErrKeyTaken](err); ok {
		key, _, _ := strings.Cut(job.GivenKey(taken.Key), "/")
		return c.faulty([]batch.Fault{{Row: all.keys[key], Column: "key", Text: fmt.Sprintf("job %s has it, and asks for something else", taken.ID)}})
	}
	if err != nil {
		return refused(err)
	}
	for i := range p.Lines {
		for _, x := range p.Lines[i].Errors {
			faults = append(faults, batch.Fault{Row: all.number[i], Column: flagName(x.Role), Text: x.Text})
		}
	}
	if len(faults) > 0 {
		return c.faulty(faults)
	}
	return c.orderRows(ctx, e, f, all, p)
}

// alone returns an error for flags that a batch has no use for.
func alone(cmd *cobra.Command) (err error) {
	cmd.Flags().Visit(func(x *pflag.Flag) {
		switch {
		case err != nil, slices.Contains(besideFrom(), x.Name), cmd.InheritedFlags().Lookup(x.Name) != nil:
		case slices.Contains(notColumns(), x.Name):
			err = usage("--%s cannot be given with --from; it is for one order", x.Name)
		default:
			err = usage("--%s cannot be given with --from; it is a column of the rows", x.Name)
		}
	})
	return err
}

// faulty reports everything that is wrong with the rows.
func (c *commands) faulty(faults []batch.Fault) error {
	lines := make([]string, len(faults))
	for i, x := range faults {
		lines[i] = x.String()
	}
	return exit(ExitInvalid, "%s\nNothing was submitted.", strings.Join(lines, "\n"))
}

// readRows reads the rows of a file.
func (c *commands) readRows(ctx context.Context, e *engine.Engine, f *submitFlags) (*rows, []batch.Fault, error) {
	labels, err := job.ParseLabels(f.labels)
	if err != nil {
		return nil, nil, exit(ExitInvalid, "%v", err)
	}
	if strings.HasSuffix(f.from, ".toml") {
		return c.reelRows(ctx, e, f, labels)
	}
	in, err := c.openInput(f.from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, exit(ExitInvalid, "There is no file %s.", f.from)
	}
	if err != nil {
		return nil, nil, exit(ExitInvalid, "%s", words.Error(err))
	}
	defer func() { _ = in.Close() }() // read only
	with, form, err := c.reading(ctx, e, f, labels)
	if err != nil {
		return nil, nil, err
	}
	type read struct {
		rows   []batch.Row
		faults []batch.Fault
	}
	got, err := await(ctx, func() (read, error) {
		r, faults, err := batch.Read(io.Reader(in), form)
		return read{r, faults}, err
	})
	if err != nil {
		return nil, nil, err
	}
	items, faults := with.Resolve(got.rows)
	for i := range items {
		for _, y := range catalogue.Validate(items[i].Model, items[i].Values, e.Look) {
			faults = append(faults, batch.Fault{Row: items[i].Row, Column: flagName(y.Role), Text: y.Text})
		}
	}
	faults = append(got.faults, faults...)
	slices.SortStableFunc(faults, func(a, b batch.Fault) int { return a.Row - b.Row })
	all, err := itemRows(ctx, e, items)
	return all, faults, err
}

// reading returns what rows are read with, and the form of the file by its
// name, "" if that leaves it open.
func (c *commands) reading(ctx context.Context, e *engine.Engine, f *submitFlags, labels job.Labels) (with *batch.Context, form string, err error) {
	with = &batch.Context{Home: settings.Home(c.o.Getenv), Name: f.key, Labels: labels, Dir: "."}
	if f.from != "-" {
		with.Dir = filepath.Dir(f.from)
		if with.Name == "" {
			with.Name = filepath.Base(f.from)
		}
		form = map[string]string{".jsonl": batch.JSONL, ".ndjson": batch.JSONL, ".json": batch.JSONL, ".csv": batch.CSV}[strings.ToLower(filepath.Ext(f.from))]
	}
	if with.Dir, err = filepath.Abs(with.Dir); err != nil {
		return nil, "", fmt.Errorf("finding the folder of %s: %w", f.from, err)
	}
	with.Model = func(name string) (*catalogue.Model, error) {
		if name == "" {
			name = f.model
		}
		return c.findModel(ctx, e, name)
	}
	return with, form, nil
}

// itemRows returns the orders of items. Shots are found by their names, and by
// their words where nothing else distinguishes them.
func itemRows(ctx context.Context, e *engine.Engine, items []batch.Item) (*rows, error) {
	all := &rows{keys: map[string]int{}, shots: map[string]string{}}
	open, err := e.Store.OpenReel(ctx)
	if err != nil {
		return nil, err
	}
	places, prompts := map[string]string{}, map[string]string{}
	for _, s := range open.Shots {
		places[strings.ToLower(s.Name)] = s.ID
		if len(reel.References(s.Values)) == 0 {
			prompts[s.Prompt()] = s.ID
		}
	}
	for i := range items {
		x := &items[i]
		taken := job.Taken{Key: x.Key}
		switch {
		case x.Name != "":
			taken.Shot, err = all.place(places, x.Name)
		case len(reel.References(x.Values)) == 0:
			prompt := x.Values.Text(catalogue.RolePrompt)
			if prompts[prompt] == "" {
				prompts[prompt], err = newReelID()
			}
			taken.Shot = prompts[prompt]
		}
		if err != nil {
			return nil, err
		}
		all.add(x.Row, x.Key, order.Clip(x.Model, x.Values, x.Count, nil, e.Services.Practice()).Labeled(x.Labels).As(taken))
	}
	return all, nil
}

func (r *rows) add(number int, key string, d order.Draft) {
	r.drafts, r.number = append(r.drafts, d), append(r.number, number)
	r.keys[key] = number
}

// place returns the shot of a name, a new one if there is none yet.
func (r *rows) place(places map[string]string, name string) (string, error) {
	low := strings.ToLower(name)
	if places[low] == "" {
		id, err := newReelID()
		if err != nil {
			return "", err
		}
		places[low], r.shots[id] = id, name
	}
	return places[low], nil
}

// reelRows plans the shots of a reel's text. Its rows are the shots.
func (c *commands) reelRows(ctx context.Context, e *engine.Engine, f *submitFlags, labels job.Labels) (*rows, []batch.Fault, error) {
	if _, err := os.Stat(f.from); errors.Is(err, fs.ErrNotExist) {
		return nil, nil, exit(ExitInvalid, "There is no file %s.", f.from)
	}
	parts, problems, err := c.plan(ctx, e, f.from, &makeFlags{}, c.lastFrame(ctx, e))
	if err != nil {
		return nil, nil, err
	}
	var faults []batch.Fault
	for _, p := range problems {
		if p.Hint {
			c.tell("shot %d: %s", p.Number, p.Text)
			continue
		}
		faults = append(faults, batch.Fault{Row: p.Number, Text: p.Text})
	}
	open, err := e.Store.OpenReel(ctx)
	if err != nil {
		return nil, nil, err
	}
	all := &rows{keys: map[string]int{}, shots: map[string]string{}}
	for i, d := range drafts(e, parts) {
		part := &parts[i]
		if s, _ := open.Shot(part.Taken.Shot); s == nil {
			// The shot is in no reel yet, and comes to the end of the open one.
			all.shots[part.Taken.Shot] = part.Shot.Name
		}
		all.add(part.Number, part.Taken.Key, d.Labeled(labels))
	}
	return all, faults, nil
}

// orderRows passes the rows by the desk, as many as the limit allows, and
// follows them.
func (c *commands) orderRows(ctx context.Context, e *engine.Engine, f *submitFlags, all *rows, p *order.Prepared) (err error) {
	asked := len(all.drafts)
	if n := p.Fitting(order.Answers{Ceiling: f.maxCost.amount}); n < asked {
		// Those that were made already cost nothing more.
		part := all.cut(p, n)
		if !f.dryRun && len(part.drafts) > 0 {
			if p, err = e.Desk.Prepare(ctx, part.drafts...); err != nil {
				return refused(err)
			}
			all = part
		}
	}
	clips, made := 0, 0
	for i := range p.Lines {
		clips += p.Lines[i].Count
		made += p.Lines[i].Made
	}
	if f.dryRun {
		return c.dryRows(ctx, f, p, batchLine{Rows: asked, Clips: clips, Made: made})
	}
	warned := map[*catalogue.Model]bool{}
	for _, g := range groups(p) {
		if !warned[g.model] {
			warned[g.model] = true
			c.warnLife(e, g.model)
		}
	}
	jobs, err := c.ordered(ctx, e, p, &f.consent, clips)
	if err != nil {
		return err
	}
	if err := c.nameShots(ctx, e, all, jobs); err != nil {
		c.tell("the shots have no names: %s", words.Error(err))
	}
	left := asked - len(all.drafts)
	told := fmt.Sprintf("%d rows: %d clips in line, %s", asked, clips, priceOfAll(p))
	if made > 0 {
		told += fmt.Sprintf("; %d submitted before", made)
	}
	c.tell("%s", told)
	var limited error
	if left > 0 {
		limited = exit(ExitNoFunds, "%d rows left for want of room under the limit; run it again for them.", left)
	}
	if f.queue {
		return errors.Join(c.write(jobs, f.json), limited)
	}
	return worse(c.followAdded(ctx, e, jobs, f.wait, f.json), limited)
}

// cut returns the rows that fit, and of the rest those that were made before.
func (r *rows) cut(p *order.Prepared, n int) *rows {
	out := &rows{keys: r.keys, shots: r.shots}
	for i := range r.drafts {
		if i < n || p.Lines[i].Count == 0 {
			out.drafts, out.number = append(out.drafts, r.drafts[i]), append(out.number, r.number[i])
		}
	}
	return out
}

// nameShots gives new shots the names of their rows.
func (c *commands) nameShots(ctx context.Context, e *engine.Engine, all *rows, jobs []*job.Job) error {
	var edits []reel.Edit
	named := map[string]bool{"": true}
	for _, j := range jobs {
		if name := all.shots[j.Shot]; !named[j.Shot] && name != "" {
			edits = append(edits, reel.RenameShot(j.Shot, name))
		}
		named[j.Shot] = true
	}
	if len(edits) == 0 {
		return nil
	}
	r, err := e.Store.OpenReel(ctx)
	if err != nil {
		return err
	}
	_, _, err = e.Store.ChangeReel(ctx, r.ID, func(r *reel.Reel) (string, error) {
		for _, edit := range edits {
			if _, err := edit(r); err != nil {
				return "", err
			}
		}
		return fmt.Sprintf("%d shots named", len(edits)), nil
	})
	return err
}

// dryRows writes what the rows would cost, and asks what submit would ask.
func (c *commands) dryRows(ctx context.Context, f *submitFlags, p *order.Prepared, l batchLine) error {
	if total, ok := p.Total(); ok {
		l.Total = &total
	}
	if f.json {
		if err := c.object(l); err != nil {
			return err
		}
	} else {
		made := safe.String("")
		if l.Made > 0 {
			made = safe.Line(fmt.Sprintf(", %d submitted before", l.Made))
		}
		if err := c.print("%d rows, %d clips, %s%s", l.Rows, l.Clips, priceOfAll(p), made); err != nil {
			return err
		}
	}
	if err := p.Unready(); err != nil {
		return err
	}
	_, err := c.confirm(ctx, p, &f.consent)
	return err
}

// priceOfAll returns the total of an order.
func priceOfAll(p *order.Prepared) string {
	if total, ok := p.Total(); ok {
		return total.String()
	}
	return "price unknown"
}
