package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/client/simulator"
	"seedreel/client/usd"
	"seedreel/state/engine"
	"seedreel/state/job"
	"seedreel/state/order"
	"seedreel/state/queue"
)

// counter is a home with a limit, the service that it orders from, and the
// violations found.
type counter struct {
	l     *lab
	s     *service
	home  string
	limit usd.Micro
	wrong []string
}

// counter sets up a home with a daily limit in micro-dollars, 0 for none.
func (l *lab) counter(ctx context.Context, limit usd.Micro) (*counter, error) {
	s, err := l.serve(ctx, 1000)
	if err != nil {
		return nil, err
	}
	c := &counter{l: l, s: s, limit: limit}
	if c.home, err = l.home(s.base); err != nil {
		return nil, err
	}
	file := filepath.Join(c.home, "config", "settings.toml")
	services, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		return nil, fmt.Errorf("reading the settings: %w", err)
	}
	toml := fmt.Sprintf("daily_limit_usd = %f\n", float64(limit)/float64(usd.Dollar)) + string(services)
	if err := os.WriteFile(file, []byte(toml), 0o600); err != nil {
		return nil, fmt.Errorf("writing the settings: %w", err)
	}
	return c, nil
}

func (c *counter) miss(format string, a ...any) { c.wrong = append(c.wrong, fmt.Sprintf(format, a...)) }

// want runs the program and checks its exit code.
func (c *counter) want(ctx context.Context, code int, args ...string) error {
	got, said, err := c.l.runs(ctx, c.home, args...)
	if err != nil {
		return err
	}
	if got != code {
		c.miss("%s ends with %d, not %d: %s", args[0], got, code, tail(said))
	}
	return nil
}

// billed returns what the service charged, less refunds.
func (c *counter) billed() (sum usd.Micro, entries int) {
	for _, e := range c.s.Bill() {
		if e.Kind == simulator.EntryRefund {
			sum -= e.Amount
			continue
		}
		sum, entries = sum+e.Amount, entries+1
	}
	return sum, entries
}

// counted returns the day's sum as the program reports it.
func (c *counter) counted(ctx context.Context) (usd.Micro, error) {
	st, err := open(ctx, c.home)
	if err != nil {
		return 0, err
	}
	day, err := st.Committed(ctx, time.Now().Add(-24*time.Hour), false)
	return day.Total, errors.Join(err, st.Close())
}

// figure compares the bill with the limit and with the program's sum.
func (c *counter) figure(ctx context.Context, rounds string) (figure, error) {
	counted, err := c.counted(ctx)
	if err != nil {
		return figure{}, err
	}
	paid, entries := c.billed()
	if c.limit > 0 && paid > c.limit {
		c.miss("%s billed past a limit of %s", paid, c.limit)
	}
	if counted < paid {
		c.miss("%s billed and %s counted", paid, counted)
	}
	seen := fmt.Sprintf("%d charges, %s billed, %s counted", entries, paid, counted)
	if c.limit > 0 {
		seen += fmt.Sprintf(", limit %s", c.limit)
	}
	if len(c.wrong) > 0 {
		seen += ": " + strings.Join(c.wrong, "; ")
	}
	return figure{rounds: rounds, seen: seen, bad: len(c.wrong)}, ctx.Err()
}

// price returns the list price of a clip of a service.
func (l *lab) price(who seller) usd.Micro {
	m := l.model(who, "text-to-video")
	return catalogue.EstimatePrice(m, m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text("x")}), 0).Total
}

// atEach adds up what is measured at each service on its own, all at once.
func atEach(measure func(who seller) (figure, error)) (figure, error) {
	list := sellers()
	figures, errs := make([]figure, len(list)), make([]error, len(list))
	var wg sync.WaitGroup
	for i, who := range list {
		wg.Go(func() { figures[i], errs[i] = measure(who) })
	}
	wg.Wait()
	var all figure
	var rounds, seen []string
	for i, f := range figures {
		if errs[i] != nil {
			return figure{}, fmt.Errorf("at %s: %w", list[i], errs[i])
		}
		if f.why == "" {
			rounds, seen, all.bad = append(rounds, f.rounds), append(seen, f.seen), all.bad+f.bad
		}
	}
	if len(rounds) == 0 {
		return skipped("no service offers it"), nil
	}
	all.rounds, all.seen = fmt.Sprintf("%d services, each %s", len(rounds), rounds[0]), strings.Join(seen, " | ")
	return all, nil
}

// parallelLimit lets processes order at once under a limit for few clips.
func parallelLimit(ctx context.Context, l *lab) (figure, error) {
	buyers, room := l.rounds(6, 10), l.rounds(2, 4)
	return atEach(func(who seller) (figure, error) {
		c, err := l.counter(ctx, usd.Micro(room)*l.price(who))
		if err != nil {
			return figure{}, err
		}
		defer c.s.close()
		var wg sync.WaitGroup
		var mu sync.Mutex
		codes := map[int]int{}
		errs := make([]error, buyers)
		for i := range buyers {
			wg.Go(func() {
				code, _, err := l.runs(ctx, c.home, l.submitArgs(who, fmt.Sprintf("buyer %d", i), 1)...)
				mu.Lock()
				defer mu.Unlock()
				codes[code]++
				errs[i] = err
			})
		}
		wg.Wait()
		if err := errors.Join(errs...); err != nil {
			return figure{}, err
		}
		if codes[0] != room || codes[5] != buyers-room {
			c.miss("exit codes %v", codes)
		}
		// Some services put a clip on the bill when it is made.
		if made := len(c.s.Tasks()); made != room {
			c.miss("%d were made, %d fit", made, room)
		}
		return c.figure(ctx, fmt.Sprintf("%d processes", buyers))
	})
}

// sendAgain loses every answer and sends the job again until the limit refuses;
// each request is carried out and paid.
func sendAgain(ctx context.Context, l *lab) (figure, error) {
	return atEach(func(who seller) (figure, error) { return l.sendAgain(ctx, who) })
}

func (l *lab) sendAgain(ctx context.Context, who seller) (figure, error) {
	const room = 4
	c, err := l.counter(ctx, room*l.price(who))
	if err != nil {
		return figure{}, err
	}
	defer c.s.close()
	c.s.set(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		switch {
		case isSubmit(r):
			if err := c.s.Script(simulator.Fault{Kind: simulator.KindLost, Match: simulator.Match{Op: simulator.OpSubmit}}); err != nil {
				http.Error(w, err.Error(), http.StatusTeapot)
				return
			}
		case isList(r):
			http.Error(w, "no list today", http.StatusServiceUnavailable) // so that the job stays uncertain
			return
		}
		next.ServeHTTP(w, r)
	})
	e, err := c.engine(ctx)
	if err != nil {
		return figure{}, err
	}
	m := e.Catalogue.Now().Model(l.model(who, "text-to-video").Ref())
	sent, err := again(ctx, e, order.Clip(m, m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text("again and again")}), 1, nil, false), 3*room)
	if err = errors.Join(err, e.Close()); err != nil {
		return figure{}, err
	}
	if sent != room {
		c.miss("%d requests were let through, %d fit", sent, room)
	}
	return c.figure(ctx, fmt.Sprintf("%d requests for one job", sent))
}

// engine opens the home in this process.
func (c *counter) engine(ctx context.Context) (*engine.Engine, error) {
	return engineOf(ctx, c.home, time.Now)
}

func engineOf(ctx context.Context, home string, now func() time.Time) (*engine.Engine, error) {
	env := map[string]string{"SEEDREEL_HOME": home, "HOME": home}
	for _, kv := range keys(proofKey) {
		name, value, _ := strings.Cut(kv, "=")
		env[name] = value
	}
	return engine.Open(ctx, engine.Options{Getenv: func(n string) string { return env[n] }, Now: now, Version: "proof"})
}

// again orders a draft and sends it again whenever its answer is lost, with a
// yes to everything but the limit, until the limit refuses. It returns how many
// requests were let through.
func again(ctx context.Context, e *engine.Engine, d order.Draft, most int) (sent int, err error) {
	for sent < most {
		p, err := e.Desk.Prepare(ctx, d)
		if err != nil {
			return sent, err
		}
		var a order.Answers
		a = a.Agree(slices.DeleteFunc(p.Open(a), func(q order.Question) bool { return q.Kind == order.OverLimit })...)
		jobs, err := e.Desk.Confirm(ctx, p, a)
		if _, refused := errors.AsType[*order.OpenError](err); refused {
			return sent, nil
		}
		if err != nil {
			return sent, err
		}
		sent++
		j := jobs[0]
		err = queue.Work(ctx, e.Queue, func() bool { return j.State == job.Uncertain }, func(o queue.Outcome) {
			if o.Job != nil && o.Job.ID == j.ID {
				j = o.Job
			}
		})
		if err != nil {
			return sent, err
		}
		d = order.Again(j)
	}
	return sent, nil
}

// dearer lets each service that quotes prices quote 9 dollars for what the list
// prices lower.
func dearer(ctx context.Context, l *lab) (figure, error) {
	return atEach(func(who seller) (figure, error) {
		if d, ok := all.Find(string(who)); !ok || !d.Can.Quote {
			return skipped("it quotes no prices"), nil
		}
		return l.dearer(ctx, who)
	})
}

func (l *lab) dearer(ctx context.Context, who seller) (figure, error) {
	c, err := l.counter(ctx, 0)
	if err != nil {
		return figure{}, err
	}
	defer c.s.close()
	c.s.set(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if isQuote(r) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = fmt.Fprintf(w, `{"code":200,"message":"success","data":%s}`, nineDollars(r)) // the caller may have gone
			return
		}
		next.ServeHTTP(w, r)
	})
	args := l.submitArgs(who, "dear", 1)
	for _, try := range []struct {
		code, made int
		more       []string
	}{{13, 0, nil}, {13, 0, []string{"--dry-run"}}, {5, 0, []string{"--max-cost", "8.99"}}, {0, 1, []string{"--max-cost", "9"}}} {
		if err := c.want(ctx, try.code, append(slices.Clone(args), try.more...)...); err != nil {
			return figure{}, err
		}
		if n := len(c.s.Tasks()); n != try.made {
			c.miss("%d made after %v", n, try.more)
		}
	}
	return c.figure(ctx, "4 orders")
}

// nineDollars is the data of a quote, as its service writes it.
func nineDollars(r *http.Request) string {
	if id := r.URL.Query().Get("id"); id != "" {
		return fmt.Sprintf(`[{"id":%q,"pricing":{"kind":"fixed","units":[{"unit":"generation","price":9,"per":1}]}}]`, id)
	}
	return `{"total_price":9,"price":9,"unit_price":9,"currency":"USD"}`
}

// unknownPrice orders a model without a price under a limit.
func unknownPrice(ctx context.Context, l *lab) (figure, error) {
	c, err := l.counter(ctx, usd.Dollar)
	if err != nil {
		return figure{}, err
	}
	defer c.s.close()
	m := l.unpriced()
	if m == nil {
		return figure{}, errNoModel
	}
	n := 0
	args := func(more ...string) []string {
		n++
		return append([]string{"submit", "--model", m.Ref().String(), "--prompt", fmt.Sprintf("priceless %d", n), "--yes"}, more...)
	}
	for _, try := range []struct {
		code int
		args []string
	}{{13, args()}, {5, args("--max-cost", "1.01")}, {0, args("--max-cost", "0.60")}, {5, args("--max-cost", "0.60")}, {0, args("--max-cost", "0.40")}} {
		if err := c.want(ctx, try.code, try.args...); err != nil {
			return figure{}, err
		}
	}
	if made := len(c.s.Tasks()); made != 2 {
		c.miss("%d made", made)
	}
	if counted, err := c.counted(ctx); err != nil || counted != usd.Dollar {
		c.miss("%s counted for ceilings of $1.00", counted)
	}
	return c.figure(ctx, "5 orders")
}

// unpriced returns a model of unknown price that needs only a prompt and is not
// retired.
func (l *lab) unpriced() *catalogue.Model {
	for _, m := range l.cat.All() {
		if !m.MakesVideo() || m.Task != "text-to-video" {
			continue
		}
		if e := catalogue.EstimatePrice(m, m.Fill(catalogue.Values{catalogue.RolePrompt: catalogue.Text("x")}), 0); !e.Known && e.High == 0 {
			return m
		}
	}
	return nil
}

// rewritings has prompts rewritten until the limit refuses. The service refuses
// some of them, which costs nothing.
func rewritings(ctx context.Context, l *lab) (figure, error) {
	const room = 3
	var m *catalogue.Model
	if m = l.cat.Optimizer(string(sellers()[0])); m == nil {
		return figure{}, errNoModel
	}
	price := catalogue.EstimatePrice(m, m.WishValues(catalogue.Wish{Text: "a lake"}), 0).Total
	c, err := l.counter(ctx, room*price)
	if err != nil {
		return figure{}, err
	}
	defer c.s.close()
	if err := c.s.Script(simulator.Fault{Kind: simulator.KindNoFunds, Match: simulator.Match{Op: simulator.OpSubmit}}); err != nil {
		return figure{}, err
	}
	codes := []int{5} // refused by the service: not counted
	for range room {
		codes = append(codes, 0)
	}
	codes = append(codes, 5, 5) // over the limit
	for i, code := range codes {
		if err := c.want(ctx, code, "enhance", fmt.Sprintf("a lake, number %d", i)); err != nil {
			return figure{}, err
		}
	}
	counted, err := c.counted(ctx)
	if err != nil {
		return figure{}, err
	}
	if paid, _ := c.billed(); counted != paid {
		c.miss("%s billed and %s counted", paid, counted)
	}
	return c.figure(ctx, fmt.Sprintf("%d rewritings", len(codes)))
}
