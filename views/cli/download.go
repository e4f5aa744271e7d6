package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/state/download"
	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/state/queue"
	"seedreel/state/settings"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// got is a clip that is on disk, as JSON. Fetched tells that it came from the
// service just now.
type got struct {
	ID      string `json:"id"`
	Path    string `json:"path"`
	Bytes   int64  `json:"bytes"`
	SHA256  string `json:"sha256"`
	Fetched bool   `json:"fetched"`
}

func (c *commands) download() *cobra.Command {
	var dir string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "download job...",
		Short: "Fetch clips that are not on disk, or no longer",
		Long: "download makes sure that the clips of jobs are on disk: it saves what is finished, and fetches again what was\n" +
			"deleted or damaged since, as long as the service keeps it. With --dir a copy goes to that folder.\n" +
			"A file that is there is never overwritten.",
		Example: "seedreel download k3x7a2mq5rtb --dir ~/Desktop",
		Args:    someJobs,
		RunE: func(cmd *cobra.Command, ids []string) error {
			return c.with(cmd, func(e *engine.Engine) error {
				for _, id := range ids {
					g, err := c.fetch(cmd.Context(), e, id, dir)
					if err != nil {
						return err
					}
					if asJSON {
						err = c.object(g)
					} else {
						err = c.print("%s", g.Path)
					}
					if err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
	cmd.ValidArgsFunction = c.completeJobs
	cmd.Flags().StringVarP(&dir, "dir", "d", "", "folder to put a copy into; it is made when missing")
	_ = cmd.MarkFlagDirname("dir") // known flag
	jsonFlag(cmd, &asJSON, "the clips, one a line,")
	return cmd
}

// fetch gets one clip to where it is wanted.
func (c *commands) fetch(ctx context.Context, e *engine.Engine, id, dir string) (*got, error) {
	j, err := find(ctx, e, id)
	if err != nil {
		return nil, err
	}
	if j.State == job.Completed {
		if j, err = c.save(ctx, e, j); err != nil {
			return nil, err
		}
	}
	switch {
	case j.State.Open():
		return nil, exit(ExitTrouble, "Job %s is not made yet (%s); seedreel wait %s goes on with it.", j.ID, words.State(j), j.ID)
	case j.State != job.Saved:
		return nil, exit(max(codeOf(j), ExitTrouble), "Job %s has no clip: %s", j.ID, words.Of(j).What)
	}
	home := filepath.Dir(j.Output.Path)
	if dir != "" {
		if dir, err = folder(dir, c.o.Getenv); err != nil {
			return nil, err
		}
	}
	have, err := download.Verify(j.Output.Path)
	whole := err == nil && (j.Output.SHA256 == "" || have.SHA256 == j.Output.SHA256)
	switch {
	case whole && (dir == "" || dir == home):
		return &got{ID: j.ID, Path: have.Path, Bytes: have.Bytes, SHA256: have.SHA256}, nil
	case whole:
		return c.duplicate(j, have, dir)
	case dir == "":
		dir = home
	}
	return c.again(ctx, e, j, dir)
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

// save runs the queue's own step for a clip that is finished and not here.
func (c *commands) save(ctx context.Context, e *engine.Engine, j *job.Job) (*job.Job, error) {
	if _, err := e.Queue.Recover(ctx); err != nil {
		return nil, err
	}
	f := &following{
		c: c, e: e, done: c.ended, open: []string{j.ID}, told: map[string]string{}, keyless: map[string]bool{}, looked: map[string]bool{}, known: map[string]*job.Job{}, quiet: true,
		meter: c.meter(), moving: map[string]queue.Progress{},
	}
	if err := f.run(ctx); err != nil {
		return nil, err
	}
	return find(ctx, e, j.ID)
}

// duplicate copies a clip into another folder, under a name that is free.
func (c *commands) duplicate(j *job.Job, have download.Result, dir string) (*got, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, exit(ExitTrouble, "%s", words.Error(err))
	}
	name := filepath.Base(have.Path)
	ext := filepath.Ext(name)
	for n := 1; n < 1000; n++ {
		path := filepath.Join(dir, name)
		if n > 1 {
			path = filepath.Join(dir, fmt.Sprintf("%s-%d%s", name[:len(name)-len(ext)], n, ext))
		}
		if there, err := download.Verify(path); err == nil && there.SHA256 == have.SHA256 {
			return &got{ID: j.ID, Path: path, Bytes: there.Bytes, SHA256: there.SHA256}, nil
		}
		err := copyFile(have.Path, path)
		if errors.Is(err, os.ErrExist) {
			continue
		}
		if err != nil {
			return nil, exit(ExitTrouble, "%s", words.Error(err))
		}
		return &got{ID: j.ID, Path: path, Bytes: have.Bytes, SHA256: have.SHA256}, nil
	}
	return nil, exit(ExitTrouble, "There are too many files named %s in %s.", name, dir)
}

// copyFile copies to a name that must be free, and leaves no half of a file.
func copyFile(from, to string) (err error) {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = src.Close() }() // read only
	dst, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, src)
	if err = errors.Join(err, dst.Sync(), dst.Close()); err != nil {
		return errors.Join(err, os.Remove(to))
	}
	return nil
}

// again fetches a saved clip once more, with a fresh link where the old one
// has run out.
func (c *commands) again(ctx context.Context, e *engine.Engine, j *job.Job, dir string) (*got, error) {
	m := c.meter()
	defer m.clear()
	o := download.Order{
		URL: j.Output.URL, Dir: dir, Name: download.FileName(j.CreatedAt.In(c.o.Zone), j.Prompt, j.ID), JobID: j.ID,
		Progress: func(have, total int64) {
			m.set(moved(queue.Progress{JobID: j.ID, Phase: queue.PhaseDownload, Done: have, Total: total}))
		},
	}
	c.tell("%s  fetching again", j.ID)
	r, err := e.Downloads.Get(ctx, o)
	if err != nil && ctx.Err() == nil && download.KindOf(err) == download.Expired {
		if o.URL, err = freshLink(ctx, e, j); err == nil {
			r, err = e.Downloads.Get(ctx, o)
		}
	}
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case download.KindOf(err) == download.Expired, client.KindOf(err) == client.KindNotFound:
		return nil, exit(ExitNotFound, "The service no longer has the clip of job %s.", j.ID)
	case download.KindOf(err) == download.Network:
		return nil, exit(ExitUnreachable, "Fetching job %s: %s", j.ID, safe.Line(err.Error()))
	default:
		return nil, err
	}
	if dir == filepath.Dir(j.Output.Path) {
		_, err = e.Store.Advance(ctx, j.ID, []job.State{job.Saved}, func(j *job.Job) {
			j.Output.Path, j.Output.Bytes, j.Output.SHA256, j.Output.ETag = r.Path, r.Bytes, r.SHA256, r.ETag
		})
		if err != nil {
			return nil, err
		}
	}
	return &got{ID: j.ID, Path: r.Path, Bytes: r.Bytes, SHA256: r.SHA256, Fetched: true}, nil
}

// freshLink asks the service for a link to a clip it made.
func freshLink(ctx context.Context, e *engine.Engine, j *job.Job) (string, error) {
	p, err := e.Services.Provider(j.Provider, j.Practice)
	if err != nil {
		return "", err
	}
	m := e.Catalogue.Now().Model(catalogue.Ref{Provider: j.Provider, ID: j.Model})
	if m == nil {
		m = &catalogue.Model{Provider: j.Provider, ID: j.Model}
	}
	pred, err := p.Fetch(ctx, m, j.RemoteID)
	if err != nil {
		return "", err
	}
	if len(pred.Outputs) == 0 {
		return "", exit(ExitNotFound, "The service no longer has the clip of job %s.", j.ID)
	}
	return pred.Outputs[0].URL, nil
}
