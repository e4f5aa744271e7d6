package cli

import (
	"cmp"
	"context"
	"errors"
	"os/exec"
	"path/filepath"

	"github.com/spf13/cobra"

	"seedreel/state/engine"
	"seedreel/state/export"
	"seedreel/state/film"
	"seedreel/state/frames"
	"seedreel/state/job"
	"seedreel/state/reel"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// exportLine is an export as JSON.
type exportLine struct {
	Dir      string   `json:"dir"`
	Jobs     []string `json:"jobs"`
	Files    []string `json:"files"`
	Bytes    int64    `json:"bytes"`
	Replaced int      `json:"replaced"`
}

type exportFlags struct {
	template, title, reel string
	replace, asJSON       bool
}

func (c *commands) export() *cobra.Command {
	f := &exportFlags{}
	cmd := &cobra.Command{
		Use:   "export [job...] folder",
		Short: "Put clips into a folder for others",
		Long: "export copies the clips of jobs into a folder, with a sidecar for each, a contact sheet, a page that plays them, a\n" +
			"table (CSV), and timelines for an editor (EDL and OpenTimelineIO). A folder that holds anything but an earlier\n" +
			"export is not touched; that is replaced if it was of the same reel, or has no other clips. Names follow a template of fields in braces, any that a job has; {shot:02} is two digits\n" +
			"wide. --reel exports all takes of a reel with its text; import reads the folder on another machine.",
		Example: "seedreel export --reel \"Harbour trailer\" ~/harbour\nseedreel export k3x7a2mq5rtb f2k4m6p7q2za ~/lake --name '{date}-{prompt:20}-{seed}.{ext}'",
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return usage("export needs the folder")
			case f.reel == "" && len(args) < 2:
				return usage("export needs jobs and, last, the folder, or --reel; seedreel history lists jobs")
			case f.reel != "" && len(args) > 1:
				return usage("--reel exports all takes of the reel; name only the folder")
			}
			return nil
		},
		RunE: c.runWith(func(ctx context.Context, e *engine.Engine, args []string) error {
			return c.exportJobs(ctx, e, args[:len(args)-1], args[len(args)-1], f)
		}),
	}
	cmd.ValidArgsFunction = c.completeJobs
	cmd.Flags().StringVar(&f.template, "name", export.DefaultTemplate, "template for the names of the clips")
	cmd.Flags().StringVar(&f.reel, "reel", "", "name or id of a reel to export, open for the open one")
	cmd.Flags().StringVar(&f.title, "title", "", "title of the page; the folder's name if left out")
	cmd.Flags().BoolVar(&f.replace, "replace", false, "remove clips of an earlier export that this one is without")
	jsonFlag(cmd, &f.asJSON, "the export")
	return cmd
}

func (c *commands) exportJobs(ctx context.Context, e *engine.Engine, ids []string, dir string, f *exportFlags) error {
	dir, err := c.fullPath(dir)
	if err != nil {
		return exit(ExitInvalid, "%s", words.Error(err))
	}
	o, err := c.toExport(ctx, e, ids, f.reel)
	if err != nil {
		return err
	}
	o.Dir, o.Template, o.Replace = dir, f.template, f.replace
	o.Title = cmp.Or(f.title, o.Title, filepath.Base(dir))
	if o.Tool, err = frames.Find(exec.LookPath); err != nil {
		o.Tool = nil
		c.tell("ffmpeg is not installed, so the contact sheet and the page have no pictures")
	}
	m := c.meter()
	o.Progress = func(done, total int) { m.set(barOf(int64(done), int64(total))) }
	r, err := export.Write(ctx, o)
	m.clear()
	switch wrong, ok := errors.AsType[*export.Error](err); {
	case err != nil && ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, export.ErrOther):
		return exit(ExitInvalid, "Not exported: %s, or --replace.", safe.Line(wrong.Text))
	case ok:
		return exit(ExitInvalid, "Not exported: %s.", safe.Line(wrong.Text))
	case err != nil:
		return exit(ExitTrouble, "%s", words.Error(err))
	}
	if f.asJSON {
		ids = nil
		for i := range o.Takes {
			ids = append(ids, o.Takes[i].Job.ID)
		}
		return c.object(exportLine{Dir: dir, Jobs: ids, Files: r.Files, Bytes: r.Bytes, Replaced: r.Replaced})
	}
	for _, n := range r.Files {
		if err := c.print("%s", safe.Line(filepath.Join(dir, n))); err != nil {
			return err
		}
	}
	return nil
}

// toExport returns the takes of jobs, or of a reel.
func (c *commands) toExport(ctx context.Context, e *engine.Engine, ids []string, name string) (o export.Order, err error) {
	if name == "" {
		if ids, err = c.ids(ctx, ids); err != nil {
			return o, err
		}
		if len(ids) == 0 {
			return o, exit(ExitNotFound, "There are no jobs to export.")
		}
		o.Takes, err = c.takesOf(ctx, e, ids)
		return o, err
	}
	if name == "open" {
		name = ""
	}
	r, err := findReel(ctx, e, name)
	if err != nil {
		return o, err
	}
	id := r.ID
	if r, err = e.Store.ReelPicks(ctx, id); err != nil {
		return o, err
	}
	o, left, err := export.OfReel(r, func(do func(*reel.Reel) error) error { return e.Store.EachReelPart(ctx, id, do) })
	if wrong, ok := errors.AsType[*export.Error](err); ok {
		return o, exit(ExitInvalid, "Not exported: %s.", safe.Line(wrong.Text))
	}
	if left > 0 {
		c.tell("takes without a clip, left out: %d", left)
	}
	return o, err
}

// takesOf returns the clips of jobs as takes, all picked, each a shot of its
// own in the order given.
func (c *commands) takesOf(ctx context.Context, e *engine.Engine, ids []string) ([]export.Take, error) {
	var takes []export.Take
	var before *job.Job
	for i, id := range ids {
		j, err := c.clipOf(ctx, e, id)
		if err != nil {
			return nil, err
		}
		takes = append(takes, export.Take{Job: j.Record(), Path: j.Output.Path, Shot: i + 1, Number: 1, Pick: true, Continued: film.Follows(j, before)})
		before = j
	}
	return takes, nil
}
