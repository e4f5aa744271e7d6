package queue

import (
	"context"
	"errors"
	"testing"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
)

// stopper is a service that can stop waiting jobs.
type stopper struct {
	*service
	answer client.Prediction
	err    error
	asked  []string
}

func (s *stopper) Cancel(_ context.Context, _ *catalogue.Model, id string) (client.Prediction, error) {
	s.asked = append(s.asked, id)
	return s.answer, s.err
}

func TestCancelAtTheService(t *testing.T) {
	t.Parallel()
	away := errors.New("away")
	for name, c := range map[string]struct {
		answer client.Prediction
		err    error
		want   error
		state  job.State
	}{
		"stopped":          {client.Prediction{Status: client.StatusCanceled, Word: "cancelled"}, nil, nil, job.Failed},
		"begun":            {client.Prediction{Status: client.StatusRunning}, nil, ErrBegun, job.Submitted},
		"done":             {client.Prediction{Status: client.StatusCompleted}, nil, ErrBegun, job.Submitted},
		"nobody knows yet": {client.Prediction{}, away, away, job.Submitted},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			s := &stopper{service: r.svc, answer: c.answer, err: c.err}
			r.provider = func() (client.Provider, error) { return s, nil }
			j := r.submitted()
			got, err := r.q.Cancel(t.Context(), j.ID)
			if !errors.Is(err, c.want) || len(s.asked) != 1 || s.asked[0] != j.RemoteID {
				t.Fatalf("%v, asked for %v", err, s.asked)
			}
			now := r.job(j.ID)
			if now.State != c.state {
				t.Errorf("the job is %s", now.State)
			}
			if c.state != job.Failed {
				return
			}
			r.want(got, job.Failed, job.ReasonCanceled)
			if got.MaybeBilled() || got.Word != "cancelled" || !got.NextAt.IsZero() {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestCancelAtAServiceThatStopsNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	j := r.submitted()
	if _, err := r.q.Cancel(t.Context(), j.ID); !errors.Is(err, ErrCannotStop) {
		t.Errorf("got %v", err)
	}
	r.want(r.job(j.ID), job.Submitted, "")
}

// Metered tokens are charged by the list, unless the service names a sum.
func TestTokensAreCharged(t *testing.T) {
	t.Parallel()
	rate, said := usd.Micro(7_000_000), usd.Micro(5)
	for name, c := range map[string]struct {
		rate *usd.Micro
		pred client.Prediction
		want *usd.Micro
	}{
		"metered":            {&rate, client.Prediction{Tokens: 108_900}, ptr(762_300)},
		"metered and told":   {&rate, client.Prediction{Tokens: 108_900, Charge: &said}, &said},
		"not metered":        {&rate, client.Prediction{}, nil},
		"not billed by them": {nil, client.Prediction{Tokens: 108_900}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.lite().Price = catalogue.Price{Basis: "token", Rows: []catalogue.PriceRow{{PerMillionTokens: c.rate}}}
			c.pred.Status, c.pred.Outputs = client.StatusCompleted, []client.Output{{URL: "https://cdn.test/a"}}
			r.submitted()
			r.svc.fetch = func(string) (client.Prediction, error) { return c.pred, nil }
			r.due()
			got := r.only(Poll).Job.Charge
			if (got == nil) != (c.want == nil) || got != nil && *got != *c.want {
				t.Errorf("charged %v, want %v", got, c.want)
			}
		})
	}
}

func ptr(m usd.Micro) *usd.Micro { return &m }
