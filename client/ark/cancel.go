package ark

import (
	"context"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/rest"
)

var _ client.Canceler = (*Provider)(nil)

// Cancel stops a waiting task. The service has one request that cancels a
// waiting task, refuses a running one and removes the record of a finished
// one, without reporting which it did: so the task is read before and after.
func (p *Provider) Cancel(ctx context.Context, _ *catalogue.Model, id string) (client.Prediction, error) {
	const op = "canceling"
	before, err := p.fetch(ctx, op, id)
	if err != nil || before.Status != client.StatusQueued {
		return before, err
	}
	refused := p.rest.Delete(ctx, rest.Call{Op: op, Path: tasks + "/" + id})
	after, err := p.fetch(ctx, op, id)
	switch {
	case err != nil && refused == nil && client.KindOf(err) == client.KindNotFound:
		// It was waiting, it was deleted and it is gone.
		before.Status = client.StatusCanceled
		return before, nil
	case err != nil:
		return client.Prediction{}, err
	case after.Status == client.StatusQueued && refused != nil:
		return client.Prediction{}, refused
	}
	return after, nil
}
