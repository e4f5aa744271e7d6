package cli

import (
	"context"
	"errors"

	"github.com/dustin/go-humanize/english"
	"github.com/spf13/cobra"

	"seedreel/state/engine"
	"seedreel/state/export"
	"seedreel/state/reel"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// importLine is an import as JSON.
type importLine struct {
	Reel  string   `json:"reel,omitempty"`
	Name  string   `json:"name,omitempty"`
	Added []string `json:"added"`
	Known []string `json:"known"`
}

// imports is the command import; the word itself is one of the language.
func (c *commands) imports() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "import folder",
		Short: "Take in a folder that export wrote, on this or another machine",
		Long: "import reads a folder of seedreel export: its clips are checked by their digests and copied to the others here,\n" +
			"with prompts, seeds, costs and marks, and its reel is added and opened. What is known here is left as it is, so\n" +
			"that a second import adds nothing. Nothing is sent or billed.",
		Example: "seedreel import ~/harbour",
		Args:    cobra.ExactArgs(1),
		RunE: c.runWith(func(ctx context.Context, e *engine.Engine, args []string) error {
			return c.runImport(ctx, e, args[0], asJSON)
		}),
	}
	jsonFlag(cmd, &asJSON, "what was taken in")
	return cmd
}

func (c *commands) runImport(ctx context.Context, e *engine.Engine, dir string, asJSON bool) error {
	dir, err := c.fullPath(dir)
	if err != nil {
		return exit(ExitInvalid, "%s", words.Error(err))
	}
	p, err := export.Read(dir)
	if wrong, ok := errors.AsType[*export.Error](err); ok {
		return exit(ExitInvalid, "Not imported: %s.", safe.Line(wrong.Text))
	}
	if err != nil {
		return exit(ExitTrouble, "%s", words.Error(err))
	}
	clips, err := e.Paths.ClipsDir(e.Settings.ClipsDir, c.o.Getenv)
	if err != nil {
		return exit(ExitTrouble, "%s", words.Error(err))
	}
	line := importLine{Added: []string{}, Known: []string{}}
	// The reel first: its shots are what the clips are takes of.
	if err := c.importReel(ctx, e, p, dir, &line); err != nil {
		return err
	}
	for i := range p.Takes {
		t := &p.Takes[i]
		j, added, err := e.Queue.Bring(ctx, &t.Job, t.Path, clips)
		if err != nil {
			return exit(ExitTrouble, "%s", words.Sentence(err))
		}
		if added {
			line.Added = append(line.Added, j.ID)
		} else {
			line.Known = append(line.Known, j.ID)
		}
	}
	if asJSON {
		return c.object(line)
	}
	if line.Name != "" {
		if err := c.print("%s  %s", safe.Line(line.Reel), safe.Line(line.Name)); err != nil {
			return err
		}
	}
	return c.print("%s taken in, %d known", english.Plural(len(line.Added), "clip", ""), len(line.Known))
}

// importReel adds the reel of an export and opens it, unless its shots are
// here.
func (c *commands) importReel(ctx context.Context, e *engine.Engine, p *export.Parcel, dir string, line *importLine) error {
	if p.Reel == nil {
		return nil
	}
	t, err := reel.Parse(p.Reel, dir, e.Catalogue.Now().Find)
	if err != nil {
		return exit(ExitInvalid, "Not imported: the reel in the folder, %v.", err)
	}
	for _, s := range t.Shots {
		if p, err := e.Store.ShotPlace(ctx, s.ID); err == nil && p.Number > 0 {
			c.tell("the reel %s is here already", safe.Line(t.Name))
			return nil
		}
	}
	if line.Reel, err = newReelID(); err != nil {
		return err
	}
	if _, err := e.Store.AddReel(ctx, line.Reel, t.Name); err != nil {
		return err
	}
	picks := t.Picks
	t.Picks = make([]string, len(picks)) // the takes come with their marks
	r, _, err := e.Store.ChangeReel(ctx, line.Reel, t.Replace(newReelID))
	if err != nil {
		return took(err)
	}
	line.Name = r.Name
	return nil
}
