package order_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/state/order"
	"seedreel/state/store"
	"seedreel/state/store/storetest"
)

var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

const models = `{"version": 1, "models": [
 {"provider": "wavespeed", "id": "v/lite", "endpoint_path": "/v/lite", "model_in": "path", "task": "t2v", "output": {"container": "mp4", "fps": 24, "count": 1},
  "resolution": {"mode": "fixed", "value": "480p"}, "lifecycle": {"status": "active"},
  "price": {"basis": "per_run", "rows": [{"usd_per_run": 0.3, "confidence": "vendor_page"}]},
  "fields": [
   {"name": "prompt", "type": "string", "role": "prompt", "required": true},
   {"name": "seed", "type": "integer", "role": "seed", "min": 0, "max": 2147483647}]},
 {"provider": "wavespeed", "id": "v/old", "endpoint_path": "/v/old", "model_in": "path", "task": "t2v", "output": {"container": "mp4", "fps": 24, "count": 1},
  "resolution": {"mode": "fixed", "value": "480p"}, "lifecycle": {"status": "retired"},
  "price": {"basis": "per_run", "rows": [{"usd_per_run": 0.3, "confidence": "vendor_page"}]},
  "fields": [{"name": "prompt", "type": "string", "role": "prompt", "required": true}]},
 {"provider": "wavespeed", "id": "v/loud", "endpoint_path": "/v/loud", "model_in": "path", "task": "t2v", "output": {"container": "mp4", "fps": 24, "count": 1},
  "resolution": {"mode": "fixed", "value": "480p"}, "lifecycle": {"status": "active"},
  "price": {"basis": "per_run", "rows": [{"usd_per_run": 0.3, "confidence": "vendor_page"}]},
  "fields": [
   {"name": "prompt", "type": "string", "role": "prompt", "required": true},
   {"name": "generate_audio", "type": "boolean", "role": "audio_toggle"},
   {"name": "seed", "type": "integer", "role": "seed", "min": 0, "max": 2147483647}]},
 {"provider": "wavespeed", "id": "v/unpriced", "endpoint_path": "/v/unpriced", "model_in": "path", "task": "t2v", "output": {"container": "mp4", "fps": 24, "count": 1},
  "resolution": {"mode": "fixed", "value": "480p"}, "price": {"basis": "unknown"}, "lifecycle": {"status": "active"},
  "fields": [{"name": "prompt", "type": "string", "role": "prompt", "required": true}]}]}`

// world is a desk with a store of its own and services that answer as the test
// requires.
type world struct {
	quotes atomic.Int32
	t      *testing.T
	cat    *catalogue.Catalogue
	store  *store.Store
	desk   *order.Desk
	rules  order.Rules
	// quote and left are the service's answers, nil for no answer.
	quote, left *usd.Micro
	hang        bool
	enhance     func() (string, error)
	asked       int
	now         time.Time
}

func amount(n usd.Micro) *usd.Micro { return &n }

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, now: noon, rules: order.Rules{Threshold: 100 * usd.Dollar}}
	var err error
	if w.cat, err = catalogue.Load([]byte(models)); err != nil {
		t.Fatal(err)
	}
	w.store = storetest.Open(t, func() time.Time { return w.now })
	w.desk = order.New(order.Options{
		Store: w.store, Prices: w, Providers: func(string, bool) (client.Provider, error) { return rewriter{w: w}, nil },
		Rules: func() (order.Rules, error) { return w.rules, nil }, Ready: func(string) error { return nil },
		Models: func() *catalogue.Catalogue { return w.cat }, Now: func() time.Time { return w.now }, Zone: time.UTC,
		Look: func(string) (catalogue.Facts, error) { return catalogue.Facts{}, nil }, Rand: rand.NewChaCha8([32]byte{1}),
	})
	return w
}

func (w *world) Quote(ctx context.Context, _ *catalogue.Model, _ catalogue.Values, _ bool) (client.Quote, error) {
	w.quotes.Add(1)
	if w.hang {
		<-ctx.Done()
		return client.Quote{}, ctx.Err()
	}
	if w.quote == nil {
		return client.Quote{}, client.ErrNoQuote
	}
	return client.Quote{Price: *w.quote}, nil
}

func (w *world) Balance(context.Context, string, bool) (usd.Micro, error) {
	if w.left == nil {
		return 0, errors.New("no balance")
	}
	return *w.left, nil
}

// rewriter is a service that only rewrites prompts.
type rewriter struct {
	client.Provider
	w *world
}

func (r rewriter) Enhance(context.Context, *catalogue.Model, catalogue.Wish) (string, error) {
	r.w.asked++
	return r.w.enhance()
}

func (w *world) clip(id string, n int, seed ...int64) order.Draft {
	v := catalogue.Values{catalogue.RolePrompt: catalogue.Text("a fox")}
	for _, s := range seed {
		v[catalogue.RoleSeed] = catalogue.Int(s)
	}
	return order.Clip(w.cat.Model(catalogue.Ref{Provider: "wavespeed", ID: id}), v, n, nil, w.rules.Practice)
}

func (w *world) prepare(d ...order.Draft) *order.Prepared {
	w.t.Helper()
	p, err := w.desk.Prepare(w.t.Context(), d...)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// buy confirms a draft with a yes to every question.
func (w *world) buy(d ...order.Draft) []*job.Job {
	w.t.Helper()
	p := w.prepare(d...)
	var a order.Answers
	jobs, err := w.desk.Confirm(w.t.Context(), p, a.Agree(p.Open(a)...))
	if err != nil {
		w.t.Fatal(err)
	}
	return jobs
}

func kinds(open []order.Question) []order.Kind {
	var out []order.Kind
	for i := range open {
		out = append(out, open[i].Kind)
	}
	return out
}

// asks confirms with answers and returns the kinds of the open questions.
func (w *world) asks(p *order.Prepared, a order.Answers) []order.Kind {
	w.t.Helper()
	_, err := w.desk.Confirm(w.t.Context(), p, a)
	if o, ok := errors.AsType[*order.OpenError](err); ok {
		return kinds(o.Questions)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return nil
}

func TestQuestions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		set  func(w *world) order.Draft
		want []order.Kind
	}{
		"nothing to ask":    {func(w *world) order.Draft { return w.clip("v/lite", 1) }, nil},
		"retired":           {func(w *world) order.Draft { return w.clip("v/old", 1) }, []order.Kind{order.Retired}},
		"unknown price":     {func(w *world) order.Draft { return w.clip("v/unpriced", 1) }, []order.Kind{order.UnknownPrice}},
		"known to the shop": {func(w *world) order.Draft { w.quote = amount(50_000); return w.clip("v/unpriced", 1) }, nil},
		"above the threshold": {func(w *world) order.Draft {
			w.rules.Threshold = 500_000
			return w.clip("v/lite", 2)
		}, []order.Kind{order.AboveThreshold}},
		"always asked":     {func(w *world) order.Draft { w.rules.Threshold = 0; return w.clip("v/lite", 1) }, []order.Kind{order.AboveThreshold}},
		"not covered":      {func(w *world) order.Draft { w.left = amount(299_999); return w.clip("v/lite", 1) }, []order.Kind{order.NotCovered}},
		"just covered":     {func(w *world) order.Draft { w.left = amount(300_000); return w.clip("v/lite", 1) }, nil},
		"dearer":           {func(w *world) order.Draft { w.quote = amount(9 * usd.Dollar); return w.clip("v/lite", 1) }, []order.Kind{order.Dearer}},
		"cheaper":          {func(w *world) order.Draft { w.quote = amount(1); return w.clip("v/lite", 1) }, nil},
		"over the limit":   {func(w *world) order.Draft { w.rules.Limit = 500_000; return w.clip("v/lite", 2) }, []order.Kind{order.OverLimit}},
		"within the limit": {func(w *world) order.Draft { w.rules.Limit = 600_000; return w.clip("v/lite", 2) }, nil},
		"the live price counts for limit and threshold": {func(w *world) order.Draft {
			w.quote, w.rules.Limit, w.rules.Threshold = amount(500_000), 400_000, 450_000
			return w.clip("v/lite", 1)
		}, []order.Kind{order.Dearer, order.AboveThreshold, order.OverLimit}},
		"the list counts where it is higher": {func(w *world) order.Draft {
			w.quote, w.rules.Limit, w.rules.Threshold = amount(100), 200_000, 200_000
			return w.clip("v/lite", 1)
		}, []order.Kind{order.AboveThreshold, order.OverLimit}},
		"in practice too": {func(w *world) order.Draft {
			w.rules = order.Rules{Practice: true, Limit: 200_000, Threshold: 200_000}
			w.left = amount(0)
			return w.clip("v/old", 1)
		}, []order.Kind{order.Retired, order.NotCovered, order.AboveThreshold, order.OverLimit}},
		"another seed is another take": {func(w *world) order.Draft { w.buy(w.clip("v/lite", 1, 7)); return w.clip("v/lite", 1, 8) }, nil},
		"a drawn seed too":             {func(w *world) order.Draft { w.buy(w.clip("v/lite", 1, 7)); return w.clip("v/lite", 1) }, nil},
		"the same seed":                {func(w *world) order.Draft { w.buy(w.clip("v/lite", 1, 7)); return w.clip("v/lite", 1, 7) }, []order.Kind{order.SameAgain}},
		"one of a row of seeds":        {func(w *world) order.Draft { w.buy(w.clip("v/lite", 1, 7)); return w.clip("v/lite", 3, 5) }, []order.Kind{order.SameAgain}},
		"no seed to tell them apart": {func(w *world) order.Draft {
			w.buy(w.clip("v/unpriced", 2))
			return w.clip("v/unpriced", 2)
		}, []order.Kind{order.UnknownPrice, order.SameAgain}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			p := w.prepare(c.set(w))
			open := p.Open(order.Answers{})
			if !slices.Equal(kinds(open), c.want) {
				t.Errorf("asked about %v, want %v", kinds(open), c.want)
			}
			if got := w.asks(p, order.Answers{}); !slices.Equal(got, c.want) {
				t.Errorf("confirming asks about %v, want %v", got, c.want)
			}
			if got := w.asks(p, order.Answers{}.Agree(open...)); len(got) > 0 {
				t.Errorf("after a yes to all it asks about %v", got)
			}
		})
	}
}

// Settings changed elsewhere while an order is open apply to it.
func TestRulesAreReadWhenAnOrderIsConfirmed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(w *world)
		want   []order.Kind
	}{
		"a limit":      {func(w *world) { w.rules.Limit = 100_000 }, []order.Kind{order.OverLimit}},
		"a threshold":  {func(w *world) { w.rules.Threshold = 100_000 }, []order.Kind{order.AboveThreshold}},
		"practice":     {func(w *world) { w.rules.Practice = true }, []order.Kind{order.NotPractice}},
		"another take": {func(w *world) { w.buy(w.clip("v/lite", 1, 7)) }, []order.Kind{order.SameAgain}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			p := w.prepare(w.clip("v/lite", 1, 7))
			c.change(w)
			if got := w.asks(p, order.Answers{}); !slices.Equal(got, c.want) {
				t.Errorf("asked about %v, want %v", got, c.want)
			}
			jobs, err := w.desk.Confirm(t.Context(), p, order.Answers{}.Agree(p.Open(order.Answers{})...))
			if err != nil || jobs[0].Practice != w.rules.Practice {
				t.Errorf("after a yes: %v", err)
			}
		})
	}
}

// A yes to an amount is not a yes to more.
func TestAYesCoversItsAmount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.rules.Limit = 400_000
	p := w.prepare(w.clip("v/lite", 2))
	yes := order.Answers{}.Agree(p.Open(order.Answers{})...)
	w.buy(w.clip("v/lite", 1))
	if got := w.asks(p, yes); !slices.Equal(got, []order.Kind{order.OverLimit}) {
		t.Errorf("asked about %v", got)
	}
}

func TestAnUnknownPriceNeedsACeilingUnderALimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.rules.Limit = usd.Dollar
	p := w.prepare(w.clip("v/unpriced", 2))
	open := p.Open(order.Answers{})
	if len(open) != 1 || !open[0].NeedsCeiling {
		t.Fatalf("asked %+v", open)
	}
	if got := w.asks(p, order.Answers{}.Agree(open...)); !slices.Equal(got, []order.Kind{order.UnknownPrice}) {
		t.Errorf("a yes alone leaves %v", got)
	}
	if got := w.asks(p, order.Answers{Ceiling: amount(usd.Dollar + 1)}); !slices.Equal(got, []order.Kind{order.OverLimit}) {
		t.Errorf("a ceiling above the limit leaves %v", got)
	}
	if got := w.asks(p, order.Answers{Ceiling: amount(700_000)}); len(got) > 0 {
		t.Errorf("a ceiling leaves %v", got)
	}
	if day, err := w.store.Committed(t.Context(), noon.Add(-time.Hour), false); err != nil || day.Total != 700_000 {
		t.Errorf("the day counts %s (%v)", day.Total, err)
	}
	if got := kinds(w.prepare(w.clip("v/lite", 2)).Open(order.Answers{Ceiling: amount(500_000)})); !slices.Equal(got, []order.Kind{order.OverLimit, order.OverLimit}) {
		t.Errorf("a ceiling below a known price leaves %v", got)
	}
}

func TestTheSameKeyPressBuysOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.prepare(w.clip("v/lite", 2, 7))
	first, err := w.desk.Confirm(t.Context(), p, order.Answers{})
	if err != nil {
		t.Fatal(err)
	}
	second, err := w.desk.Confirm(t.Context(), p, order.Answers{})
	if err != nil || len(second) != 2 || second[0].ID != first[0].ID {
		t.Errorf("the second press gives %v (%v)", second, err)
	}
	if n, _, err := w.store.Count(t.Context(), store.Query{}); err != nil || n != 2 {
		t.Errorf("%d jobs (%v)", n, err)
	}
}

// move takes a job through states.
func (w *world) move(id string, why job.Reason, to ...job.State) *job.Job {
	w.t.Helper()
	var j *job.Job
	for _, st := range to {
		have, err := w.store.Job(w.t.Context(), id)
		if err == nil {
			j, err = w.store.Advance(w.t.Context(), id, []job.State{have.State}, func(j *job.Job) {
				j.State, j.Reason = st, job.ReasonNone
				if st == job.Failed {
					j.Reason = why
				}
			})
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
	return j
}

func TestSendingAgainPassesTheLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.rules.Limit = 500_000
	j := w.move(w.buy(w.clip("v/lite", 1))[0].ID, "", job.Submitting, job.Uncertain)
	p := w.prepare(order.Again(j))
	open := p.Open(order.Answers{})
	if !slices.Equal(kinds(open), []order.Kind{order.OverLimit, order.SameAgain}) || open[1].Job != j.ID || !open[1].Pays {
		t.Fatalf("asked %+v", open)
	}
	if got := w.asks(p, order.Answers{}.Agree(open[1])); !slices.Equal(got, []order.Kind{order.OverLimit}) {
		t.Errorf("a yes to one leaves %v", got)
	}
	if got := w.asks(p, order.Answers{}.Agree(open...)); len(got) > 0 {
		t.Errorf("a yes to both leaves %v", got)
	}
	if day, err := w.store.Committed(t.Context(), noon.Add(-time.Hour), false); err != nil || day.Total != 600_000 {
		t.Errorf("the day counts %s (%v)", day.Total, err)
	}
	if _, err := w.desk.Prepare(t.Context(), order.Again(j)); !errors.As(err, new(*store.ErrStale)) {
		t.Errorf("a job in line is sent again: %v", err)
	}
}

func TestTryingAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	old := w.move(w.buy(w.clip("v/lite", 1, 7).Labeled(job.Labels{"dawn"}))[0].ID, job.ReasonModeration, job.Submitting, job.Failed)
	p := w.prepare(order.Retry(old))
	if got := p.Open(order.Answers{}); len(got) > 0 {
		t.Errorf("asked %+v", got)
	}
	fresh := w.buy(order.Retry(old))[0]
	if fresh.Lookup.OwnSeed {
		t.Error("its seed is said to be its own")
	}
	if fresh.ID == old.ID || fresh.Seed != 7 || fresh.State != job.Queued || fresh.ErrorText != "" || !slices.Equal(fresh.Labels, job.Labels{"dawn"}) {
		t.Errorf("the new job is %+v", fresh)
	}
	if got := kinds(w.prepare(order.Retry(old)).Open(order.Answers{})); !slices.Equal(got, []order.Kind{order.SameAgain}) {
		t.Errorf("once more is asked about as %v", got)
	}
	lost := w.move(w.buy(w.clip("v/lite", 1, 9))[0].ID, job.ReasonGone, job.Submitting, job.Submitted, job.Failed)
	if _, err := w.desk.Prepare(t.Context(), order.Retry(lost)); !errors.Is(err, order.ErrMaybeBilled) {
		t.Errorf("a job that may have been billed: %v", err)
	}
}

func TestTryingAgainWithoutSound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	old := w.move(w.buy(w.clip("v/loud", 1, 7))[0].ID, job.ReasonModeration, job.Submitting, job.Failed)
	if p := w.prepare(order.Silent(old)); len(p.Errors()) > 0 || len(p.Open(order.Answers{})) > 0 {
		t.Errorf("errors %v, asked %+v", p.Errors(), p.Open(order.Answers{}))
	}
	fresh := w.buy(order.Silent(old))[0]
	if on, given := fresh.Values.Bool(catalogue.RoleAudioToggle); on || !given || fresh.Seed != 7 || fresh.Prompt != old.Prompt {
		t.Errorf("the new job is %+v", fresh)
	}
	quiet := w.move(w.buy(w.clip("v/lite", 1, 8))[0].ID, job.ReasonModeration, job.Submitting, job.Failed)
	if p := w.prepare(order.Silent(quiet)); len(p.Errors()) == 0 {
		t.Error("the sound of a model without the field is turned off")
	}
}

func TestRewritingPassesTheLimitAndIsCounted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want usd.Micro
	}{
		"billed":    {nil, 300_000},
		"refused":   {&client.Error{Kind: client.KindNoFunds}, 0},
		"not sent":  {&client.Error{Kind: client.KindNotSent}, 0},
		"uncertain": {&client.Error{Kind: client.KindUncertain}, 300_000},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.enhance = func() (string, error) { return "a red fox", c.err }
			m := w.cat.Model(catalogue.Ref{Provider: "wavespeed", ID: "v/lite"})
			draft := order.Rewriting(m, catalogue.Wish{Text: "a fox"}, "", false)
			w.rules.Limit = 200_000
			p := w.prepare(draft)
			if _, err := w.desk.Rewrite(t.Context(), p, order.Answers{}); !errors.As(err, new(*order.OpenError)) || w.asked > 0 {
				t.Errorf("past the limit: %v", err)
			}
			w.rules.Limit = 400_000
			text, err := w.desk.Rewrite(t.Context(), p, order.Answers{})
			if !errors.Is(err, c.err) || err == nil && text != "a red fox" {
				t.Errorf("%q, %v", text, err)
			}
			if _, err := w.desk.Rewrite(t.Context(), p, order.Answers{}); !errors.Is(err, store.ErrOnce) || w.asked != 1 {
				t.Errorf("the same order twice: %v", err)
			}
			if day, err := w.store.Committed(t.Context(), noon.Add(-time.Hour), false); err != nil || day.Total != c.want {
				t.Errorf("the day counts %s (%v)", day.Total, err)
			}
		})
	}
}

// A service that does not answer delays an order by two seconds at most; then
// the list price applies.
func TestASilentServiceIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.hang = true
		began := time.Now()
		p := w.prepare(w.clip("v/lite", 1))
		if took := time.Since(began); took != 2*time.Second {
			t.Errorf("it took %v", took)
		}
		if total, known := p.Total(); !known || total != 300_000 || p.Lines[0].Live != nil {
			t.Errorf("the total is %s", total)
		}
	})
}

// Ten at once cannot exceed the limit together.
func TestParallelOrdersKeepTheLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.rules.Limit = usd.Dollar // three clips
	var wg sync.WaitGroup
	errs := make([]error, 10)
	for i := range errs {
		p := w.prepare(w.clip("v/lite", 1))
		wg.Go(func() { _, errs[i] = w.desk.Confirm(t.Context(), p, order.Answers{}) })
	}
	wg.Wait()
	made := 0
	for _, err := range errs {
		if err == nil {
			made++
		} else if open, ok := errors.AsType[*order.OpenError](err); !ok || open.Questions[0].Kind != order.OverLimit {
			t.Error(err)
		}
	}
	if made != 3 {
		t.Errorf("%d were made", made)
	}
}
