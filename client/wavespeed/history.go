package wavespeed

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/rest"
)

var (
	_ client.Finder = (*Provider)(nil)
	_ client.Lister = (*Provider)(nil)
)

const (
	// keptFor is how far back the service lists predictions (predictions-api
	// page: "window 7 days").
	keptFor = 7 * 24 * time.Hour
	// findBefore and findAfter bound the time around a POST in which its
	// record may have been made: clocks differ, and a request may wait at the
	// gate.
	findBefore = 2 * time.Minute
	findAfter  = 15 * time.Minute
)

var errBadCursor = errors.New("this is no place in the service's list")

// item is a prediction in the list. The inputs come under either name.
type item struct {
	task
	Model  rest.Text       `json:"model"`
	Inputs json.RawMessage `json:"inputs"`
	Input  json.RawMessage `json:"input"`
}

func (it *item) inputs() map[string]json.RawMessage {
	for _, raw := range []json.RawMessage{it.Inputs, it.Input} {
		var in map[string]json.RawMessage
		if rest.Object(raw, &in) && len(in) > 0 {
			return in
		}
	}
	return nil
}

func (it *item) record() client.Record {
	return client.Record{Prediction: it.prediction(), Model: rest.Message(string(it.Model)), Inputs: it.inputs()}
}

// window is one query of the list. Both ends are always given, as in the
// official tool: without them the service uses 24 hours.
type window struct {
	Page    int    `json:"page"`
	Size    int    `json:"page_size"`
	Model   string `json:"model,omitempty"`
	After   string `json:"created_after"`
	Before  string `json:"created_before"`
	Include bool   `json:"include_inputs"`
}

// history reads one page of the list (POST /api/v3/predictions), newest first.
// n is the number of its entries, readable or not: there is no total, so a
// page that is not full is the last.
func (p *Provider) history(ctx context.Context, op string, w window) (records []client.Record, n int, err error) {
	w.Size, w.Include = pageSize, true
	body, err := json.Marshal(w)
	if err != nil {
		return nil, 0, invalid(op, err)
	}
	err = p.rest.Ask(ctx, rest.Call{Op: op, Path: "/api/v3/predictions", Most: maxList}, body, func(a *rest.Answer) bool {
		records, n = nil, 0
		var got struct {
			Items json.RawMessage `json:"items"`
		}
		if !data(a, &got) {
			return false
		}
		items := rest.List(got.Items)
		n = len(items)
		for _, raw := range items {
			var it item
			if rest.Object(raw, &it) && goodID.MatchString(string(it.ID)) {
				records = append(records, it.record())
			}
		}
		return true
	})
	return records, n, err
}

// List reads the service's list (POST /api/v3/predictions: official tool,
// predictions-api page), 7 days back, with the inputs of each prediction. A
// cursor fixes the end of the window, so that new predictions do not shift the
// pages.
func (p *Provider) List(ctx context.Context, since time.Time, cursor string) (client.Page, error) {
	const op = "reading the list"
	now := p.now()
	if oldest := now.Add(-keptFor); since.Before(oldest) {
		since = oldest
	}
	w := window{Page: 1, After: stamp(since), Before: stamp(now)}
	if cursor != "" {
		page, ends, ok := strings.Cut(cursor, "@")
		n, err := strconv.Atoi(page)
		after, before, both := strings.Cut(ends, "/")
		if !ok || !both || err != nil || n < 2 || n > 10_000 || !isStamp(after) || !isStamp(before) {
			return client.Page{}, invalid(op, errBadCursor)
		}
		w.Page, w.After, w.Before = n, after, before
	}
	records, n, err := p.history(ctx, op, w)
	if err != nil {
		return client.Page{}, err
	}
	page := client.Page{Records: records}
	if n >= pageSize {
		page.Next = strconv.Itoa(w.Page+1) + "@" + w.After + "/" + w.Before
	}
	return page, nil
}

func isStamp(s string) bool {
	_, err := time.Parse(time.RFC3339, s)
	return err == nil
}

// Find searches the list around a POST for predictions of the same model with
// the same inputs: the seed where the model has one, else all chosen values. A
// prediction without a readable timestamp counts as of that time. If the list
// has no inputs, predictions cannot be told apart, so the search is
// incomplete.
func (p *Provider) Find(ctx context.Context, r client.Request, posted time.Time) ([]client.Prediction, bool, error) {
	const op = "looking for the request"
	w := window{Model: r.Model.ID, After: stamp(posted.Add(-findBefore)), Before: stamp(posted.Add(findAfter))}
	var found []client.Prediction
	complete := true
	for w.Page = 1; w.Page <= maxPages; w.Page++ {
		records, n, err := p.history(ctx, op, w)
		if err != nil {
			return nil, false, err
		}
		if len(records) < n {
			complete = false
		}
		for i := range records {
			rec := &records[i]
			if rec.Model != r.Model.ID || !near(rec.CreatedAt, posted) {
				continue
			}
			switch {
			case rec.Inputs == nil:
				complete = false
			case sameInputs(r, rec.Inputs):
				found = append(found, rec.Prediction)
			}
		}
		if n < pageSize {
			return found, complete, nil
		}
	}
	return found, false, nil
}

func near(made, posted time.Time) bool {
	return made.IsZero() || !made.Before(posted.Add(-findBefore)) && !made.After(posted.Add(findAfter))
}

// sameInputs compares the stored inputs with those sent. The service adds its
// defaults, so only the inputs sent are compared. Media are left out: the
// service may have replaced their links.
func sameInputs(r client.Request, inputs map[string]json.RawMessage) bool {
	kept, _ := r.Model.ReadInputs(inputs)
	if seed, ok := r.Values.Int(catalogue.RoleSeed); ok && r.Model.Field(catalogue.RoleSeed) != nil {
		got, has := kept.Int(catalogue.RoleSeed)
		return has && got == seed && (!kept[catalogue.RolePrompt].IsSet() || samePrompt(kept, r.Values))
	}
	compared := 0
	for role, x := range r.Values {
		if !x.IsSet() || len(r.Values.Media(role)) > 0 || role == catalogue.RoleModel {
			continue
		}
		if !kept[role].Equal(x) {
			return false
		}
		compared++
	}
	return compared > 0
}

func samePrompt(a, b catalogue.Values) bool {
	return strings.TrimSpace(a.Text(catalogue.RolePrompt)) == strings.TrimSpace(b.Text(catalogue.RolePrompt))
}
