package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"

	"seedreel/client/simulator"
	"seedreel/client/usd"
	"seedreel/state/account"
	"seedreel/state/engine"
	"seedreel/state/job"
)

// line is one line of a bill as it is sent.
type line map[string]any

// with returns a copy as another line of the same job.
func (b line) with(price any, more line) line {
	out := maps.Clone(b)
	switch {
	case out["cost"] != nil:
		out["cost"] = map[string]any{"usd": price}
	default:
		out["price"], out["uuid"] = price, fmt.Sprint("other ", price)
	}
	maps.Copy(out, more)
	return out
}

// trick is a hostile way to write a bill. The sum stays right if the line is
// among what is returned.
type trick struct {
	name  string
	lines func(own line) []line
}

func tricks() []trick {
	beside := func(price any, more line) func(line) []line {
		return func(own line) []line { return []line{own.with(price, more), own, own.with(price, more)} }
	}
	return []trick{
		{"twice", func(own line) []line { return []line{own, own} }},
		{"yen", beside(60, line{"currency": "JPY"})},
		{"beyond counting", beside(8e12, nil)},
		{"below zero", beside(-5, nil)},
		{"hexadecimal", beside("0x10", nil)},
		{"a fraction", beside("1/3", nil)},
		{"no number", beside(nil, nil)},
		{"a list", beside([]int{1}, nil)},
		{"only yen", func(own line) []line { return []line{own.with(60, line{"currency": "JPY"})} }},
		{"only a refund", func(own line) []line { return []line{own.with(nil, line{"billing_type": "Refund"})} }},
		{"nothing", func(line) []line { return nil }},
	}
}

// bent sends every bill as a trick writes it.
func bent(t *trick) hook {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		field := map[string]string{"/api/v3/billings/search": "items", "/v2/logs": "data"}[r.URL.Path]
		if field == "" {
			next.ServeHTTP(w, r)
			return
		}
		rec := httptest.NewRecorder()
		next.ServeHTTP(rec, r)
		var body map[string]any
		err := json.Unmarshal(rec.Body.Bytes(), &body)
		holder := body
		if inner, ok := body["data"].(map[string]any); ok {
			holder = inner
		}
		lines := []line{}
		own, _ := holder[field].([]any)
		for _, x := range own {
			if b, ok := x.(map[string]any); ok {
				lines = append(lines, t.lines(b)...)
			}
		}
		holder[field] = lines
		out, err2 := json.Marshal(body)
		if err := errors.Join(err, err2); err != nil {
			http.Error(w, err.Error(), http.StatusTeapot)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(out) // the caller may have gone
	}
}

// hostileBills settles jobs by bills that are written to mislead, and then by
// the right one.
func hostileBills(ctx context.Context, l *lab) (figure, error) {
	c, err := l.counter(ctx, 0)
	if err != nil {
		return figure{}, err
	}
	defer c.s.close()
	for n := range 2 * len(sellers()) {
		if err := c.want(ctx, 0, l.anyArgs(n, fmt.Sprintf("to be settled %d", n), l.rounds(1, 5))...); err != nil {
			return figure{}, err
		}
	}
	if err := l.goOn(ctx, c.home, "1m"); err != nil {
		return figure{}, err
	}
	e, err := c.engine(ctx)
	if err != nil {
		return figure{}, err
	}
	asked, told := 0, 0
	for _, t := range append(tricks(), trick{"as it is", func(own line) []line { return []line{own} }}) {
		c.s.set(bent(&t))
		n, odd, err := c.settle(ctx, e, &t)
		if err != nil {
			return figure{}, errors.Join(err, e.Close())
		}
		asked, told = asked+n, told+odd
	}
	if err := e.Close(); err != nil {
		return figure{}, err
	}
	if err := c.want(ctx, 0, "costs"); err != nil {
		return figure{}, err
	}
	paid, _ := c.billed()
	if counted, err := c.counted(ctx); err != nil || counted != paid {
		c.miss("%s billed and %s counted (%v)", paid, counted, err)
	}
	if told == 0 {
		c.miss("no odd line was told")
	}
	return c.figure(ctx, fmt.Sprintf("%d ways, %d bills, %d told", len(tricks()), asked, told))
}

// settle asks for the bill of every job. A charge must be the service's own,
// whatever else is written there.
func (c *counter) settle(ctx context.Context, e *engine.Engine, t *trick) (asked, told int, err error) {
	jobs, err := everything(ctx, e.Store)
	if err != nil {
		return 0, 0, err
	}
	due := map[string]usd.Micro{}
	for _, b := range c.s.Bill() {
		if b.Kind == simulator.EntryCharge {
			due[b.Task] += b.Amount
		}
	}
	for _, j := range jobs {
		if j.State != job.Saved {
			c.miss("a job is %s", j.State)
			continue
		}
		now, _, err := e.Account.Settle(ctx, j)
		if errors.Is(err, account.ErrNotOffered) {
			continue
		}
		asked++
		if err != nil {
			told++
		}
		if now.Charge != nil && *now.Charge != due[j.RemoteID] {
			c.miss("%s at %s: %s instead of %s", t.name, j.Provider, *now.Charge, due[j.RemoteID])
		}
	}
	return asked, told, nil
}
