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

// cost returns what the request cost; see amount.
func (r *row) cost() (paid *usd.Micro, odd string) { return amount(r.Cost, r.Currency) }

// record turns the row into a record. The log has no links: a succeeded
// request must be fetched before it can be used.
func (r *row) record() client.Record {
	paid, _ := r.cost()
	rec := client.Record{
		Prediction: client.Prediction{ID: string(r.ID), Word: rest.Message(string(r.Status)), Charge: paid},
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

// paging is how the log is turned over: has_more, and nothing else is documented.
type paging struct {
	More  rest.Text `json:"has_more"`
	Total rest.Text `json:"total"`
	Next  rest.Text `json:"next_cursor"`
}

// plain reports whether it is known what follows the first n rows: a total, or
// a cursor, may contradict the word.
func (p *paging) plain(n int) bool {
	switch p.More {
	case "true":
		return true
	case "false":
		total, err := strconv.Atoi(string(p.Total))
		return p.Next == "" && (err != nil || total <= n)
	}
	return false
}

// logs reads one page of the log, newest first.
func (p *Provider) logs(ctx context.Context, op string, from, to time.Time, offset int) (page logRows, err error) {
	q := url.Values{
		"start": {from.UTC().Format(time.RFC3339)}, "end": {to.UTC().Format(time.RFC3339)},
		"limit": {strconv.Itoa(logSize)}, "offset": {strconv.Itoa(offset)},
	}
	err = p.rest.Get(ctx, rest.Call{Op: op, Path: "/v2/logs", Query: q}, func(a *rest.Answer) bool {
		page = logRows{}
		var body struct {
			Data   json.RawMessage `json:"data"`
			Paging paging          `json:"pagination"`
		}
		if rest.Decode(a.Body, &body) != nil || body.Data == nil {
			return false
		}
		lines := rest.List(body.Data)
		page.bad = !body.Paging.plain(offset + len(lines))
		for _, raw := range lines {
			var r row
			if !rest.Object(raw, &r) || !goodID(string(r.ID)) {
				page.bad = true
				continue
			}
			page.records = append(page.records, r.record())
			if _, odd := r.cost(); odd != "" {
				page.odd = append(page.odd, oddCost{string(r.ID), odd})
			}
		}
		page.more = body.Paging.More == "true"
		return true
	})
	return page, err
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
	if !goodToken(l.Token) {
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
		page, err := p.logs(ctx, op, to, now.Add(time.Minute), 0)
		if err != nil {
			return find.Search{}, err
		}
		for i := range page.records {
			see(&page.records[i])
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
			return client.Page{}, rest.Invalid(Name, op, errBadCursor)
		}
	}
	rows, err := p.logs(ctx, op, from, to, offset)
	if err != nil {
		return client.Page{}, err
	}
	page := client.Page{Records: rows.records}
	if rows.more {
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
