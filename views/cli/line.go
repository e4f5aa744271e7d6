package cli

import (
	"fmt"
	"io"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// line is one job as JSON. Fields are added, never renamed or removed. Times
// are UTC, RFC 3339; money is a number of dollars; lengths are seconds.
type line struct {
	ID            string           `json:"id"`
	State         job.State        `json:"state"`
	Reason        job.Reason       `json:"reason,omitempty"`
	Service       string           `json:"service"`
	Model         string           `json:"model"`
	Practice      bool             `json:"practice"`
	Prompt        string           `json:"prompt"`
	Values        catalogue.Values `json:"values"`
	Seed          *int64           `json:"seed,omitempty"`
	Seconds       int              `json:"seconds,omitempty"`
	Batch         string           `json:"batch,omitempty"`
	Estimate      *usd.Micro       `json:"estimate_usd,omitempty"`
	EstimateBasis string           `json:"estimate_basis,omitempty"`
	Charge        *usd.Micro       `json:"charge_usd,omitempty"`
	RemoteID      string           `json:"remote_id,omitempty"`
	Word          string           `json:"service_status,omitempty"`
	Waiting       string           `json:"waiting,omitempty"`
	Error         string           `json:"error,omitempty"`
	ErrorCode     string           `json:"error_code,omitempty"`
	Path          string           `json:"path,omitempty"`
	URL           string           `json:"url,omitempty"`
	ExpiresAt     *time.Time       `json:"expires_at,omitempty"`
	Bytes         int64            `json:"bytes,omitempty"`
	SHA256        string           `json:"sha256,omitempty"`
	CreatedAt     time.Time        `json:"created_at"`
	SubmittedAt   *time.Time       `json:"submitted_at,omitempty"`
	EndedAt       *time.Time       `json:"ended_at,omitempty"`
	SavedAt       *time.Time       `json:"saved_at,omitempty"`
}

func lineOf(j *job.Job) line {
	l := line{
		ID: j.ID, State: j.State, Reason: j.Reason, Service: j.Provider, Model: j.Model, Practice: j.Practice,
		Prompt: j.Prompt, Values: j.Values, Seconds: j.Seconds, Batch: j.Batch, Estimate: j.Estimate,
		EstimateBasis: j.EstimateBasis, Charge: j.Charge, RemoteID: j.RemoteID, Word: j.Word, Waiting: j.Waiting,
		Error: j.ErrorText, ErrorCode: j.ErrorCode, URL: j.Output.URL, ExpiresAt: stamp(j.Output.Expires),
		CreatedAt: j.CreatedAt.UTC(), SubmittedAt: stamp(j.SubmittedAt), EndedAt: stamp(j.EndedAt), SavedAt: stamp(j.SavedAt),
	}
	if l.Values == nil {
		l.Values = catalogue.Values{}
	}
	if j.HasSeed {
		l.Seed = &j.Seed
	}
	if j.State == job.Saved {
		l.Path, l.Bytes, l.SHA256 = j.Output.Path, j.Output.Bytes, j.Output.SHA256
	}
	return l
}

// stamp leaves out a time that is not known.
func stamp(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// write writes jobs, one a line.
func write(w io.Writer, jobs []*job.Job, asJSON bool) error {
	for _, j := range jobs {
		if asJSON {
			if err := writeObject(w, lineOf(j)); err != nil {
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

// plain is one job as a line: id, state, and what tells most about the state.
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
