package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/state/store"
)

// find returns a job by its id or the service's, or by the beginning of one.
func find(ctx context.Context, e *engine.Engine, id string) (*job.Job, error) {
	j, err := e.Store.WhichJob(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, exitAbout(ExitNotFound, about{job: id}, "There is no job "+id+"; seedreel history lists them.")
	}
	if several, ok := errors.AsType[*store.AmbiguousError](err); ok {
		return nil, exit(ExitInvalid, "%v; a longer part of its id tells.", several)
	}
	return j, err
}

// several does something with several jobs. A job that it fails for, or that is
// not found, is reported, and the others are not left out; the worst exit code
// is that of the command. "-" among the ids is replaced by those on standard
// input.
func (c *commands) several(ctx context.Context, e *engine.Engine, given []string, do func(j *job.Job) error) error {
	ids, err := c.ids(ctx, given)
	if err != nil {
		return err
	}
	worst := 0
	for _, id := range ids {
		j, err := find(ctx, e, id)
		if err == nil {
			err = do(j)
		}
		if err = ofJob(id, err); err != nil && (len(ids) == 1 || ctx.Err() != nil) {
			return err
		}
		if err != nil {
			c.report(ctx, err)
			worst = max(worst, code(ctx, err))
		}
	}
	if worst > 0 {
		return exit(worst, "")
	}
	return nil
}

// onJobs makes a command one that does something with the jobs that it names;
// see several.
func (c *commands) onJobs(cmd *cobra.Command, do func(ctx context.Context, e *engine.Engine, j *job.Job) error) *cobra.Command {
	cmd.Args, cmd.ValidArgsFunction = someJobs, c.completeJobs
	cmd.RunE = c.runWith(func(ctx context.Context, e *engine.Engine, ids []string) error {
		return c.several(ctx, e, ids, func(j *job.Job) error { return do(ctx, e, j) })
	})
	return cmd
}

// idsLimit bounds the ids on standard input, in bytes.
const idsLimit = 64 << 20

// ids replaces "-" by the ids on standard input.
func (c *commands) ids(ctx context.Context, given []string) ([]string, error) {
	at := slices.Index(given, "-")
	if at < 0 {
		return given, nil
	}
	read, err := await(ctx, func() ([]string, error) { return readIDs(io.LimitReader(c.o.In, idsLimit)) })
	if err != nil {
		return nil, err
	}
	return slices.Concat(given[:at], read, given[at+1:]), nil
}

// readIDs reads an id a line: the first word of it, so that the output of other
// commands can be used, or the id of a JSON object.
func readIDs(r io.Reader) (out []string, err error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		var x struct {
			ID string `json:"id"`
		}
		switch {
		case line == "":
		case strings.HasPrefix(line, "{"):
			if err := json.Unmarshal([]byte(line), &x); err != nil || x.ID == "" {
				return nil, exit(ExitInvalid, "standard input has a line that is no object with an id")
			}
			out = append(out, x.ID)
		default:
			out = append(out, strings.Fields(line)[0])
		}
	}
	return out, lines.Err()
}
