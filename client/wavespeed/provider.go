// Package wavespeed speaks WaveSpeedAI's API, version 3.
//
// The facts come from the vendor's own command line tool and SDKs first, and
// from its documentation (wavespeed.ai/docs) where those are silent: the
// documentation exists in three generations that contradict each other.
package wavespeed

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/rest"
)

// Name is the catalogue's name of the service.
const Name = "wavespeed"

// outputLife is how long an output can be fetched, from the creation of its
// prediction on (wavespeed.ai/docs/get-result: "7 days").
const outputLife = 7 * 24 * time.Hour

// goodID reports whether an id may go into a path. The official samples have 32
// hexadecimal digits.
func goodID(id string) bool { return rest.PlainID(id, "") }

var errBadID = errors.New("this is no prediction id of the service")

// Provider is a client.Provider for one account. It is safe for concurrent use.
type Provider struct {
	rest *rest.Client
	// noTickets remembers that the service does not know upload tickets, so
	// that not every file asks again.
	noTickets atomic.Bool
	// oldPrices does the same for the newer price endpoint.
	oldPrices atomic.Bool
}

var (
	_ client.Provider    = (*Provider)(nil)
	_ client.LinkChecker = (*Provider)(nil)
)

// New checks the configuration and returns a provider. It sends nothing.
func New(c rest.Config) (*Provider, error) {
	rc, err := rest.New(Name, c, readFault)
	if err != nil {
		return nil, err
	}
	return &Provider{rest: rc}, nil
}

func (p *Provider) now() time.Time { return p.rest.Now() }

// ID returns "wavespeed".
func (p *Provider) ID() string { return Name }

// CloseIdle closes the connections kept for the next poll.
func (p *Provider) CloseIdle() { p.rest.CloseIdle() }

// Submit posts one clip, once. Request.Token is not sent: the service has no
// header for it.
func (p *Provider) Submit(ctx context.Context, r client.Request) (client.Prediction, error) {
	const op = "submitting"
	body, err := r.Model.Payload(r.Values)
	if err != nil {
		return client.Prediction{}, rest.Invalid(Name, op, err)
	}
	var got client.Prediction
	err = p.rest.PostBody(ctx, rest.Call{Op: op, Path: r.Model.EndpointPath}, body.Reader(), body.Size(), func(a *rest.Answer) bool {
		pr, ok := readPrediction(a.Body)
		got = pr
		return ok && goodID(pr.ID)
	})
	if err != nil {
		return client.Prediction{}, err
	}
	return got, nil
}

// Fetch reads a prediction. A completed prediction whose link has not come is
// completed and has no outputs.
func (p *Provider) Fetch(ctx context.Context, _ *catalogue.Model, id string) (client.Prediction, error) {
	const op = "fetching"
	if !goodID(id) {
		return client.Prediction{}, rest.Invalid(Name, op, errBadID)
	}
	call := rest.Call{Op: op, Path: "/api/v3/predictions/" + id + "/result"}
	return p.rest.Prediction(ctx, call, id, func(a *rest.Answer) (client.Prediction, bool) {
		pr, ok := readPrediction(a.Body)
		return pr, ok && pr.Word != ""
	})
}
