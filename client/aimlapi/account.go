package aimlapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"seedreel/client"
	"seedreel/client/find"
	"seedreel/client/rest"
	"seedreel/client/usd"
)

var (
	_ client.Balancer = (*Provider)(nil)
	_ client.Biller   = (*Provider)(nil)
	_ find.Finder     = (*Provider)(nil)
	_ client.Lister   = (*Provider)(nil)
)

var errBadCursor = errors.New("this is no place in the service's log")

// Balance reads the balance, GET /v2/billing ({"current_balance":123.45,
// "currency":"USD"}, the vendor's billing-v2.json).
func (p *Provider) Balance(ctx context.Context) (usd.Micro, error) {
	const op = "reading the balance"
	var b struct {
		Balance  rest.Text `json:"current_balance"`
		Currency rest.Text `json:"currency"`
	}
	var left usd.Micro
	err := p.rest.Get(ctx, rest.Call{Op: op, Path: "/v2/billing"}, func(a *rest.Answer) bool {
		if rest.Decode(a.Body, &b) != nil {
			return false
		}
		var err error
		left, err = usd.Parse(string(b.Balance))
		return err == nil
	})
	if err == nil && b.Currency != "" && !strings.EqualFold(string(b.Currency), currencyUSD) {
		return 0, &client.Error{Kind: client.KindUnavailable, Provider: Name, Op: op, Err: &client.CurrencyError{Currency: rest.Message(string(b.Currency))}}
	}
	return left, err
}

// The bounds of a search through the request log.
const (
	logSize  = 100 // rows a page, the most (logs-v2.json)
	maxPages = 20
	// logWindow is the longest period the log can be queried for.
	logWindow = 92 * 24 * time.Hour
	// A request is logged around its submission; its cost is booked when it is
	// done.
	logBefore = 10 * time.Minute
	logAfter  = 2 * time.Hour
	// logSurely is the part of it in which an absent row proves something.
	logSurely = logWindow - 24*time.Hour
	// logSettles is the age from which an empty log proves that nothing was
	// made. The log comes from an analytics pipeline and holds outcomes only,
	// so a request still being made may be missing; no deadline of the
	// vendor's is longer than 1000 s.
	logSettles = 30 * time.Minute
)

// currencyUSD is the only currency that amounts are read in.
const currencyUSD = "USD"

// row is one request in the log (usage-logs.md).
type row struct {
	Created  rest.Text       `json:"created"`
	Status   rest.Text       `json:"status"`
	Model    rest.Text       `json:"model"`
	Cost     json.RawMessage `json:"cost"`
	Currency rest.Text       `json:"currency"`
	ID       rest.Text       `json:"inference_id"`
	Token    rest.Text       `json:"client_request_id"`
}

// foreign returns the currency of a cost that is not in dollars, else "".
func (r *row) foreign() string {
	var c struct {
		Currency rest.Text `json:"currency"`
	}
	_ = rest.Object(r.Cost, &c) // a plain number has none
	for _, in := range []rest.Text{c.Currency, r.Currency} {
		if in != "" && !strings.EqualFold(string(in), currencyUSD) {
			return rest.Message(string(in))
		}
	}
	return ""
}

// cost returns the cost in dollars, or converted from credits where those are
// missing; nil when the row has neither.
func (r *row) cost() *usd.Micro {
	var c struct {
		USD     rest.Text `json:"usd"`
		Credits rest.Text `json:"credits"`
	}
	if !rest.Object(r.Cost, &c) {
		c.USD = rest.TextOf(r.Cost)
	}
	if r.foreign() != "" {
		return nil
	}
	if d := dollars(string(c.USD)); d != nil {
		return d
	}
	return credits(string(c.Credits))
}

// record turns the row into a record. The log has no links: a succeeded
// request must be fetched before it can be used.
func (r *row) record() client.Record {
	rec := client.Record{
		Prediction: client.Prediction{ID: string(r.ID), Word: rest.Message(string(r.Status)), Charge: r.cost()},
		Model:      rest.Message(string(r.Model)), Token: rest.Message(string(r.Token)),
	}
	rec.Status = statusOf(rec.Word)
	if rec.Status == client.StatusFailed {
		rec.Failure = &client.Error{Kind: client.KindFailed, Provider: Name, Op: "making the clip"}
	}
	if at, err := time.Parse(time.RFC3339Nano, string(r.Created)); err == nil {
		rec.CreatedAt = at.UTC()
	}
	return rec
}

// logs reads one page of the log, newest first. more reports whether another
// page follows; bad, whether a row could not be read or it is not known what
// follows: the vendor documents has_more and nothing else.
func (p *Provider) logs(ctx context.Context, op string, from, to time.Time, offset int) (records []client.Record, more, bad bool, err error) {
	q := url.Values{
		"start": {from.UTC().Format(time.RFC3339)}, "end": {to.UTC().Format(time.RFC3339)},
		"limit": {strconv.Itoa(logSize)}, "offset": {strconv.Itoa(offset)},
	}
	err = p.rest.Get(ctx, rest.Call{Op: op, Path: "/v2/logs", Query: q}, func(a *rest.Answer) bool {
		records, more, bad = nil, false, false
		var body struct {
			Data   json.RawMessage `json:"data"`
			Paging struct {
				More rest.Text `json:"has_more"`
			} `json:"pagination"`
		}
		if rest.Decode(a.Body, &body) != nil || body.Data == nil {
			return false
		}
		bad = body.Paging.More != "true" && body.Paging.More != "false"
		for _, raw := range rest.List(body.Data) {
			var r row
			if !rest.Object(raw, &r) || !goodID(string(r.ID)) {
				bad = true
				continue
			}
			records = append(records, r.record())
		}
		more = body.Paging.More == "true"
		return true
	})
	return records, more, bad, err
}

// Charge looks for a generation in the request log (GET /v2/logs, the vendor's
// usage-logs.md), which lists it once the clip is made. Several rows of one
// generation repeat its cost, so the largest is used.
func (p *Provider) Charge(ctx context.Context, id string, around time.Time) (usd.Micro, bool, error) {
	const op = "reading the request log"
	if !goodID(id) {
		return 0, false, invalid(op, errBadID)
	}
	var paid usd.Micro
	found := false
	for page := range maxPages {
		rows, more, _, err := p.logs(ctx, op, around.Add(-logBefore), around.Add(logAfter), page*logSize)
		if err != nil {
			return 0, false, err
		}
		for i := range rows {
			if rows[i].ID == id && rows[i].Charge != nil {
				paid, found = max(paid, *rows[i].Charge), true
			}
		}
		if !more {
			break
		}
	}
	return paid, found, nil
}

// Ahead returns how far the service's clock is ahead of this machine's.
func (p *Provider) Ahead(at time.Time) (time.Duration, bool) { return p.rest.Ahead(at) }

// sift hands a row of the log to a search, each once.
func sift(s *find.Sieve, rec *client.Record, r *client.Request, seen map[string]bool) {
	like := likeness(rec, r)
	if like == find.Another || seen[rec.ID] {
		return
	}
	seen[rec.ID] = true
	pred := rec.Prediction
	pred.Status, pred.Failure = client.StatusOther, nil
	s.Take(&pred, like)
}

// Find looks for the request's token (X-Client-Request-Id) in the log. A row
// without one (usage-logs.md: null means "not supplied") may be the request's
// if its model and time are. An empty result proves nothing before the log is
// known to list tokens, as it does when it has one of ours, and to have
// settled. Matches are returned as not ended, because the log has no link:
// they have to be polled.
func (p *Provider) Find(ctx context.Context, l find.Lost) (find.Search, error) {
	const op = "looking for the request"
	ahead, known := p.Ahead(p.now())
	s := find.New(&l, ahead, known)
	if !goodToken.MatchString(l.Token) {
		s.Doubt(find.DoubtTokens)
		return s.Result(), nil
	}
	now := p.now().Add(ahead)
	switch age := now.Sub(s.Window.To); {
	case age < logSettles:
		s.Doubt(find.DoubtLag)
	case age > logSurely:
		s.Doubt(find.DoubtAge)
		return s.Result(), nil
	}
	tokens := false
	see := func(rec *client.Record) {
		s.See(rec.CreatedAt)
		tokens = tokens || rec.Token != "" && (rec.Token == l.Token || l.Own != nil && l.Own(rec.Token))
	}
	if to := windowOf(s.Around).to; now.After(to) {
		// What came later shows how far the log has come; it is read first, so
		// that the other rows are no older.
		rows, _, _, err := p.logs(ctx, op, to, now.Add(time.Minute), 0)
		if err != nil {
			return find.Search{}, err
		}
		for i := range rows {
			see(&rows[i])
		}
	}
	seen := map[string]bool{}
	for n := 0; ; n++ {
		if n == maxPages {
			s.Doubt(find.DoubtUnread)
			break
		}
		page, err := p.scanned(ctx, op, windowOf(s.Around), n)
		if err != nil {
			return find.Search{}, err
		}
		if page.bad {
			s.Doubt(find.DoubtUnread)
		}
		for i := range page.records {
			see(&page.records[i])
			sift(s, &page.records[i], &l.Request, seen)
		}
		if !page.more {
			break
		}
	}
	if !tokens {
		s.Doubt(find.DoubtTokens)
	}
	return s.Result(), nil
}

// likeness compares a row with a request. The log has no inputs.
func likeness(rec *client.Record, r *client.Request) find.Likeness {
	switch {
	case rec.Token == r.Token:
		return find.Named
	case rec.Token == "" && sameModel(rec.Model, r.Model.ID):
		return find.Alike
	}
	return find.Another
}

// sameModel compares names of models, either of which may lack its source.
func sameModel(a, b string) bool {
	return a == b || strings.HasSuffix(a, "/"+b) || strings.HasSuffix(b, "/"+a)
}

// List reads the log, newest first, 92 days back and without inputs or
// outputs, which Fetch gets. A cursor fixes the window, so that new rows do
// not shift the pages.
func (p *Provider) List(ctx context.Context, since time.Time, cursor string) (client.Page, error) {
	const op = "reading the request log"
	to, offset := p.now(), 0
	from := since
	if oldest := to.Add(-logWindow + time.Hour); from.Before(oldest) {
		from = oldest
	}
	if cursor != "" {
		var ok bool
		if from, to, offset, ok = readCursor(cursor); !ok {
			return client.Page{}, invalid(op, errBadCursor)
		}
	}
	rows, more, _, err := p.logs(ctx, op, from, to, offset)
	if err != nil {
		return client.Page{}, err
	}
	page := client.Page{Records: rows}
	if more {
		page.Next = strconv.Itoa(offset+logSize) + "@" + from.UTC().Format(time.RFC3339) + "/" + to.UTC().Format(time.RFC3339)
	}
	return page, nil
}

func readCursor(s string) (from, to time.Time, offset int, ok bool) {
	n, ends, _ := strings.Cut(s, "@")
	a, b, _ := strings.Cut(ends, "/")
	offset, err := strconv.Atoi(n)
	from, err1 := time.Parse(time.RFC3339, a)
	to, err2 := time.Parse(time.RFC3339, b)
	return from, to, offset, errors.Join(err, err1, err2) == nil && offset > 0 && offset <= 1_000_000
}
