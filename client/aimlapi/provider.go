// Package aimlapi speaks the AI/ML API's video endpoints, version 2.
//
// Both path families are served by the vendor, the older one of one maker
// (/v2/generate/video/VENDOR/generation) and the universal one
// (/v2/video/generations); which of them a model uses is in its data. The facts
// come from the vendor's documentation and its history (github aimlapi/api-docs),
// whose pages disagree, and from its Python SDK.
package aimlapi

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"
	"unicode/utf8"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/rest"
)

// Name is the catalogue's name of the service.
const Name = "aimlapi"

// maxID bounds an id in bytes. Ids are opaque: "cgt-20250704191750-n4qjp", 21
// random characters, and "uuid:vendor/model" have all been seen.
const maxID = 512

// goodToken reports whether the service accepts s as X-Client-Request-Id; it
// silently drops anything else (docs, request tracing).
func goodToken(s string) bool { return rest.PlainID(s, ".:") }

var errBadID = errors.New("this is no generation id of the service")

// Provider is a client.Provider for one account. It is safe for concurrent use.
type Provider struct {
	rest   *rest.Client
	prices priceCache
	scans  scans
	ledger ledger
}

var _ client.Provider = (*Provider)(nil)

// New checks the configuration and returns a provider. It sends nothing.
func New(c rest.Config) (*Provider, error) {
	rc, err := rest.New(Name, c, readFault)
	if err != nil {
		return nil, err
	}
	return &Provider{rest: rc, scans: newScans(), ledger: newLedger()}, nil
}

func (p *Provider) now() time.Time { return p.rest.Now() }

// ID returns "aimlapi".
func (p *Provider) ID() string { return Name }

// CloseIdle closes the connections kept for the next poll.
func (p *Provider) CloseIdle() { p.rest.CloseIdle() }

// Submit posts one clip, once. Request.Token is sent as X-Client-Request-Id,
// under which the service's request log lists it. The price is in this answer
// and not with the finished clip; until there is one it is only set aside.
func (p *Provider) Submit(ctx context.Context, r client.Request) (client.Prediction, error) {
	const op = "submitting"
	body, err := r.Model.Payload(r.Values)
	if err != nil {
		return client.Prediction{}, rest.Invalid(Name, op, err)
	}
	h := http.Header{}
	if goodToken(r.Token) {
		h.Set("X-Client-Request-Id", r.Token)
	}
	var got client.Prediction
	err = p.rest.PostBody(ctx, rest.Call{Op: op, Path: r.Model.EndpointPath, Header: h}, body.Reader(), body.Size(), func(a *rest.Answer) bool {
		g, ok := readGeneration(a.Body)
		if id := a.Header.Get("X-Inference-Id"); !ok && goodID(id) {
			// The header equals the generation id (docs, request tracing), so
			// a truncated body need not cost the clip.
			g, ok = generation{ID: rest.Text(id), Status: "queued"}, true
		}
		got = g.prediction()
		if figure := chargeOf(a.Header); got.Charge == nil && got.Hold == nil && !got.Status.Ended() {
			got.Hold = figure
		}
		return ok && goodID(got.ID)
	})
	if err != nil {
		return client.Prediction{}, err
	}
	return got, nil
}

// Fetch reads a prediction, on the path that its model is submitted to. A
// completed prediction whose link has not come is completed and has no outputs.
func (p *Provider) Fetch(ctx context.Context, m *catalogue.Model, id string) (client.Prediction, error) {
	const op = "fetching"
	if !goodID(id) {
		return client.Prediction{}, rest.Invalid(Name, op, errBadID)
	}
	call := rest.Call{Op: op, Path: m.EndpointPath, Query: url.Values{"generation_id": {id}}}
	return p.rest.Prediction(ctx, call, id, func(a *rest.Answer) (client.Prediction, bool) {
		g, _ := readGeneration(a.Body)
		return g.prediction(), g.Status != ""
	})
}

// goodID rejects what cannot be an id; the rest is percent-encoded.
func goodID(id string) bool {
	if id == "" || len(id) > maxID || !utf8.ValidString(id) {
		return false
	}
	for _, r := range id {
		if r <= ' ' || (r >= 0x7f && r <= 0x9f) {
			return false
		}
	}
	return true
}
