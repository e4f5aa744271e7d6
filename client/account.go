package client

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
)

// What a service can do beside making clips. Each is an interface of its own,
// because no service offers all: whoever holds a Provider asks for the one
// it needs with a type assertion. All errors are *Error, like a Provider's.

// Balancer tells what is left on the account.
type Balancer interface {
	// Balance is in micro-dollars; it can be below zero.
	Balance(ctx context.Context) (usd.Micro, error)
}

// ErrNoQuote says that the service names no price for exactly these values.
// The catalogue's list price may still give an estimate.
var ErrNoQuote = errors.New("the service quotes no price for this choice")

// Quote is what the service itself says that one clip costs now.
type Quote struct {
	// Price is what would be charged, zero when Partial.
	Price usd.Micro
	// List is the price before a discount, nil when there is none.
	List *usd.Micro
	// Partial tells that the values lack something that the price hangs on.
	// What the service answers then is the floor of its range and no price, so
	// it was not even asked.
	Partial bool
	// Missing are the labels of what is lacking, when Partial.
	Missing []string
}

// Quoter prices one clip at the service, without making it.
type Quoter interface {
	// Quote sends the values as they are, but for paths of this machine: media
	// that are no links yet stay here. errors.Is(err, ErrNoQuote) tells that
	// the service has an answer and it is no figure.
	Quote(ctx context.Context, m *catalogue.Model, v catalogue.Values) (Quote, error)
}

// Biller tells what a clip was charged, from the service's own bill.
type Biller interface {
	// Charge looks for the booking of a prediction around the time of its
	// submission. Refunds are taken off. found is false when the bill has no
	// such line yet: services may book after the clip is made.
	Charge(ctx context.Context, id string, around time.Time) (paid usd.Micro, found bool, err error)
}

// Finder looks through the service's records for a request whose answer was
// lost.
type Finder interface {
	// Find returns what the service has of the same model and seed, made
	// around the time of posting. complete tells that all records of that time
	// were seen, so that nothing found means that nothing is there.
	Find(ctx context.Context, r Request, posted time.Time) (found []Prediction, complete bool, err error)
}

// Record is one prediction in the service's own list, made by whatever client.
// All its texts are untrusted.
type Record struct {
	Prediction
	// Model is the service's id of the model.
	Model string
	// Inputs are the request's fields as the service kept them, nil where it
	// keeps none. Model.ReadInputs makes Values of them.
	Inputs map[string]json.RawMessage
	// Token is the Request.Token that the clip was asked for with, "" when the
	// service does not say.
	Token string
}

// Page is a part of the service's list, newest first. Next is the cursor of
// the page after it, "" at the end.
type Page struct {
	Records []Record
	Next    string
}

// Lister reads the service's own list, to bring in clips made elsewhere.
type Lister interface {
	// List returns what was made since, as far back as the service looks. A
	// list may lack inputs and outputs, which Fetch gets. The cursor is "" for
	// the first page.
	List(ctx context.Context, since time.Time, cursor string) (Page, error)
}

// Deleter removes records from the service's list. That neither stops a clip
// nor gives money back.
type Deleter interface {
	// DeleteRecord returns how many records are gone; ids that the service does
	// not know are not counted.
	DeleteRecord(ctx context.Context, ids []string) (n int, err error)
}

// Canceler stops clips that have not begun. Nothing is billed for them.
type Canceler interface {
	// Cancel asks the service to stop a prediction while it waits there, and
	// returns what became of it: StatusCanceled when it was stopped, any other
	// status when it had gone too far. Source: ModelArk DELETE
	// /contents/generations/tasks/ID; the others have none.
	Cancel(ctx context.Context, m *catalogue.Model, id string) (Prediction, error)
}

// Modeler reads which models the service has now.
type Modeler interface {
	// Models returns the service's own list, with prices where they can be read
	// exactly. A model without Fields is one whose schema the service did not
	// give; Overlay keeps what the catalogue knows of it. Entries that make no
	// form are left out.
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

// Deadline is when the last of a prediction's outputs can no longer be
// fetched, zero when no output says.
func (p *Prediction) Deadline() time.Time {
	var last time.Time
	for _, o := range p.Outputs {
		if o.Expires.After(last) {
			last = o.Expires
		}
	}
	return last
}

// Left is how long the output can still be fetched, and whether that is known.
// It is never below zero.
func (o *Output) Left(now time.Time) (time.Duration, bool) {
	if o.Expires.IsZero() {
		return 0, false
	}
	return max(o.Expires.Sub(now), 0), true
}
