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
	"seedreel/client/usd"
	"seedreel/state/engine"
	"seedreel/state/frames"
	"seedreel/state/job"
	"seedreel/state/order"
	"seedreel/state/reel"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

func (c *commands) reelExport() *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use: "export [reel]", Short: "Write a reel as text", Args: cobra.MaximumNArgs(1),
		Long:    "export writes a reel as a text that import reads back the same, to standard output or to a new file.",
		Example: "seedreel reel export --output harbour.reel.toml",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.withReel(cmd, first(args), func(e *engine.Engine, r *reel.Reel) error {
				r, err := e.Store.ReelPicks(cmd.Context(), r.ID)
				if err != nil {
					return took(err)
				}
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
			r, _, err := e.Store.ReplaceReel(ctx, id, t.Picks, t.Replace(newReelID))
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
	ids := make([]string, len(t.Shots))
	for i, s := range t.Shots {
		ids[i] = s.ID
	}
	known, err := e.Store.KnownShots(ctx, ids)
	if err != nil {
		return err
	}
	for _, s := range t.Shots {
		if known[s.ID] {
			s.ID = ""
		}
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

// plan reads a reel, from a file or the store, and plans it, part by part. do
// gets what each part orders and its problems.
func (c *commands) plan(ctx context.Context, e *engine.Engine, name string, f *makeFlags, lastFrame func(*job.Job) (string, error), do func([]reel.Part, []reel.Problem) error) error {
	cast, err := c.cast(e)
	if err != nil {
		return err
	}
	m := reel.Making{Models: e.Catalogue.Now().Model, Look: e.Look, LastFrame: lastFrame, Cast: cast}
	switch {
	case f.draft:
		m.Mode = reel.AsDraft
	case f.final:
		m.Mode = reel.AsFinal
	}
	return c.eachPart(ctx, e, name, func(r *reel.Reel) error {
		only, err := numbers(f.shot, r.All)
		if err != nil {
			return err
		}
		m.Only = func(n int, s *reel.Shot) bool {
			if only != nil || !f.final {
				return only == nil || only(n)
			}
			p := s.Pick() // finals are made of what is picked and not final yet
			return p != nil && p.Origin != job.OriginFinal
		}
		if m.Standard == nil {
			if m.Standard, err = c.standard(ctx, e, r, only); err != nil {
				return err
			}
		}
		return do(m.Plan(r))
	})
}

// standard returns the model for shots that name none, nil if all name one:
// nobody needs to choose one then.
func (c *commands) standard(ctx context.Context, e *engine.Engine, r *reel.Reel, only func(n int) bool) (*catalogue.Model, error) {
	for i, s := range r.Shots {
		if s.Model == (catalogue.Ref{}) && (only == nil || only(r.First+i+1)) {
			return c.findModel(ctx, e, "")
		}
	}
	return nil, nil //nolint:nilnil // none is needed
}

// eachPart reads a reel of the store part by part, or one as a file has it. A
// file's shots keep the picks that they have in the open reel.
func (c *commands) eachPart(ctx context.Context, e *engine.Engine, name string, do func(*reel.Reel) error) error {
	if name != "-" && !strings.HasSuffix(name, ".toml") {
		r, err := findReel(ctx, e, name)
		if err != nil {
			return err
		}
		return e.Store.EachReelPart(ctx, r.ID, do)
	}
	t, err := c.readReel(ctx, e, name)
	if err != nil {
		return err
	}
	r, err := e.Store.OpenReelHead(ctx)
	if err != nil {
		return err
	}
	if r, err = e.Store.ReelPicks(ctx, r.ID, t.Picks...); err != nil {
		return err
	}
	if _, err := t.Replace(newReelID)(r); err != nil {
		return exit(ExitInvalid, "%s: %v", name, err)
	}
	r.All = len(r.Shots)
	return do(r)
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
			bad, t := false, newReelTotal()
			err := c.plan(ctx, e, first(args), f, nil, func(parts []reel.Part, problems []reel.Problem) error {
				worse, err := c.tellProblems(problems, f.json)
				bad = bad || worse
				if err != nil {
					return err
				}
				return c.reelTotal(ctx, e, parts, t)
			})
			if err != nil {
				return err
			}
			if !bad || t.all.Clips > 0 {
				if err := c.showTotal(t.all, f.json); err != nil {
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
			t := newReelTotal()
			err := c.plan(ctx, e, first(args), f, nil, func(parts []reel.Part, problems []reel.Problem) error {
				if _, err := c.tellProblems(problems, false); err != nil {
					return err
				}
				return c.reelTotal(ctx, e, parts, t)
			})
			if err != nil {
				return err
			}
			for _, l := range t.shots {
				if err := c.showTotal(l, f.json); err != nil {
					return err
				}
			}
			return c.showTotal(t.all, f.json)
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

// reelTotal is what the parts of a reel cost, by shot in their order and in all.
type reelTotal struct {
	shots []*reelPriceLine
	of    map[int]*reelPriceLine
	all   *reelPriceLine
}

func newReelTotal() *reelTotal {
	return &reelTotal{of: map[int]*reelPriceLine{}, all: &reelPriceLine{Total: new(usd.Micro)}}
}

// reelTotal prices parts, and adds them to a total.
func (c *commands) reelTotal(ctx context.Context, e *engine.Engine, parts []reel.Part, t *reelTotal) error {
	if len(parts) == 0 {
		return nil
	}
	p, err := e.Desk.Prepare(ctx, drafts(e, parts)...)
	if err != nil {
		return err
	}
	for i := range p.Lines {
		n := parts[i].Number
		if t.of[n] == nil {
			t.of[n] = &reelPriceLine{Shot: n, Total: new(usd.Micro)}
			t.shots = append(t.shots, t.of[n])
		}
		t.of[n].add(&p.Lines[i])
		t.all.add(&p.Lines[i])
	}
	return nil
}

// showTotal prints the price of a shot, or of all.
func (c *commands) showTotal(l *reelPriceLine, asJSON bool) error {
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
