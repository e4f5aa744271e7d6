package queue

import (
	"context"
	"errors"
	"fmt"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
)

var (
	// ErrBegun refuses to stop a job that the service has started.
	ErrBegun = errors.New("the service has begun it and stops nothing by now; it goes on")
	// ErrCannotStop refuses to stop a job at a service that has no
	// cancellation.
	ErrCannotStop = errors.New("the service cannot stop a job that it has taken on")
)

// recall has the service stop a waiting job. A job that was not stopped is
// polled on.
func (q *Queue) recall(ctx context.Context, j *job.Job) (*job.Job, error) {
	p, _, err := q.provider(j)
	if err != nil {
		return nil, fmt.Errorf("canceling: %w", err)
	}
	c, ok := p.(client.Canceler)
	if !ok {
		return nil, fmt.Errorf("canceling: %w", ErrCannotStop)
	}
	ctx, cancel := context.WithTimeout(ctx, pollLimit)
	defer cancel()
	m, _ := q.model(j)
	pred, err := c.Cancel(ctx, m, j.RemoteID)
	if err != nil {
		return nil, fmt.Errorf("canceling: %w", err)
	}
	if pred.Status != client.StatusCanceled {
		return nil, fmt.Errorf("canceling: %w", ErrBegun)
	}
	now := q.o.Now().UTC()
	free := usd.Micro(0)
	return q.decide(context.WithoutCancel(ctx), "canceling at the service", j.ID, job.Submitted, func(j *job.Job) {
		failed(j, now, job.ReasonCanceled, "", "stopped at the service before it began")
		j.Word, j.Charge = pred.Word, &free
	})
}

// chargeOf returns the service's charge for a clip, or the list price of the
// tokens it metered; nil if it reports neither.
func chargeOf(m *catalogue.Model, j *job.Job, pred client.Prediction) *usd.Micro {
	if pred.Charge != nil || m == nil {
		return pred.Charge
	}
	if paid, ok := m.ChargeFor(j.Values, pred.Tokens); ok {
		return &paid
	}
	return nil
}
