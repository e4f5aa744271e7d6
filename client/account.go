package client

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
)

// The optional abilities of a service. Each is an interface of its own,
// because no service offers all of them: a caller checks a Provider for the
// one it needs with a type assertion. All errors are *Error, like a
// Provider's.

// Balancer reads the balance of the account.
type Balancer interface {
	// Balance returns the balance in micro-dollars; it can be negative.
	Balance(ctx context.Context) (usd.Micro, error)
}

// ErrNoQuote is returned when the service gives no price for these exact
// values. The catalogue's list price may still give an estimate.
var ErrNoQuote = errors.New("the service quotes no price for this choice")

// Quote is the service's own current price for one clip.
type Quote struct {
	// Price is what would be charged, zero when Partial.
	Price usd.Micro
	// List is the price before a discount, nil when there is none.
	List *usd.Micro
	// Partial is set when the values lack an input that affects the price. The
	// service would answer with the floor of its range, which is no price, so
	// it is not asked.
	Partial bool
	// Missing holds the labels of the missing inputs, when Partial.
	Missing []string
}

// Quoter prices one clip at the service, without making it.
type Quoter interface {
	// Quote sends the values, except local paths: media that are not yet links
	// stay on this machine. An error for which errors.Is(err, ErrNoQuote)
	// holds means that the service answered without a figure.
	Quote(ctx context.Context, m *catalogue.Model, v catalogue.Values) (Quote, error)
}

// Biller reads the charge for a clip from the service's own bill.
type Biller interface {
	// Charge looks for the booking of a prediction around the time of its
	// submission. Refunds are subtracted. found is false when the bill has no
	// such line yet: services may book after the clip is made.
	Charge(ctx context.Context, id string, around time.Time) (paid usd.Micro, found bool, err error)
}

// Record is one prediction in the service's own list, from any client. All its
// texts are untrusted.
type Record struct {
	Prediction
	// Model is the service's model id.
	Model string
	// Inputs holds the request's fields as the service kept them, nil if it
	// keeps none. Model.ReadInputs turns them into Values.
	Inputs map[string]json.RawMessage
	// Token is the Request.Token the clip was requested with, "" when the
	// service does not return it.
	Token string
}

// Page is a part of the service's list, newest first. Next is the cursor of
// the following page, "" at the end.
type Page struct {
	Records []Record
	Next    string
}

// Lister reads the service's own list, to bring in clips made elsewhere.
type Lister interface {
	// List returns the predictions made since the given time, as far back as
	// the service goes. Inputs and outputs may be missing; Fetch gets them.
	// The cursor is "" for the first page.
	List(ctx context.Context, since time.Time, cursor string) (Page, error)
}

// Deleter removes records from the service's list. It neither stops a clip nor
// refunds it.
type Deleter interface {
	// DeleteRecord returns the number of records removed; ids unknown to the
	// service are not counted.
	DeleteRecord(ctx context.Context, ids []string) (n int, err error)
}

// Canceler stops clips that have not started. They are not billed.
type Canceler interface {
	// Cancel asks the service to stop a waiting prediction and returns the
	// result: StatusCanceled if it was stopped, any other status if it had
	// gone too far. Source: ModelArk DELETE /contents/generations/tasks/ID;
	// the others have no such endpoint.
	Cancel(ctx context.Context, m *catalogue.Model, id string) (Prediction, error)
}

// Modeler reads the service's current models.
type Modeler interface {
	// Models returns the service's own list, with prices where they can be
	// read exactly. A model without Fields is one whose schema the service did
	// not give; Overlay keeps what the catalogue knows of it. Entries that
	// cannot be made into a form are left out.
	Models(ctx context.Context, known *catalogue.Catalogue) ([]*catalogue.Model, error)
}

// Optimizer rewrites prompts, for money: its price is EstimatePrice of
// Model.WishValues.
type Optimizer interface {
	// Enhance asks once and waits for the text, two minutes at most. The model
	// is the catalogue's (Catalogue.Optimizer). A KindUncertain error means
	// that it may have been paid for.
	Enhance(ctx context.Context, m *catalogue.Model, w catalogue.Wish) (string, error)
}

// LinkChecker checks the links that its uploads gave.
type LinkChecker interface {
	// CheckLink returns an error for a link that must not be sent with a
	// request, such as one into a private network.
	CheckLink(link string) error
}

// Deadline returns when the last of the prediction's outputs expires, or the
// zero time if no output has an expiry.
func (p *Prediction) Deadline() time.Time {
	var last time.Time
	for _, o := range p.Outputs {
		if o.Expires.After(last) {
			last = o.Expires
		}
	}
	return last
}

// Left returns how long the output can still be fetched, and whether that is
// known. It is never negative.
func (o *Output) Left(now time.Time) (time.Duration, bool) {
	if o.Expires.IsZero() {
		return 0, false
	}
	return max(o.Expires.Sub(now), 0), true
}
