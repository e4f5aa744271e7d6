package wavespeed

import (
	"context"
	"errors"
	"strings"
	"time"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/rest"
)

var _ client.Optimizer = (*Provider)(nil)

const (
	// enhancePatience is the time limit of the vendor's desktop program for
	// the prompt optimizer.
	enhancePatience = 2 * time.Minute
	// enhancePoll is how often a slow one is polled: the vendor advises two
	// seconds for all but video (get-result page).
	enhancePoll = 2 * time.Second
	maxEnhanced = 20_000 // characters; no prompt is longer
)

var (
	errNoText  = errors.New("the answer holds no text")
	errTooSlow = errors.New("the text did not come within two minutes")
)

// Enhance sends a prompt to the optimizer (wavespeed-ai/prompt-optimizer: its
// llms.txt, the desktop program) in sync mode, once. If the service stops
// waiting (code 5004, "Sync mode timed out") the task continues, so it is
// polled. The output is text, not a link.
func (p *Provider) Enhance(ctx context.Context, m *catalogue.Model, w catalogue.Wish) (string, error) {
	const op = "enhancing the prompt"
	body, err := m.Body(m.WishValues(w))
	if err != nil {
		return "", rest.Invalid(Name, op, err)
	}
	deadline := p.now().Add(enhancePatience)
	var got client.Prediction
	call := rest.Call{Op: op, Path: m.EndpointPath, Patience: enhancePatience}
	err = p.rest.Post(ctx, call, body, func(a *rest.Answer) bool {
		pr, ok := readPrediction(a.Body)
		got = pr
		return ok && goodID(pr.ID)
	})
	if err != nil {
		return "", err
	}
	for !got.Status.Ended() {
		if !p.now().Before(deadline) {
			return "", &client.Error{Kind: client.KindUnavailable, Provider: Name, Op: op, Err: errTooSlow}
		}
		if err := pause(ctx, enhancePoll); err != nil {
			return "", &client.Error{Kind: client.KindUncertain, Provider: Name, Op: op, Err: err}
		}
		next, err := p.Fetch(ctx, m, got.ID)
		if err == nil {
			got = next
		} else if !passing(err) {
			// It was accepted: whatever the error, it may be on the bill.
			return "", &client.Error{Kind: client.KindUncertain, Provider: Name, Op: op, Err: err}
		}
	}
	if got.Failure != nil {
		return "", got.Failure
	}
	return text(op, got.Outputs)
}

// passing reports whether an error may go away by the next poll; the text is
// paid for.
func passing(err error) bool {
	switch client.KindOf(err) {
	case client.KindNotSent, client.KindUnavailable, client.KindRateLimited:
		return true
	case client.KindUnknown, client.KindInvalid, client.KindUnauthorized, client.KindNoFunds, client.KindModeration,
		client.KindNotFound, client.KindUncertain, client.KindFailed:
	}
	return false
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}

// text returns the first output. A link in its place would be another model's
// answer, not a prompt.
func text(op string, outputs []client.Output) (string, error) {
	for _, o := range outputs {
		s := strings.TrimSpace(o.URL)
		if s != "" && len(s) <= maxEnhanced && !strings.HasPrefix(s, "https://") && !strings.HasPrefix(s, "http://") {
			return s, nil
		}
	}
	return "", &client.Error{Kind: client.KindUncertain, Provider: Name, Op: op, Err: errNoText}
}
