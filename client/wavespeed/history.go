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
	"seedreel/client/find"
	"seedreel/client/rest"
)

var (
	_ find.Finder   = (*Provider)(nil)
	_ client.Lister = (*Provider)(nil)
)

const (
	// keptFor is how far back the service lists predictions (predictions-api
	// page: "window 7 days").
	keptFor = 7 * 24 * time.Hour
	// keptSurely is the part of that in which an absent record proves something.
	keptSurely = keptFor - 24*time.Hour
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
		return nil, 0, rest.Invalid(Name, op, err)
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
			if rest.Object(raw, &it) && goodID(string(it.ID)) {
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
			return client.Page{}, rest.Invalid(Name, op, errBadCursor)
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

// Ahead returns how far the service's clock is ahead of this machine's.
func (p *Provider) Ahead(at time.Time) (time.Duration, bool) { return p.rest.Ahead(at) }

// Find searches the list around a POST for predictions of the same model with
// the same inputs, the links of uploads included. What the list shows of later
// times, of any model, shows how far it has come.
func (p *Provider) Find(ctx context.Context, l find.Lost) (find.Search, error) {
	const op = "looking for the request"
	ahead, known := p.Ahead(p.now())
	s := find.New(&l, ahead, known)
	now := p.now().Add(ahead)
	// The evidence is read first, so that the records are no older than it.
	later, _, err := p.history(ctx, op, window{Page: 1, After: stamp(s.Window.To), Before: stamp(now.Add(time.Minute))})
	if err != nil {
		return find.Search{}, err
	}
	for i := range later {
		s.See(later[i].CreatedAt)
	}
	if now.Sub(s.Window.From) > keptSurely {
		s.Doubt(find.DoubtAge)
	}
	w := window{Model: l.Model.ID, After: stamp(s.Around.From), Before: stamp(s.Around.To)}
	for w.Page = 1; w.Page <= maxPages; w.Page++ {
		records, n, err := p.history(ctx, op, w)
		if err != nil {
			return find.Search{}, err
		}
		if len(records) < n {
			s.Doubt(find.DoubtUnread)
		}
		for i := range records {
			if records[i].Model == l.Model.ID {
				s.Take(&records[i].Prediction, alike(&l, records[i].Inputs))
			}
		}
		if n < pageSize {
			return s.Result(), nil
		}
	}
	s.Doubt(find.DoubtUnread)
	return s.Result(), nil
}

// alike compares the stored inputs with those sent. What the service may have
// changed, such as the links of media, or added, such as its defaults, does not
// show that a record is another's.
func alike(l *find.Lost, inputs map[string]json.RawMessage) find.Likeness {
	r := &l.Request
	if inputs == nil {
		return find.Alike
	}
	kept, _ := r.Model.ReadInputs(inputs)
	if seed, ok := r.Values.Int(catalogue.RoleSeed); ok && r.Model.Field(catalogue.RoleSeed) != nil {
		got, has := kept.Int(catalogue.RoleSeed)
		switch {
		case has && got != seed, has && kept[catalogue.RolePrompt].IsSet() && !samePrompt(kept, r.Values):
			return find.Another
		case has && l.OwnSeed:
			return find.Seeded
		case has:
			return equal(r, kept)
		}
		return min(equal(r, kept), find.Alike)
	}
	return equal(r, kept)
}

// equal compares inputs other than the seed.
func equal(r *client.Request, kept catalogue.Values) find.Likeness {
	like, compared := find.Equal, 0
	for role, x := range r.Values {
		y := kept[role]
		switch {
		case !x.IsSet() || role == catalogue.RoleModel || role == catalogue.RoleSeed || r.Model.Field(role) == nil:
			continue
		case !y.IsSet():
			like = find.Alike
		case role == catalogue.RolePrompt && samePrompt(kept, r.Values), x.Equal(y):
			compared++
		case len(r.Values.Media(role)) > 0:
			like = find.Alike
		default:
			return find.Another
		}
	}
	usual := r.Model.Fill(r.Values)
	for role, x := range r.Model.Fill(kept) {
		chosen := !r.Values[role].IsSet() && !x.Equal(usual[role])
		if chosen && role != catalogue.RoleSeed && role != catalogue.RoleModel {
			like = find.Alike // we left it to the service
		}
	}
	if compared == 0 {
		return find.Alike
	}
	return like
}

func samePrompt(a, b catalogue.Values) bool {
	return strings.TrimSpace(a.Text(catalogue.RolePrompt)) == strings.TrimSpace(b.Text(catalogue.RolePrompt))
}
