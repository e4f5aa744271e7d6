package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"seedreel/assets"
	"seedreel/client"
	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/state/queue"
	"seedreel/state/services"
	"seedreel/state/store"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// stdinLimit bounds a prompt read from standard input, in bytes.
const stdinLimit = 1 << 20

type submitFlags struct {
	model  string
	images []string
	count  int
	json   bool
	wait   bool
	again  bool
	dryRun bool
	values map[client.Role]client.Value
}

// submit has a flag for every field of every model, made from the catalogue.
func (c *commands) submit() *cobra.Command {
	f := &submitFlags{values: map[client.Role]client.Value{}}
	cmd := &cobra.Command{
		Use:   "submit",
		Short: "Check, price and submit a clip",
		Example: `seedreel submit --prompt "A lake at dawn, slow push in" --duration 5 --wait
seedreel submit --model ID --image ledge.png --prompt "He lands the trick" --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.with(cmd, func(e *engine.Engine) error { return c.runSubmit(cmd, e, f) })
		},
	}
	fl := cmd.Flags()
	fl.StringVarP(&f.model, "model", "m", "", "model, as service:id or the end of an id")
	fl.StringArrayVarP(&f.images, "image", "i", nil, "image, a path or a link; repeatable, in the order of the model's fields")
	fl.IntVarP(&f.count, "count", "n", 1, "number of clips")
	fl.BoolVar(&f.json, "json", false, "write the jobs as JSON, one a line")
	fl.BoolVarP(&f.wait, "wait", "w", false, "wait until the clips are saved")
	fl.BoolVar(&f.again, "again", false, "submit although the same was submitted a moment ago")
	fl.BoolVar(&f.dryRun, "dry-run", false, "check and price only")
	cat, err := client.LoadCatalogue(assets.Models())
	if err == nil {
		addFieldFlags(cmd, cat, f)
	}
	return cmd
}

// addFieldFlags makes a flag of each role that any model has.
func addFieldFlags(cmd *cobra.Command, cat *client.Catalogue, f *submitFlags) {
	seen := map[client.Role]bool{client.RoleModel: true, client.RoleSyncMode: true}
	for _, m := range cat.All() {
		if !m.MakesVideo() {
			continue
		}
		for i := range m.Fields {
			fd := &m.Fields[i]
			if seen[fd.Role] {
				continue
			}
			seen[fd.Role] = true
			v := &fieldFlag{role: fd.Role, field: fd, to: f.values}
			flag := cmd.Flags().VarPF(v, flagName(fd.Role), "", fieldHelp(fd))
			if fd.Type == "boolean" {
				flag.NoOptDefVal = "true"
			}
		}
	}
}

func flagName(r client.Role) string { return strings.ReplaceAll(string(r), "_", "-") }

func fieldHelp(fd *client.Field) string {
	s := fd.Role.Label()
	switch {
	case fd.Role == client.RolePrompt:
		s += "; - reads it from standard input"
	case fd.Media != nil && fd.List():
		s += ": " + fd.Media.Kind + "s, a path or a link; repeatable"
	case fd.Media != nil:
		s += ": " + fd.Media.Kind + ", a path or a link"
	case fd.Unit == "s":
		s += " in seconds"
	}
	return s
}

// fieldFlag reads a flag as the field's type.
type fieldFlag struct {
	role  client.Role
	field *client.Field
	to    map[client.Role]client.Value
}

// String is what help shows as the default: nothing.
func (f *fieldFlag) String() string { return "" }

// Type names what the flag takes.
func (f *fieldFlag) Type() string {
	switch {
	case f.field.Media != nil:
		return "path"
	case f.field.Type == "integer":
		return "number"
	case f.field.Type == "boolean":
		return "bool"
	}
	return "text"
}

// Set reads one value.
func (f *fieldFlag) Set(s string) error {
	v, err := f.field.Parse(s)
	if err != nil {
		return err
	}
	if f.field.Media != nil {
		v = client.Media(append(slices.Clone(client.Values(f.to).Media(f.role)), s)...)
	}
	f.to[f.role] = v
	return nil
}

func (c *commands) runSubmit(cmd *cobra.Command, e *engine.Engine, f *submitFlags) error {
	m, v, err := c.order(e, f)
	if err != nil {
		return err
	}
	if errs := client.Validate(m, v, e.Look); len(errs) > 0 {
		lines := make([]string, len(errs))
		for i, x := range errs {
			lines[i] = x.Error()
		}
		return exit(ExitInvalid, "%s", strings.Join(lines, "\n"))
	}
	price := client.EstimatePrice(m, v, c.inputSeconds(e, v))
	if f.dryRun {
		_, err := fmt.Fprintf(c.o.Out, "%s, %s, %s\n", m.ID, price, price.Basis())
		return err
	}
	if err := e.Services.Ready(m.Provider); err != nil {
		if _, missing := errors.AsType[*services.NoKeyError](err); missing {
			return exit(ExitNoKey, "No key for %s. Open seedreel and press ctrl+t, or set it in the environment.", words.Service(m.Provider))
		}
		return err
	}
	practice := e.Services.Practice()
	if practice {
		c.tell("practice: nothing is billed")
	}
	guard := store.Guard{SpentSince: midnight(c.o.Now(), c.o.Zone)}
	if !f.again {
		guard.DuplicateWindow = time.Minute
	}
	if l := e.Settings.DailyLimit; l > 0 && !practice {
		guard.DailyLimit = &l
	}
	added, err := e.Queue.Add(cmd.Context(), queue.Order{
		Model: m, Values: v, Count: f.count, Practice: practice, Estimate: price, Guard: guard,
	})
	if err != nil {
		return c.refused(err)
	}
	c.tell("submitting %d x %s, %s (%s)", len(added), m.ID, price, price.Basis())
	ids := make([]string, len(added))
	for i, j := range added {
		ids[i] = j.ID
	}
	// Without --wait the command ends when the service has the jobs.
	done := func(j *job.Job) bool { return j.RemoteID != "" || !j.State.Open() }
	if f.wait {
		done = func(j *job.Job) bool { return !j.State.Open() }
	}
	return c.follow(cmd.Context(), e, ids, done, f.json)
}

func (c *commands) refused(err error) error {
	if b, ok := errors.AsType[*store.ErrBudget](err); ok {
		return exit(ExitNoFunds, "Not submitted: %s spent today, this asks for %s more, and daily_limit_usd is %s.", b.Spent, b.Want, b.Limit)
	}
	if d, ok := errors.AsType[*store.ErrDuplicate](err); ok {
		return exit(ExitInvalid, "Not submitted: the same was submitted as job %s a moment ago. --again submits it all the same.", d.ID)
	}
	return err
}

// order finds the model and fills the values from the flags.
func (c *commands) order(e *engine.Engine, f *submitFlags) (*client.Model, client.Values, error) {
	m, err := findModel(e, f.model)
	if err != nil {
		return nil, nil, err
	}
	v := client.Values(f.values).Clone()
	if v.Text(client.RolePrompt) == "-" {
		b, err := io.ReadAll(io.LimitReader(c.o.In, stdinLimit))
		if err != nil {
			return nil, nil, fmt.Errorf("reading the prompt: %w", err)
		}
		v[client.RolePrompt] = client.Text(safe.Edit(strings.TrimSpace(string(b))))
	}
	if err := spread(m, v, f.images); err != nil {
		return nil, nil, err
	}
	filled := m.Fill(v)
	for r, x := range v { // what the model has no field for is an error, not dropped
		filled[r] = x
	}
	return m, filled, nil
}

func findModel(e *engine.Engine, name string) (*client.Model, error) {
	if name == "" {
		name = e.Settings.Model
	}
	if name == "" {
		for _, m := range e.Catalogue.All() {
			if m.MakesVideo() {
				return m, nil
			}
		}
	}
	switch found := e.Catalogue.Find(name); len(found) {
	case 1:
		return found[0], nil
	case 0:
		return nil, exit(ExitInvalid, "model: %q is not in the catalogue", name)
	default:
		ids := make([]string, len(found))
		for i, m := range found {
			ids[i] = m.Ref().String()
		}
		return nil, exit(ExitInvalid, "model: %q may be %s", name, strings.Join(ids, " or "))
	}
}

// spread puts --image files into the model's image fields, in their order:
// single places first, then the list takes the rest.
func spread(m *client.Model, v client.Values, images []string) error {
	for i := range m.Fields {
		fd := &m.Fields[i]
		if len(images) == 0 {
			return nil
		}
		if fd.Media == nil || fd.Media.Kind != "image" || v[fd.Role].IsSet() {
			continue
		}
		if fd.List() {
			v[fd.Role] = client.Media(images...)
			return nil
		}
		v[fd.Role] = client.Media(images[0])
		images = images[1:]
	}
	if len(images) > 0 {
		return exit(ExitInvalid, "image: %d more than %s takes", len(images), m.ID)
	}
	return nil
}

func (c *commands) inputSeconds(e *engine.Engine, v client.Values) float64 {
	total := 0.0
	for _, r := range []client.Role{client.RoleReferenceVideo, client.RoleReferenceVideos, client.RoleSourceVideo} {
		for _, it := range v.Media(r) {
			if f, err := e.Look(it); err == nil {
				total += f.Seconds
			}
		}
	}
	return total
}

func midnight(now time.Time, zone *time.Location) time.Time {
	y, m, d := now.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}
