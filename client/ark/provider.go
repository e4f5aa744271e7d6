// Package ark speaks ModelArk, the service of the models' own maker: BytePlus
// abroad, Volcengine in China. Both have the same requests and answers, at
// addresses and under model ids of their own.
//
// The facts come from the maker's pages, mostly through mirrors, from its Go
// SDK, and from what large clients do. None was tried against the live
// service.
package ark

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/rest"
)

// Name is the catalogue's name of the service.
const Name = "ark"

const (
	// tasks is the path for creating and listing clips; each task has a path
	// below it.
	tasks = "/api/v3/contents/generations/tasks"
	// linkLife is how long the link to a clip works.
	linkLife = 24 * time.Hour
	// maxBody bounds a request in bytes.
	maxBody = 64 << 20
)

// goodID reports whether an id may go into a path: "cgt-20250704191750-n4qjp".
func goodID(id string) bool { return rest.PlainID(id, "") }

var (
	errBadID   = errors.New("this is no task id of the service")
	errTooLong = errors.New("the pictures together are longer than the 64 MB that the service takes in a request; give links instead")
)

// Provider is a client.Provider for one account. It is safe for concurrent use.
type Provider struct {
	rest   *rest.Client
	region string
}

var _ client.Provider = (*Provider)(nil)

// New checks the configuration and returns a provider for a region, "" for the
// default. It sends nothing.
func New(c rest.Config, region string) (*Provider, error) {
	region = cmp.Or(region, defaultRegion)
	if _, known := regions[region]; !known {
		return nil, fmt.Errorf("setting up %s: there is no region %q", Name, region)
	}
	// Other programs' settings include the API's path in the address.
	c.Base = strings.TrimSuffix(strings.TrimRight(c.Base, "/"), "/api/v3")
	rc, err := rest.New(Name, c, readFault)
	if err != nil {
		return nil, err
	}
	return &Provider{rest: rc, region: region}, nil
}

func (p *Provider) now() time.Time { return p.rest.Now() }

// ID returns "ark".
func (p *Provider) ID() string { return Name }

// CloseIdle closes the connections kept for the next poll.
func (p *Provider) CloseIdle() { p.rest.CloseIdle() }

// Submit posts one clip, once. The service accepts no idempotency key, so each
// request carries marks by which Find recognises it.
func (p *Provider) Submit(ctx context.Context, r client.Request) (client.Prediction, error) {
	const op = "submitting"
	id, err := p.modelID(r.Model)
	if err != nil {
		return client.Prediction{}, rest.Invalid(Name, op, err)
	}
	body, err := writeBody(id, r)
	if err == nil && len(body) > maxBody {
		err = errTooLong
	}
	if err != nil {
		return client.Prediction{}, rest.Invalid(Name, op, err)
	}
	got := client.Prediction{Status: client.StatusQueued}
	err = p.rest.Post(ctx, rest.Call{Op: op, Path: r.Model.EndpointPath}, body, func(a *rest.Answer) bool {
		var t task
		if rest.Decode(a.Body, &t) != nil {
			return false
		}
		got.ID = string(t.ID)
		return goodID(got.ID)
	})
	if err != nil {
		return client.Prediction{}, err
	}
	return got, nil
}

// Fetch reads a task. A finished task whose link has not come is completed and
// has no outputs.
func (p *Provider) Fetch(ctx context.Context, _ *catalogue.Model, id string) (client.Prediction, error) {
	return p.fetch(ctx, "fetching", id)
}

func (p *Provider) fetch(ctx context.Context, op, id string) (client.Prediction, error) {
	if !goodID(id) {
		return client.Prediction{}, rest.Invalid(Name, op, errBadID)
	}
	return p.rest.Prediction(ctx, rest.Call{Op: op, Path: tasks + "/" + id}, id, func(a *rest.Answer) (client.Prediction, bool) {
		var t task
		if rest.Decode(a.Body, &t) != nil || t.Status == "" {
			return client.Prediction{}, false
		}
		return p.prediction(&t), true
	})
}
