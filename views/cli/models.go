package cli

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/dustin/go-humanize/english"
	"github.com/spf13/cobra"

	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/state/engine"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// modelLine is a model as JSON. Price is that of the model's defaults; only
// show writes Fields.
type modelLine struct {
	Service     string      `json:"service"`
	ID          string      `json:"id"`
	Name        string      `json:"name"`
	Family      string      `json:"family"`
	Tier        string      `json:"tier"`
	Task        string      `json:"task"`
	Resolutions []string    `json:"resolutions,omitempty"`
	Audio       string      `json:"audio,omitempty"`
	Status      string      `json:"status"`
	Replacement string      `json:"replacement,omitempty"`
	Ends        string      `json:"upstream_end,omitempty"`
	Price       price       `json:"price"`
	Fields      []fieldLine `json:"fields,omitempty"`
}

// fieldLine is one field of a model as JSON. Flag is its flag of submit.
type fieldLine struct {
	Flag      string            `json:"flag"`
	Name      string            `json:"name"`
	Type      string            `json:"type"`
	Required  bool              `json:"required"`
	Default   *catalogue.Value  `json:"default,omitempty"`
	Options   []catalogue.Value `json:"options,omitempty"`
	Min       *int64            `json:"min,omitempty"`
	Max       *int64            `json:"max,omitempty"`
	MaxLength *int              `json:"max_length,omitempty"`
	MinItems  *int              `json:"min_items,omitempty"`
	MaxItems  *int              `json:"max_items,omitempty"`
	Media     string            `json:"media,omitempty"`
}

func modelOf(m *catalogue.Model) modelLine {
	return modelLine{
		Service: m.Provider, ID: m.ID, Name: m.DisplayName, Family: m.Family, Tier: m.Tier, Task: m.Task,
		Resolutions: m.Resolution.Options, Audio: m.Output.Audio, Status: m.Lifecycle.Status, Replacement: m.Lifecycle.Replacement,
		Ends: m.Lifecycle.UpstreamEnd, Price: priceOf(catalogue.EstimatePrice(m, m.Fill(nil), 0), 1),
	}
}

func fieldsOf(m *catalogue.Model) []fieldLine {
	var out []fieldLine
	for i := range m.Fields {
		fd := &m.Fields[i]
		if fd.Role == catalogue.RoleModel {
			continue
		}
		l := fieldLine{
			Flag: flagName(fd.Role), Name: fd.Name, Type: fd.Type, Required: fd.Required, Options: fd.Options(), Min: fd.Min,
			Max: fd.Max, MaxLength: fd.MaxLength,
		}
		if d, ok := fd.DefaultValue(); ok {
			l.Default = &d
		}
		if fd.Items != nil {
			l.MinItems, l.MaxItems = fd.Items.Min, fd.Items.Max
		}
		if fd.Media != nil {
			l.Media = fd.Media.Kind
		}
		out = append(out, l)
	}
	return out
}

func (c *commands) models() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "models",
		Short:   "List models, show one, ask the services for new ones",
		Example: "seedreel models list --task i2v\nseedreel models show lite-t2v-480p\nseedreel models refresh",
		Args:    onlyGroup,
	}
	list := c.modelsList()
	cmd.RunE = list.RunE
	cmd.Flags().AddFlagSet(list.Flags())
	cmd.AddCommand(list, c.modelsShow(), c.modelsRefresh())
	return cmd
}

func (c *commands) modelsList() *cobra.Command {
	var service, task string
	var retired, asJSON bool
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the models that make clips",
		Long:    "list names every model that can be used, as service:id, with its price at its defaults.",
		Example: "seedreel models list --task i2v",
		Args:    cobra.NoArgs,
		RunE: c.runWith(func(_ context.Context, e *engine.Engine, _ []string) error {
			service, task, err := modelFilter(e.Catalogue.Now(), service, task)
			if err != nil {
				return err
			}
			var rows [][]safe.String
			for _, m := range e.Catalogue.Now().All() {
				if !m.MakesVideo() || service != "" && m.Provider != service || task != "" && m.Task != task ||
					m.Lifecycle.Status == catalogue.LifeRetired && !retired {
					continue
				}
				if asJSON {
					if err := c.object(modelOf(m)); err != nil {
						return err
					}
					continue
				}
				rows = append(rows, modelRow(m))
			}
			return c.printRows(rows)
		}),
	}
	fl := cmd.Flags()
	fl.StringVar(&service, "service", "", "only this service")
	fl.StringVar(&task, "task", "", "only this task, such as text-to-video, or t2v for short")
	fl.BoolVar(&retired, "retired", false, "list retired models too")
	jsonFlag(cmd, &asJSON, "the models, one a line,")
	c.completeTasks(cmd)
	return cmd
}

// modelFilter reads the filters of the list: a service, and a task by name or
// code.
func modelFilter(cat *catalogue.Catalogue, service, task string) (provider, name string, err error) {
	if service != "" && !slices.Contains(all.IDs(), service) {
		return "", "", badValue("service", strconv.Quote(service), english.WordSeries(all.IDs(), "or"))
	}
	if task == "" {
		return service, "", nil
	}
	tasks := words.Tasks(cat)
	if name = words.FindTask(tasks, task); name == "" {
		for i, t := range tasks {
			tasks[i] = fmt.Sprintf("%s (%s)", t, words.TaskCode(t))
		}
		return "", "", badValue("task", strconv.Quote(task), "one of "+strings.Join(tasks, ", "))
	}
	return service, name, nil
}

// completeTasks offers the codes and names of tasks.
func (c *commands) completeTasks(cmd *cobra.Command) {
	_ = cmd.RegisterFlagCompletionFunc("task", func(*cobra.Command, []string, string) (out []string, _ cobra.ShellCompDirective) { // known flag
		if cat := c.catalogue(); cat != nil {
			for _, t := range words.Tasks(cat) {
				out = append(out, words.TaskCode(t)+"\t"+string(words.Task(t)), t)
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	})
}

func modelRow(m *catalogue.Model) []safe.String {
	est := catalogue.EstimatePrice(m, m.Fill(nil), 0)
	p := safe.Line(est.String())
	if est.Known && est.Seconds > 0 {
		p += safe.Line(fmt.Sprintf(" for %d s", est.Seconds))
	}
	status := safe.Line(m.Lifecycle.Status)
	if m.Lifecycle.Status == catalogue.LifeActive {
		status = ""
	}
	return []safe.String{safe.Line(m.Ref().String()), words.Model(m), p, status}
}

func (c *commands) modelsShow() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "show model",
		Short:   "Tell what a model takes, makes and costs",
		Example: "seedreel models show ID",
		Args:    cobra.ExactArgs(1),
		RunE: c.runWith(func(_ context.Context, e *engine.Engine, args []string) error {
			m, err := oneModel(e.Catalogue.Now(), args[0])
			if err != nil {
				return exit(ExitNotFound, "%s", said(err))
			}
			if asJSON {
				l := modelOf(m)
				l.Fields = fieldsOf(m)
				return c.object(l)
			}
			return c.printModel(m)
		}),
	}
	cmd.ValidArgsFunction = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		cat := c.catalogue()
		if cat == nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return completeModels(cat)(nil, nil, "")
	}
	jsonFlag(cmd, &asJSON, "the model")
	return cmd
}

func (c *commands) printModel(m *catalogue.Model) error {
	est := catalogue.EstimatePrice(m, m.Fill(nil), 0)
	price := est.String() + ", " + est.Basis()
	if est.Known && est.Seconds > 0 {
		price = fmt.Sprintf("%s for %d s, %s", est, est.Seconds, est.Basis())
	}
	rows := [][]safe.String{
		{"model", safe.Line(m.Ref().String())},
		{"name", safe.Line(m.DisplayName)},
		{"task", words.Task(m.Task)},
		{"price", safe.Line(price)},
		{"status", safe.Line(m.Lifecycle.Status)},
	}
	if m.Lifecycle.Replacement != "" {
		rows = append(rows, []safe.String{"successor", safe.Line(m.Lifecycle.Replacement)})
	}
	for i := range m.Fields {
		if fd := &m.Fields[i]; fd.Role != catalogue.RoleModel {
			rows = append(rows, []safe.String{safe.Line("--" + flagName(fd.Role)), fieldWords(fd)})
		}
	}
	return c.printRows(rows)
}

// fieldWords returns a line about the values that a field takes.
func fieldWords(fd *catalogue.Field) safe.String {
	var parts []string
	add := func(format string, a ...any) { parts = append(parts, fmt.Sprintf(format, a...)) }
	if fd.Required {
		add("required")
	}
	switch {
	case fd.Media != nil && fd.List():
		lo, hi := fd.Bounds()
		add("%d to %d %ss, each a path or a link", lo, hi, fd.Media.Kind)
	case fd.Media != nil:
		add("%s, a path or a link", fd.Media.Kind)
	case len(fd.Enum) > 0:
		var o []string
		for _, v := range fd.Options() {
			o = append(o, v.String())
		}
		add("%s", strings.Join(o, ", "))
	case fd.Type == "integer" && fd.Min != nil && fd.Max != nil:
		add("%d to %d", *fd.Min, *fd.Max)
	case fd.Type == "boolean":
		add("yes or no")
	case fd.MaxLength != nil:
		add("at most %s characters", humanize.Comma(int64(*fd.MaxLength)))
	default:
		add("%s", fd.Type)
	}
	if fd.Unit == "s" {
		add("seconds")
	}
	if d, ok := fd.DefaultValue(); ok {
		add("default %s", d)
	}
	return safe.Line(strings.Join(parts, "; "))
}
