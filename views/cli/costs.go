package cli

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/account"
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
	// part is Estimated. Practised is the same for practice, which spends
	// nothing. Unpriced clips have no figure and are in none of them.
	Spent     usd.Micro `json:"spent_usd"`
	Estimated usd.Micro `json:"estimated_usd"`
	Unpriced  int       `json:"unpriced"`
	Practised usd.Micro `json:"practice_usd"`
	// Kept clips are picks of their shots; PerKept is what one of them cost with
	// all that were made for it.
	Kept    int        `json:"kept"`
	PerKept *usd.Micro `json:"per_kept_usd,omitempty"`
}

func (c *commands) costs() *cobra.Command {
	var by string
	var days int
	var practice, refresh, asJSON bool
	cmd := &cobra.Command{
		Use:   "costs",
		Short: "Add up what clips have cost",
		Long: "costs adds up charges, and list prices where the service reported no charge. Days are those of your time\n" +
			"zone, newest first; models and services come dearest first. Practice is no spend and is left out,\n" +
			"unless there is nothing else and the program is in practice: without a key, or with the setting. --practice\n" +
			"adds it up, --practice=false what was billed.\n" +
			"Services book, correct and refund later: for a month after a clip its bill is asked for at a falling pace,\n" +
			"while the screens are open or wait runs. --refresh first asks for what is due.",
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
				return c.sumUp(cmd, e, &costFlags{way: way, days: days, practice: practice, refresh: refresh, json: asJSON})
			})
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&by, "by", "day", "day, model or service")
	fl.IntVar(&days, "days", 90, "how many days up to today")
	fl.BoolVar(&practice, "practice", false, "add up practice jobs, as if they were billed; =false adds up what was")
	fl.BoolVar(&refresh, "refresh", false, "first ask the services for the bills that are due")
	jsonFlag(cmd, &asJSON, "the sums, one a line,")
	_ = cmd.RegisterFlagCompletionFunc("by", cobra.FixedCompletions([]string{"day", "model", "service"}, cobra.ShellCompDirectiveNoFileComp)) // known flag
	return cmd
}

// costFlags are the flags of costs.
type costFlags struct {
	way                     store.By
	days                    int
	practice, refresh, json bool
}

// sumUp writes the sums, and what is in none of them.
func (c *commands) sumUp(cmd *cobra.Command, e *engine.Engine, f *costFlags) error {
	if f.refresh {
		if err := c.bills(cmd.Context(), e); err != nil {
			return err
		}
	}
	from := store.DaysBefore(c.o.Now(), c.o.Zone, f.days-1)
	rows, err := e.Store.Spend(cmd.Context(), from, f.way, c.o.Zone)
	if err != nil {
		return err
	}
	if !cmd.Flags().Changed("practice") {
		f.practice = e.Services.Practice() && !billed(rows)
	}
	if err := c.printCosts(rows, f.practice, f.json); err != nil || f.json {
		return err
	}
	notes, err := e.Store.BillNotes(cmd.Context(), from, f.practice)
	if err != nil {
		return err
	}
	c.notCounted(notes)
	if f.practice || cmd.Flags().Changed("practice") {
		return nil
	}
	if slices.ContainsFunc(rows, func(r store.SpendRow) bool { return r.Practice }) && billed(rows) {
		c.tell("Practice is not in it; --practice adds it up.")
	}
	return nil
}

// notesShown is how many jobs are named whose bills were not counted whole.
const notesShown = 5

// notCounted names what is on bills and in no sum.
func (c *commands) notCounted(notes []store.BillNote) {
	if len(notes) == 0 {
		return
	}
	c.tell("Not in the sums, as they are no plain amounts of dollars or belong to no charge:")
	for i, n := range notes {
		if i == notesShown {
			c.tell("  and bills of %d more jobs", len(notes)-i)
			return
		}
		c.tell("  %s at %s: %s", n.ID, words.Service(n.Provider), strings.ReplaceAll(n.Note, ": "+client.ErrOdd.Error(), ""))
	}
}

// bills asks for the bills that are due, for as long as a person waits.
func (c *commands) bills(ctx context.Context, e *engine.Engine) error {
	within, cancel := context.WithTimeout(ctx, billsPatience)
	defer cancel()
	for {
		b, next, err := e.Account.NextBill(within)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, context.DeadlineExceeded):
			c.tell("More bills are due than could be asked for now.")
			return nil
		case err != nil:
			return err
		case b == nil:
			return nil
		}
		c.tellBill(b)
		if next.IsZero() || next.After(c.o.Now()) {
			return nil
		}
	}
}

// billsPatience bounds how long bills are asked for.
const billsPatience = 30 * time.Second

// tellBill reports what a bill has changed.
func (c *commands) tellBill(b *account.Bill) {
	switch {
	case b.Err != nil:
		c.tell("%s  %s", b.Job.ID, words.Error(b.Err))
	case b.Corrected():
		c.tell("%s  the bill says %s now, not %s", b.Job.ID, b.Job.Charge, b.Was.Charge)
	}
}

func (c *commands) printCosts(rows []store.SpendRow, practice, asJSON bool) error {
	head := safe.String("spent")
	if practice {
		head = words.Practice
	}
	out := [][]safe.String{{"", "clips", "seconds", head, "kept", "a keeper"}}
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
		all.Kept += r.Kept
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
		c.tell("Practice: none of this was billed. It would have cost this. --practice=false adds up what was.")
	case practice:
		c.tell("Practice: none of this was billed. It would have cost this.")
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
	if r.Practice {
		x.Spent, x.Practised = 0, r.Spent
	}
	if each, ok := r.PerKept(); ok {
		x.Kept, x.PerKept = r.Kept, &each
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
	keeper := safe.String("-")
	if each, ok := r.PerKept(); ok {
		keeper = safe.Line(each.String())
	}
	return []safe.String{
		name, safe.Line(strconv.Itoa(r.Jobs)), safe.Line(strconv.Itoa(r.Seconds)), words.Sum(r.Spent, r.Unpriced), safe.Line(strconv.Itoa(r.Kept)), keeper,
	}
}
