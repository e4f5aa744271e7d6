package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"time"

	"github.com/spf13/cobra"

	"seedreel/state/engine"
	"seedreel/state/film"
	"seedreel/state/frames"
	"seedreel/state/job"
	"seedreel/state/reel"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// filmLine is a film, made or planned, as JSON.
type filmLine struct {
	Path     string   `json:"path,omitempty"`
	Jobs     []string `json:"jobs"`
	Made     bool     `json:"made"`
	Encoded  bool     `json:"encoded"`
	Why      string   `json:"why,omitempty"`
	Seconds  float64  `json:"seconds"`
	Width    int      `json:"width"`
	Height   int      `json:"height"`
	FPS      float64  `json:"fps"`
	Sound    bool     `json:"sound"`
	Silences int      `json:"silences"`
	Dropped  int      `json:"dropped"`
	Bytes    int64    `json:"bytes"`
}

type joinFlags struct {
	output                    string
	dry, silent, keep, asJSON bool
}

func (c *commands) join() *cobra.Command {
	f := &joinFlags{}
	cmd := &cobra.Command{
		Use:   "join job...",
		Short: "Join clips into one film",
		Long: "join puts the clips of jobs one after the other into one file. Clips that were encoded alike are copied as they\n" +
			"are; others are encoded once more, which needs ffmpeg and is told before. Where a clip was made from the last\n" +
			"picture of the one before it, that picture is not shown twice. A clip without sound among others gets silence.\n" +
			"A file that is there is never overwritten.",
		Example: "seedreel join k3x7a2mq5rtb f2k4m6p7q2za --output film.mp4",
		Args:    someJobs,
		RunE: func(cmd *cobra.Command, ids []string) error {
			if f.output == "" && !f.dry {
				return usage("join needs the file to write: --output film.mp4")
			}
			return c.with(cmd, func(e *engine.Engine) error { return c.joinJobs(cmd.Context(), e, ids, f) })
		},
	}
	cmd.ValidArgsFunction = c.completeJobs
	f.add(cmd)
	return cmd
}

func (f *joinFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&f.output, "output", "o", "", "the file to write")
	cmd.Flags().BoolVar(&f.dry, "dry-run", false, "only tell what would happen")
	cmd.Flags().BoolVar(&f.silent, "silent", false, "leave the sound out")
	cmd.Flags().BoolVar(&f.keep, "keep-doubled", false, "keep the first picture of a clip that goes on from the one before")
	jsonFlag(cmd, &f.asJSON, "the film")
}

func (c *commands) joinJobs(ctx context.Context, e *engine.Engine, ids []string, f *joinFlags) error {
	ids, err := c.ids(ctx, ids)
	if err != nil {
		return err
	}
	jobs := make([]*job.Job, len(ids))
	for i, id := range ids {
		if jobs[i], err = c.clipOf(ctx, e, id); err != nil {
			return err
		}
	}
	p, err := film.NewPlan(film.Picks(jobs), film.Options{Silent: f.silent, KeepDoubled: f.keep})
	if err != nil {
		return joinError(ctx, ids, err)
	}
	line := filmLine{
		Jobs: ids, Encoded: p.Encode, Why: p.Why, Seconds: p.Length.Seconds(), Width: p.Width, Height: p.Height, FPS: p.FPS,
		Sound: p.Sound, Silences: p.Silences, Dropped: p.Dropped, Bytes: p.Bytes,
	}
	c.tell("%s", planWords(p))
	if f.dry {
		if f.asJSON {
			return c.object(line)
		}
		return nil
	}
	out, err := c.outputFile(f.output)
	if err != nil {
		return err
	}
	tool, err := frames.Find(exec.LookPath)
	if err != nil {
		tool = nil // Make reports whether it is needed
	}
	m := c.meter()
	made, err := p.Make(ctx, out, tool, func(share float64) {
		m.set(barOf(int64(share*1000), 1000))
	})
	m.clear()
	if err != nil {
		return joinError(ctx, ids, err)
	}
	line.Path, line.Made, line.Bytes, line.Seconds = out, true, made.Facts.Bytes, made.Facts.Duration.Seconds()
	if f.asJSON {
		return c.object(line)
	}
	return c.print("%s", safe.Line(out))
}

func (c *commands) reelJoin() *cobra.Command {
	f := &joinFlags{}
	cmd := &cobra.Command{
		Use: "join [reel]", Short: "Join the picks of a reel into one film", Args: cobra.MaximumNArgs(1),
		Long:    "join puts the picks of a reel one after the other into one file, as seedreel join does. A shot without a pick\nis left out and told.",
		Example: "seedreel reel join --output harbour.mp4",
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.output == "" && !f.dry {
				return usage("join needs the file to write: --output film.mp4")
			}
			return c.withReel(cmd, first(args), func(e *engine.Engine, r *reel.Reel) error {
				r, err := e.Store.ReelPicks(cmd.Context(), r.ID)
				if err != nil {
					return took(err)
				}
				var ids []string
				for i, s := range r.Shots {
					if p := s.Pick(); p != nil {
						ids = append(ids, p.ID)
					} else {
						c.tell("shot %d has no pick, and is left out", i+1)
					}
				}
				if len(ids) == 0 {
					return exit(ExitInvalid, "Reel %q has no picks; seedreel pick JOB picks a take.", r.Name)
				}
				return c.joinJobs(cmd.Context(), e, ids, f)
			})
		},
	}
	f.add(cmd)
	return cmd
}

// planWords returns what will happen, in one line.
func planWords(p *film.Plan) string {
	s := fmt.Sprintf("%s at %dx%d, %.4g pictures a second, about %s: ", p.Length.Round(time.Second/100), p.Width, p.Height, p.FPS, size(p.Bytes))
	if p.Encode {
		s += "encoded once more, because " + p.Why
	} else {
		s += "copied as it is"
	}
	if p.Sound {
		s += ", with sound"
	} else {
		s += ", silent"
	}
	if p.Silences > 0 {
		s += fmt.Sprintf(" (%d of the clips have none)", p.Silences)
	}
	if p.Dropped > 0 {
		s += fmt.Sprintf(", doubled pictures left out: %d", p.Dropped)
	}
	return s
}

func joinError(ctx context.Context, ids []string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	e, ok := errors.AsType[*film.Error](err)
	switch {
	case !ok:
		return exit(ExitTrouble, "%s", words.Error(err))
	case e.Clip > 0 && e.Clip <= len(ids):
		return exit(ExitInvalid, "Job %s: %s.", ids[e.Clip-1], safe.Line(e.Text))
	case errors.Is(err, fs.ErrExist):
		return exit(ExitInvalid, "Not joined: %s.", safe.Line(e.Text))
	}
	return exit(ExitTrouble, "Not joined: %s.", safe.Line(e.Text))
}
