package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"seedreel/client"
	"seedreel/state/download"
	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/state/queue"
	"seedreel/state/settings"
	"seedreel/state/store"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// got is a clip on disk as JSON. Fetched is set if it was downloaded just now.
type got struct {
	ID      string `json:"id"`
	Path    string `json:"path"`
	Bytes   int64  `json:"bytes"`
	SHA256  string `json:"sha256"`
	Fetched bool   `json:"fetched"`
}

func (c *commands) download() *cobra.Command {
	var dir, output string
	var missing, asJSON bool
	cmd := &cobra.Command{
		Use:   "download job...",
		Short: "Fetch clips that are not on disk, or no longer",
		Long: "download makes sure that the clips of jobs are on disk: it saves what is finished, and fetches again what was\n" +
			"deleted or damaged since, as long as the service keeps it. With --dir a copy goes to that folder too.\n" +
			"A file that is there is never overwritten. --missing does it for all clips that are not where they were saved.",
		Example: "seedreel download k3x7a2mq5rtb --dir ~/Desktop\nseedreel download --missing",
		Args: func(cmd *cobra.Command, args []string) error {
			if missing && len(args) > 0 {
				return usage("--missing finds the jobs by itself")
			}
			if missing {
				return nil
			}
			return someJobs(cmd, args)
		},
		RunE: func(cmd *cobra.Command, ids []string) error {
			f := fetching{dir: dir, output: output, missing: missing, json: asJSON}
			return c.with(cmd, func(e *engine.Engine) error { return c.fetchAll(cmd.Context(), e, ids, &f) })
		},
	}
	cmd.ValidArgsFunction = c.completeJobs
	cmd.Flags().BoolVar(&missing, "missing", false, "all clips that were saved and are not there any more")
	cmd.Flags().StringVarP(&dir, "dir", "d", "", "folder to put a copy into; it is made when missing")
	_ = cmd.MarkFlagDirname("dir") // known flag
	cmd.Flags().StringVarP(&output, "output", "o", "", "copy the one clip to this file, which must not exist")
	_ = cmd.MarkFlagFilename("output") // known flag
	jsonFlag(cmd, &asJSON, "the clips, one a line,")
	return cmd
}

// fetching is what download is asked for.
type fetching struct {
	dir, output   string
	missing, json bool
}

// fetchAll puts the clips of jobs on disk, and a copy of the one where it is
// wanted.
func (c *commands) fetchAll(ctx context.Context, e *engine.Engine, ids []string, f *fetching) (err error) {
	if f.missing {
		if ids, err = missingClips(ctx, e); err != nil {
			return err
		}
	}
	if f.output != "" {
		if len(ids) != 1 || ids[0] == "-" {
			return usage("--output is for one clip")
		}
		if f.output, err = c.newPath(f.output); err != nil {
			return err
		}
	}
	err = c.several(ctx, e, ids, func(j *job.Job) error { return c.fetchOne(ctx, e, j, f.dir, f.json) })
	if err != nil || f.output == "" {
		return err
	}
	return c.saveAs(ctx, e, ids[0], f.output)
}

// fetchOne puts the clips of one job into the wanted folder and writes their
// paths.
func (c *commands) fetchOne(ctx context.Context, e *engine.Engine, j *job.Job, dir string, asJSON bool) error {
	all, err := c.fetch(ctx, e, j, dir)
	for _, r := range all {
		if asJSON {
			err = errors.Join(err, c.object(got{ID: j.ID, Path: r.Path, Bytes: r.Bytes, SHA256: r.SHA256, Fetched: r.Fetched}))
		} else {
			err = errors.Join(err, c.print("%s", r.Path))
		}
	}
	return err
}

// missingClips returns the saved jobs of which a file is not there.
func missingClips(ctx context.Context, e *engine.Engine) (ids []string, err error) {
	q := store.Query{Search: "state:saved", Limit: historyPage}
	for {
		rows, next, err := e.Store.Page(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, j := range rows {
			if !onDisk(j) {
				ids = append(ids, j.ID)
			}
		}
		if q.Cursor = next; next == 0 {
			return ids, nil
		}
	}
}

// onDisk reports whether all files of a job are where they were saved.
func onDisk(j *job.Job) bool {
	for _, path := range j.Paths() {
		if _, err := os.Stat(path); err != nil {
			return false
		}
	}
	return j.State == job.Saved && j.Output.Path != ""
}

func (c *commands) fetch(ctx context.Context, e *engine.Engine, j *job.Job, dir string) (_ []queue.Restored, err error) {
	if j.State == job.Completed {
		if j, err = c.save(ctx, e, j); err != nil {
			return nil, err
		}
	}
	switch {
	case j.CanAskAgain():
		return nil, exit(ExitNotFound, "Job %s has no clip: %s; seedreel wait %s asks the service again, at no cost.", j.ID, words.What(j), j.ID)
	case j.State.Open():
		return nil, exit(ExitTrouble, "Job %s is not made yet (%s); seedreel wait %s goes on with it.", j.ID, words.State(j), j.ID)
	case j.State != job.Saved:
		return nil, exit(max(codeOf(j), ExitTrouble), "Job %s has no clip: %s", j.ID, words.What(j))
	}
	if dir != "" {
		if dir, err = folder(dir, c.o.Getenv); err != nil {
			return nil, err
		}
	}
	m, rate, begun := c.meter(), newPace(c.o.Now), false
	defer m.clear()
	all, err := e.Queue.Restore(ctx, j, dir, func(p queue.Progress) {
		if !begun {
			begun = true
			c.tell("%s  fetching again", j.ID)
		}
		m.set(rate.line(p))
	})
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return all, ctx.Err()
	case download.KindOf(err) == download.Expired, client.KindOf(err) == client.KindNotFound:
		return all, exit(ExitNotFound, "The service no longer has the clip of job %s.", j.ID)
	case download.KindOf(err) == download.Network:
		return all, exit(ExitUnreachable, "Fetching job %s: %s", j.ID, safe.Line(err.Error()))
	case client.KindOf(err) == client.KindUnknown && code(ctx, err) == ExitTrouble:
		return all, exit(ExitTrouble, "%s", words.Error(err))
	}
	return all, err
}

func folder(dir string, env settings.Env) (string, error) {
	dir, err := settings.ExpandHome(dir, env)
	if err == nil {
		dir, err = filepath.Abs(dir)
	}
	if err != nil {
		return "", exit(ExitInvalid, "--dir: %s", words.Error(err))
	}
	return dir, nil
}

// save runs the queue's own step for a clip that is finished and not yet here.
func (c *commands) save(ctx context.Context, e *engine.Engine, j *job.Job) (*job.Job, error) {
	if _, err := e.Queue.Recover(ctx); err != nil {
		return nil, err
	}
	f := c.following(e, []string{j.ID}, c.ended, false)
	f.quiet = true
	if err := f.run(ctx); err != nil {
		return nil, err
	}
	return find(ctx, e, j.ID)
}
