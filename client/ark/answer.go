package ark

import (
	"encoding/json"
	"strconv"
	"time"

	"seedreel/client"
	"seedreel/client/rest"
)

// task is a clip as the service writes it.
type task struct {
	ID      rest.Text       `json:"id"`
	Model   rest.Text       `json:"model"`
	Status  rest.Text       `json:"status"`
	Error   json.RawMessage `json:"error"`
	Failure json.RawMessage `json:"failure_reason"` // the SDK's name for it in the list
	Created rest.Text       `json:"created_at"`
	Updated rest.Text       `json:"updated_at"`
	Content json.RawMessage `json:"content"`
	Usage   json.RawMessage `json:"usage"`

	Resolution rest.Text `json:"resolution"`
	Ratio      rest.Text `json:"ratio"`
	Duration   rest.Text `json:"duration"`
	Frames     rest.Text `json:"frames"`
	Seed       rest.Text `json:"seed"`
	Audio      rest.Text `json:"generate_audio"`
	Tier       rest.Text `json:"service_tier"`
	Expires    rest.Text `json:"execution_expires_after"`
	Identifier rest.Text `json:"safety_identifier"`
}

// prediction converts a task.
func (p *Provider) prediction(t *task) client.Prediction {
	out := client.Prediction{
		ID: string(t.ID), Word: rest.Message(string(t.Status)), Status: statusOf(string(t.Status)), CreatedAt: stamp(t.Created),
	}
	switch out.Status {
	case client.StatusCompleted:
		out.Outputs = t.outputs()
		if p.inDollars() {
			out.Tokens = t.tokens()
		}
	case client.StatusFailed, client.StatusCanceled, client.StatusTimedOut:
		out.Failure = t.failure()
	case client.StatusOther, client.StatusQueued, client.StatusRunning, client.StatusDeleted:
	}
	return out
}

// outputs returns the clip and, where it was requested, its last frame. The
// links expire a fixed time after the clip was made.
func (t *task) outputs() []client.Output {
	var c struct {
		Video rest.Text `json:"video_url"`
		Last  rest.Text `json:"last_frame_url"`
	}
	if !rest.Object(t.Content, &c) || c.Video == "" {
		return nil
	}
	var ends time.Time
	if made := stamp(t.Updated); !made.IsZero() {
		ends = made.Add(linkLife)
	}
	out := []client.Output{{URL: string(c.Video), Expires: ends}}
	if c.Last != "" {
		out = append(out, client.Output{URL: string(c.Last), Expires: ends, Still: true})
	}
	return out
}

// tokens returns the number of tokens billed. Input is not billed, so the
// total is the same figure.
func (t *task) tokens() int64 {
	var u struct {
		Completion rest.Text `json:"completion_tokens"`
		Total      rest.Text `json:"total_tokens"`
	}
	if !rest.Object(t.Usage, &u) {
		return 0
	}
	for _, s := range []rest.Text{u.Completion, u.Total} {
		if n, err := strconv.ParseInt(string(s), 10, 64); err == nil && n > 0 {
			return n
		}
	}
	return 0
}

// stamp reads a time in seconds; the zero time if there is none.
func stamp(s rest.Text) time.Time {
	n, err := strconv.ParseInt(string(s), 10, 64)
	if err != nil || n <= 0 {
		return time.Time{}
	}
	return time.Unix(n, 0).UTC()
}

// statusOf maps the service's status word to a Status.
func statusOf(word string) client.Status {
	switch word {
	case "queued":
		return client.StatusQueued
	case "running":
		return client.StatusRunning
	case "succeeded":
		return client.StatusCompleted
	case "failed":
		return client.StatusFailed
	case "cancelled", "canceled":
		return client.StatusCanceled
	case "expired":
		return client.StatusTimedOut
	}
	return client.StatusOther
}
