package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"seedreel/client/usd"
	"seedreel/state/job"
)

// Event is one line of a job's history: what happened to it and when. Detail
// is a JSON object; texts in it are the service's own and untrusted.
type Event struct {
	At     time.Time
	Kind   string
	Detail string
}

// change is the part of a step kept in an event; empty fields are left out.
type change struct {
	From     job.State  `json:"from,omitempty"`
	To       job.State  `json:"to,omitempty"`
	Reason   job.Reason `json:"reason,omitempty"`
	Code     string     `json:"code,omitempty"`
	Text     string     `json:"text,omitempty"`
	Word     string     `json:"word,omitempty"`
	Attempt  int        `json:"attempt,omitempty"`
	Owner    string     `json:"owner,omitempty"`
	Posted   *time.Time `json:"posted_at,omitempty"`
	RemoteID string     `json:"remote_id,omitempty"`
	Estimate *usd.Micro `json:"estimate,omitempty"`
	Charge   *usd.Micro `json:"charge,omitempty"`
	Path     string     `json:"path,omitempty"`
}

// difference returns what changed, "" when nothing did that is worth keeping:
// a poll that found the job still running leaves no event.
func difference(was, is *job.Job) (string, change) {
	c := change{Reason: is.Reason}
	kind := ""
	if was.Paused != is.Paused {
		if kind = "resumed"; is.Paused {
			kind = "paused"
		}
	}
	if was.Word != is.Word {
		c.Word, kind = is.Word, "word"
	}
	if was.Output.Path != is.Output.Path {
		c.Path, kind = is.Output.Path, "named"
	}
	if is.ErrorText != "" && (was.ErrorText != is.ErrorText || was.ErrorCode != is.ErrorCode) {
		c.Code, c.Text, kind = is.ErrorCode, is.ErrorText, "trouble"
	}
	if is.Charge != nil && (was.Charge == nil || *was.Charge != *is.Charge) {
		c.Charge, kind = is.Charge, "charged"
	}
	if was.RemoteID != is.RemoteID {
		c.RemoteID, kind = is.RemoteID, "accepted"
	}
	if was.Attempt != is.Attempt {
		c.Attempt, kind = is.Attempt, "attempt"
	}
	if was.State != is.State {
		c.From, c.To, kind = was.State, is.State, "state"
		// The attempt being left behind stays readable here.
		c.Owner, c.Attempt = is.Owner, max(was.Attempt, is.Attempt)
		if !was.PostedAt.IsZero() {
			c.Posted = &was.PostedAt
		}
	}
	return kind, c
}

func addEvent(ctx context.Context, tx changer, seq int64, at time.Time, kind string, c change) error {
	b, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("writing an event: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO events (job_seq, at_ms, kind, detail) VALUES (?, ?, ?, ?)`,
		seq, at.UnixMilli(), kind, string(b)); err != nil {
		return fmt.Errorf("writing an event: %w", err)
	}
	return nil
}

// Events returns the history of a job, oldest first.
func (s *Store) Events(ctx context.Context, id string) (events []Event, err error) {
	err = eachRow(ctx, s.r, "reading events", func(rows *sql.Rows) error {
		var e Event
		var at int64
		if err := rows.Scan(&at, &e.Kind, &e.Detail); err != nil {
			return err
		}
		e.At = time.UnixMilli(at).UTC()
		events = append(events, e)
		return nil
	}, `SELECT at_ms, kind, detail FROM events WHERE job_seq = (SELECT seq FROM jobs WHERE id = ?) ORDER BY n`, id)
	return events, err
}
