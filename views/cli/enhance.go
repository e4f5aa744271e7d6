package cli

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/state/account"
	"seedreel/state/engine"
	"seedreel/state/media"
	"seedreel/state/order"
	"seedreel/state/settings"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// enhanced is a prompt before and after as JSON. Enhanced is missing with
// --dry-run.
type enhanced struct {
	Service  string `json:"service"`
	Model    string `json:"model"`
	Practice bool   `json:"practice"`
	Prompt   string `json:"prompt"`
	Enhanced string `json:"enhanced,omitempty"`
	Price    price  `json:"price"`
}

type enhanceFlags struct {
	prompt, promptFile, image, mode, style, service string
	dryRun, json                                    bool
	consent
}

func (c *commands) enhance() *cobra.Command {
	f := &enhanceFlags{}
	cmd := &cobra.Command{
		Use:   "enhance [prompt]",
		Short: "Have a prompt rewritten by a service; this costs a little",
		Long: "enhance has a prompt rewritten, with an image if there is one, and writes the new one. Its price is told before\n" +
			"it is asked for; --dry-run tells the price alone.",
		Example: "seedreel enhance \"a lake at dawn\"\nseedreel enhance -f scene.txt | seedreel submit -f -",
		Args:    cobra.MaximumNArgs(1),
		RunE:    c.runWithModels(func(ctx context.Context, e *engine.Engine, args []string) error { return c.runEnhance(ctx, e, f, args) }),
	}
	fl := cmd.Flags()
	fl.StringVarP(&f.promptFile, "prompt-file", "f", "", "file that holds the prompt; - reads standard input")
	fl.StringVar(&f.prompt, "prompt", "", "the prompt; - reads it from standard input")
	fl.StringVarP(&f.image, "image", "i", "", "image that the clip starts from, a path or a link")
	fl.StringVar(&f.mode, "mode", "", "what the prompt is for, as the service names it")
	fl.StringVar(&f.style, "style", "", "style, as the service names it")
	fl.StringVar(&f.service, "service", "", "service to ask; the first that rewrites prompts")
	fl.BoolVar(&f.dryRun, "dry-run", false, "tell the price only")
	consentFlags(cmd, &f.consent)
	jsonFlag(cmd, &f.json, "old and new prompt")
	return cmd
}

// wish reads the prompt, which must be given in exactly one way.
func (c *commands) wish(ctx context.Context, f *enhanceFlags, args []string) (catalogue.Wish, error) {
	w := catalogue.Wish{Text: f.prompt, Mode: f.mode, Style: f.style}
	given := 0
	for _, on := range []bool{f.prompt != "", f.promptFile != "", len(args) > 0} {
		if on {
			given++
		}
	}
	if given != 1 {
		return w, usage("enhance needs one prompt: as its argument, by --prompt or by --prompt-file")
	}
	if len(args) > 0 {
		w.Text = args[0]
	}
	from := f.promptFile
	if w.Text == "-" {
		from = "-"
	}
	var err error
	if from != "" {
		w.Text, err = c.readPrompt(ctx, from)
	}
	w.Text = strings.TrimSpace(safe.Edit(w.Text))
	if err == nil && w.Text == "" {
		err = exit(ExitInvalid, "prompt: there is no text in it")
	}
	return w, err
}

// optimizer returns a model that rewrites prompts, at the named service or the
// first that has one.
func optimizer(e *engine.Engine, service string) (*catalogue.Model, error) {
	ids := all.IDs()
	if service != "" {
		if e.Settings.Service(service).BaseURL == "" {
			return nil, badValue("service", strconv.Quote(service), strings.Join(ids, " or "))
		}
		ids = []string{service}
	}
	for _, id := range ids {
		if m := e.Catalogue.Now().Optimizer(id); m != nil {
			return m, e.Services.Ready(id)
		}
	}
	return nil, exit(ExitNotOffered, "%s has no way to rewrite prompts.", words.Service(ids[0]))
}

func (c *commands) runEnhance(ctx context.Context, e *engine.Engine, f *enhanceFlags, args []string) error {
	m, err := optimizer(e, f.service)
	if err != nil && (!f.dryRun || m == nil) {
		return err
	}
	w, err := c.wish(ctx, f, args)
	if err != nil {
		return err
	}
	image, err := pictureFor(e, f.image, settings.Home(c.o.Getenv))
	if err != nil {
		return err
	}
	priced := w
	priced.Image = image
	values := m.WishValues(priced)
	for role, word := range map[catalogue.Role]string{catalogue.RoleMode: w.Mode, catalogue.RoleStyle: w.Style} {
		if word != "" && values.Text(role) != word {
			return exit(ExitInvalid, "%s: %s does not offer %q; seedreel models show %s lists what it does", role.Label(), words.Service(m.Provider), word, m.Ref())
		}
	}
	practice := e.Services.Practice()
	p, err := e.Desk.Prepare(ctx, order.Rewriting(m, w, image, practice))
	if err != nil {
		return err
	}
	est := p.Lines[0].Each
	out := enhanced{Service: m.Provider, Model: m.ID, Practice: practice, Prompt: w.Text, Price: priceOf(est, 1)}
	if f.dryRun {
		if f.json {
			err = c.object(out)
		} else {
			err = c.printPrice(m, est, 1)
		}
		if err != nil {
			return err
		}
	}
	if err := p.Unready(); err != nil {
		return err
	}
	answers, err := c.confirm(ctx, p, &f.consent)
	if err != nil || f.dryRun {
		return err
	}
	note := ""
	if practice {
		note = "; practice: nothing is billed"
	}
	c.tell("asking %s, %s (%s)%s", m.ID, est, est.Basis(), note)
	err = c.place(ctx, p, answers, func(a order.Answers) (err error) {
		out.Enhanced, err = e.Desk.Rewrite(ctx, p, a)
		return err
	})
	switch {
	case errors.Is(err, account.ErrNotOffered):
		return notOffered(m.Provider, "way to rewrite prompts", err)
	case err != nil:
		return err
	case f.json:
		return c.object(out)
	}
	return c.print("%s", out.Enhanced)
}

// pictureFor checks a picture before anything is paid for.
func pictureFor(e *engine.Engine, given, home string) (string, error) {
	if given == "" {
		return "", nil
	}
	it, err := media.Parse(given, home)
	if err == nil {
		_, err = e.Look(it.Value)
	}
	if err != nil {
		return "", exit(ExitInvalid, "image: %s", words.Error(err))
	}
	return it.Value, nil
}
