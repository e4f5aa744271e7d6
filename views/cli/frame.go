package cli

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"seedreel/state/engine"
	"seedreel/state/frames"
	"seedreel/state/job"
	"seedreel/state/settings"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// frameLine is a picture of a clip as JSON.
type frameLine struct {
	ID     string  `json:"id"`
	Path   string  `json:"path"`
	At     float64 `json:"at"`
	Width  int     `json:"width"`
	Height int     `json:"height"`
	Clip   string  `json:"clip"`
}

type frameFlags struct {
	first, last bool
	at, output  string
	json        bool
}

func (c *commands) frame() *cobra.Command {
	f := &frameFlags{}
	cmd := &cobra.Command{
		Use:   "frame job",
		Short: "Take a picture out of a clip",
		Long: "frame writes one picture of a clip as a PNG, in the clip's size and colours: the last one, or with --first the\n" +
			"first, or the one that is seen at a time. The PNG keeps which clip and which moment it comes from. A file that is\n" +
			"there is never overwritten. It needs ffmpeg.",
		Example: "seedreel frame k3x7a2mq5rtb --last --output next.png\nseedreel frame k3x7a2mq5rtb --at 2.5s",
		Args:    someJobs,
		RunE: func(cmd *cobra.Command, ids []string) error {
			if len(ids) > 1 {
				return usage("frame takes one job")
			}
			m, err := f.moment()
			if err != nil {
				return err
			}
			return c.with(cmd, func(e *engine.Engine) error {
				j, err := c.clipOf(cmd.Context(), e, ids[0])
				if err != nil {
					return err
				}
				return c.takeFrame(cmd.Context(), j, m, f)
			})
		},
	}
	cmd.ValidArgsFunction = c.completeJobs
	cmd.Flags().BoolVar(&f.first, "first", false, "the first picture")
	cmd.Flags().BoolVar(&f.last, "last", false, "the last picture, as without any of these")
	cmd.Flags().StringVar(&f.at, "at", "", "the picture seen at this time, such as 2.5s or 1m3s")
	cmd.Flags().StringVarP(&f.output, "output", "o", "", "the file to write; by default named after the clip, in this folder")
	jsonFlag(cmd, &f.json, "the picture")
	return cmd
}

// moment returns the wanted moment.
func (f *frameFlags) moment() (frames.Moment, error) {
	switch {
	case f.first && f.last, f.at != "" && (f.first || f.last):
		return frames.Moment{}, usage("--first, --last and --at each select another picture; give one of them")
	case f.first:
		return frames.First(), nil
	case f.at == "":
		return frames.Last(), nil
	}
	at := f.at
	if strings.Trim(at, "0123456789.") == "" {
		at += "s"
	}
	d, err := time.ParseDuration(at)
	if err != nil || d < 0 {
		return frames.Moment{}, usage("--at %s is no time in a clip; 2.5s is one", safe.Line(f.at))
	}
	return frames.At(d), nil
}

// clipOf returns a job whose clip is on disk.
func (c *commands) clipOf(ctx context.Context, e *engine.Engine, id string) (*job.Job, error) {
	j, err := find(ctx, e, id)
	switch {
	case err != nil:
		return nil, err
	case j.State.Open():
		return nil, exit(ExitTrouble, "Job %s is not made yet (%s); seedreel wait %s goes on with it.", j.ID, words.State(j), j.ID)
	case j.State != job.Saved || !j.Output.Here():
		return nil, exit(max(codeOf(j), ExitTrouble), "Job %s has no clip: %s", j.ID, words.What(j))
	}
	return j, nil
}

func (c *commands) takeFrame(ctx context.Context, j *job.Job, m frames.Moment, f *frameFlags) error {
	tool, err := frames.Find(exec.LookPath)
	if err != nil {
		return exit(ExitTrouble, "Taking a picture out of a clip needs ffmpeg, which is not installed; seedreel doctor tells more.")
	}
	p, err := tool.Picture(ctx, frames.Clip{Path: j.Output.Path, SHA256: j.Output.SHA256}, m)
	if err != nil {
		return clipError(ctx, j.ID, err)
	}
	p.Origin.Job = j.ID
	base := filepath.Base(j.Output.Path)
	out, err := c.outputFile(cmp.Or(f.output, strings.TrimSuffix(base, filepath.Ext(base))+"-"+m.String()+".png"))
	if err != nil {
		return err
	}
	if err := p.WritePNG(out); errors.Is(err, fs.ErrExist) {
		return exit(ExitInvalid, "There is a file %s already, and it is not replaced; choose another name with --output.", safe.Line(out))
	} else if err != nil {
		return exit(ExitTrouble, "%s", words.Error(err))
	}
	if f.json {
		size := p.Image.Bounds()
		return c.object(frameLine{ID: j.ID, Path: out, At: p.Origin.At.Seconds(), Width: size.Dx(), Height: size.Dy(), Clip: j.Output.SHA256})
	}
	return c.print("%s", safe.Line(out))
}

// outputFile returns the absolute path of a file to write.
func (c *commands) outputFile(name string) (string, error) {
	path, err := c.fullPath(name)
	if err != nil {
		return "", exit(ExitInvalid, "--output: %s", words.Error(err))
	}
	return path, nil
}

// fullPath returns the absolute path of a name that may begin with "~/".
func (c *commands) fullPath(name string) (string, error) {
	path, err := settings.ExpandHome(name, c.o.Getenv)
	if err != nil {
		return "", err
	}
	return filepath.Abs(path)
}

// clipError returns what is wrong with a job's clip and what helps.
func clipError(ctx context.Context, id string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	switch frames.ProblemOf(err) {
	case frames.Unreadable, frames.Cut, frames.Broken:
		return exit(ExitInvalid, "Job %s: %s; seedreel download %s fetches the clip again.", id, safe.Line(err.Error()), id)
	case frames.NoTool, frames.TimedOut, frames.NoRoom:
	}
	return exit(ExitTrouble, "Job %s: %s.", id, safe.Line(err.Error()))
}
