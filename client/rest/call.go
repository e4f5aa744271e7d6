package rest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"sync/atomic"
	"time"

	"seedreel/client"
)

// Call is one request to make.
type Call struct {
	// Op is the gerund for errors: "submitting", "fetching".
	Op     string
	Method string
	// Path is below the configured base and goes out with the key.
	Path  string
	Query url.Values
	// Link is a whole URL from the service, instead of Path. It goes out
	// without the key, even to the service's own host.
	Link   string
	Header http.Header
	// Body is the body, Size its length in bytes; nil for none. It is read
	// once and closed.
	Body io.ReadCloser
	Size int64
	// Public marks a path that needs no key; it goes out without one.
	Public bool
	// Most bounds the answer in bytes, MaxBody when 0.
	Most int64
	// Stream reads the list in a 2xx, which Answer does not have then; nil reads
	// all of it at once. It is for one call.
	Stream *Stream
	// Patience bounds the call in time, for answers that are long or slow by
	// nature; 0 means the default of the kind of call.
	Patience time.Duration
}

// Answer is a response, read whole unless it was streamed.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	// Cut is why the body is incomplete, nil when it is complete.
	Cut error
}

// OK reports whether the status is one of the 2xx.
func (a *Answer) OK() bool { return a.Status >= 200 && a.Status <= 299 }

// Outcome is everything known about a finished request.
type Outcome struct {
	// Left is true once the first byte of the request has left this machine.
	Left bool
	// Answer is nil when none came; Err is the reason then.
	Answer *Answer
	Err    error
	// Readable is set when a 2xx held the expected data.
	Readable bool
	// Fault is the service's own account of what went wrong.
	Fault Fault
}

var (
	errNoKey      = errors.New("no key is set")
	errUnreadable = errors.New("the answer cannot be read")
	errTooLong    = errors.New("the answer is longer than any answer is")
)

// silence is the error of a request abandoned because nothing moved.
type silence struct{ after time.Duration }

func (s *silence) Error() string { return "nothing came for " + s.after.String() }

// Is makes it a deadline for errors.Is, but not the caller's own.
func (s *silence) Is(target error) bool { return target == os.ErrDeadlineExceeded }

// Post sends a body that buys something, exactly once: on a connection of its
// own, over HTTP/1.1, without redirects and without an idempotency key, whose
// header alone makes net/http repeat a POST. The accept function decodes a 2xx
// and reports whether it holds the id; without one the purchase is uncertain.
// A nil error means accepted.
func (c *Client) Post(ctx context.Context, call Call, body []byte, accept func(*Answer) bool) error {
	return c.PostBody(ctx, call, bytes.NewReader(body), int64(len(body)), accept)
}

// PostBody is like Post for a body that is streamed.
func (c *Client) PostBody(ctx context.Context, call Call, body io.Reader, size int64, accept func(*Answer) bool) error {
	call.Method = http.MethodPost
	call.Body, call.Size = io.NopCloser(body), size
	call.Header = call.Header.Clone()
	if call.Header == nil {
		call.Header = http.Header{}
	}
	call.Header.Del("Idempotency-Key")
	call.Header.Del("X-Idempotency-Key")
	call.Header.Set("Content-Type", "application/json")

	o, err := c.send(ctx, &call, accept)
	if err != nil {
		return err
	}
	kind, accepted := Verdict(o)
	if accepted {
		return nil
	}
	e := c.failure(&call, kind, o)
	if kind == client.KindRateLimited && e.RetryAfter == 0 {
		e.RetryAfter = defaultWait
	}
	return e
}

// Get reads something, within ten seconds. The accept function decodes a 2xx.
func (c *Client) Get(ctx context.Context, call Call, accept func(*Answer) bool) error {
	call.Method = http.MethodGet
	return c.ask(ctx, call, accept)
}

// Prediction requests what became of a clip, as read finds it in the answer. An
// answer about another id is none about this one.
func (c *Client) Prediction(ctx context.Context, call Call, id string, read func(*Answer) (client.Prediction, bool)) (client.Prediction, error) {
	var got client.Prediction
	err := c.Get(ctx, call, func(a *Answer) bool {
		var ok bool
		got, ok = read(a)
		return ok && (got.ID == "" || got.ID == id)
	})
	if err != nil {
		return client.Prediction{}, err
	}
	got.ID = id
	return got, nil
}

// Delete removes something that can safely be removed twice, within ten
// seconds. It accepts any 2xx.
func (c *Client) Delete(ctx context.Context, call Call) error {
	call.Method = http.MethodDelete
	return c.ask(ctx, call, func(*Answer) bool { return true })
}

// Ask posts a query: a body that changes nothing at the service, so that it
// can safely be repeated. It has the time limit of a GET.
func (c *Client) Ask(ctx context.Context, call Call, body []byte, accept func(*Answer) bool) error {
	call.Method = http.MethodPost
	call.Body, call.Size = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	call.Header = call.Header.Clone()
	if call.Header == nil {
		call.Header = http.Header{}
	}
	call.Header.Set("Content-Type", "application/json")
	return c.ask(ctx, call, accept)
}

func (c *Client) ask(ctx context.Context, call Call, accept func(*Answer) bool) error {
	patience := c.getPatience
	if call.Patience > 0 {
		patience = call.Patience
	}
	ctx, cancel := context.WithTimeoutCause(ctx, patience, &silence{patience})
	defer cancel()
	if err := c.missingKey(&call); err != nil {
		closeBody(&call)
		return err
	}
	o, err := c.exchange(ctx, c.keepAlive, &call)
	if err != nil {
		return err
	}
	c.read(o, accept)
	return c.judge(&call, o)
}

// Upload sends something that can safely be sent again, such as a file. It may
// take as long as bytes keep moving. A nil accept accepts any 2xx.
func (c *Client) Upload(ctx context.Context, call Call, accept func(*Answer) bool) error {
	if accept == nil {
		accept = func(*Answer) bool { return true }
	}
	o, err := c.send(ctx, &call, accept)
	if err != nil {
		return err
	}
	return c.judge(&call, o)
}

// send makes a request on a connection of its own, abandoned when nothing
// moves.
func (c *Client) send(ctx context.Context, call *Call, accept func(*Answer) bool) (*Outcome, error) {
	if err := c.missingKey(call); err != nil {
		closeBody(call)
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	patience := c.sendPatience
	if call.Patience > 0 {
		patience = call.Patience
	}
	w := newWatch(patience, cancel)
	defer w.stop()
	if call.Body != nil {
		call.Body = &watched{ReadCloser: call.Body, w: w}
	}
	o, err := c.exchange(ctx, c.oneShot, call)
	if err != nil {
		return nil, err
	}
	c.read(o, accept)
	return o, nil
}

func (c *Client) missingKey(call *Call) error {
	if call.Link != "" || call.Public || c.key.IsSet() {
		return nil
	}
	return &client.Error{Kind: client.KindUnauthorized, Provider: c.name, Op: call.Op, Err: errNoKey}
}

func closeBody(call *Call) {
	if call.Body != nil {
		_ = call.Body.Close() // nothing was sent; there is nothing to lose
	}
}

// read decodes the answer's body into o.
func (c *Client) read(o *Outcome, accept func(*Answer) bool) {
	switch {
	case o.Answer == nil:
	case o.Answer.OK() && accept(o.Answer):
		o.Readable = true
	default:
		o.Fault = c.fault(o.Answer)
	}
}

// judge returns the error of a request that can safely be repeated.
func (c *Client) judge(call *Call, o *Outcome) error {
	if o.Answer != nil && o.Answer.OK() && o.Readable {
		return nil
	}
	if call.Link != "" {
		return c.failure(call, kindOfLink(o), o)
	}
	return c.failure(call, kindOf(o), o)
}

// exchange makes one request and reads its answer. The error is for a request
// that could not be built.
func (c *Client) exchange(ctx context.Context, t http.RoundTripper, call *Call) (*Outcome, error) {
	req, err := c.request(ctx, call)
	if err != nil {
		closeBody(call)
		return nil, &client.Error{Kind: client.KindInvalid, Provider: c.name, Op: call.Op, Err: err}
	}
	var left atomic.Bool
	var sent atomic.Pointer[time.Time]
	req = req.WithContext(httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{
		WroteHeaderField: func(string, []string) { left.Store(true) },
		WroteHeaders:     func() { left.Store(true) },
		WroteRequest: func(httptrace.WroteRequestInfo) {
			left.Store(true)
			at := c.now()
			sent.Store(&at)
		},
	}))
	began := c.now()
	// The transport itself and not an http.Client: it follows no redirect, and
	// its errors hold no URL.
	resp, err := t.RoundTrip(req)
	// RoundTrip has waited for the writing side by now, so left is final.
	o := &Outcome{Left: left.Load(), Err: err}
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			o.Err = cause
		}
		c.observe(req, 0, c.now().Sub(began), o.Err)
		return o, nil
	}
	defer func() { _ = resp.Body.Close() }() // its reading side is done
	if call.Link == "" {
		wrote := began
		if at := sent.Load(); at != nil {
			wrote = *at
		}
		c.clock.see(resp.Header, wrote, c.now())
	}
	o.Answer = &Answer{Status: resp.StatusCode, Header: resp.Header}
	most := int64(MaxBody)
	if call.Most > 0 {
		most = call.Most
	}
	var b []byte
	if call.Stream != nil && o.Answer.OK() {
		b, err = call.Stream.read(&bounded{r: resp.Body, left: most})
	} else {
		b, err = io.ReadAll(io.LimitReader(resp.Body, most+1))
		if err == nil && int64(len(b)) > most {
			b, err = nil, errTooLong
		}
	}
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = cause
	}
	o.Answer.Body, o.Answer.Cut = b, err
	c.observe(req, resp.StatusCode, c.now().Sub(began), err)
	return o, nil
}

func (c *Client) request(ctx context.Context, call *Call) (*http.Request, error) {
	u := c.base.JoinPath(call.Path)
	u.RawQuery = call.Query.Encode()
	if call.Link != "" {
		var err error
		if u, err = c.checkLink(call.Link); err != nil {
			return nil, err
		}
		ctx = context.WithValue(ctx, foreign{}, dialAddr(u))
	}
	req, err := http.NewRequestWithContext(ctx, call.Method, u.String(), nil)
	if err != nil {
		return nil, bare(err)
	}
	if call.Body != nil {
		// Set here and not by NewRequest, which would add a GetBody, with
		// which net/http can send a body a second time.
		req.Body, req.ContentLength = call.Body, call.Size
	}
	for k, v := range call.Header {
		req.Header[http.CanonicalHeaderKey(k)] = v
	}
	req.Header.Del("Authorization")
	req.Header.Set("User-Agent", c.agent)
	if call.Link == "" {
		req.Header.Set("Accept", "application/json")
		if !call.Public && c.sameOrigin(req.URL) {
			req.Header.Set("Authorization", "Bearer "+c.key.Reveal())
		}
	}
	return req, nil
}
