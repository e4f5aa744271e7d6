package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"seedreel/client/catalogue"
	"seedreel/client/secret"
	"seedreel/client/usd"
	"seedreel/state/engine"
	"seedreel/state/frames"
	"seedreel/state/job"
	"seedreel/state/order"
	"seedreel/state/reel"
	"seedreel/ui/safe"
	"seedreel/ui/term"
	"seedreel/views/words"
)

func (c *commands) reelExport() *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use: "export [reel]", Short: "Write a reel as text", Args: cobra.MaximumNArgs(1),
		Long:    "export writes a reel as a text that import reads back the same, to standard output or to a new file.",
		Example: "seedreel reel export --output harbour.reel.toml",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.withReel(cmd, first(args), func(_ *engine.Engine, r *reel.Reel) error {
				b, err := reel.Format(r)
				if err != nil {
					return err
				}
				if output == "" {
					return c.print("%s", strings.TrimSuffix(string(b), "\n"))
				}
				return newFile(output, b)
			})
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "file to write; one that is there is not replaced")
	return cmd
}

func newReelID() (string, error) { return reel.NewID(rand.Reader) }

func (c *commands) reelImport() *cobra.Command {
	var into string
	cmd := &cobra.Command{
		Use: "import file", Short: "Read a reel from text, as a new reel that is then open", Args: cobra.ExactArgs(1),
		Long: "import adds a reel from a text and opens it. With --reel it makes a reel here what the text says: shots are found\n" +
			"again by their id, name or content and keep their takes; those that are not in the text are removed, with their\n" +
			"takes left in the history. That can be undone.",
		Example: "seedreel reel import harbour.reel.toml",
		RunE: c.runWith(func(ctx context.Context, e *engine.Engine, args []string) error {
			t, err := c.readReel(ctx, e, args[0])
			if err != nil {
				return err
			}
			id := ""
			if into != "" {
				r, err := findReel(ctx, e, into)
				if err != nil {
					return err
				}
				id = r.ID
			} else {
				if id, err = newReelID(); err != nil {
					return err
				}
				if _, err := e.Store.AddReel(ctx, id, t.Name); err != nil {
					return err
				}
				if err := c.foreign(ctx, e, t); err != nil {
					return err
				}
			}
			r, _, err := e.Store.ChangeReel(ctx, id, t.Replace(newReelID))
			if err != nil {
				return took(err)
			}
			return c.print("%s  %s, %d shots", safe.Line(r.ID), safe.Line(r.Name), len(r.Shots))
		}),
	}
	cmd.Flags().StringVar(&into, "reel", "", "name or id of a reel that becomes what the text says")
	return cmd
}

// foreign drops the ids of shots that another reel has: a text that is read
// twice makes a copy.
func (c *commands) foreign(ctx context.Context, e *engine.Engine, t *reel.Text) error {
	all, err := e.Store.Reels(ctx)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for i := range all {
		r, err := e.Store.Reel(ctx, all[i].ID)
		if err != nil {
			return err
		}
		for _, s := range r.Shots {
			known[s.ID] = true
		}
	}
	for _, s := range t.Shots {
		if known[s.ID] {
			s.ID = ""
		}
	}
	return nil
}

func (c *commands) reelEdit() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use: "edit [reel]", Short: "Edit a reel as text in $EDITOR", Args: cobra.MaximumNArgs(1),
		Long: "edit opens the text of a reel in $EDITOR, then shows what would change and asks before it does. A text with an\n" +
			"error is kept, and changes nothing. The change can be undone.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.withReel(cmd, first(args), func(e *engine.Engine, r *reel.Reel) error { return c.runReelEdit(cmd.Context(), e, r, yes) })
		},
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "change the reel without asking")
	return cmd
}

func (c *commands) runReelEdit(ctx context.Context, e *engine.Engine, r *reel.Reel, yes bool) error {
	b, err := reel.Format(r)
	if err != nil {
		return err
	}
	editor, err := term.EditorArgs(c.o.Getenv)
	if err != nil {
		return exit(ExitTrouble, "%v", err)
	}
	dir, err := os.MkdirTemp("", "reel-*")
	if err != nil {
		return fmt.Errorf("making a file for the editor: %w", err)
	}
	name := filepath.Join(dir, r.ID+".reel.toml")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		return fmt.Errorf("writing for the editor: %w", err)
	}
	run := secret.Foreground(ctx, editor[0], append(editor[1:], name)...)
	run.Stdin, run.Stdout, run.Stderr = c.o.In, term.Bare(c.o.Out), term.Bare(c.o.Err)
	if err := run.Run(); err != nil {
		return exit(ExitTrouble, "The editor ended with an error (%v); nothing was changed. Its text is %s.", err, name)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("reading what the editor wrote: %w", err)
	}
	kept := func(err error) error {
		return exit(ExitInvalid, "%v\nNothing was changed. The text is kept: %s", err, name)
	}
	t, err := reel.Parse(text, "", e.Catalogue.Now().Find)
	if err != nil {
		return kept(err)
	}
	edit, after := t.Replace(newReelID), r.Clone()
	if _, err := edit(after); err != nil {
		return kept(err)
	}
	lines := reel.Differences(r, after)
	if len(lines) == 0 {
		return errors.Join(c.print("Nothing to change"), os.RemoveAll(dir))
	}
	for _, l := range lines {
		if err := c.print("%s", l); err != nil {
			return err
		}
	}
	if !yes {
		if err := c.agree(ctx, "Change the reel?"); err != nil {
			return kept(err)
		}
	}
	if _, _, err := e.Store.ChangeReel(ctx, r.ID, edit); err != nil {
		return kept(err)
	}
	return errors.Join(c.print("Changed; seedreel reel undo takes it back"), os.RemoveAll(dir))
}

// agree asks a question that is not about money. It returns an error unless
// the answer is yes.
func (c *commands) agree(ctx context.Context, question string) error {
	if !c.attended() {
		return errors.New("there is nobody to ask; --yes agrees")
	}
	_, _ = fmt.Fprintf(c.o.Err, "%s [y/N] ", question) // a question that cannot be seen is answered with no
	answer, err := readLine(ctx, c.o.In, 64)
	if err != nil {
		return err
	}
	if a := strings.ToLower(strings.TrimSpace(answer)); a != "y" && a != "yes" {
		return errors.New("not agreed to")
	}
	return nil
}

// makeFlags select what of a reel is made and how.
type makeFlags struct {
	draft, final bool
	shot         string
	json         bool
}

func (f *makeFlags) add(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.BoolVar(&f.draft, "draft", false, "as the shots' drafts")
	fl.BoolVar(&f.final, "final", false, "the picks, as the shots' finals, with their seeds")
	fl.StringVar(&f.shot, "shot", "", "only these shots: 3, 3..5 or 1,4..6")
	cmd.MarkFlagsMutuallyExclusive("draft", "final")
}

// plan reads a reel, from a file or the store, and plans it.
func (c *commands) plan(ctx context.Context, e *engine.Engine, name string, f *makeFlags, lastFrame func(*job.Job) (string, error)) ([]reel.Part, []reel.Problem, error) {
	r, err := c.reelOrFile(ctx, e, name)
	if err != nil {
		return nil, nil, err
	}
	only, err := numbers(f.shot, len(r.Shots))
	if err != nil {
		return nil, nil, err
	}
	standard, err := c.standard(ctx, e, r, only)
	if err != nil {
		return nil, nil, err
	}
	cast, err := c.cast(e)
	if err != nil {
		return nil, nil, err
	}
	m := reel.Making{Models: e.Catalogue.Now().Model, Standard: standard, Look: e.Look, Only: only, LastFrame: lastFrame, Cast: cast}
	switch {
	case f.draft:
		m.Mode = reel.AsDraft
	case f.final:
		m.Mode = reel.AsFinal
		if only == nil { // finals are made of what is picked and not final yet
			m.Only = func(n int) bool {
				p := r.Shots[n-1].Pick()
				return p != nil && p.Origin != job.OriginFinal
			}
		}
	}
	parts, problems := m.Plan(r)
	return parts, problems, nil
}

// standard returns the model for shots that name none, nil if all name one:
// nobody needs to choose one then.
func (c *commands) standard(ctx context.Context, e *engine.Engine, r *reel.Reel, only func(n int) bool) (*catalogue.Model, error) {
	for i, s := range r.Shots {
		if s.Model == (catalogue.Ref{}) && (only == nil || only(i+1)) {
			return c.findModel(ctx, e, "")
		}
	}
	return nil, nil //nolint:nilnil // none is needed
}

// reelOrFile returns a reel of the store, or one as a file has it. A file's
// shots keep the takes that they have in the open reel.
func (c *commands) reelOrFile(ctx context.Context, e *engine.Engine, name string) (*reel.Reel, error) {
	if name != "-" && !strings.HasSuffix(name, ".toml") {
		return findReel(ctx, e, name)
	}
	t, err := c.readReel(ctx, e, name)
	if err != nil {
		return nil, err
	}
	r, err := e.Store.OpenReel(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := t.Replace(newReelID)(r); err != nil {
		return nil, exit(ExitInvalid, "%s: %v", name, err)
	}
	return r, nil
}

// cast reads the names that all reels know: cast.toml beside the settings.
func (c *commands) cast(e *engine.Engine) ([]reel.Name, error) {
	path := filepath.Join(e.Paths.Config, "cast.toml")
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, exit(ExitTrouble, "%s", words.Error(err))
	}
	cast, err := reel.ParseCast(b, filepath.Dir(path))
	if err != nil {
		return nil, exit(ExitInvalid, "%s, %v", path, err)
	}
	return cast, nil
}

// problemLine is a problem of a reel as JSON.
type problemLine struct {
	Shot int    `json:"shot,omitempty"`
	Text string `json:"text"`
	Hint bool   `json:"hint"`
}

// tellProblems writes problems and reports whether any keeps the reel from
// being made.
func (c *commands) tellProblems(problems []reel.Problem, asJSON bool) (bad bool, err error) {
	for _, p := range problems {
		bad = bad || !p.Hint
		where := "reel"
		if p.Number > 0 {
			where = fmt.Sprintf("shot %d", p.Number)
		}
		switch {
		case asJSON:
			err = errors.Join(err, c.object(problemLine{Shot: p.Number, Text: p.Text, Hint: p.Hint}))
		default:
			c.tell("%s: %s", where, p.Text)
		}
	}
	return bad, err
}

func (c *commands) reelCheck() *cobra.Command {
	f := &makeFlags{}
	cmd := &cobra.Command{
		Use: "check [reel or file]", Short: "Check a reel and name its price; nothing is sent", Args: cobra.MaximumNArgs(1),
		Example: "seedreel reel check harbour.reel.toml --draft",
		RunE: c.runWithModels(func(ctx context.Context, e *engine.Engine, args []string) error {
			parts, problems, err := c.plan(ctx, e, first(args), f, nil)
			if err != nil {
				return err
			}
			bad, err := c.tellProblems(problems, f.json)
			if err != nil {
				return err
			}
			if !bad || len(parts) > 0 {
				if err := c.reelTotal(ctx, e, parts, f.json, false); err != nil {
					return err
				}
			}
			if bad {
				return exit(ExitInvalid, "")
			}
			return nil
		}),
	}
	f.add(cmd)
	jsonFlag(cmd, &f.json, "problems and price, one a line,")
	return cmd
}

func (c *commands) reelPrice() *cobra.Command {
	f := &makeFlags{}
	cmd := &cobra.Command{
		Use: "price [reel or file]", Short: "Price a reel shot by shot, without what is made already", Args: cobra.MaximumNArgs(1),
		RunE: c.runWithModels(func(ctx context.Context, e *engine.Engine, args []string) error {
			parts, problems, err := c.plan(ctx, e, first(args), f, nil)
			if err != nil {
				return err
			}
			if _, err := c.tellProblems(problems, false); err != nil {
				return err
			}
			return c.reelTotal(ctx, e, parts, f.json, true)
		}),
	}
	f.add(cmd)
	jsonFlag(cmd, &f.json, "the prices, one a line,")
	return cmd
}

// reelPriceLine is the price of a shot, or with shot 0 of the reel, as JSON.
type reelPriceLine struct {
	Shot  int        `json:"shot"`
	Clips int        `json:"clips"`
	Made  int        `json:"made"`
	Total *usd.Micro `json:"total_usd,omitempty"`
}

// drafts returns the order of parts.
func drafts(e *engine.Engine, parts []reel.Part) []order.Draft {
	out := make([]order.Draft, len(parts))
	for i := range parts {
		p := &parts[i]
		out[i] = order.Clip(p.Model, p.Values, p.Count, nil, e.Services.Practice()).As(p.Taken)
	}
	return out
}

// reelTotal prices parts and prints the total, with each also each shot's.
func (c *commands) reelTotal(ctx context.Context, e *engine.Engine, parts []reel.Part, asJSON, each bool) error {
	lines, total := map[int]*reelPriceLine{}, &reelPriceLine{Total: new(usd.Micro)}
	var numbers []int
	if len(parts) > 0 {
		p, err := e.Desk.Prepare(ctx, drafts(e, parts)...)
		if err != nil {
			return err
		}
		for i := range p.Lines {
			n := parts[i].Number
			if lines[n] == nil {
				lines[n] = &reelPriceLine{Shot: n, Total: new(usd.Micro)}
				numbers = append(numbers, n)
			}
			for _, l := range []*reelPriceLine{lines[n], total} {
				l.add(&p.Lines[i])
			}
		}
	}
	show := func(l *reelPriceLine) error {
		if asJSON {
			return c.object(l)
		}
		where, price := "all", "price unknown"
		if l.Shot > 0 {
			where = fmt.Sprintf("shot %d", l.Shot)
		}
		if l.Total != nil {
			price = l.Total.String()
		}
		made := ""
		if l.Made > 0 {
			made = fmt.Sprintf(", %d made already", l.Made)
		}
		return c.print("%s: %d clips, %s%s", where, l.Clips, price, made)
	}
	if each {
		for _, n := range numbers {
			if err := show(lines[n]); err != nil {
				return err
			}
		}
	}
	return show(total)
}

// add adds a line of an order; a price that is not known makes the sum unknown.
func (l *reelPriceLine) add(o *order.Line) {
	l.Clips += o.Count
	l.Made += o.Made
	most, ok := o.Total()
	switch {
	case !ok:
		l.Total = nil
	case l.Total != nil:
		*l.Total = l.Total.Plus(most)
	}
}

// lastFrame returns a function that keeps the last pictures of clips below the
// data folder, one a clip, so that the same shot is ordered with the same path.
func (c *commands) lastFrame(ctx context.Context, e *engine.Engine) func(*job.Job) (string, error) {
	return func(j *job.Job) (string, error) {
		tool, err := frames.Find(exec.LookPath)
		if err != nil {
			return "", errors.New("it needs ffmpeg, which is not installed")
		}
		return tool.Keep(ctx, e.Paths.Frames(), j.ID, frames.Clip{Path: j.Output.Path, SHA256: j.Output.SHA256}, frames.Last())
	}
}
