package ark

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"
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
	// keptFor is how far back the service lists tasks.
	keptFor = 7 * 24 * time.Hour
	// pageSize is the longest page the service returns, maxPages the number
	// read in search of one request.
	pageSize = 500
	maxPages = 20
	// maxList bounds a page in bytes.
	maxList = 16 << 20
	// keptSurely is how long a task is listed in any case: of one that was
	// canceled only the last 24 hours are documented.
	keptSurely = 20 * time.Hour
)

// tiers are queried one after the other: without a tier the service leaves out
// the slower one.
var tiers = []string{"default", "flex"}

var errBadCursor = errors.New("this is no place in the service's list")

// page reads one page of a tier's list, newest first. full reports whether the
// page is full, so that more may follow, readable whether every entry could be
// read.
func (p *Provider) page(ctx context.Context, op, tier, model string, n int) (got []task, full, readable bool, err error) {
	q := url.Values{"page_num": {strconv.Itoa(n)}, "page_size": {strconv.Itoa(pageSize)}, "filter.service_tier": {tier}}
	if model != "" {
		q.Set("filter.model", model)
	}
	err = p.rest.Get(ctx, rest.Call{Op: op, Path: tasks, Query: q, Most: maxList}, func(a *rest.Answer) bool {
		var b struct {
			Total rest.Text       `json:"total"`
			Items json.RawMessage `json:"items"`
		}
		if rest.Decode(a.Body, &b) != nil {
			return false
		}
		items := rest.List(b.Items)
		if len(items) == 0 && b.Total != "0" && string(b.Items) != "[]" {
			return false // an answer of another kind, which proves nothing
		}
		got, full, readable = nil, len(items) >= pageSize, true
		for _, raw := range items {
			var t task
			if !rest.Object(raw, &t) || !goodID(string(t.ID)) {
				readable = false
				continue
			}
			got = append(got, t)
		}
		return true
	})
	return got, full, readable, err
}

// List reads the service's list, page by page of both tiers at once, newest
// first. The cursor is the page number.
func (p *Provider) List(ctx context.Context, since time.Time, cursor string) (client.Page, error) {
	const op = "reading the list"
	if oldest := p.now().Add(-keptFor); since.Before(oldest) {
		since = oldest
	}
	n, err := strconv.Atoi(cmp.Or(cursor, "1"))
	if err != nil || n < 1 || n > 10_000 {
		return client.Page{}, rest.Invalid(Name, op, errBadCursor)
	}
	var out client.Page
	for _, tier := range tiers {
		got, full, _, err := p.page(ctx, op, tier, "", n)
		if err != nil {
			return client.Page{}, err
		}
		for i := range got {
			if at := stamp(got[i].Created); !at.IsZero() && at.Before(since) {
				full = false // what follows is older still
				continue
			}
			out.Records = append(out.Records, p.record(&got[i]))
		}
		if full {
			out.Next = strconv.Itoa(n + 1)
		}
	}
	slices.SortStableFunc(out.Records, func(a, b client.Record) int { return b.CreatedAt.Compare(a.CreatedAt) })
	return out, nil
}

// record converts a listed task, with the inputs that the service keeps. The
// expiry time is our mark and not an input.
func (p *Provider) record(t *task) client.Record {
	in := map[string]json.RawMessage{}
	if t.Tier == rest.Text(tiers[0]) {
		t.Tier = "" // also for models without the choice
	}
	for name, x := range map[string]rest.Text{
		"resolution": t.Resolution, "ratio": t.Ratio, "duration": t.Duration, "frames": t.Frames, "seed": t.Seed,
		"generate_audio": t.Audio, "service_tier": t.Tier,
	} {
		if x != "" {
			raw, err := json.Marshal(string(x))
			if err == nil {
				in[name] = raw
			}
		}
	}
	return client.Record{
		Prediction: p.prediction(t), Model: rest.Message(string(t.Model)), Inputs: in, Token: rest.Message(string(t.Identifier)),
	}
}

// Ahead returns how far the service's clock is ahead of this machine's.
func (p *Provider) Ahead(at time.Time) (time.Duration, bool) { return p.rest.Ahead(at) }

// Find searches the list around a POST for tasks with the request's marks.
// What the list shows of later times, of any model, shows how far it has come.
func (p *Provider) Find(ctx context.Context, l find.Lost) (find.Search, error) {
	const op = "looking for the request"
	id, err := p.modelID(l.Model)
	if err != nil {
		return find.Search{}, rest.Invalid(Name, op, err)
	}
	ahead, known := p.Ahead(p.now())
	s := find.New(&l, ahead, known)
	if p.now().Add(ahead).Sub(s.Window.From) > keptSurely {
		s.Doubt(find.DoubtAge)
	}
	// The evidence is read first, so that the records are no older than it.
	for _, tier := range tiers {
		got, _, _, err := p.page(ctx, op, tier, "", 1)
		if err != nil {
			return find.Search{}, err
		}
		for i := range got {
			s.See(stamp(got[i].Created))
		}
		if s.CaughtUp() {
			break
		}
	}
	for _, tier := range tiers {
		if err := p.sift(ctx, op, tier, id, &l, s); err != nil {
			return find.Search{}, err
		}
	}
	return s.Result(), nil
}

// sift sorts a tier's tasks of a model.
func (p *Provider) sift(ctx context.Context, op, tier, id string, l *find.Lost, s *find.Sieve) error {
	for n := 1; n <= maxPages; n++ {
		got, full, readable, err := p.page(ctx, op, tier, id, n)
		if err != nil {
			return err
		}
		if !readable {
			s.Doubt(find.DoubtUnread)
		}
		older := false
		for i := range got {
			at := stamp(got[i].Created)
			older = older || !at.IsZero() && at.Before(s.Around.From)
			if string(got[i].Model) == id {
				pred := p.prediction(&got[i])
				s.Take(&pred, got[i].isOf(l))
			}
		}
		if !full || older {
			return nil
		}
	}
	s.Doubt(find.DoubtUnread)
	return nil
}

// isOf compares the listed marks with those that were sent. The attempt's name
// alone is decisive; of seed and expiry, which two requests may share, one
// mismatch rules the task out and a matching seed is required.
func (t *task) isOf(l *find.Lost) find.Likeness {
	r := &l.Request
	if t.Identifier != "" && r.Token != "" {
		if string(t.Identifier) == r.Token {
			return find.Named
		}
		return find.Another
	}
	like := find.Alike
	if seed, ok := r.Values.Int(catalogue.RoleSeed); ok && seed >= 0 && t.Seed != "" {
		if string(t.Seed) != strconv.FormatInt(seed, 10) {
			return find.Another
		}
		if l.OwnSeed {
			like = find.Seeded
		}
	}
	if at, ok := expiry(*r); ok && t.Expires != "" && string(t.Expires) != strconv.FormatInt(at, 10) {
		return find.Another
	}
	return like
}
