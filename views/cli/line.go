package cli

import (
	"fmt"
	"time"

	"seedreel/state/job"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// write writes jobs, one a line.
func (c *commands) write(jobs []*job.Job, asJSON bool) error {
	for _, j := range jobs {
		if asJSON {
			if err := c.object(j.Record()); err != nil {
				return err
			}
			continue
		}
		if _, err := fmt.Fprintln(c.o.Out, c.plain(j)); err != nil {
			return err
		}
	}
	return nil
}

// plain returns one job as a line: id, state, the prompt or where the clip is,
// why it does not go on, and a mark at the end if it is practice.
func (c *commands) plain(j *job.Job) safe.String {
	s := c.detail(j)
	if j.Practice {
		s += "  (practice)"
	}
	return s
}

func (c *commands) detail(j *job.Job) safe.String {
	s := safe.Line(j.ID) + "  " + safe.PadRight(words.State(j), words.StateWidth) + "  "
	if j.State == job.Saved {
		return s + safe.Line(j.Output.Path) // it is named by the prompt
	}
	var why safe.String
	switch j.State {
	case job.Failed, job.Uncertain:
		why = words.What(j)
	case job.Queued:
		if j.Fails == 0 || j.Waiting != "" && j.Waiting != job.WaitKey {
			why = words.Held(j, c.hour)
		} else {
			why = words.Trouble(j, c.hour)
		}
	case job.Uploading, job.Submitting, job.Submitted, job.Running, job.Completed, job.Saved:
		why = words.Trouble(j, c.hour)
	}
	prompt := safe.Truncate(safe.Line(j.Prompt), 60)
	if prompt != "" && why != "" {
		prompt += "  "
	}
	return s + prompt + why
}

// hour formats a time of today, in the person's zone.
func (c *commands) hour(t time.Time) string {
	t = t.In(c.o.Zone)
	if c.o.Now().Sub(t).Abs() > 20*time.Hour {
		return t.Format("2006-01-02 15:04")
	}
	return t.Format("15:04:05")
}
