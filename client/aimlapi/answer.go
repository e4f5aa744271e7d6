package aimlapi

import (
	"encoding/json"
	"math/big"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"seedreel/client"
	"seedreel/client/rest"
	"seedreel/client/usd"
)

// creditsPerMicroUSD converts credits: the service sells 2,000,000 for a
// dollar (docs, "How can I track my funds").
const creditsPerMicroUSD = 2

// tosTime is the layout in which the storage behind the links writes the
// signing time.
const tosTime = "20060102T150405Z"

// generation is the answer to both a create and a poll. Fields seen in more
// than one shape are decoded later.
type generation struct {
	ID           rest.Text       `json:"id"`
	GenerationID rest.Text       `json:"generation_id"`
	Status       rest.Text       `json:"status"`
	Video        json.RawMessage `json:"video"`
	Error        json.RawMessage `json:"error"`
	Errors       json.RawMessage `json:"errors"`
	Message      json.RawMessage `json:"message"`
	Detail       json.RawMessage `json:"detail"`
	Reason       json.RawMessage `json:"failure_reason"`
	Meta         json.RawMessage `json:"meta"`

	whole json.RawMessage
}

type usage struct {
	Credits rest.Text `json:"credits_used"`
	USD     rest.Text `json:"usd_spent"`
}

// readGeneration decodes an answer and reports whether it holds an id.
func readGeneration(body []byte) (generation, bool) {
	var g generation
	if rest.Decode(body, &g) != nil {
		return generation{}, false
	}
	if g.ID == "" {
		g.ID = g.GenerationID
	}
	g.whole = body
	return g, goodID(string(g.ID))
}

func (g *generation) prediction() client.Prediction {
	p := client.Prediction{ID: string(g.ID), Word: rest.Message(string(g.Status)), Outputs: g.outputs()}
	p.Status = statusOf(p.Word)
	switch p.Status {
	case client.StatusFailed, client.StatusCanceled, client.StatusTimedOut, client.StatusDeleted:
		// Failed clips cost nothing (docs, account balance): a figure here
		// repeats what was set aside.
		p.Failure = g.failure()
	case client.StatusCompleted:
		p.Charge = g.charge()
	case client.StatusOther, client.StatusQueued, client.StatusRunning:
		p.Hold = g.charge()
	}
	return p
}

// statusOf maps the service's status word to a Status. The documented words
// are queued, generating, completed and error; the others appear in the
// vendor's samples and SDK, or leak from the upstream maker.
func statusOf(word string) client.Status {
	switch strings.ToLower(word) {
	case "queued", "waiting":
		return client.StatusQueued
	case "generating", "active", "processing", "running":
		return client.StatusRunning
	case "completed", "succeeded", "complete":
		return client.StatusCompleted
	case "error", "failed":
		return client.StatusFailed
	case "cancelled", "canceled":
		return client.StatusCanceled
	case "expired":
		return client.StatusTimedOut
	}
	return client.StatusOther
}

// outputs reads the video, which is an object, a list, or the link itself.
func (g *generation) outputs() []client.Output {
	var out []client.Output
	for _, raw := range rest.List(g.Video) {
		var v struct {
			URL rest.Text `json:"url"`
		}
		if !rest.Object(raw, &v) {
			v.URL = rest.TextOf(raw)
		}
		if v.URL != "" {
			out = append(out, client.Output{URL: string(v.URL), Expires: expiry(string(v.URL))})
		}
	}
	return out
}

// expiry returns when a signed link expires, from X-Tos-Date and X-Tos-Expires
// in seconds.
func expiry(link string) time.Time {
	u, err := url.Parse(link)
	if err != nil {
		return time.Time{}
	}
	q := u.Query()
	from, err := time.Parse(tosTime, q.Get("X-Tos-Date"))
	if err != nil {
		return time.Time{}
	}
	const month = 31 * 24 * 60 * 60 // no signature lives longer
	n, err := strconv.ParseInt(q.Get("X-Tos-Expires"), 10, 64)
	if err != nil || n <= 0 || n > month {
		return time.Time{}
	}
	return from.Add(time.Duration(n) * time.Second).UTC()
}

// charge reads meta.usage, dollars before credits; nil when it has neither.
func (g *generation) charge() *usd.Micro {
	var meta struct {
		Usage json.RawMessage `json:"usage"`
	}
	var u usage
	if !rest.Object(g.Meta, &meta) || !rest.Object(meta.Usage, &u) {
		return nil
	}
	if c := dollars(string(u.USD)); c != nil {
		return c
	}
	return credits(string(u.Credits))
}

// chargeOf reads the charge from the headers of a create. Zero there means
// that nothing was booked yet, not that the clip is free.
func chargeOf(h http.Header) *usd.Micro {
	for _, c := range []*usd.Micro{
		dollars(h.Get("X-Aimlapi-Usd-Spent")), credits(h.Get("X-Aimlapi-Credits-Used")),
	} {
		if c != nil && *c > 0 {
			return c
		}
	}
	return nil
}

func dollars(s string) *usd.Micro {
	c, err := usd.Parse(s)
	if err != nil || !c.Plausible() {
		return nil
	}
	return &c
}

func credits(s string) *usd.Micro {
	x, ok := usd.ParseDecimal(s)
	if !ok || x.Sign() < 0 || x.Cmp(big.NewRat(1<<53, 1)) > 0 {
		return nil
	}
	x.Quo(x, big.NewRat(creditsPerMicroUSD, 1)).Add(x, big.NewRat(1, 2))
	c := usd.Micro(new(big.Int).Quo(x.Num(), x.Denom()).Int64())
	if !c.Plausible() {
		return nil
	}
	return &c
}
