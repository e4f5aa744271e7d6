package cli

import (
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/engine"
	"seedreel/state/store"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// cost is one sum as JSON. Exactly one of Day, Model with Service, or Service
// alone names the group; amounts are in dollars.
type cost struct {
	Day      string `json:"day,omitempty"`
	Service  string `json:"service,omitempty"`
	Model    string `json:"model,omitempty"`
	Practice bool   `json:"practice"`
	Clips    int    `json:"clips"`
	Seconds  int    `json:"seconds"`
	// Spent adds up charges, and list prices if the service reported none; that
	// part is Estimated. Unpriced clips have no figure and are in neither.
	Spent     usd.Micro `json:"spent_usd"`
	Estimated usd.Micro `json:"estimated_usd"`
	Unpriced  int       `json:"unpriced"`
}

func (c *commands) costs() *cobra.Command {
	var by string
	var days int
	var practice, asJSON bool
	cmd := &cobra.Command{
		Use:   "costs",
		Short: "Add up what clips have cost",
		Long: "costs adds up charges, and list prices where the service reported no charge. Days are those of your time\n" +
			"zone, newest first; models and services come dearest first. Practice is no spend and is left out,\n" +
			"unless there is nothing else and the program is in practice: without a key, or with the setting. --practice\n" +
			"adds it up, --practice=false what was billed.",
		Example: "seedreel costs --by model --days 30",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ways := map[string]store.By{"day": store.ByDay, "model": store.ByModel, "service": store.ByService}
			way, ok := ways[by]
			if !ok {
				return badValue("by", strconv.Quote(by), "day, model or service")
			}
			if days < 1 {
				return badValue("days", strconv.Itoa(days), "1 or more")
			}
			return c.with(cmd, func(e *engine.Engine) error {
				from := store.DaysBefore(c.o.Now(), c.o.Zone, days-1)
				rows, err := e.Store.Spend(cmd.Context(), from, way, c.o.Zone)
				if err != nil {
					return err
				}
				if !cmd.Flags().Changed("practice") {
					practice = e.Services.Practice() && !billed(rows)
				}
				if err := c.printCosts(rows, practice, asJSON); err != nil || asJSON || practice || cmd.Flags().Changed("practice") {
					return err
				}
				if slices.ContainsFunc(rows, func(r store.SpendRow) bool { return r.Practice }) && billed(rows) {
					c.tell("Practice is not in it; --practice adds it up.")
				}
				return nil
			})
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&by, "by", "day", "day, model or service")
	fl.IntVar(&days, "days", 90, "how many days up to today")
	fl.BoolVar(&practice, "practice", false, "add up practice jobs, as if they were billed; =false adds up what was")
	jsonFlag(cmd, &asJSON, "the sums, one a line,")
	_ = cmd.RegisterFlagCompletionFunc("by", cobra.FixedCompletions([]string{"day", "model", "service"}, cobra.ShellCompDirectiveNoFileComp)) // known flag
	return cmd
}

func (c *commands) printCosts(rows []store.SpendRow, practice, asJSON bool) error {
	out := [][]safe.String{{"", "clips", "seconds", "spent"}}
	all := store.SpendRow{}
	for i := range rows {
		r := &rows[i]
		if r.Practice != practice {
			continue
		}
		if asJSON {
			if err := c.object(c.costOf(r)); err != nil {
				return err
			}
			continue
		}
		out = append(out, costRow(c.costName(r), r))
		all.Jobs += r.Jobs
		all.Seconds += r.Seconds
		all.Spent = all.Spent.Plus(r.Spent)
		all.Estimated = all.Estimated.Plus(r.Estimated)
		all.Unpriced += r.Unpriced
	}
	if asJSON {
		return nil
	}
	billed := billed(rows)
	if all.Jobs == 0 {
		c.tell("%s", noCosts(practice, billed))
		return nil
	}
	if err := c.printRows(append(out, costRow("total", &all))); err != nil {
		return err
	}
	if all.Estimated > 0 {
		c.tell("%s of it is list price, where the service reported no charge.", all.Estimated)
	}
	if all.Unpriced > 0 {
		c.tell("%d clips have no known price and are not in the sums.", all.Unpriced)
	}
	switch {
	case practice && billed:
		c.tell("Practice: none of this was billed. --practice=false adds up what was.")
	case practice:
		c.tell("Practice: none of this was billed.")
	}
	return nil
}

// billed reports whether anything but practice is in the sums.
func billed(rows []store.SpendRow) bool {
	return slices.ContainsFunc(rows, func(r store.SpendRow) bool { return !r.Practice })
}

// noCosts explains that there is nothing to add up, and where there may be
// costs.
func noCosts(practice, billed bool) string {
	switch {
	case practice && billed:
		return "Nothing was made in practice in that time. --practice=false adds up what was billed."
	case practice:
		return "Nothing was made in practice in that time."
	}
	return "Nothing spent in that time. Practice is added up with --practice."
}

func (c *commands) costOf(r *store.SpendRow) cost {
	x := cost{
		Service: r.Provider, Model: r.Model, Practice: r.Practice, Clips: r.Jobs, Seconds: r.Seconds, Spent: r.Spent,
		Estimated: r.Estimated, Unpriced: r.Unpriced,
	}
	if !r.Day.IsZero() {
		x.Day = r.Day.In(c.o.Zone).Format("2006-01-02")
	}
	return x
}

func (c *commands) costName(r *store.SpendRow) safe.String {
	switch {
	case !r.Day.IsZero():
		return safe.Line(r.Day.In(c.o.Zone).Format("2006-01-02"))
	case r.Model != "":
		return safe.Line(catalogue.Ref{Provider: r.Provider, ID: r.Model}.String())
	}
	return words.Service(r.Provider)
}

func costRow(name safe.String, r *store.SpendRow) []safe.String {
	return []safe.String{name, safe.Line(strconv.Itoa(r.Jobs)), safe.Line(strconv.Itoa(r.Seconds)), words.Sum(r.Spent, r.Unpriced)}
}
