package cli

import (
	"fmt"
	"io"

	"seedreel/state/job"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// line is one job as JSON.
type line = job.Record

// write writes jobs, one a line.
func write(w io.Writer, jobs []*job.Job, asJSON bool) error {
	for _, j := range jobs {
		if asJSON {
			if err := writeObject(w, j.Record()); err != nil {
				return err
			}
			continue
		}
		if _, err := fmt.Fprintln(w, plain(j)); err != nil {
			return err
		}
	}
	return nil
}

// plain returns one job as a line: id, state, and the most useful detail of the
// state.
func plain(j *job.Job) safe.String {
	s := safe.Line(j.ID) + "  " + safe.PadRight(words.State(j), 11) + "  "
	switch j.State {
	case job.Saved:
		return s + safe.Line(j.Output.Path)
	case job.Failed, job.Uncertain:
		return s + words.What(j)
	case job.Queued:
		return s + words.Waiting(j.Waiting)
	case job.Uploading, job.Submitting, job.Submitted, job.Running, job.Completed:
	}
	return s + safe.Truncate(safe.Line(j.Prompt), 60)
}
