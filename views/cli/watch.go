package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/ui/safe"
)

// watchEvery is how soon a change by any process is shown.
const watchEvery = time.Second

// watch shows the jobs again as they change, until none is open: on a terminal
// in place, elsewhere a line for each change.
func (c *commands) watch(ctx context.Context, e *engine.Engine, list func() ([]*job.Job, error), asJSON bool) error {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	_, screen := terminal(c.o.Out)
	w := &watched{c: c, told: map[string]safe.String{}, inPlace: screen && !asJSON && c.o.Getenv("TERM") != "dumb"}
	for {
		if _, err := e.Queue.Recover(ctx); err != nil {
			return err
		}
		jobs, err := list()
		if err != nil {
			return err
		}
		if err := w.show(jobs, asJSON); err != nil {
			return err
		}
		if !anyOpen(jobs) {
			return nil
		}
		select {
		case <-ctx.Done():
			return exit(ExitInterruption, "")
		case <-tick.C:
		}
	}
}

func anyOpen(jobs []*job.Job) bool {
	for _, j := range jobs {
		if j.State.Open() {
			return true
		}
	}
	return false
}

// watched is what was shown last.
type watched struct {
	c       *commands
	told    map[string]safe.String
	inPlace bool
	text    string
	lines   int
}

func (w *watched) show(jobs []*job.Job, asJSON bool) error {
	if w.inPlace {
		return w.redraw(jobs)
	}
	for _, j := range jobs {
		line := w.c.plain(j)
		if w.told[j.ID] == line {
			continue
		}
		w.told[j.ID] = line
		if err := w.c.write([]*job.Job{j}, asJSON); err != nil {
			return err
		}
	}
	return nil
}

// redraw writes all jobs over those written before. What has scrolled away
// stays, so only as many as fit are shown.
func (w *watched) redraw(jobs []*job.Job) error {
	width, height := w.c.size()
	var b strings.Builder
	n := min(len(jobs), max(height-2, 1))
	for _, j := range jobs[:n] {
		fmt.Fprintf(&b, "%s\x1b[K\r\n", safe.Truncate(w.c.plain(j), width-1))
	}
	if more := len(jobs) - n; more > 0 {
		fmt.Fprintf(&b, "and %d more\x1b[K\r\n", more)
		n++
	}
	if b.String() == w.text {
		return nil // an unchanged screen costs nothing
	}
	up := ""
	if w.lines > 0 {
		up = fmt.Sprintf("\x1b[%dA\r", w.lines)
	}
	w.text, w.lines = b.String(), n
	_, err := io.WriteString(w.c.o.Out, up+w.text+"\x1b[J")
	return err
}
