package cli

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/dustin/go-humanize/english"
	"github.com/spf13/cobra"

	"seedreel/client/all"
	"seedreel/client/usd"
	"seedreel/state/account"
	"seedreel/state/engine"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// balanceLine is an account as JSON.
type balanceLine struct {
	Service  string     `json:"service"`
	Practice bool       `json:"practice"`
	Balance  *usd.Micro `json:"balance_usd,omitempty"`
	Error    string     `json:"error,omitempty"`
}

// broughtLine is the result of bring as JSON. Unread records are those of
// models that the catalogue does not know.
type broughtLine struct {
	Service  string `json:"service"`
	Practice bool   `json:"practice"`
	Seen     int    `json:"seen"`
	Added    int    `json:"added"`
	Unread   int    `json:"unread"`
	Error    string `json:"error,omitempty"`
}

// notOffered words the one error that is about a service and not about a
// request.
func notOffered(id, what string, err error) error {
	if errors.Is(err, account.ErrNotOffered) {
		return exit(ExitNotOffered, "%s has no %s.", words.Service(id), what)
	}
	return err
}

// someServices accepts names of services, or none for all.
func someServices(cmd *cobra.Command, args []string) error {
	for _, a := range args {
		if !slices.Contains(all.IDs(), a) {
			return usage("%s takes %s", cmd.CommandPath(), english.WordSeries(all.IDs(), "or"))
		}
	}
	return nil
}

// usable returns the named services or, if none is named, those that can be
// used.
func usable(e *engine.Engine, named []string) ([]string, error) {
	if len(named) > 0 {
		for _, id := range named {
			if err := e.Services.Ready(id); err != nil {
				return nil, err
			}
		}
		return named, nil
	}
	var out []string
	var first error
	for _, id := range all.IDs() {
		err := e.Services.Ready(id)
		if err == nil {
			out = append(out, id)
		} else if first == nil {
			first = err
		}
	}
	if len(out) == 0 {
		return nil, first
	}
	return out, nil
}

// each calls do for one service after the other; with several, an error at one
// does not stop the others. It returns the highest exit code.
func (c *commands) each(ctx context.Context, ids []string, do func(id string) error) error {
	worst := ExitOK
	for _, id := range ids {
		err := do(id)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil {
			continue
		}
		c.report(ctx, err)
		// Among several services, one that does not offer this is skipped.
		if n := code(ctx, err); n != ExitNotOffered || len(ids) == 1 {
			worst = max(worst, n)
		}
	}
	if worst == ExitOK {
		return nil
	}
	return exit(worst, "")
}

func (c *commands) balance() *cobra.Command {
	return c.onServices(&cobra.Command{
		Use:     "balance [service...]",
		Short:   "Ask what is left on the accounts",
		Example: "seedreel balance\nseedreel balance wavespeed --jq .balance_usd",
	}, "the balances, one a line,", c.balances)
}

// onServices returns a command that works on the services that it names.
func (c *commands) onServices(cmd *cobra.Command, json string, do func(ctx context.Context, e *engine.Engine, named []string, asJSON bool) error) *cobra.Command {
	var asJSON bool
	cmd.Args, cmd.ValidArgsFunction = someServices, completeServices
	cmd.RunE = c.runWith(func(ctx context.Context, e *engine.Engine, named []string) error { return do(ctx, e, named, asJSON) })
	jsonFlag(cmd, &asJSON, json)
	return cmd
}

func (c *commands) balances(ctx context.Context, e *engine.Engine, named []string, asJSON bool) error {
	ids, err := usable(e, named)
	if err != nil {
		return err
	}
	practice := e.Services.Practice()
	return c.each(ctx, ids, func(id string) error {
		left, err := e.Account.Balance(ctx, id, practice)
		note := ""
		if practice {
			note = "  of practice money"
		}
		err = notOffered(id, "balance to ask for", err)
		return c.left(balanceLine{Service: id, Practice: practice, Balance: &left}, "%s"+note, err, asJSON)
	})
}

// left writes a balance in words, or why there is none.
func (c *commands) left(l balanceLine, text string, err error, asJSON bool) error {
	if err != nil {
		l.Balance, l.Error = nil, said(err)
	}
	switch {
	case asJSON:
		return errors.Join(c.object(l), err)
	case err != nil:
		return err
	}
	return c.print("%s  "+text, safe.PadRight(words.Service(l.Service), 12), *l.Balance)
}

// keyTest requests the balance, which costs nothing and requires a valid key.
func (c *commands) keyTest() *cobra.Command {
	return c.onServices(&cobra.Command{
		Use:   "test [service...]",
		Short: "Try the keys at their services; nothing is bought",
	}, "what the services say, one a line,", c.runKeyTest)
}

func (c *commands) runKeyTest(ctx context.Context, e *engine.Engine, ids []string, asJSON bool) error {
	if len(ids) == 0 {
		for _, id := range all.IDs() {
			if source, err := e.Services.KeyState(id); source != "" || err != nil {
				ids = append(ids, id)
			}
		}
		if len(ids) == 0 {
			return exit(ExitNoKey, "There is no key to test; seedreel key set asks for one.")
		}
	}
	return c.each(ctx, ids, func(id string) error {
		if _, err := e.Services.KeyState(id); err != nil {
			return err
		}
		left, err := e.Account.Balance(ctx, id, false)
		err = notOffered(id, "way to test a key without buying", err)
		return c.left(balanceLine{Service: id, Balance: &left}, "the key works, %s left", err, asJSON)
	})
}

// keptBy returns how far back each service's list goes.
func keptBy() string {
	var parts []string
	for _, d := range all.Services() {
		if d.Can.List {
			parts = append(parts, d.Name+" keeps "+string(words.Days(d.ListsBack)))
		}
	}
	return english.WordSeries(parts, "and") + "."
}

// bring imports jobs that were made with other clients on the same account.
func (c *commands) bring() *cobra.Command {
	var days int
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "bring [service...]",
		Short:   "Bring in clips made elsewhere on the same account",
		Example: "seedreel bring\nseedreel bring wavespeed && seedreel wait",
		Long: "bring reads the services' own lists and adds what this machine does not know; seedreel wait then fetches the\n" +
			"clips. " + keptBy(),
		Args:              someServices,
		ValidArgsFunction: completeServices,
		RunE: func(cmd *cobra.Command, args []string) error {
			if days < 1 {
				return badValue("days", strconv.Itoa(days), "1 or more")
			}
			return c.withModels(cmd, func(e *engine.Engine) error { return c.runBring(cmd.Context(), e, args, days, asJSON) })
		},
	}
	cmd.Flags().IntVar(&days, "days", 7, "how far to look back")
	jsonFlag(cmd, &asJSON, "what was found, one service a line,")
	return cmd
}

func (c *commands) runBring(ctx context.Context, e *engine.Engine, named []string, days int, asJSON bool) error {
	ids, err := usable(e, named)
	if err != nil {
		return err
	}
	practice := e.Services.Practice()
	since := c.o.Now().Add(-time.Duration(days) * 24 * time.Hour)
	return c.each(ctx, ids, func(id string) error {
		b, err := e.Account.BringIn(ctx, id, practice, since)
		err = notOffered(id, "list of what was made", err)
		if asJSON {
			l := broughtLine{Service: id, Practice: practice, Seen: b.Seen, Added: b.Added, Unread: b.Unread}
			if err != nil {
				l.Error = said(err)
			}
			return errors.Join(c.object(l), err)
		}
		if err != nil {
			return err
		}
		note := ""
		if b.Unread > 0 {
			note = "; " + humanize.Comma(int64(b.Unread)) + " of models not known here"
		}
		return c.print("%s  %d on its list, %d new here%s", safe.PadRight(words.Service(id), 12), b.Seen, b.Added, note)
	})
}
